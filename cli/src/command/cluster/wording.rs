//! What stands in the way of an object, as findings with the places of its fields.

use design_apply::{Desired, Trouble};
use design_check::rules;
use design_pipeline::Compiled;
use design_vocabulary::{Finding, Segment, Span};

/// The findings of one trouble: of a conflict one for each field.
pub fn word(trouble: &Trouble, desired: &[Desired], compiled: &Compiled) -> Vec<Finding> {
    let Some(object) = desired.get(trouble.desired()) else { return Vec::new() };
    let (id, place) = (object.id.as_str(), object.place);
    let at = |field: &str| place_of(field, object, compiled).unwrap_or(place);
    vec![match trouble {
        Trouble::Refused { status, .. } if status.causes.is_empty() => {
            rules::refused_by_server::finding(id, &said(&status.message), place)
        }
        Trouble::Refused { status, .. } => {
            let of = |cause: &design_apply::Cause| {
                let reason = if cause.field.is_empty() {
                    cause.message.clone()
                } else {
                    format!("{}: {}", cause.field, cause.message)
                };
                rules::refused_by_server::finding(id, &reason, at(&cause.field))
            };
            return status.causes.iter().map(of).collect();
        }
        Trouble::Conflict { status, .. } => {
            let of = |cause: &design_apply::Cause| {
                // The message reads: conflict with "manager" using apps/v1
                let manager = cause.message.split('"').nth(1).unwrap_or("another manager");
                rules::field_conflict::finding(id, &cause.field, manager, at(&cause.field))
            };
            return status.causes.iter().map(of).collect();
        }
        Trouble::Unanswered { why, .. } => rules::no_answer::finding(id, why, place),
        Trouble::NoNamespace { namespace, .. } => rules::missing_namespace::finding(namespace, place),
        Trouble::NotServed { .. } => rules::kind_not_on_server::finding(id, &object.kind, &object.api_version, place),
        Trouble::Nameless { .. } => rules::no_name_of_its_own::finding(id, place),
        Trouble::OtherSet { set, .. } => rules::member_of_other_set::finding(id, set, place),
        Trouble::Elsewhere { namespace, .. } => {
            let wanted = object.namespace.as_deref().unwrap_or_default();
            rules::elsewhere_in_cluster::finding(id, wanted, namespace, place)
        }
        Trouble::Forbidden { verb, resource, namespace, .. } => {
            rules::not_allowed_in_cluster::finding(verb, resource, namespace.as_deref(), place)
        }
        Trouble::NotReady { reason, .. } => rules::not_ready::finding(id, reason, place),
        Trouble::Withheld { on, .. } => {
            let because = object.needs.iter().find(|need| need.on == *on).map_or(place, |need| need.place);
            let name = desired.get(*on).map_or("something", |other| other.id.as_str());
            rules::withheld::finding(id, name, place, because)
        }
    }]
}

/// The message of a refusal without what the server puts before each.
fn said(message: &str) -> String {
    message.split_once(" is invalid: ").map_or(message, |(_, rest)| rest).to_owned()
}

/// The place of a field that the server names: `spec.ports[0].name`, `.spec.containers[name="web"].image`.
fn place_of(field: &str, object: &Desired, compiled: &Compiled) -> Option<Span> {
    let mut path: Vec<Segment> = vec!["configuration".into()];
    let mut value = &object.object;
    for step in steps(field) {
        match step {
            Step::Key(key) => {
                value = value.get(&key)?;
                path.push(key.as_str().into());
            }
            Step::Index(index) => {
                value = value.get(index)?;
                path.push(index.into());
            }
            Step::With(keys) => {
                let is_it = |element: &serde_json::Value| {
                    keys.iter().all(|(key, wanted)| element.get(key).is_some_and(|found| shown(found) == *wanted))
                };
                let index = value.as_array()?.iter().position(is_it)?;
                value = value.get(index)?;
                path.push(index.into());
            }
        }
    }
    (path.len() > 1).then(|| compiled.map.locate(object.component, &path)).flatten().map(design_source::Located::best)
}

fn shown(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A step to a field.
#[derive(Debug, PartialEq)]
enum Step {
    Key(String),
    Index(usize),
    /// The element with these values.
    With(Vec<(String, String)>),
}

fn steps(field: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = field;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let Some((inside, behind)) = inside.split_once(']') else { break };
            rest = behind;
            steps.push(match inside.parse() {
                Ok(index) => Step::Index(index),
                Err(_) if inside.contains('=') => Step::With(
                    inside
                        .split(',')
                        .filter_map(|pair| pair.split_once('='))
                        .map(|(key, value)| (key.to_owned(), value.trim_matches('"').to_owned()))
                        .collect(),
                ),
                Err(_) => Step::Key(inside.trim_matches('"').to_owned()),
            });
            continue;
        }
        let name = rest.trim_start_matches('.');
        let end = name.find(['.', '[']).unwrap_or(name.len());
        let (key, behind) = name.split_at(end);
        if !key.is_empty() {
            steps.push(Step::Key(key.to_owned()));
        }
        rest = behind;
        if key.is_empty() && !behind.starts_with('[') {
            break;
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_the_server_writes_them() {
        let key = |key: &str| Step::Key(key.to_owned());
        assert_eq!(steps("spec.ports[0].name"), [key("spec"), key("ports"), Step::Index(0), key("name")]);
        let with = Step::With(vec![("name".to_owned(), "web".to_owned())]);
        assert_eq!(steps(".spec.containers[name=\"web\"].image"), [key("spec"), key("containers"), with, key("image")]);
        assert_eq!(steps("metadata.labels[a]"), [key("metadata"), key("labels"), key("a")]);
        assert_eq!(steps(""), []);
    }
}
