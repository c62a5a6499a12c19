//! Our own form of a model: one YAML file, or a few, with what a person would write.
//!
//! `schemas/model.schema.json` describes it, `docs/extending.md` tells of it.

use design_registry::{FieldRelationships, Kind};
use design_syntax::NodeRef;
use design_vocabulary::{Model, ModelReference, Object, Segment, Text, Value};
use serde::de::DeserializeOwned;

use crate::read::{Problem, place};

/// The fields of a file.
const FIELDS: [&str; 10] =
    ["schemaVersion", "name", "version", "displayName", "description", "model", "kinds", "pods", "parts", "creates"];

/// What one file of our own form says.
#[derive(Clone, Debug, Default)]
pub struct ShortForm {
    /// The model; `None` where the file only adds kinds or relationships to the model of its folder.
    pub model: Option<Model>,
    /// Kinds, each in all its versions.
    pub kinds: Vec<Kind>,
    /// Relationships by fields, as in `models/kubernetes/relationships.yaml`.
    pub relationships: FieldRelationships,
}

/// Whether a file without `schemaVersion` is of this form.
pub(crate) fn is_short(root: NodeRef<'_>) -> bool {
    ["kinds", "pods", "parts", "creates", "relationships"].iter().any(|key| root.get(key).is_some())
}

/// Reads a file. An element that is not what it should be is told of and left out; the others are kept.
pub(crate) fn read_short(object: &Object, root: NodeRef<'_>, problems: &mut Vec<Problem>) -> ShortForm {
    let mut reader = Reader { object, root, problems };
    for key in object.keys().filter(|key| !FIELDS.contains(&key.as_str()) && *key != "relationships") {
        let span = root.entry(key).map_or(root.span(), |(key, _)| key.span());
        let near = design_registry::nearest(key, FIELDS.into_iter().chain(["relationships"]));
        reader.problems.push(Problem::UnknownField {
            field: key.clone(),
            inside: "a model",
            help: near.map(|near| format!("did you mean `{near}`?")),
            span,
        });
    }
    let text = |key: &str| object.get_str(key).unwrap_or_default().into();
    let model = object.contains_key("name").then(|| Model {
        schema_version: text("schemaVersion"),
        reference: ModelReference {
            name: text("name"),
            version: text("version"),
            upstream_version: upstream(object),
            registrant: Text::new(),
        },
        display_name: text("displayName"),
        description: text("description"),
        ..Model::default()
    });
    ShortForm {
        model,
        kinds: reader.each("kinds"),
        relationships: FieldRelationships {
            pods: reader.each("pods"),
            parts: reader.each("parts"),
            creates: reader.each("creates"),
            definitions: reader.each("relationships"),
        },
    }
}

fn upstream(object: &Object) -> Text {
    object.get("model").and_then(|model| model.get("version")).and_then(Value::as_str).unwrap_or_default().into()
}

struct Reader<'a> {
    object: &'a Object,
    root: NodeRef<'a>,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn each<T: DeserializeOwned>(&mut self, key: &str) -> Vec<T> {
        let elements = match self.object.get(key) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(elements)) => elements,
            Some(other) => {
                let reason = format!("`{key}` is a {}, and should be a list", other.type_name());
                self.problems.push(Problem::Refused { reason, span: place(self.root, &[key.into()]) });
                return Vec::new();
            }
        };
        let read = |(index, element): (usize, &Value)| match element_of(element) {
            Ok(read) => Some(read),
            Err(error) => {
                let path: [Segment; 2] = [key.into(), index.into()];
                let reason = format!("this element of `{key}` cannot be read: {error}");
                self.problems.push(Problem::Refused { reason, span: place(self.root, &path) });
                None
            }
        };
        elements.iter().enumerate().filter_map(read).collect()
    }
}

fn element_of<T: DeserializeOwned>(value: &Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(serde_json::to_value(value)?)
}
