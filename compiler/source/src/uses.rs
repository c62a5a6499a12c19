//! Designs that use others: the entries of `uses`, and what becomes of the components of a design that is used.

use std::sync::Arc;

use design_parameters::{Binding, Passed, Symbols, Values, unknown_values, uses_section};
use design_registry::nearest;
use design_syntax::{Document, NodeRef};
use design_vocabulary::{Component, Object, Relationship, Span, Text, Value};
use uuid::Uuid;

use crate::{Level, Loaded, Open, Problem, fields};

/// An entry of `uses`.
#[derive(Clone, Debug)]
pub struct Use {
    /// The name under which the design is used.
    pub name: Text,
    /// Where the design lies: a path from the folder of the file, or the address of a git repository.
    pub design: Text,
    /// Where that stands.
    pub place: Span,
    /// The version of the repository; `None` for a path.
    pub revision: Option<Revision>,
    /// Where the version stands; the place of the address where there is none.
    pub revision_place: Span,
    /// The folder or file inside the repository; empty for its root.
    pub path: Text,
    /// What is given for its parameters.
    pub passed: Passed,
}

/// A version of a git repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Revision {
    /// The tag of this name.
    Tag(Text),
    /// The commit of this id.
    Commit(Text),
}

impl Revision {
    /// The word and the value, as people write it.
    pub fn words(&self) -> String {
        match self {
            Self::Tag(tag) => format!("tag `{tag}`"),
            Self::Commit(commit) => format!("commit {commit}"),
        }
    }
}

/// Whether a text is the address of a repository: a URL, or `user@host:path`.
pub fn is_address(text: &str) -> bool {
    let is_short = |text: &str| {
        let (before, behind) = text.split_once(':')?;
        Some(before.contains('@') && !before.contains('/') && !behind.is_empty())
    };
    text.contains("://") || is_short(text) == Some(true)
}

/// Reads the entries of `uses`. An entry that does not say which design is meant is told of and left out.
pub(crate) fn read(
    (plain, symbolic, symbols): (&Object, Option<&Object>, &Symbols),
    (root, document): (NodeRef<'_>, &Document),
    values: &Values,
    parameters: &mut Vec<design_parameters::Problem>,
    problems: &mut Vec<Problem>,
) -> Vec<Use> {
    let Some(at) = uses_section(plain) else { return Vec::new() };
    let section = |design: &Object| Value::Object(design.clone()).at(&at).cloned();
    let list = match section(plain) {
        Some(Value::Array(list)) => list,
        None | Some(Value::Null) => return Vec::new(),
        Some(other) => {
            let span = root.follow(&at).2.span();
            let found = other.type_name();
            problems.push(Problem::FieldType { path: at, expected: "a list", found, span });
            return Vec::new();
        }
    };
    let open = symbolic.and_then(section);
    let document = Arc::new(document.clone());
    let mut uses: Vec<Use> = Vec::new();
    for (index, value) in list.iter().enumerate() {
        let path = [at.as_slice(), &[index.into()]].concat();
        let Some(node) = document.root().map(|root| root.resolved().follow(&path).2.resolved()) else { continue };
        let Value::Object(entry) = value else {
            let found = value.type_name();
            problems.push(Problem::FieldType { path, expected: "a mapping", found, span: node.span() });
            continue;
        };
        let mut reader = Entry { fields: entry, node, problems: &mut *problems };
        let Some(mut found) = reader.read() else { continue };
        if let Some(earlier) = uses.iter().find(|earlier| earlier.name == found.name) {
            let what = format!("two entries have the name `{}`", earlier.name);
            problems.push(Problem::UnsoundUse { what, span: node.get("name").map_or(node.span(), NodeRef::span) });
            continue;
        }
        let open = open.as_ref().and_then(|open| open.at(&[index.into(), "parameters".into()])?.as_object());
        match (entry.get("parameters"), node.get("parameters")) {
            (None | Some(Value::Null), _) | (_, None) => {}
            (Some(Value::Object(plain)), Some(node)) => {
                found.passed = Passed::read((plain, open, symbols), (node.resolved(), &document), values, parameters);
            }
            (Some(other), Some(node)) => {
                let path = [path.as_slice(), &["parameters".into()]].concat();
                let found = other.type_name();
                problems.push(Problem::FieldType { path, expected: "a mapping", found, span: node.span() });
            }
        }
        uses.push(found);
    }
    uses
}

struct Entry<'a> {
    fields: &'a Object,
    node: NodeRef<'a>,
    problems: &'a mut Vec<Problem>,
}

