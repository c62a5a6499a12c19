//! Markers that stand for the values of secret parameters until a Secret is written.
//!
//! A design is printed in many ways: as a graph, as a difference, in findings, as an evaluation. None of them may show a
//! secret, so no design holds one: it holds `<secret parameter NAME>`, which says where the value comes from. Only
//! [`reveal`] puts the value in its place, and it looks only into the data of Secrets.

use design_vocabulary::{Component, Object, Text, Value};

use crate::text_of;
use crate::values::{Found, Values};

const START: &str = "<secret parameter ";
const END: char = '>';

/// The fields of a Secret that hold what is secret.
pub(crate) const FIELDS: [&str; 2] = ["stringData", "data"];

/// What stands for the value at a path of parameters.
pub(crate) fn marker(path: &[Text]) -> Value {
    Value::String(format!("{START}{}{END}", path.join(".")).into())
}

/// The path of parameters that a value stands for as a whole, where it is such a marker.
pub(crate) fn marked(value: &Value) -> Option<Vec<Text>> {
    let path = value.as_str()?.strip_prefix(START)?.strip_suffix(END)?;
    (!path.contains(END)).then(|| path.split('.').map(Text::from).collect())
}

/// Whether a value holds a marker anywhere.
pub(crate) fn holds_marker(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(START),
        Value::Array(elements) => elements.iter().any(holds_marker),
        Value::Object(object) => object.iter().any(|(_, value)| holds_marker(value)),
        _ => false,
    }
}

/// A value in which markers name the parameters of another design: each parameter here, and the path there that gives it.
pub(crate) fn renamed(value: &Value, names: &[(Text, Vec<Text>)]) -> Value {
    match value {
        Value::String(text) if text.contains(START) => {
            let mut written = String::new();
            let mut rest = text.as_str();
            while let Some((before, behind)) = rest.split_once(START) {
                written.push_str(before);
                written.push_str(START);
                let end = behind.find(['.', END]).unwrap_or(0);
                let (name, tail) = behind.split_at(end);
                match names.iter().find(|(inner, _)| inner == name) {
                    Some((_, path)) => written.push_str(&path.join(".")),
                    None => written.push_str(name),
                }
                rest = tail;
            }
            written.push_str(rest);
            Value::String(written.into())
        }
        Value::Array(elements) => elements.iter().map(|element| renamed(element, names)).collect(),
        Value::Object(object) => {
            let entries = object.iter().map(|(key, value)| (key.clone(), renamed(value, names)));
            Value::Object(entries.collect())
        }
        other => other.clone(),
    }
}

/// A component with the values of secrets in the place of their markers; `None` where it has none.
pub fn reveal(component: &Component, values: &Values) -> Option<Component> {
    if component.kind != "Secret" || !component.group().is_empty() || !values.has_secrets() {
        return None;
    }
    let mut revealed = component.clone();
    let mut any = false;
    for field in FIELDS {
        if let Some(shown) = revealed.configuration.get(field).and_then(|held| shown(held, values)) {
            revealed.configuration.insert(field, shown);
            any = true;
        }
    }
    any.then_some(revealed)
}

fn shown(value: &Value, values: &Values) -> Option<Value> {
    match value {
        Value::String(text) => in_text(text, values),
        Value::Array(elements) => {
            let shown: Vec<Option<Value>> = elements.iter().map(|element| shown(element, values)).collect();
            let pairs = shown.into_iter().zip(elements.iter());
            let mut any = false;
            let elements = pairs.map(|(shown, written)| {
                any |= shown.is_some();
                shown.unwrap_or_else(|| written.clone())
            });
            let elements: Value = elements.collect();
            any.then_some(elements)
        }
        Value::Object(object) => {
            let mut changed: Option<Object> = None;
            for (key, value) in object.iter() {
                if let Some(shown) = shown(value, values) {
                    changed.get_or_insert_with(|| object.clone()).insert(key.clone(), shown);
                }
            }
            changed.map(Value::Object)
        }
        _ => None,
    }
}

fn in_text(text: &str, values: &Values) -> Option<Value> {
    let value_of = |path: &str| {
        let path: Vec<Text> = path.split('.').map(Text::from).collect();
        match values.find(&path) {
            Found::Value { value, is_secret: true } => Some(value.clone()),
            _ => None,
        }
    };
    if let Some(path) = text.strip_prefix(START).and_then(|rest| rest.strip_suffix(END))
        && let Some(value) = value_of(path)
    {
        return Some(value);
    }
    let mut shown = String::new();
    let (mut rest, mut any) = (text, false);
    while let Some((before, behind)) = rest.split_once(START) {
        shown.push_str(before);
        let value = behind.split_once(END).and_then(|(path, behind)| Some((text_of(&value_of(path)?)?, behind)));
        if let Some((value, behind)) = value {
            shown.push_str(&value);
            (rest, any) = (behind, true);
        } else {
            shown.push_str(START);
            rest = behind;
        }
    }
    shown.push_str(rest);
    any.then(|| Value::String(shown.into()))
}
