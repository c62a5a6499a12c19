//! What differs between two designs, as graphs: components, their fields, and relationships.

use std::collections::{BTreeMap, BTreeSet};

use design_vocabulary::{Component, Design, Object, Text, Value, display_path};

use crate::Graph;

/// The difference of two designs; every list is sorted.
#[derive(Debug, Default, PartialEq)]
pub struct Difference {
    /// Ids of components that only the new design has.
    pub added: Vec<String>,
    /// Ids of components that only the old design has.
    pub removed: Vec<String>,
    /// Components that both have, with other fields.
    pub changed: Vec<Changed>,
    /// Relationships that only the new design has.
    pub edges_added: Vec<Link>,
    /// Relationships that only the old design has.
    pub edges_removed: Vec<Link>,
}

/// A component that changed.
#[derive(Debug, PartialEq)]
pub struct Changed {
    /// Its id.
    pub id: String,
    /// What changed, by field.
    pub fields: Vec<FieldChange>,
}

/// A field that changed.
#[derive(Debug, PartialEq)]
pub struct FieldChange {
    /// The field; an element of a list of named things is called by its name: `spec.containers[web].image`.
    pub path: String,
    /// The old value; `None` where the field was not there. Values of secrets are hidden.
    pub from: Option<Value>,
    /// The new value; `None` where the field is no longer there.
    pub to: Option<Value>,
}

/// A relationship without its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The id of the component it starts at.
    pub from: String,
    /// The id of the component it ends at.
    pub to: String,
    /// `kind/type/subType`.
    pub sort: String,
    /// The field that names the other end; empty for a declared one.
    pub field: String,
}

/// Compares two designs. Components are the same where their ids are; drawings are left out.
pub fn difference(old: (&Design, &Graph), new: (&Design, &Graph)) -> Difference {
    let (before, after) = (by_id(old), by_id(new));
    let (links_before, links_after) = (links(old.1), links(new.1));
    let missing_in = |from: &BTreeMap<&str, &Component>, other: &BTreeMap<&str, &Component>| {
        from.keys().filter(|id| !other.contains_key(*id)).map(|id| (*id).to_owned()).collect()
    };
    let both = before.iter().filter_map(|(id, component)| Some((*id, *component, *after.get(id)?)));
    let changed = both.filter_map(|(id, before, after)| {
        let mut fields = Vec::new();
        if before.api_version != after.api_version {
            let value = |component: &Component| Some(Value::String(component.api_version.clone()));
            fields.push(FieldChange { path: "apiVersion".into(), from: value(before), to: value(after) });
        }
        compare_objects(&before.configuration, &after.configuration, &mut String::new(), &mut fields);
        if before.kind == "Secret" {
            fields.iter_mut().for_each(hide);
        }
        (!fields.is_empty()).then(|| Changed { id: id.to_owned(), fields })
    });
    Difference {
        added: missing_in(&after, &before),
        removed: missing_in(&before, &after),
        changed: changed.collect(),
        edges_added: links_after.difference(&links_before).cloned().collect(),
        edges_removed: links_before.difference(&links_after).cloned().collect(),
    }
}

impl Difference {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn by_id<'a>((design, graph): (&'a Design, &'a Graph)) -> BTreeMap<&'a str, &'a Component> {
    let components = design.components.iter().zip(&graph.nodes).filter(|(component, _)| !component.is_annotation);
    components.map(|(component, node)| (node.id.as_str(), component)).collect()
}

fn links(graph: &Graph) -> BTreeSet<Link> {
    let id = |node: usize| graph.nodes.get(node).map(|node| node.id.clone()).unwrap_or_default();
    let links = graph.edges.iter().map(|edge| Link {
        from: id(edge.from),
        to: id(edge.to),
        sort: format!("{}/{}/{}", edge.kind, edge.type_name, edge.sub_type),
        field: display_path(edge.path.get(1..).unwrap_or_default()),
    });
    links.collect()
}

fn compare_objects(before: &Object, after: &Object, path: &mut String, changes: &mut Vec<FieldChange>) {
    let keys: BTreeSet<&Text> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let step = display_path(&[key.clone().into()]);
        let dot = if path.is_empty() || step.starts_with('[') { "" } else { "." };
        let length = path.len();
        path.push_str(&format!("{dot}{step}"));
        compare(before.get(key), after.get(key), path, changes);
        path.truncate(length);
    }
}

