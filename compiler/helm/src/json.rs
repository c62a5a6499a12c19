//! `toJson` and its like as Go writes it: keys sorted, `<`, `>` and `&` escaped unless asked otherwise.

use crate::functions::versions::kube_version;
use crate::print::in_json;
use crate::value::{Data, Value};

/// How JSON is written.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    /// Whether it takes several lines.
    pub pretty: bool,
    /// Whether letters that mean something in HTML are escaped.
    pub html: bool,
}

/// A value as JSON.
pub(crate) fn to_json(value: &Value, form: Form) -> String {
    let mut output = String::new();
    write(value, form, 0, &mut output);
    output
}

fn write(value: &Value, form: Form, depth: usize, output: &mut String) {
    match &value.data {
        Data::Bool(truth) => output.push_str(if *truth { "true" } else { "false" }),
        Data::Int(number) | Data::Int64(number) => output.push_str(&number.to_string()),
        Data::Float(number) if number.is_finite() => output.push_str(&in_json(*number)),
        Data::Nil | Data::Float(_) => output.push_str("null"),
        Data::Text(text) => string(text.as_str(), form, output),
        Data::Bytes(bytes) => string(&crate::functions::base64(bytes), form, output),
        Data::KubeVersion(version) => {
            let parts = kube_version(version);
            let parts = parts.iter().map(|(key, part)| (*key, Value::from(*part)));
            // In the order of Go's structure.
            let parts: Vec<(&str, Value)> = parts.collect();
            collection(['{', '}'], parts.iter().map(|(key, value)| (Some(*key), value)), form, depth, output);
        }
        Data::Semver(semver) => string(&semver.to_string(), form, output),
        Data::List(_) | Data::Versions(_) => {
            let list = value.as_list().unwrap_or_default();
            let elements = list.iter().map(|element| (None, element));
            collection(['[', ']'], elements, form, depth, output);
        }
        Data::Map(map) => {
            let entries = map.entries();
            let entries = entries.iter().map(|(key, value)| (Some(key.as_ref()), value));
            collection(['{', '}'], entries, form, depth, output);
        }
        Data::Files(_) => output.push_str("{}"),
    }
}

fn collection<'a>(
    brackets: [char; 2],
    elements: impl ExactSizeIterator<Item = (Option<&'a str>, &'a Value)>,
    form: Form,
    depth: usize,
    output: &mut String,
) {
    let [open, close] = brackets;
    output.push(open);
    let is_empty = elements.len() == 0;
    let line = |depth: usize, output: &mut String| {
        if form.pretty && !is_empty {
            output.push('\n');
            output.push_str(&"  ".repeat(depth));
        }
    };
    for (index, (key, value)) in elements.enumerate() {
        if index > 0 {
            output.push(',');
        }
        line(depth + 1, output);
        if let Some(key) = key {
            string(key, form, output);
            output.push_str(if form.pretty { ": " } else { ":" });
        }
        write(value, form, depth + 1, output);
    }
    line(depth, output);
    output.push(close);
}

fn string(text: &str, form: Form, output: &mut String) {
    output.push('"');
    for letter in text.chars() {
        match letter {
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            '\u{8}' => output.push_str("\\b"),
            '\u{c}' => output.push_str("\\f"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            '<' | '>' | '&' if form.html => output.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter if letter < ' ' || matches!(letter, '\u{2028}' | '\u{2029}') => {
                output.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter => output.push(letter),
        }
    }
    output.push('"');
}
