//! Models and the kinds that they define.
//!
//! The versions v1beta1 to v1beta3 of Meshery's files differ in the spelling of a few keys; every spelling is read.

use crate::definition::Reader;
use crate::{Misread, ModelReference, Object, Text, Value};

/// A named, versioned set of definitions: `model.json` in a model folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// The UUID of the file; the nil one in most.
    pub id: Option<Text>,
    /// Such as `models.meshery.io/v1beta1`.
    pub schema_version: Text,
    /// The name, the version of the definitions, the version of what they describe, and where they come from.
    pub reference: ModelReference,
    /// The name for people.
    pub display_name: Text,
    /// What the model is about, for people.
    pub description: Text,
    /// Such as `enabled` and `ignored`; empty where it is not said.
    pub status: Text,
    /// Such as `Orchestration & Management`.
    pub category: Text,
    /// A finer category.
    pub sub_category: Text,
    /// Whether the components of the model are drawings (`metadata.isAnnotation`).
    pub is_annotation: bool,
}

/// A kind and apiVersion with the JSON Schema of its configuration: `components/*.json` in a model folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComponentDefinition {
    /// The UUID of the file; the nil one in most.
    pub id: Option<Text>,
    /// Such as `components.meshery.io/v1beta1`.
    pub schema_version: Text,
    /// The version of the definition itself.
    pub version: Text,
    /// The name for people.
    pub display_name: Text,
    /// What the kind is for, for people.
    pub description: Text,
    /// The kind, such as `Deployment`.
    pub kind: Text,
    /// Group and version, such as `apps/v1`.
    pub api_version: Text,
    /// The JSON Schema of the configuration as JSON text, without `apiVersion`, `kind`, `metadata` and `status`; empty
    /// where the file has none.
    pub schema: Text,
    /// The model that the definition belongs to.
    pub model: ModelReference,
    /// Such as `enabled`, `ignored`, `duplicate`; empty where it is not said.
    pub status: Text,
    /// Whether objects live in a namespace (`metadata.isNamespaced`); `None` where the file does not say.
    pub is_namespaced: Option<bool>,
    /// Whether this is a drawing (`metadata.isAnnotation`).
    pub is_annotation: bool,
    /// Whether a cluster stores objects in this version (`metadata.isStorageVersion`, which `design model generate`
    /// writes); `None` where the file does not say.
    pub is_storage_version: Option<bool>,
}

impl Model {
    /// Reads a model; what has the wrong type is added to the list and read as absent.
    pub fn read(object: &Object, misread: &mut Vec<Misread>) -> Self {
        let mut reader = Reader::new(misread);
        let metadata = |reader: &mut Reader<'_>, key| {
            reader.inside(object, &["metadata"], |reader, inner| reader.flag(inner, &[key]))
        };
        Self {
            id: reader.id(object),
            schema_version: reader.text(object, &["schemaVersion", "schema_version"]),
            reference: reader.reference(object),
            display_name: reader.text(object, &["displayName", "display_name"]),
            description: reader.text(object, &["description"]),
            status: reader.text(object, &["status"]),
            category: reader.inside(object, &["category"], |reader, inner| reader.text(inner, &["name"])),
            sub_category: reader.text(object, &["subCategory", "sub_category"]),
            is_annotation: metadata(&mut reader, "isAnnotation") == Some(true),
        }
    }

    /// The file of the model as Meshery reads it, version v1beta1.
    pub fn to_value(&self) -> Value {
        let reference = &self.reference;
        let nil = || Value::from(NIL);
        let registrant = object([
            ("id", nil()),
            ("name", text(&reference.registrant)),
            ("type", "registry".into()),
            ("kind", text(&reference.registrant)),
            ("status", "registered".into()),
        ]);
        object([
            ("id", self.id.clone().map_or_else(nil, Value::from)),
            ("schemaVersion", text(&self.schema_version)),
            ("version", text(&reference.version)),
            ("name", text(&reference.name)),
            ("displayName", text(&self.display_name)),
            ("description", text(&self.description)),
            ("status", text(&self.status)),
            ("registrant", registrant),
            ("category", object([("name", text(&self.category))])),
            ("subCategory", text(&self.sub_category)),
            ("metadata", object([("isAnnotation", self.is_annotation.into())])),
            ("model", object([("version", text(&reference.upstream_version))])),
            ("components", Value::Null),
            ("relationships", Value::Null),
        ])
    }
}

