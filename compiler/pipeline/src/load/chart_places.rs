//! Places for what Helm prints: the engine that is built in knows where each value comes from, Helm knows the values.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use design_helm::{ChartFault, Output, Rendered};
use design_source::Traced;
use design_syntax::{Kind, Limits, NodeRef, Rules, SourceText, lower, parse};
use design_vocabulary::{FileId, Span, Value};

/// What a chart came to, and whether it is what Helm printed.
#[derive(Clone)]
pub(super) struct Placed {
    pub output: Output,
    pub by_helm: bool,
}

/// The comment that Helm writes before each object.
const SOURCE: &str = "# Source: ";

/// The objects of Helm with places: those of the engine that is built in where it made the same object, else the template
/// that Helm names. Problems that only the engine has are forgotten.
pub(super) fn placed(text: &str, own: Output, chart: &design_helm::Loaded, limits: &Limits) -> Placed {
    let mut known: BTreeMap<String, VecDeque<Rendered>> = BTreeMap::new();
    let Output { name, objects, problems, values } = own;
    for rendered in objects {
        known.entry(identity(&rendered.object.to_value())).or_default().push_back(rendered);
    }
    let source: Arc<SourceText> = SourceText::new(FileId(u32::MAX), "helm", text);
    let parsed = parse(&source, limits);
    let mut objects = Vec::new();
    for mut document in parsed.documents {
        document.set_rules(Rules::Kubernetes);
        let Some(root) = document.root() else { continue };
        // The comment stands before the first key of the document.
        let before = text.get(..root.span().start as usize).unwrap_or_default();
        let template = before.lines().rev().find_map(|line| line.strip_prefix(SOURCE)).unwrap_or_default().to_owned();
        let at = start_of(&template, &name, chart);
        for node in items(root) {
            let value = lower(node, &mut Vec::new());
            if value.is_null() {
                continue;
            }
            let own = known.get_mut(&identity(&value)).and_then(VecDeque::pop_front);
            let object = with_places(&value, own.as_ref().map(|own| &own.object), at);
            objects.push(Rendered { template: template.clone(), object });
        }
    }
    let problems = problems.into_iter().filter(|problem| is_about_the_chart(&problem.fault)).collect();
    Placed { output: Output { name, objects, problems, values }, by_helm: true }
}

/// Whether a problem holds whoever renders.
fn is_about_the_chart(fault: &ChartFault) -> bool {
    matches!(fault, ChartFault::Hook { .. } | ChartFault::ValueIgnored { .. } | ChartFault::Syntax(_))
}

/// The objects of a document: those of a list, or the one that it is.
fn items(node: NodeRef<'_>) -> Vec<NodeRef<'_>> {
    let is_list = node.get("kind").is_some_and(|kind| kind.text().ends_with("List"));
    match node.get("items").filter(|items| is_list && items.kind() == Kind::Sequence) {
        Some(items) => items.children().map(NodeRef::resolved).collect(),
        None => vec![node],
    }
}

fn identity(object: &Value) -> String {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let metadata = |key: &str| text(object.get("metadata").and_then(|metadata| metadata.get(key)));
    let parts = [text(object.get("apiVersion")), text(object.get("kind")), metadata("namespace"), metadata("name")];
    parts.join("\0")
}

/// A value with the places that another has for it; what is not there has the place of what is around it.
fn with_places(value: &Value, own: Option<&Traced>, around: Span) -> Traced {
    let place = own.map_or(around, |own| own.place);
    let traced = match value {
        Value::Object(object) => {
            let mut mapping = Traced::mapping(place);
            for (key, inner) in object.iter() {
                mapping.set(key.clone(), with_places(inner, own.and_then(|own| own.get(key)), place));
            }
            mapping
        }
        Value::Array(elements) => {
            let known = own.map(Traced::elements).unwrap_or_default();
            let elements = elements.iter().enumerate();
            Traced::list(place, elements.map(|(index, inner)| with_places(inner, known.get(index), place)).collect())
        }
        other => Traced::new(place, other.clone()),
    };
    traced.under(own.and_then(|own| own.key))
}

/// The beginning of the file that Helm names, such as `shop/charts/db/templates/a.yaml`.
fn start_of(template: &str, name: &str, chart: &design_helm::Loaded) -> Span {
    let path = template.strip_prefix(name).unwrap_or(template).trim_start_matches('/');
    let file = chart.files.iter().find(|file| file.path == path);
    file.map_or(chart.start, |file| Span::start_of(file.source.id()))
}
