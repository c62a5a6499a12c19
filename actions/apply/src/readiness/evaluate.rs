//! Whether a test holds of an object, and what of the object made it hold.

use std::borrow::Cow;

use serde_json::Value;

use super::path::Path;
use super::rule::{Operand, Operator, Part, Right, Wanted};

/// What made a part hold: the words of the reason come from it.
#[derive(Clone, Debug)]
pub(super) enum Witness<'a> {
    /// A condition.
    Condition(&'a Value),
    /// A path and its value.
    Value(&'a Path, String),
    /// A path with nothing there.
    Nothing(&'a Path),
    /// The last change was not seen.
    Stale,
    /// It is being deleted.
    Deleting,
    /// Nothing that is worth a word.
    None,
}

/// Where conditions are looked for when a test does not say.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scope<'a> {
    /// Under `status.conditions`.
    Object,
    /// This one only.
    Element(&'a Value),
}

/// The strongest witness if all parts hold; `None` if one does not.
pub(super) fn holds<'a>(parts: &'a [Part], object: &'a Value, scope: Scope<'a>) -> Option<Witness<'a>> {
    let mut strongest = Witness::None;
    for part in parts {
        let witness = part_holds(part, object, scope)?;
        if weight(&witness) >= weight(&strongest) {
            strongest = witness;
        }
    }
    Some(strongest)
}

/// How much a witness says.
const fn weight(witness: &Witness<'_>) -> usize {
    match witness {
        Witness::None => 0,
        Witness::Nothing(_) => 1,
        Witness::Value(..) => 2,
        Witness::Condition(_) => 3,
        Witness::Stale | Witness::Deleting => 4,
    }
}

fn part_holds<'a>(part: &'a Part, object: &'a Value, scope: Scope<'a>) -> Option<Witness<'a>> {
    match part {
        Part::Always => Some(Witness::None),
        Part::Not(inner) => part_holds(inner, object, scope).is_none().then_some(Witness::None),
        Part::Stale => {
            let observed = object.pointer("/status/observedGeneration").and_then(Value::as_i64)?;
            // A controller that has not looked at all reports 0; one that does not count reports nothing.
            (observed != generation(object)?).then_some(Witness::Stale)
        }
        Part::Outdated => {
            let is_outdated = |condition: &&Value| {
                let observed = condition.get("observedGeneration").and_then(Value::as_i64);
                observed.zip(generation(object)).is_some_and(|(observed, generation)| observed != generation)
            };
            conditions(object, scope, None).into_iter().find(is_outdated).map(|_| Witness::Stale)
        }
        Part::Deleting => object.pointer("/metadata/deletionTimestamp").map(|_| Witness::Deleting),
        Part::Exists(path) => {
            let found = path.find(object).into_iter().flatten().find(|value| !is_empty(value))?;
            Some(Witness::Value(path, text_of(found).into_owned()))
        }
        Part::Missing(path) => {
            let is_missing = path.find(object).into_iter().flatten().all(is_empty);
            is_missing.then_some(Witness::Nothing(path))
        }
        Part::Halves(path) => {
            let mut values = path.find(object).into_iter().flatten().map(text_of);
            let value = values.find(|text| text.split_once('/').is_some_and(|(left, right)| left == right))?;
            Some(Witness::Value(path, value.into_owned()))
        }
        Part::Varies(path) => {
            let values = path.find(object);
            values.windows(2).any(|pair| pair[0] != pair[1]).then_some(Witness::None)
        }
        Part::Some(path, part) => {
            let elements = path.find(object).into_iter().flatten();
            elements.into_iter().find_map(|element| part_holds(part, element, Scope::Object))
        }
        Part::Compare(left, operator, right) => compare(left, *operator, right, object),
        Part::Condition(wanted) => conditions(object, scope, wanted.at.as_ref())
            .into_iter()
            .find(|condition| is_wanted(wanted, condition, object))
            .map(Witness::Condition),
    }
}

fn generation(object: &Value) -> Option<i64> {
    object.pointer("/metadata/generation").and_then(Value::as_i64)
}

/// The conditions in question, in their order.
pub(super) fn conditions<'a>(object: &'a Value, scope: Scope<'a>, at: Option<&Path>) -> Vec<&'a Value> {
    let lists = match (at, scope) {
        (Some(path), _) => path.find(object).into_iter().flatten().collect(),
        (None, Scope::Element(condition)) => return vec![condition],
        (None, Scope::Object) => object.pointer("/status/conditions").into_iter().collect::<Vec<_>>(),
    };
    lists.into_iter().filter_map(Value::as_array).flatten().collect()
}

fn is_wanted(wanted: &Wanted, condition: &Value, object: &Value) -> bool {
    let said = |key: &str| word_of(condition, key);
    let fits = |patterns: &[String], text: &str| patterns.iter().any(|pattern| matches(pattern, text));
    fits(&wanted.types, &said("type"))
        && fits(&wanted.statuses, &said("status"))
        && wanted
            .reasons
            .as_ref()
            .is_none_or(|reasons| fits(&reasons.patterns, &said("reason")) != reasons.are_excluded)
        && wanted.message.as_ref().is_none_or(|text| said("message").contains(text.as_str()))
        && (!wanted.is_current || is_current(condition, object))
}

/// What a condition says under a key. Some controllers write a status that is no text.
pub(super) fn word_of<'a>(condition: &'a Value, key: &str) -> Cow<'a, str> {
    match condition.get(key) {
        Some(Value::Bool(true)) => Cow::Borrowed("True"),
        Some(Value::Bool(false)) => Cow::Borrowed("False"),
        value => value.map(text_of).unwrap_or_default(),
    }
}

