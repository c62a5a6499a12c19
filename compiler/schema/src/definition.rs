//! Custom resource definitions: the kinds that they define.

use design_vocabulary::{Component, Object, Value};

use crate::{Dialect, Found, KindSchema, instance};

/// The kind of such an object.
pub const DEFINITION_KIND: &str = "CustomResourceDefinition";

/// The group of such an object.
pub const DEFINITION_GROUP: &str = "apiextensions.k8s.io";

/// A kind that a custom resource definition defines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomKind {
    /// Its group.
    pub group: String,
    /// Its name.
    pub kind: String,
    /// Its versions, in the order of the definition.
    pub versions: Vec<CustomVersion>,
    /// Where the definition stands, for people.
    pub origin: String,
}

/// One version of a kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomVersion {
    /// Its name, such as `v1`.
    pub name: String,
    /// Whether a cluster serves it.
    pub is_served: bool,
    /// That it is deprecated, with what is said of that.
    pub deprecated: Option<String>,
    /// The schema of its objects.
    pub schema: Option<Value>,
    /// Whether fields are kept that the schema does not list: older definitions could say so for everything.
    pub keeps_unknown: bool,
}

/// Whether a component is a custom resource definition.
pub fn is_definition(component: &Component) -> bool {
    component.kind == DEFINITION_KIND && component.group() == DEFINITION_GROUP
}

impl CustomKind {
    /// The kind that the body of a definition defines; `None` where it says too little to know which. `origin` says for people
    /// where it stands.
    pub fn read(definition: &Object, origin: &str) -> Option<Self> {
        let spec = definition.get("spec")?;
        let group = spec.get("group")?.as_str()?;
        let kind = spec.get("names")?.get("kind")?.as_str()?;
        let is = |value: &Value, key: &str| value.get(key).and_then(Value::as_bool);
        let keeps_unknown = is(spec, "preserveUnknownFields") == Some(true);
        let version = |version: &Value| {
            // One schema for all versions stood beside them before apiextensions.k8s.io/v1.
            let schema = version.get("schema").or_else(|| spec.get("validation"));
            let warning = version.get("deprecationWarning").and_then(Value::as_str);
            Some(CustomVersion {
                name: version.get("name")?.as_str()?.to_owned(),
                is_served: is(version, "served") != Some(false),
                deprecated: (is(version, "deprecated") == Some(true)).then(|| warning.unwrap_or_default().to_owned()),
                schema: schema.and_then(|schema| schema.get("openAPIV3Schema")).cloned(),
                keeps_unknown,
            })
        };
        let mut versions: Vec<CustomVersion> =
            spec.get("versions").and_then(Value::as_array).into_iter().flatten().filter_map(version).collect();
        if let (true, Some(name)) = (versions.is_empty(), spec.get("version").and_then(Value::as_str)) {
            let schema = spec.get("validation").and_then(|schema| schema.get("openAPIV3Schema")).cloned();
            versions.push(CustomVersion {
                name: name.to_owned(),
                is_served: true,
                schema,
                keeps_unknown,
                ..CustomVersion::default()
            });
        }
        Some(Self { group: group.to_owned(), kind: kind.to_owned(), versions, origin: origin.to_owned() })
    }

    /// The kinds that components define.
    pub fn of_components<'a>(components: impl IntoIterator<Item = &'a Component>) -> Vec<Self> {
        let read = |component: &Component| {
            let origin = format!("the definition `{}`", component.name().unwrap_or_default());
            Self::read(&component.configuration, &origin)
        };
        components.into_iter().filter(|component| is_definition(component)).filter_map(read).collect()
    }

    /// The schema of the kind in a version.
    pub fn find(&self, version: &str) -> Found {
        let served = || self.versions.iter().filter(|version| version.is_served);
        let Some(found) = served().find(|candidate| candidate.name == version) else {
            return Found::OtherVersions(served().map(|version| version.name.clone()).collect());
        };
        match &found.schema {
            Some(schema) => Found::Schema(KindSchema {
                schema: instance::json(schema),
                dialect: if found.keeps_unknown { Dialect::Plain } else { Dialect::Structural },
                origin: self.origin.clone(),
                deprecated: found.deprecated.clone(),
            }),
            None => Found::Anything,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        serde_json::from_str::<Value>(text).unwrap().as_object().unwrap().clone()
    }

    #[test]
    fn the_versions_that_are_served_have_their_schemas() {
        let definition = object(
            r#"{"spec": {"group": "a.io", "names": {"kind": "Thing"}, "versions": [
                {"name": "v1", "served": true, "schema": {"openAPIV3Schema": {"type": "object"}}},
                {"name": "v0", "served": false}, {"name": "v2", "served": true}]}}"#,
        );
        let kind = CustomKind::read(&definition, "here").unwrap();
        assert!(matches!(kind.find("v1"), Found::Schema(found) if found.dialect == Dialect::Structural));
        assert_eq!(kind.find("v0"), Found::OtherVersions(vec!["v1".to_owned(), "v2".to_owned()]));
        assert_eq!(kind.find("v2"), Found::Anything);
        assert_eq!(CustomKind::read(&object("{}"), ""), None);
    }

    #[test]
    fn before_v1_one_schema_stood_beside_the_versions() {
        let definition = object(
            r#"{"spec": {"group": "a.io", "version": "v1", "names": {"kind": "Thing"}, "preserveUnknownFields": true,
                "validation": {"openAPIV3Schema": {"type": "object"}}}}"#,
        );
        let kind = CustomKind::read(&definition, "here").unwrap();
        assert!(matches!(kind.find("v1"), Found::Schema(found) if found.dialect == Dialect::Plain));
    }
}
