//! Whether a path of a definition leads to a field of its kind.

use std::sync::OnceLock;

use design_registry::nearest;
use design_syntax::NodeRef;
use design_vocabulary::{FieldPath, Path, Segment, Span, Text};

use crate::{Loaded, Schema, SchemaNode, Step, Types};

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// To a value of these types.
    Field(Types),
    /// Nobody says.
    Open,
    /// Nowhere.
    Nowhere {
        /// The segment that does not lead on; `None` for a path without segments.
        segment: Option<Text>,
        /// What may have been meant.
        near: Option<String>,
    },
}

/// What the root of a component has, besides its configuration.
const COMPONENT: &str = r#"{"type": "object", "properties": {
    "id": {"type": "string"}, "displayName": {"type": "string"}, "description": {"type": "string"},
    "schemaVersion": {"type": "string"}, "version": {"type": "string"}, "format": {"type": "string"},
    "status": {"type": "string"}, "metadata": {}, "model": {}, "modelReference": {}, "styles": {}, "capabilities": {},
    "component": {"type": "object", "properties": {
        "kind": {"type": "string"}, "version": {"type": "string"}, "schema": {"type": "string"}}}}}"#;

/// What every object has, besides what the schema of its kind says: the fields that Meshery's schemas leave out.
const OBJECT: &str = r#"{"type": "object", "properties": {
    "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "status": {},
    "metadata": {"type": "object", "properties": {
        "name": {"type": "string"}, "generateName": {"type": "string"}, "namespace": {"type": "string"},
        "uid": {"type": "string"}, "resourceVersion": {"type": "string"}, "generation": {"type": "integer"},
        "creationTimestamp": {"type": "string"}, "deletionTimestamp": {"type": "string"},
        "deletionGracePeriodSeconds": {"type": "integer"}, "selfLink": {"type": "string"}, "managedFields": {},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
        "finalizers": {"type": "array", "items": {"type": "string"}},
        "ownerReferences": {"type": "array", "items": {"type": "object", "properties": {
            "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "name": {"type": "string"},
            "uid": {"type": "string"}, "controller": {"type": "boolean"},
            "blockOwnerDeletion": {"type": "boolean"}}}}}}}}"#;

/// Where a path leads in a component of a kind with these schemas, one for each version: it is enough that one of them
/// has the field.
pub(crate) fn outcome(path: &FieldPath, schemas: &[Schema]) -> Place {
    let Some((first, rest)) = path.0.split_first() else {
        return Place::Nowhere { segment: None, near: None };
    };
    if first != "configuration" {
        return match known(COMPONENT).map(|schema| follow(schema.root(), &path.0)) {
            Some(Place::Nowhere { segment: Some(segment), .. }) if segment == *first => {
                Place::Nowhere { segment: Some(segment), near: inside_out(&path.0, schemas) }
            }
            place => place.unwrap_or(Place::Open),
        };
    }
    if let Some(second) = rest.first()
        && let Some(schema) = known(OBJECT)
        && !matches!(schema.root().key(second), Step::Absent)
    {
        return follow(schema.root(), rest);
    }
    let place = configuration(rest, schemas);
    match place {
        Place::Nowhere { segment, near: None } if segment.as_ref() == rest.first() => {
            Place::Nowhere { segment, near: inside_out(rest, schemas) }
        }
        place => place,
    }
}

/// Where a path leads that lacks its first segments: people forget them.
fn inside_out(path: &[Text], schemas: &[Schema]) -> Option<String> {
    let in_metadata = [&["metadata".into()], path].concat();
    let in_spec = [&["spec".into()], path].concat();
    let leads = |path: &[Text]| match path.first().map(Text::as_str) {
        Some("metadata") => {
            known(OBJECT).is_some_and(|schema| !matches!(follow(schema.root(), path), Place::Nowhere { .. }))
        }
        // Without a schema, nothing but the usual is worth proposing.
        Some("spec" | "data") if schemas.is_empty() => true,
        _ => matches!(configuration(path, schemas), Place::Field(_)),
    };
    let candidates = [in_metadata.as_slice(), path, in_spec.as_slice()];
    let candidates = if schemas.is_empty() { candidates.get(..2)? } else { &candidates };
    let found = candidates.iter().find(|path| leads(path))?;
    Some(format!("configuration.{}", found.join(".")))
}

