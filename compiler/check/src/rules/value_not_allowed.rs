//! D0603 value-not-allowed.

use design_schema::What;
use design_vocabulary::{Finding, Segment, Value, display_path};

use crate::Context;
use crate::fix::truth;
use crate::releases;
use crate::rule::rule;

rule! {
    /// A field of an object holds a value that the schema of its kind does not allow: one of another type, or one of which a
    /// part is missing or too much, where a schema asks for one of several fields.
    ///
    /// The API server refuses it. Numbers and truth values in quotes are texts, and texts that look like them without quotes
    /// are not: the value of an environment variable or an annotation needs quotes, a number of replicas must not have them.
    ///
    /// ## What to do
    ///
    /// Write what the message asks for.
    "D0603", "value-not-allowed", Error
}

/// One finding a value.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for fault in context.faults {
        let Some(located) = context.field(fault).filter(|_| !is_label(&fault.path)) else {
            continue;
        };
        let (place, releases) = (display_path(&fault.path), releases::suffix(context, &fault.releases));
        let finding = match &fault.what {
            What::WrongType { expected } => {
                let Some(value) = context.value(fault) else {
                    continue;
                };
                let nouns: Vec<&str> = expected.iter().map(|name| noun(name)).collect();
                let message =
                    format!("`{place}` should be {}, found {}{releases}", nouns.join(" or "), noun(value.type_name()));
                let finding = RULE.finding(message, located.best());
                let path = Context::path(fault);
                match way_out(expected, &value) {
                    Some(help) if value.as_str().is_some() => {
                        let word = value.as_str().and_then(|text| context.truth(fault.component, &path, text));
                        finding.help(help).fix(word.or_else(|| context.unquoted(fault.component, &path)))
                    }
                    Some(help) => finding.help(help).fix(context.quoted(fault.component, &path)),
                    None => finding,
                }
            }
            What::NotAllowed { reason } => {
                RULE.finding(format!("{} {reason}{releases}", subject(&place)), located.best())
            }
            What::Choice { fields, is_several } => {
                let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
                let demand = if *is_several { "may have only one of" } else { "must have one of" };
                let message = format!("{} {demand} {}{releases}", subject(&place), fields.join(", "));
                RULE.finding(message, located.best())
            }
            _ => continue,
        };
        findings.push(finding);
    }
}

/// A place at the beginning of a sentence.
fn subject(place: &str) -> String {
    if place.is_empty() { "the object".to_owned() } else { format!("`{place}`") }
}

/// Whether a path is that of a label or an annotation of the object, which D0302 judges.
fn is_label(path: &[Segment]) -> bool {
    let is_key =
        |segment: &Segment, names: &[&str]| matches!(segment, Segment::Key(key) if names.contains(&key.as_str()));
    matches!(path, [metadata, labels, _] if is_key(metadata, &["metadata"]) && is_key(labels, &["labels", "annotations"]))
}

/// A type of JSON Schema, for people.
fn noun(type_name: &str) -> &str {
    match type_name {
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "a text",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a mapping",
        "null" => "nothing",
        other => other,
    }
}

/// What to write instead, where quotes are all that is wrong.
fn way_out(expected: &[String], value: &Value) -> Option<String> {
    let takes = |name: &str| expected.iter().any(|expected| expected == name);
    match value {
        Value::String(text) if takes("integer") && text.parse::<i64>().is_ok() => {
            Some(format!("write {text} without quotes"))
        }
        Value::String(text) if takes("boolean") && matches!(text.as_str(), "true" | "false") => {
            Some(format!("write {text} without quotes"))
        }
        Value::String(text) if takes("boolean") && truth(text).is_some() => Some("write `true` or `false`".to_owned()),
        Value::Number(_) | Value::Bool(_) if expected == ["string"] => Some("put it in quotes".to_owned()),
        _ => None,
    }
}
