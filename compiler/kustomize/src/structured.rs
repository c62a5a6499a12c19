//! Values inside of texts: a replacement may lead into a text that is itself JSON or YAML.

use design_source::{Trace, Written};
use design_syntax::{Document, Limits, Rules, SourceText, Style, lower, parse};
use design_vocabulary::{FileId, Segment, Span, Value};

use crate::cursor::{Store, text_of};
use crate::field_path::{FieldPath, Made};
use crate::hash::json;
use crate::part::Part;
use crate::replace::fitting;

/// A text with a value at a path inside of it; `None` where the text is no JSON or YAML, or has no such field.
pub(crate) fn put(text: &str, path: &FieldPath, value: &Value, create: bool, limits: &Limits) -> Option<String> {
    let parsed = parse(&SourceText::new(FileId(0), "", text), limits);
    let [document] = <[Document; 1]>::try_from(parsed.documents).ok().filter(|_| parsed.problems.is_empty())?;
    let mut store = Store::default();
    let number = store.add(document, Rules::Kustomize);
    let document = store.documents.get(number as usize)?;
    let mut whole =
        Part { value: lower(document.root()?, &mut Vec::new()), at: Written::root(number), trace: Trace::default() };
    let made = Made { by: Written::Text(Span::start_of(FileId(0))), is_mapping: matches!(value, Value::Object(_)) };
    let mut places = Vec::new();
    path.matches(&mut whole.value, &mut whole.trace, create.then_some(&made), &mut places).ok()?;
    if places.is_empty() {
        return None;
    }
    let new = |old: &Value, is_new: bool| match text_of(value) {
        Some(text) if !is_new && !matches!(old, Value::Object(_) | Value::Array(_)) => fitting(old, &text).ok(),
        _ => Some(value.clone()),
    };
    if text.trim_start().starts_with(['{', '[']) {
        for (place, is_new) in &places {
            whole.edit(&store, place, &mut |part| {
                part.value = new(&part.value, *is_new)?;
                Some(())
            })??;
        }
        let mut written = String::new();
        if text.contains('\n') && text.contains("  ") {
            pretty(&whole.value, 0, &mut written);
        } else {
            json(&whole.value, &mut written);
        }
        return Some(written);
    }
    spliced(text, document, &whole.value, &places, &new)
}

/// YAML keeps its form: only the scalars that change are written anew.
fn spliced(
    text: &str,
    document: &Document,
    whole: &Value,
    places: &[(Vec<Segment>, bool)],
    new: &dyn Fn(&Value, bool) -> Option<Value>,
) -> Option<String> {
    let mut changes: Vec<(usize, usize, String)> = Vec::new();
    for (place, is_new) in places {
        let value = text_of(&new(whole.at(place)?, *is_new)?)?;
        let (followed, _, node) = document.root()?.follow(place);
        if followed != place.len() || node.style() == Style::BlockScalar {
            return None;
        }
        let quote = node.style() == Style::Quoted;
        let written = if quote { format!("{:?}", value.as_str()) } else { value.to_string() };
        let span = node.span();
        changes.push((span.start as usize, span.end as usize, written));
    }
    changes.sort();
    let mut spliced = text.to_owned();
    for (start, end, written) in changes.into_iter().rev() {
        spliced.get(start..end)?;
        spliced.replace_range(start..end, &written);
    }
    Some(spliced.trim().to_owned())
}

/// JSON with a line for each value, as Go indents it.
fn pretty(value: &Value, depth: usize, text: &mut String) {
    let indent = |depth: usize| format!("\n{}", "  ".repeat(depth));
    match value {
        Value::Object(object) if !object.is_empty() => {
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(b.0));
            text.push('{');
            for (number, (key, value)) in entries.into_iter().enumerate() {
                text.push_str(if number > 0 { "," } else { "" });
                text.push_str(&indent(depth + 1));
                json(&Value::String(key.clone()), text);
                text.push_str(": ");
                pretty(value, depth + 1, text);
            }
            text.push_str(&indent(depth));
            text.push('}');
        }
        Value::Array(elements) if !elements.is_empty() => {
            text.push('[');
            for (number, element) in elements.iter().enumerate() {
                text.push_str(if number > 0 { "," } else { "" });
                text.push_str(&indent(depth + 1));
                pretty(element, depth + 1, text);
            }
            text.push_str(&indent(depth));
            text.push(']');
        }
        other => json(other, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_yaml_in_texts_keep_their_form() {
        for (text, path, expected) in [
            (r#"{"b": {"a": "x"}, "n": 1}"#, "b.a", r#"{"b":{"a":"new"},"n":1}"#),
            ("{\n  \"a\": [\"x\", 2]\n}\n", "a.0", "{\n  \"a\": [\n    \"new\",\n    2\n  ]\n}"),
            ("# kept\na:\n  b: x # too\n", "a.b", "# kept\na:\n  b: new # too"),
        ] {
            let put = put(text, &FieldPath::new(path), &Value::from("new"), false, &Limits::default());
            assert_eq!(put.as_deref(), Some(expected));
        }
        assert_eq!(put("info", &FieldPath::new("a"), &Value::from("x"), false, &Limits::default()), None);
    }
}
