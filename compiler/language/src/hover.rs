//! What stands at a place, in words.

use design_check::find_rule;
use design_pipeline::World;
use design_registry::definitions::{Definitions, Field};
use design_source::Cursor;
use design_vocabulary::{Component, Segment, Span};

use crate::Workspace;

/// What is to be said of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The bytes that it is about.
    pub span: Span,
    /// The text, as Markdown.
    pub text: String,
}

impl<W: World> Workspace<W> {
    /// What is to be said of a byte of a file: the findings there with the pages of their rules, else the kind or the field
    /// that stands there.
    pub fn hover(&self, path: &str, offset: u32) -> Option<Hover> {
        let is_here = |span: Span| span.start <= offset && offset <= span.end;
        let here: Vec<_> = self.findings(path).iter().filter(|diagnosis| is_here(diagnosis.finding.primary)).collect();
        if let Some(first) = here.first() {
            let mut codes: Vec<&str> = here.iter().map(|diagnosis| diagnosis.finding.code.0).collect();
            codes.dedup();
            let pages: Vec<String> = codes.iter().filter_map(|code| Some(find_rule(code)?.document())).collect();
            return Some(Hover { span: first.finding.primary, text: pages.join("\n---\n\n") });
        }
        self.holding(path).find_map(|(_, compilation, file)| {
            compilation.designs.iter().find_map(|compiled| {
                let cursor = compiled.map.at(file, offset)?;
                let component = compiled.design.components.get(cursor.component)?;
                Some(Hover { span: cursor.node.span(), text: text(&cursor, component)? })
            })
        })
    }
}

fn text(cursor: &Cursor<'_>, component: &Component) -> Option<String> {
    let (root, inside) = cursor.path.split_first()?;
    if *root == Segment::from("component") {
        return Some(kind(component));
    }
    let field = (*root == Segment::from("configuration")).then(|| field(component, inside)).flatten()?;
    let name = inside.iter().rev().find_map(|segment| match segment {
        Segment::Key(key) => Some(key.as_str()),
        Segment::Index(_) => None,
    })?;
    let mut text = format!("`{name}`: {}", type_of(field));
    if let Some(description) = field.keyword("description").and_then(|value| value.as_str()) {
        text.push_str(&format!("\n\n{description}"));
    }
    if let Some(words) = field.keyword("enum").and_then(|value| value.as_array()) {
        let words: Vec<String> = words.iter().filter_map(|word| Some(format!("`{}`", word.as_str()?))).collect();
        text.push_str(&format!("\n\nOne of {}.", words.join(", ")));
    }
    Some(text + &format!("\n\nA field of {} in `{}`.", component.kind, component.api_version))
}

/// The schema of a field of a component, by the newest release that serves its version.
pub(crate) fn field(component: &Component, path: &[Segment]) -> Option<Field<'static>> {
    let definitions = Definitions::builtin();
    let release = definitions.served_in(&component.api_version, &component.kind).into_iter().max()?;
    let schema = definitions.schema(release, &component.api_version, &component.kind)?;
    schema.field(path.iter().map(|segment| match segment {
        Segment::Key(key) => key.as_str(),
        Segment::Index(_) => "[*]",
    }))
}

fn type_of(field: Field<'_>) -> String {
    if field.is_number_or_text() {
        return "a number or a text".to_owned();
    }
    let alternatives: Vec<&str> = field.alternatives().collect();
    match field.type_name() {
        Some("string") => "a text".to_owned(),
        Some("integer") => "a whole number".to_owned(),
        Some("number") => "a number".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some("array") => "a list".to_owned(),
        Some("object") => "a mapping".to_owned(),
        _ if !alternatives.is_empty() => alternatives.join(" or "),
        _ => "any value".to_owned(),
    }
}

fn kind(component: &Component) -> String {
    let definitions = Definitions::builtin();
    let mut text = format!("**{}** in `{}`", component.kind, component.api_version);
    let served = definitions.served_in(&component.api_version, &component.kind);
    let served: Vec<String> = served.iter().map(ToString::to_string).collect();
    if !served.is_empty() {
        text.push_str(&format!("\n\nServed by Kubernetes {}.", served.join(", ")));
    }
    let registry = design_registry::Registry::builtin();
    if let Some(kind) = registry.find(component.group(), &component.kind) {
        text.push_str(if kind.namespaced { " Lives in a namespace." } else { " Lives in the cluster." });
    }
    text
}