fn configuration(path: &[Text], schemas: &[Schema]) -> Place {
    let mut places = schemas.iter().map(|schema| follow(schema.root(), path));
    let Some(first) = places.next() else { return Place::Open };
    places.fold(first, |best, place| if matches!(best, Place::Nowhere { .. }) { place } else { best })
}

fn known(text: &'static str) -> Option<&'static Schema> {
    static SCHEMAS: OnceLock<[Option<Schema>; 2]> = OnceLock::new();
    let [component, object] = SCHEMAS.get_or_init(|| [Schema::parse(COMPONENT), Schema::parse(OBJECT)]);
    if text == COMPONENT { component.as_ref() } else { object.as_ref() }
}

fn follow(root: SchemaNode<'_>, path: &[Text]) -> Place {
    let mut node = root;
    for segment in path {
        let is_position = segment == FieldPath::EVERY || segment.parse::<usize>().is_ok();
        let element = if is_position { node.element() } else { Step::Absent };
        let step = if matches!(element, Step::Absent) { node.key(segment) } else { element };
        match step {
            Step::Described(found) => node = found,
            Step::Open => return Place::Open,
            Step::Absent => {
                // The field of an element, asked of the list.
                let is_inside =
                    matches!(node.element(), Step::Described(element) if !matches!(element.key(segment), Step::Absent));
                let fields = node.fields();
                let near = nearest(segment, fields.iter().map(|field| field.name));
                let near = if is_inside { Some(format!("_.{segment}")) } else { near.map(str::to_owned) };
                return Place::Nowhere { segment: Some(segment.clone()), near };
            }
        }
    }
    Place::Field(node.types())
}

/// The place of a value whose keys may be written in camel case, as in the path, or in snake case.
pub(crate) fn place(loaded: &Loaded, path: &Path) -> Span {
    let Some(mut node) = loaded.document.root() else { return loaded.document.span() };
    for segment in path {
        let next = match segment {
            Segment::Index(index) => node.resolved().children().nth(*index),
            Segment::Key(key) => node.entry(key).or_else(|| node.entry(&snake(key))).map(|(_, value)| value),
        };
        match next {
            Some(next) => node = next,
            None => break,
        }
    }
    first_line(node)
}

/// A collection is pointed at by where it begins.
fn first_line(node: NodeRef<'_>) -> Span {
    let first = node.resolved().entries().next().map(|(key, _)| key.span());
    first.filter(|first| first.file == node.span().file).unwrap_or_else(|| node.span())
}

fn snake(key: &str) -> String {
    let mut snake = String::new();
    for letter in key.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(path: &str) -> Place {
        let schema = Schema::parse(
            r#"{"type": "object", "properties": {"spec": {"type": "object", "properties": {
                "replicas": {"type": "integer"},
                "ports": {"type": "array", "items": {"type": "object", "properties": {"port": {"type": "integer"}}}}}}}}"#,
        );
        outcome(&FieldPath::new(path.split('/')), &[schema.unwrap()])
    }

    #[test]
    fn paths_are_followed_through_lists_and_what_every_object_has() {
        for path in [
            "configuration/spec/replicas",
            "configuration/spec/ports/_/port",
            "configuration/spec/ports/0/port",
            "configuration/metadata/labels/app.kubernetes.io",
            "configuration/metadata/ownerReferences/_/name",
            "displayName",
            "component/kind",
        ] {
            assert!(matches!(leads(path), Place::Field(_)), "{path}");
        }
        assert_eq!(leads("metadata/anything"), Place::Open);
        let near = |path| match leads(path) {
            Place::Nowhere { segment, near } => (segment.unwrap().to_string(), near),
            place => panic!("{path} leads to {place:?}"),
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(near("configuration/spec/replica"), ("replica".to_owned(), some("replicas")));
        assert_eq!(near("configuration/spec/ports/port"), ("port".to_owned(), some("_.port")));
        assert_eq!(near("spec/replicas"), ("spec".to_owned(), some("configuration.spec.replicas")));
        let metadata = some("configuration.metadata.ownerReferences._.name");
        assert_eq!(near("ownerReferences/_/name"), ("ownerReferences".to_owned(), metadata));
        assert_eq!(near("configuration/ports/_/port").1, some("configuration.spec.ports._.port"));
        assert_eq!(near("configuration/anything"), ("anything".to_owned(), None));
        assert_eq!(leads(""), Place::Nowhere { segment: Some("".into()), near: None });
    }
}
