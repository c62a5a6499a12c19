//! The OpenAPI v3 documents of a release: schemas, with what nobody needs for checking left out.

use std::collections::BTreeMap;
use std::path::Path;

use design_registry::definitions::{SchemaSet, api_version};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::discovery::{Discovered, file_stem};
use crate::{Failure, source};

/// The keyword that says which kinds a schema describes.
const KINDS: &str = "x-kubernetes-group-version-kind";

#[derive(Deserialize)]
struct Document {
    components: Components,
}

#[derive(Deserialize)]
struct Components {
    schemas: BTreeMap<String, Value>,
}

#[derive(Deserialize, Serialize)]
struct GroupVersionKind {
    group: String,
    version: String,
    kind: String,
}

/// Reads the schemas of all kinds that are served.
pub(crate) fn read(folder: &Path, discovered: &Discovered) -> Result<SchemaSet, Failure> {
    let mut definitions: BTreeMap<String, Value> = BTreeMap::new();
    let mut described = BTreeMap::new();
    for group in &discovered.groups {
        for version in &group.versions {
            let name = format!("{}_openapi.json", file_stem(&group.name, version));
            let file = folder.join("api/openapi-spec/v3").join(name);
            let document: Document = source::read_json(&file)?;
            for (name, schema) in document.components.schemas {
                let mut schema = strip(schema);
                // Put back where it tells of a kind. On options that every group takes, each document names other groups.
                let kinds = schema.as_object_mut().and_then(|fields| fields.remove(KINDS)).unwrap_or_default();
                for kind in serde_json::from_value::<Vec<GroupVersionKind>>(kinds).unwrap_or_default() {
                    described
                        .insert((api_version(&kind.group, &kind.version), kind.kind.clone()), (name.clone(), kind));
                }
                match definitions.get(&name) {
                    Some(known) if *known != schema => return Err(Failure::Conflict { file, name }),
                    Some(_) => {}
                    None => drop(definitions.insert(name, schema)),
                }
            }
        }
    }
    let mut kinds = BTreeMap::new();
    let mut wanted = discovered.subresources.clone();
    for definition in &discovered.definitions {
        let key = (definition.api_version(), definition.kind.clone());
        if !described.contains_key(&key) {
            let (api_version, kind) = key;
            return Err(Failure::NoSchema { folder: folder.to_owned(), api_version, kind });
        }
        wanted.insert(key);
    }
    // Some subresources take no body, such as those that open a connection; they have no schema.
    for (key, (name, kind)) in described.into_iter().filter(|(key, _)| wanted.contains(key)) {
        if let Some(Value::Object(fields)) = definitions.get_mut(&name) {
            fields.insert(KINDS.to_owned(), json!([kind]));
        }
        kinds.insert(key, name);
    }
    Ok(SchemaSet { definitions, kinds })
}

/// A schema without descriptions and without empty defaults, and with references into `$defs`.
///
/// An empty object as default says only that the Go type is a struct. Where nothing but the reference is left of an `allOf`
/// of one, which OpenAPI 3.0 needs to put a keyword beside a reference, the reference stands alone.
fn strip(schema: Value) -> Value {
    let Value::Object(fields) = schema else {
        return schema;
    };
    let mut kept = Map::new();
    for (keyword, value) in fields {
        let value = match (keyword.as_str(), value) {
            ("description", _) => continue,
            ("default", Value::Object(default)) if default.is_empty() => continue,
            ("$ref", Value::String(target)) => match target.strip_prefix("#/components/schemas/") {
                Some(name) => Value::String(format!("#/$defs/{name}")),
                None => Value::String(target),
            },
            ("properties", Value::Object(properties)) => {
                properties.into_iter().map(|(name, property)| (name, strip(property))).collect()
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => schemas.into_iter().map(strip).collect(),
            ("items" | "additionalProperties" | "not", value) => strip(value),
            (_, value) => value,
        };
        kept.insert(keyword, value);
    }
    match kept.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) if kept.len() == 1 => only.clone(),
        _ => Value::Object(kept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_go_and_properties_of_that_name_stay() {
        let schema = json!({
            "description": "words",
            "type": "object",
            "properties": {
                "description": {"description": "words", "type": "string"},
                "$ref": {"type": "string"},
                "protocol": {"type": "string", "default": "TCP"},
                "ports": {
                    "type": "array",
                    "items": {"allOf": [{"$ref": "#/components/schemas/Port"}], "default": {}},
                    "x-kubernetes-list-map-keys": ["port"],
                },
                "update": {"allOf": [{"$ref": "#/components/schemas/Update"}], "x-kubernetes-patch-strategy": "retainKeys"},
            },
        });
        let expected = json!({
            "type": "object",
            "properties": {
                "description": {"type": "string"},
                "$ref": {"type": "string"},
                "protocol": {"type": "string", "default": "TCP"},
                "ports": {"type": "array", "items": {"$ref": "#/$defs/Port"}, "x-kubernetes-list-map-keys": ["port"]},
                "update": {"allOf": [{"$ref": "#/$defs/Update"}], "x-kubernetes-patch-strategy": "retainKeys"},
            },
        });
        assert_eq!(strip(schema), expected);
    }
}