/// Whether a condition was written for the object as it is now; one of an object that does not count its changes is.
fn is_current(condition: &Value, object: &Value) -> bool {
    let observed = condition.get("observedGeneration").and_then(Value::as_i64);
    generation(object).is_none_or(|generation| observed == Some(generation))
}

/// Whether a text is what a pattern wants: the same, with `*` for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        let Some((_, after)) = rest.split_once(piece) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

fn compare<'a>(left: &'a Operand, operator: Operator, right: &Right, object: &'a Value) -> Option<Witness<'a>> {
    // A star stands for any text where the rule says it, not where an object does.
    let is_pattern = matches!(right, Right::Texts(_));
    let fits = |value: &str, other: &str| is_equal(value, other) || is_pattern && matches(other, value);
    let others: Vec<Cow<'_, str>> = match right {
        Right::Texts(texts) => texts.iter().map(|text| Cow::Borrowed(text.as_str())).collect(),
        Right::Operand(operand) => values(operand, object).into_iter().flatten().collect(),
    };
    for value in values(left, object) {
        let Some(value) = value else {
            // What is not there differs from everything; all else says nothing of it.
            if operator == Operator::Different {
                return Some(Witness::Nothing(&left.path));
            }
            continue;
        };
        let holds = match operator {
            Operator::Equal => others.iter().any(|other| fits(&value, other)),
            Operator::Different => !others.iter().any(|other| fits(&value, other)),
            Operator::Starts => others.iter().any(|other| value.starts_with(&**other)),
            Operator::Less => others.iter().any(|other| is_less(&value, other)),
            Operator::More => others.iter().any(|other| is_less(other, &value)),
            Operator::AtMost => others.iter().any(|other| is_less(&value, other) || is_equal(&value, other)),
            Operator::AtLeast => others.iter().any(|other| is_less(other, &value) || is_equal(&value, other)),
        };
        if holds {
            return Some(Witness::Value(&left.path, value.into_owned()));
        }
    }
    None
}

/// The values of an operand. A path through lists leads to as many as there are elements.
fn values<'a>(operand: &'a Operand, object: &'a Value) -> Vec<Option<Cow<'a, str>>> {
    let default = || operand.default.as_deref().map(Cow::Borrowed);
    let found = operand.path.find(object);
    found.into_iter().map(|value| value.map(text_of).or_else(default)).collect()
}

fn is_equal(left: &str, right: &str) -> bool {
    left == right || number(left).zip(number(right)).is_some_and(|(left, right)| left.total_cmp(&right).is_eq())
}

/// Numbers by their size, all else by its text: so points in time, which are written in one form, are compared as well. A
/// number and a text are not compared.
fn is_less(left: &str, right: &str) -> bool {
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left < right,
        (None, None) => left < right,
        _ => false,
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A value as the rules write it.
pub(super) fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        Value::Array(values) if values.iter().all(Value::is_string) => {
            Cow::Owned(values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
        }
        other => Cow::Owned(other.to_string()),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::rule::parse;
    use super::*;

    fn object() -> Value {
        json!({
            "metadata": {"generation": 3},
            "spec": {"replicas": 2, "paused": true, "sets": [{"count": 1}, {"count": 2}]},
            "status": {
                "observedGeneration": 2,
                "ready": 1,
                "phase": "Failed",
                "none": [],
                "conditions": [
                    {"type": "Ready", "status": "False", "reason": "ImagePullFailed", "message": "no such image",
                        "observedGeneration": 3},
                    {"type": "Synced", "status": "True", "observedGeneration": 2},
                ],
                "parents": [{"conditions": [{"type": "Accepted", "status": "False"}]}],
            },
        })
    }

    #[test]
    fn parts_hold_of_what_they_say() {
        for holding in [
            "always",
            "stale",
            "outdated",
            "status.phase exists",
            "status.none missing",
            "status.ready < spec.replicas",
            "status.gone ?? 0 < spec.replicas",
            "status.gone != x",
            "spec.paused = true",
            "status.phase = Done|Failed",
            "status.phase = Done|*ail*",
            "status.phase starts Fa",
            "spec.sets[*].count = 2",
            "spec.sets[*].count > status.ready",
            "not spec.sets[*].count > 2",
            "Ready=False",
            "Ready=False(*Failed) ~such current",
            "Ready=*(not Pending)",
            "Accepted=False at status.parents[*].conditions",
            "Ready=False and status.ready >= 1 and status.ready <= 1",
        ] {
            assert!(holds(&parse(holding).unwrap(), &object(), Scope::Object).is_some(), "{holding}");
        }
        for failing in [
            "deleting",
            "not always",
            "status.gone exists",
            "status.gone = x",
            "status.gone < 3",
            "spec.replicas missing",
            "Ready=True",
            "Ready=False(Pending)",
            "Synced=True current",
            "Accepted=False",
            "Ready=False and status.phase = Done",
        ] {
            assert!(holds(&parse(failing).unwrap(), &object(), Scope::Object).is_none(), "{failing}");
        }
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, wanted) in [
            ("*", "", true),
            ("A*", "AB", true),
            ("*B", "AB", true),
            ("A*B*C", "AxByC", true),
            ("A", "AB", false),
            ("A*B", "AC", false),
            ("*A*A", "A", false),
        ] {
            assert_eq!(matches(pattern, text), wanted, "{pattern} {text}");
        }
    }
}
