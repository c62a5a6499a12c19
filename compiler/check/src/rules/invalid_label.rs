//! D0302 invalid-label.

use std::borrow::Cow;
use std::ops::Range;

use design_registry::NameRule;
use design_vocabulary::{Finding, Segment, Span, Value};

use crate::Context;

use crate::rule::rule;

rule! {
    /// A label or annotation breaks the syntax of its key or value, so the API server refuses the object.
    ///
    /// A key is a name of at most 63 characters (letters, digits, `-`, `_`, `.`, a letter or digit at both ends), optionally
    /// behind a DNS subdomain and a slash. A label's value follows the same rule as the name, or is empty. Values of both are
    /// text: `version: 1.0` is a number and has to be quoted. A value that is null counts as empty.
    ///
    /// Source: "Labels and Selectors" and "Annotations" of the Kubernetes documentation.
    ///
    /// ## What to do
    ///
    /// Quote numbers and truth values; shorten or clean up the others. Longer texts belong to annotations.
    "D0302", "invalid-label", Error
}

/// Judges the labels and annotations of objects and of pod templates.
pub fn check(context: &Context<'_>, objects: Range<usize>, findings: &mut Vec<Finding>) {
    for (index, component) in context.objects(objects) {
        if component.is_annotation {
            continue;
        }
        let configuration = &component.configuration;
        let template = |key: &str| configuration.get(key)?.get("template")?.get("metadata");
        let places: [(&[&str], Option<&Value>); 2] =
            [(&["metadata"], configuration.get("metadata")), (&["spec", "template", "metadata"], template("spec"))];
        for (path, metadata) in places {
            for (field, is_label) in [("labels", true), ("annotations", false)] {
                let Some(map) = metadata.and_then(|metadata| metadata.get(field)).and_then(Value::as_object) else {
                    continue;
                };
                for (key, value) in map.iter() {
                    let Some((fault, at_key)) = fault(key, value, is_label) else {
                        continue;
                    };
                    let names = ["configuration"].iter().chain(path).chain([&field]).map(|name| Segment::from(*name));
                    let full: Vec<Segment> = names.chain([key.clone().into()]).collect();
                    let Some(located) = context.map.locate(index, &full) else {
                        continue;
                    };
                    let span = if at_key { located.key_or_value() } else { located.best() };
                    let is_scalar = !at_key && matches!(value, Value::Number(_) | Value::Bool(_));
                    let fix = if is_scalar { context.quoted(index, &full) } else { None };
                    findings.push(fault.finding(key, field, span).fix(fix));
                }
            }
        }
    }
}

/// What is wrong, and a way out.
struct Fault {
    message: &'static str,
    help: Option<&'static str>,
}

impl Fault {
    fn finding(&self, key: &str, field: &str, span: Span) -> Finding {
        let noun = if field == "labels" { "label" } else { "annotation" };
        let finding = RULE.finding(format!("the {} `{key}` {}", noun, self.message), span);
        match self.help {
            Some(help) => finding.help(help),
            None => finding,
        }
    }
}

/// The fault of one entry, and whether it is the key's.
fn fault(key: &str, value: &Value, is_label: bool) -> Option<(Fault, bool)> {
    let (prefix, name) = key.rsplit_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    // Most keys are in lower case, and there are many.
    let is_wrong = |prefix: &str| {
        let has_upper_case = prefix.bytes().any(|byte| byte.is_ascii_uppercase());
        let prefix = if has_upper_case { Cow::Owned(prefix.to_lowercase()) } else { Cow::Borrowed(prefix) };
        NameRule::Subdomain.fault(&prefix).is_some()
    };
    if prefix.is_some_and(is_wrong) {
        return Some((Fault { message: "has a prefix that is not a DNS subdomain", help: None }, true));
    }
    if name.is_empty() || name.len() > 63 || !is_qualified(name) {
        let message =
            "has a key that is not 1 to 63 letters, digits, `-`, `_` or `.` with a letter or digit at both ends";
        return Some((Fault { message, help: None }, true));
    }
    match value {
        Value::String(text) if is_label && text.len() > 63 => {
            let help = Some("put longer texts into an annotation");
            Some((Fault { message: "has a value of more than 63 characters", help }, false))
        }
        Value::String(text) if is_label && !text.is_empty() && !is_qualified(text) => {
            let message = "has a value with other characters than letters, digits, `-`, `_` and `.`, or with one of the last \
                           three at an end";
            Some((Fault { message, help: Some("put free text into an annotation") }, false))
        }
        Value::String(_) | Value::Null => None,
        Value::Number(_) | Value::Bool(_) => {
            Some((Fault { message: "has a value that is not a text", help: Some("quote it") }, false))
        }
        Value::Array(_) | Value::Object(_) => {
            Some((Fault { message: "has a value that is a collection", help: None }, false))
        }
    }
}

fn is_qualified(text: &str) -> bool {
    let at_ends = [text.bytes().next(), text.bytes().next_back()];
    let sound_ends = at_ends.into_iter().all(|byte| byte.is_some_and(|byte| byte.is_ascii_alphanumeric()));
    sound_ends && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}
