//! D0605 unlisted-value.

use design_schema::What;
use design_vocabulary::{Finding, Number, Value, display_path};

use crate::Context;
use crate::releases;
use crate::rule::rule;

rule! {
    /// A field holds none of the values that are allowed.
    ///
    /// The schema of the kind lists what the field may hold, and the API server refuses anything else. Such values are
    /// mostly told apart by the case of their letters: `Always`, not `always`.
    ///
    /// ## What to do
    ///
    /// Write one of the values that the message lists.
    "D0605", "unlisted-value", Error
}

/// More values than this make no sentence.
const MOST: usize = 12;

/// One finding a value.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for fault in context.faults {
        let What::Unlisted { allowed, nearest } = &fault.what else { continue };
        let Some(located) = context.field(fault) else { continue };
        let (path, releases) = (display_path(&fault.path), releases::suffix(context, &fault.releases));
        let found = context.value(fault).map(|value| shown(&value)).unwrap_or_default();
        let mut listed: Vec<String> = allowed.iter().take(MOST).map(|value| format!("`{value}`")).collect();
        if allowed.len() > MOST {
            listed.push(format!("{} more", allowed.len() - MOST));
        }
        let listed = match listed.split_last() {
            Some((last, others)) if !others.is_empty() => format!("one of {} and {last}", others.join(", ")),
            _ => listed.concat(),
        };
        let message = format!("`{path}` should be {listed}, found {found}{releases}");
        let finding = RULE.finding(message, located.best());
        findings.push(match nearest {
            Some(nearest) => {
                let fix = context.rewritten(fault.component, &Context::path(fault), nearest);
                finding.help(format!("did you mean `{nearest}`?")).fix(fix)
            }
            None => finding,
        });
    }
}

/// A value in a sentence.
pub(super) fn shown(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = match value {
        Value::String(text) => text.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Number(Number::Int(value)) => value.to_string(),
        Value::Number(Number::Unsigned(value)) => value.to_string(),
        Value::Number(Number::Float(value)) => value.to_string(),
        Value::Null => return "nothing".to_owned(),
        Value::Array(_) => return "a list".to_owned(),
        Value::Object(_) => return "a mapping".to_owned(),
    };
    if text.is_empty() {
        return "an empty text".to_owned();
    }
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or_default().replace('\n', " ")),
        None => format!("`{}`", text.replace('\n', " ")),
    }
}
