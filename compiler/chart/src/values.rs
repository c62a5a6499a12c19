//! Parameters as the values of a chart, and the schema that judges them.

use std::fmt;

use design_parameters::{Found, Parameter, Values};
use design_syntax::to_yaml;
use design_vocabulary::{Object, Value};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

/// Values that every chart has beside those of its parameters.
pub(crate) const RESERVED: [&str; 5] = ["global", "nameOverride", "fullnameOverride", "recommendedLabels", "tests"];

/// How wide a comment is.
const WIDTH: usize = 100;

/// One value of a chart, as its file shows it.
#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    /// Lines of the comment above it.
    comment: Vec<String>,
    /// The value with its name, as lines of YAML; empty where none is written.
    yaml: String,
}

/// The values that a chart begins with. Secrets are not among them, and neither is what has no value.
pub(crate) fn entries(values: &Values) -> Result<Vec<Entry>, fmt::Error> {
    values.parameters().iter().map(|parameter| entry(parameter, values)).collect()
}

fn entry(parameter: &Parameter, values: &Values) -> Result<Entry, fmt::Error> {
    let value = value_of(parameter, values);
    let mut comment = parameter.description.as_deref().map(wrapped).unwrap_or_default();
    comment.extend(wrapped(&limits(parameter, value.is_some())));
    let fields = parameter.schema.get("properties").and_then(Value::as_object);
    for (name, schema) in fields.into_iter().flat_map(Object::iter) {
        let Some(schema) = schema.as_object() else { continue };
        let said = said(schema).join(", ");
        let description = schema.get_str("description").map(|text| format!(" {text}")).unwrap_or_default();
        let said = if said.is_empty() { said } else { format!(" ({said})") };
        comment.push(format!("  {name}:{}{said}", description.lines().next().unwrap_or_default()));
    }
    let mut yaml = String::new();
    if let Some(value) = value {
        yaml = to_yaml(&Object::from_iter([(parameter.name.clone(), value.clone())]))?;
        // The empty lines between values would be part of a text that keeps its own; JSON is YAML, too.
        if yaml.lines().any(|line| line.contains(" |") && line.ends_with('+')) {
            let json = serde_json::to_string(&value).map_err(|_| fmt::Error)?;
            yaml = format!("{}: {json}\n", parameter.name);
        }
    } else {
        comment.push(format!("{}:", parameter.name));
    }
    Ok(Entry { comment, yaml })
}

/// The value that a chart begins with.
fn value_of(parameter: &Parameter, values: &Values) -> Option<Value> {
    match values.find(std::slice::from_ref(&parameter.name)) {
        Found::Value { value, is_secret: false } => Some(value.clone()),
        _ => None,
    }
}

/// What the schema of a parameter says of a value, for people.
fn limits(parameter: &Parameter, has_value: bool) -> String {
    let mut said = said(&parameter.schema);
    if parameter.is_secret {
        said.push("secret".to_owned());
    }
    if !has_value {
        said.push(if parameter.is_required || parameter.is_secret { "required" } else { "optional" }.to_owned());
    }
    if said.is_empty() { String::new() } else { format!("({})", said.join(", ")) }
}

fn said(schema: &Object) -> Vec<String> {
    let mut said = Vec::new();
    match schema.get("type") {
        Some(Value::String(one)) => said.push(one.to_string()),
        Some(Value::Array(several)) => {
            said.push(several.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "));
        }
        _ => {}
    }
    for (keyword, word) in [
        ("minimum", "at least"),
        ("exclusiveMinimum", "above"),
        ("maximum", "at most"),
        ("exclusiveMaximum", "below"),
        ("minLength", "characters: at least"),
        ("maxLength", "characters: at most"),
        ("pattern", "matches"),
        ("format", "format"),
        ("enum", "one of"),
    ] {
        if let Some(json) = schema.get(keyword).and_then(|value| serde_json::to_string(value).ok()) {
            said.push(format!("{word} {json}"));
        }
    }
    said
}

/// Lines of at most [`WIDTH`] characters, unless a word is longer.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + word.chars().count() >= WIDTH {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// The schema of a chart's values. It refuses every name that is no parameter.
pub(crate) fn schema(values: &Values) -> Result<String, serde_json::Error> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for parameter in values.parameters() {
        let mut schema = serde_json::to_value(&parameter.schema)?;
        if let Json::Object(schema) = &mut schema {
            if parameter.is_secret {
                schema.insert("writeOnly".to_owned(), Json::Bool(true));
            }
            // What refers to a part of the schema means the parameter's own, not that of all values.
            if has_reference(&Json::Object(schema.clone())) && !schema.contains_key("$id") {
                schema.insert("$id".to_owned(), format!("urn:parameter:{}", parameter.name).into());
            }
        }
        let has_value = value_of(parameter, values).is_some();
        let must_be_given = parameter.is_required || (parameter.is_secret && parameter.default.is_some());
        if must_be_given && !has_value {
            required.push(Json::from(parameter.name.as_str()));
        }
        properties.insert(parameter.name.to_string(), schema);
    }
    let text = || json!({"type": "string"});
    let tests = json!({
        "description": "What `helm test` does",
        "type": "object",
        "properties": {
            "enabled": {"description": "Whether there are tests", "type": "boolean"},
            "image": {"description": "An image with a shell's `nc`", "type": "string"},
        },
        "additionalProperties": false,
    });
    for (name, schema) in [
        ("global", json!({"description": "Values of charts around this one", "type": "object"})),
        ("nameOverride", text()),
        ("fullnameOverride", text()),
        (
            "recommendedLabels",
            json!({"description": "Whether every object gets the labels that Helm recommends", "type": "boolean"}),
        ),
        ("tests", tests),
    ] {
        properties.entry(name).or_insert(schema);
    }
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if let (Json::Object(schema), false) = (&mut schema, required.is_empty()) {
        schema.insert("required".to_owned(), Json::Array(required));
    }
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

fn has_reference(schema: &Json) -> bool {
    match schema {
        Json::Object(fields) => fields.contains_key("$ref") || fields.values().any(has_reference),
        Json::Array(elements) => elements.iter().any(has_reference),
        _ => false,
    }
}