impl ComponentDefinition {
    /// Reads a component definition; what has the wrong type is added to the list and read as absent.
    pub fn read(object: &Object, misread: &mut Vec<Misread>) -> Self {
        let mut reader = Reader::new(misread);
        let mut definition = Self {
            id: reader.id(object),
            schema_version: reader.text(object, &["schemaVersion", "schema_version"]),
            version: reader.text(object, &["version"]),
            display_name: reader.text(object, &["displayName", "display_name"]),
            description: reader.text(object, &["description"]),
            model: reader.model(object, &["model", "modelReference", "model_reference"]),
            status: reader.text(object, &["status"]),
            ..Self::default()
        };
        // A dehydrated definition names its model in `modelReference` and may keep an empty `model` beside it.
        if definition.model.name.is_empty() {
            definition.model = reader.model(object, &["modelReference", "model_reference"]);
        }
        reader.inside(object, &["component"], |reader, inner| {
            definition.kind = reader.text(inner, &["kind"]);
            definition.api_version = reader.text(inner, &["version"]);
            definition.schema = reader.text(inner, &["schema"]);
        });
        reader.inside(object, &["metadata"], |reader, inner| {
            definition.is_namespaced = reader.flag(inner, &["isNamespaced", "is_namespaced"]);
            definition.is_annotation = reader.flag(inner, &["isAnnotation", "is_annotation"]) == Some(true);
            definition.is_storage_version = reader.flag(inner, &["isStorageVersion"]);
        });
        definition
    }

    /// The API group: empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// The file of the definition as Meshery reads it, version v1beta1.
    pub fn to_value(&self) -> Value {
        let mut metadata = vec![
            ("isAnnotation", Value::from(self.is_annotation)),
            ("isNamespaced", self.is_namespaced.unwrap_or_default().into()),
            ("published", true.into()),
        ];
        metadata.extend(self.is_storage_version.map(|is_stored| ("isStorageVersion", is_stored.into())));
        object([
            ("id", self.id.clone().map_or_else(|| NIL.into(), Value::from)),
            ("schemaVersion", text(&self.schema_version)),
            ("version", text(&self.version)),
            ("displayName", text(&self.display_name)),
            ("description", text(&self.description)),
            ("format", "JSON".into()),
            ("model", Value::Object(self.model.to_object())),
            ("status", text(&self.status)),
            ("metadata", Value::Object(metadata.into_iter().collect())),
            ("configuration", Value::Null),
            (
                "component",
                object([
                    ("version", text(&self.api_version)),
                    ("kind", text(&self.kind)),
                    ("schema", text(&self.schema)),
                ]),
            ),
        ])
    }
}

/// The UUID that files carry whose id a registry is to choose.
const NIL: &str = "00000000-0000-0000-0000-000000000000";

fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Object(entries.into_iter().collect())
}

fn text(text: &Text) -> Value {
    Value::String(text.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display_path;

    fn read<T>(text: &str, read: fn(&Object, &mut Vec<Misread>) -> T) -> (T, Vec<Misread>) {
        let value: Value = serde_json::from_str(text).unwrap();
        let mut misread = Vec::new();
        (read(value.as_object().unwrap(), &mut misread), misread)
    }

    #[test]
    fn a_component_definition_is_read_and_written_as_one() {
        let (definition, misread) = read(
            r#"{"schemaVersion": "components.meshery.io/v1beta1", "version": "v1.0.0", "display_name": "Widget",
                "component": {"kind": "Widget", "version": "acme.example/v1", "schema": "{}"},
                "model": {"name": ""}, "modelReference": {"name": "acme", "model": {"version": "2.0.0"}},
                "metadata": {"isNamespaced": true, "isAnnotation": "no"}}"#,
            ComponentDefinition::read,
        );
        assert_eq!((definition.kind.as_str(), definition.group()), ("Widget", "acme.example"));
        assert_eq!((definition.model.name.as_str(), definition.model.upstream_version.as_str()), ("acme", "2.0.0"));
        assert_eq!(definition.is_namespaced, Some(true));
        let told: Vec<_> = misread.iter().map(|misread| display_path(&misread.path)).collect();
        assert_eq!(told, ["metadata.isAnnotation"]);
        let Value::Object(written) = definition.to_value() else { panic!("an object is written") };
        let mut misread = Vec::new();
        let again = ComponentDefinition::read(&written, &mut misread);
        assert_eq!((again.kind, again.model, misread), (definition.kind, definition.model, Vec::new()));
    }

    #[test]
    fn a_model_is_read_and_written_as_one() {
        let (model, misread) = read(
            r#"{"schemaVersion": "models.meshery.io/v1beta1", "version": "v1.0.0", "name": "acme", "displayName": "Acme",
                "model": {"version": "2.0.0"}, "registrant": {"kind": "github"}, "category": {"name": "Storage"},
                "subCategory": null}"#,
            Model::read,
        );
        assert_eq!(misread, []);
        assert_eq!(model.reference.upstream_version, "2.0.0");
        assert_eq!(model.category, "Storage");
        let Value::Object(written) = model.to_value() else { panic!("an object is written") };
        assert_eq!(Model::read(&written, &mut Vec::new()).reference, model.reference);
    }
}