fn compare(before: Option<&Value>, after: Option<&Value>, path: &mut String, changes: &mut Vec<FieldChange>) {
    match (before, after) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => compare_objects(before, after, path, changes),
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            let (old, new) = match (by_name(old), by_name(new)) {
                (Some(old), Some(new)) => (old, new),
                _ => (by_position(old), by_position(new)),
            };
            let keys: BTreeSet<&ElementKey<'_>> = old.keys().chain(new.keys()).collect();
            for key in keys {
                let length = path.len();
                match key {
                    ElementKey::Position(position) => path.push_str(&format!("[{position}]")),
                    ElementKey::Name(name) => path.push_str(&format!("[{name}]")),
                }
                compare(old.get(key).copied(), new.get(key).copied(), path, changes);
                path.truncate(length);
            }
        }
        (before, after) if before == after => {}
        (before, after) => {
            changes.push(FieldChange { path: path.clone(), from: before.cloned(), to: after.cloned() });
        }
    }
}

/// What an element of a list is compared by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum ElementKey<'a> {
    Position(usize),
    Name(&'a str),
}

/// The elements of a list by their names, where all have one and no two the same: `containers`, `env`, `ports`.
fn by_name(elements: &[Value]) -> Option<BTreeMap<ElementKey<'_>, &Value>> {
    let entries = elements.iter().map(|element| Some((ElementKey::Name(element.get("name")?.as_str()?), element)));
    let named: BTreeMap<ElementKey<'_>, &Value> = entries.collect::<Option<_>>()?;
    (named.len() == elements.len()).then_some(named)
}

fn by_position(elements: &[Value]) -> BTreeMap<ElementKey<'_>, &Value> {
    elements.iter().enumerate().map(|(position, element)| (ElementKey::Position(position), element)).collect()
}

/// Puts a word in place of what a secret holds.
fn hide(change: &mut FieldChange) {
    if change.path.starts_with("data") || change.path.starts_with("stringData") {
        for value in [&mut change.from, &mut change.to].into_iter().flatten() {
            *value = Value::from("(secret)");
        }
    }
}

#[cfg(test)]
mod tests {
    use design_registry::Registry;

    use super::*;
    use crate::Scopes;

    fn object(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        Value::Object(entries.into_iter().collect())
    }

    fn design(kind: &str, body: &Value) -> (Design, Graph) {
        let component = Component {
            kind: kind.into(),
            api_version: "v1".into(),
            display_name: "web".into(),
            configuration: body.as_object().cloned().unwrap_or_default(),
            ..Component::default()
        };
        let design = Design { components: vec![component], ..Design::default() };
        let graph = Graph::build(&design, &Scopes::of(&design, Registry::builtin()));
        (design, graph)
    }

    fn container(name: &'static str, image: &'static str) -> Value {
        object([("name", name.into()), ("image", image.into())])
    }

    #[test]
    fn named_elements_are_compared_by_their_names() {
        let old =
            design("Pod", &object([("containers", Value::from_iter([container("a", "x:1"), container("b", "y:1")]))]));
        let new =
            design("Pod", &object([("containers", Value::from_iter([container("b", "y:2"), container("a", "x:1")]))]));
        let found = difference((&old.0, &old.1), (&new.0, &new.1));
        let change =
            FieldChange { path: "containers[b].image".into(), from: Some("y:1".into()), to: Some("y:2".into()) };
        assert_eq!(found.changed, [Changed { id: "Pod//web".into(), fields: vec![change] }]);
        assert!(difference((&old.0, &old.1), (&old.0, &old.1)).is_empty());
    }

    #[test]
    fn what_a_secret_holds_is_hidden() {
        let old = design("Secret", &object([("data", object([("key", "b2xk".into())]))]));
        let new = design("Secret", &object([("data", object([("key", "bmV3".into()), ("more", "eA==".into())]))]));
        let found = format!("{:?}", difference((&old.0, &old.1), (&new.0, &new.1)));
        assert!(found.contains("data.more") && !found.contains("bmV3") && !found.contains("eA=="), "{found}");
    }

    #[test]
    fn components_of_another_kind_are_others() {
        let (old, new) = (design("Pod", &object([])), design("Service", &object([])));
        let found = difference((&old.0, &old.1), (&new.0, &new.1));
        assert_eq!((found.added, found.removed), (vec!["Service//web".to_owned()], vec!["Pod//web".to_owned()]));
    }
}
