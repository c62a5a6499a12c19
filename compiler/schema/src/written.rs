//! A JSON Schema that a person wrote, such as that of a parameter.

use design_registry::nearest;
use design_vocabulary::{Path, Segment, Value};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};

use crate::describe::type_names;
use crate::instance;

/// A JSON Schema, draft 2020-12 where it does not say another, ready to judge values. It reads nothing but itself: a
/// reference to another document is an error.
#[derive(Clone, Debug)]
pub struct Written(Validator);

impl Written {
    /// Compiles a schema. The error says where in the schema and what.
    pub fn compile(schema: &Value) -> Result<Self, (Path, String)> {
        let json = serde_json::to_value(schema).map_err(|error| (Path::new(), error.to_string()))?;
        if let Err(error) = jsonschema::meta::validate(&json) {
            let path = instance::path(error.instance_path().as_str(), &json);
            let reason = match path.last() {
                Some(Segment::Key(key)) if key == "type" => no_type(error.instance()),
                _ => sentence(&error, false),
            };
            return Err((path, reason));
        }
        match jsonschema::validator_for(&json) {
            Ok(validator) => Ok(Self(validator)),
            Err(error) => Err((instance::path(error.instance_path().as_str(), &json), error.to_string())),
        }
    }

    /// What is wrong with a value: where inside it, and what. With `masked` no text holds any part of the value.
    pub fn faults(&self, value: &Value, masked: bool) -> Vec<(Path, String)> {
        let Ok(json) = serde_json::to_value(value) else { return Vec::new() };
        let describe = |error: ValidationError<'_>| {
            let path = instance::path(error.instance_path().as_str(), &json);
            match error.kind() {
                ValidationErrorKind::AdditionalProperties { unexpected } if !masked => {
                    let below = |name: &String| {
                        let path = path.iter().cloned().chain([Segment::from(name.as_str())]).collect();
                        (path, "there is no such field".to_owned())
                    };
                    unexpected.iter().map(below).collect()
                }
                _ => vec![(path, sentence(&error, masked))],
            }
        };
        self.0.iter_errors(&json).flat_map(describe).collect()
    }
}

/// Why something is no type; the schema of schemas says only that none of its branches holds.
fn no_type(written: &serde_json::Value) -> String {
    const TYPES: [&str; 7] = ["string", "integer", "number", "boolean", "object", "array", "null"];
    let near = written.as_str().and_then(|written| nearest(written, TYPES));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("{written} is no type{near}")
}

fn sentence(error: &ValidationError<'_>, masked: bool) -> String {
    match error.kind() {
        ValidationErrorKind::Type { kind } => format!("it is not of type {}", type_names(kind).join(" or ")),
        _ if masked => error.masked_with("it").to_string(),
        _ => error.to_string(),
    }
}