impl Entry<'_> {
    fn read(&mut self) -> Option<Use> {
        for (key, _) in self.node.entries() {
            if !fields::USE.contains(&key.text()) {
                let absent = || fields::USE.iter().copied().filter(|name| !self.fields.contains_key(name));
                let nearest = nearest(key.text(), absent()).and_then(|near| absent().find(|name| *name == near));
                let field = key.text().into();
                self.problems.push(Problem::UnknownField { field, level: Level::Use, nearest, span: key.span() });
            }
        }
        let name = self.text("name");
        let design = self.text("design");
        let (tag, commit, path) = (self.text("tag"), self.text("commit"), self.text("path"));
        let (Some(name), Some(design)) = (name, design) else {
            let is_said = |key: &str| self.fields.get(key).is_some_and(|value| !value.is_null());
            if is_said("name") && is_said("design") {
                // One of them is no text, which is told of.
                return None;
            }
            let key = if is_said("design") { "name" } else { "design" };
            return self.unsound("", format!("an entry of `uses` has to say `{key}`"));
        };
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
        if !name.chars().all(is_name) {
            let what = format!("`{name}` is no name of a use: letters, digits, `-` and `_` make one");
            return self.unsound("name", what);
        }
        let revision = match (tag, commit) {
            (Some(_), Some(_)) => {
                return self.unsound("commit", "a tag and a commit are two versions; one of them counts".to_owned());
            }
            (Some(tag), None) => Some(("tag", Revision::Tag(tag))),
            (None, Some(commit)) => {
                let is_id = matches!(commit.len(), 40 | 64) && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
                if !is_id {
                    let what = format!("`{commit}` is no whole id of a commit, which has 40 or 64 hexadecimal digits");
                    return self.unsound("commit", what);
                }
                Some(("commit", Revision::Commit(commit.to_ascii_lowercase())))
            }
            (None, None) => None,
        };
        if !is_address(&design) {
            for key in ["tag", "commit", "path"] {
                if self.fields.contains_key(key) {
                    let what = format!("`{key}` is for repositories, and `{design}` is a path");
                    return self.unsound(key, what);
                }
            }
        } else if revision.is_none() {
            let what = format!("`{design}` is a repository, which needs a `tag` or a `commit`");
            return self.unsound("design", what);
        }
        let place = self.place("design");
        Some(Use {
            name,
            design,
            place,
            revision_place: revision.as_ref().map_or(place, |(key, _)| self.place(key)),
            revision: revision.map(|(_, revision)| revision),
            path: path.unwrap_or_default().trim_matches('/').into(),
            passed: Passed::default(),
        })
    }

    fn place(&self, key: &str) -> Span {
        self.node.get(key).map_or(self.node.span(), NodeRef::span)
    }

    fn unsound(&mut self, key: &str, what: String) -> Option<Use> {
        let span = match self.node.entry(key) {
            Some((_, value)) => value.span(),
            None => self.node.entries().next().map_or(self.node.span(), |(key, _)| key.span()),
        };
        self.problems.push(Problem::UnsoundUse { what, span });
        None
    }

    fn text(&mut self, key: &str) -> Option<Text> {
        match self.fields.get(key)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Null => None,
            // A tag such as `1.10` is a number to YAML; to people it is what is written.
            Value::Number(_) if matches!(key, "tag" | "commit") => Some(self.node.get(key)?.text().into()),
            other => {
                let found = if other.as_str().is_some() { "an empty text" } else { other.type_name() };
                let span = self.place(key);
                self.problems.push(Problem::UnsoundUse { what: format!("`{key}` is a text, not {found}"), span });
                None
            }
        }
    }
}

impl Loaded {
    /// Takes over the components of a design that this one uses, behind those that are here: with the parameters that the
    /// entry gives, under ids of their own, each value at the place where it stands.
    pub fn take_over(&mut self, entry: &Use, mut used: Self) {
        let of_layer = unknown_values(std::iter::once(&entry.passed.layer), &[&used.values]);
        let of_secrets = entry.passed.secrets(&used.values);
        self.problems.extend(of_layer.into_iter().chain(of_secrets).map(Problem::Parameters));
        used.problems
            .retain(|problem| !matches!(problem, Problem::Parameters(problem) if entry.passed.explains(problem)));
        self.values.secrets.append(&mut used.values.secrets);
        let first = self.design.components.len();
        if self.open.is_some() || used.open.is_some() {
            let inner = used.open.take().unwrap_or_default();
            let here = &self.design.components;
            let open = self.open.get_or_insert_with(|| Open { components: here.clone(), symbols: Symbols::default() });
            let mut binding = Binding {
                passed: &entry.passed,
                values: &used.values,
                inner: &inner.symbols,
                symbols: &mut open.symbols,
            };
            for (index, component) in used.design.components.iter().enumerate() {
                let component = inner.components.get(index).unwrap_or(component);
                open.components.push(changed(component, |value| binding.bound(value)));
            }
            open.components.iter_mut().skip(first).for_each(|component| rename(&mut component.id, &entry.name));
        }
        for component in &mut used.design.components {
            *component = changed(component, |value| entry.passed.renamed(value));
            rename(&mut component.id, &entry.name);
        }
        used.design.relationships.iter_mut().for_each(|one| rename_ends(one, &entry.name));
        let range = first..first + used.design.components.len();
        self.design.uses.push(design_vocabulary::Use { name: entry.name.clone(), components: range });
        self.append(used);
    }
}

/// A component with other values.
fn changed(component: &Component, mut change: impl FnMut(&Value) -> Value) -> Component {
    let mut text = |text: &Text| match change(&Value::String(text.clone())) {
        Value::String(text) => text,
        other => design_parameters::text_of(&other).unwrap_or_default().into(),
    };
    let display_name = text(&component.display_name);
    let configuration = match change(&Value::Object(component.configuration.clone())) {
        Value::Object(object) => object,
        _ => Object::new(),
    };
    Component { display_name, configuration, ..component.clone() }
}

/// The id of a component under the name of a use: two uses of one design have components with different ids.
fn rename(id: &mut Option<Text>, name: &str) {
    if let Some(id) = id {
        *id = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("use/{name}/{id}").as_bytes()).to_string().into();
    }
}

fn rename_ends(relationship: &mut Relationship, name: &str) {
    rename(&mut relationship.id, name);
    let ends = relationship.from.iter_mut().chain(&mut relationship.to);
    ends.for_each(|end| rename(&mut end.id, name));
    for set in &mut relationship.selectors {
        for selector in [&mut set.allow, &mut set.deny] {
            for item in selector.from.iter_mut().chain(&mut selector.to) {
                rename(&mut item.id, name);
                for end in item.matching.from.make_mut().iter_mut().chain(item.matching.to.make_mut()) {
                    rename(&mut end.id, name);
                }
            }
        }
    }
}
