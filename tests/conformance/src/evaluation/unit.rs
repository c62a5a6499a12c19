//! What unit tests assert of small designs.

use std::borrow::Cow;

use design_evaluate::{Action, EvaluatedRelationship, Evaluation, Family, Limits, evaluate};
use design_vocabulary::{Component, Design, FieldPath, Object, Relationship, RelationshipDefinition, Text, Value};

use super::{definition, elements};
use crate::compare::shown;
use crate::rules::{Fault, Rule};

pub(super) fn judge(case: &Object) -> Vec<(Rule, Fault)> {
    let design = Design {
        name: "case".into(),
        components: list(case, "components").map(component).collect(),
        relationships: list(case, "relationships").map(relationship).collect(),
        ..Design::default()
    };
    let empty = Object::new();
    let expected = case.get("expect").and_then(Value::as_object).unwrap_or(&empty);
    match case.get_str("run").unwrap_or_default() {
        "leg" => return leg(&design, case, expected),
        "alias_invalid" => {
            let is_gone = evaluate(&design, &[], &Limits::default()).relationships.is_empty();
            return unequal(Rule::Relationships, "invalid", expected.get("invalid"), &Value::Bool(is_gone));
        }
        _ => {}
    }
    let definitions: Vec<RelationshipDefinition> = list(case, "definitions").map(definition).collect();
    let evaluation = evaluate(&design, &definitions, &Limits::default());
    let mut faults = Vec::new();
    relationships(&evaluation, expected, &mut faults);
    actions(&evaluation, expected, &mut faults);
    fields(&design, &evaluation, expected, &mut faults);
    faults
}

fn list<'o>(object: &'o Object, key: &str) -> impl Iterator<Item = &'o Object> {
    object.get(key).into_iter().flat_map(elements)
}

fn component(object: &Object) -> Component {
    let text = |key: &str| Text::from(object.get_str(key).unwrap_or_default());
    Component {
        id: Some(text("id")),
        kind: text("kind"),
        model: text("model"),
        display_name: text("displayName"),
        configuration: object.get("configuration").and_then(Value::as_object).cloned().unwrap_or_default(),
        ..Component::default()
    }
}

fn relationship(object: &Object) -> Relationship {
    let RelationshipDefinition { id, kind, type_name, sub_type, status, selectors, .. } = definition(object);
    Relationship { id, kind, type_name, sub_type, status, selectors, ..Relationship::default() }
}

fn unequal(rule: Rule, what: &str, expected: Option<&Value>, got: &Value) -> Vec<(Rule, Fault)> {
    match expected {
        Some(expected) if expected != got => {
            let say = |value: &Value| format!("{what}: {}", shown(Some(value)));
            vec![(rule, Fault::new(say(expected), say(got)))]
        }
        _ => Vec::new(),
    }
}

/// Counts, pairs and sorts of the relationships between the components of the case.
fn relationships(evaluation: &Evaluation, expected: &Object, faults: &mut Vec<(Rule, Fault)>) {
    let ids = evaluation.components.iter().filter(|each| each.origin().is_some());
    let ids: Vec<Option<Text>> = ids.map(|each| Some(each.id().clone())).collect();
    let found: Vec<Cow<'_, Relationship>> = evaluation
        .relationships
        .iter()
        .filter(|each| each.origin().is_none())
        .map(EvaluatedRelationship::relationship)
        .filter(|each| each.from.iter().chain(&each.to).all(|end| ids.contains(&end.id)))
        .collect();
    let count = Value::from(i64::try_from(found.len()).unwrap_or(i64::MAX));
    faults.extend(unequal(Rule::Relationships, "count", expected.get("count"), &count));
    let at_least = expected.get("count_min").filter(|_| found.is_empty());
    faults.extend(unequal(Rule::Relationships, "count", at_least, &count));
    for each in &found {
        let status = Value::String(each.status.clone());
        faults.extend(unequal(Rule::Relationships, "status", expected.get("status"), &status));
    }
    for pair in expected.get("pairs").and_then(Value::as_array).unwrap_or_default() {
        let ends = pair.as_array().unwrap_or_default();
        let is_found = found.iter().any(|each| {
            let id = |side: &[design_vocabulary::Endpoint]| side.first().and_then(|end| end.id.clone());
            [id(&each.from), id(&each.to)].iter().zip(ends).all(|(id, end)| id.as_deref() == end.as_str())
        });
        if !is_found {
            faults.push((Rule::Relationships, Fault::new(format!("the pair {ends:?}"), "no such relationship")));
        }
    }
    for wanted in list(expected, "relationships_include") {
        let is = |key: &str, text: &Text| wanted.get_str(key).is_none_or(|word| text.eq_ignore_ascii_case(word));
        let is_found = evaluation
            .relationships
            .iter()
            .map(EvaluatedRelationship::relationship)
            .any(|each| is("kind", &each.kind) && is("type", &each.type_name) && is("subType", &each.sub_type));
        if !is_found {
            let words: Vec<&str> = wanted.iter().filter_map(|(_, value)| value.as_str()).collect();
            faults.push((Rule::Relationships, Fault::new(words.join("/"), "no such relationship")));
        }
    }
}

/// Actions. A relationship that gets the status `deleted` there is deleted here.
fn actions(evaluation: &Evaluation, expected: &Object, faults: &mut Vec<(Rule, Fault)>) {
    let wanted = list(expected, "actions_include").chain(list(expected, "actions"));
    for wanted in wanted {
        let text = |key: &str| wanted.get_str(key);
        let is_deletion = text("op") == Some("update_relationship") && text("value") == Some("deleted");
        let op = if is_deletion { Some("delete_relationship") } else { text("op") };
        let is_there = evaluation.actions.iter().any(|action| {
            let (id, kind, new) = match action {
                Action::AddComponent(component) => (component.id.clone(), Some(component.kind.as_str()), None),
                Action::UpdateComponent(update) => (Some(update.id.clone()), None, update.new.as_ref()),
                Action::UpdateRelationship(update) => (Some(update.id.clone()), None, None),
                Action::DeleteComponent { id } | Action::DeleteRelationship { id, .. } => {
                    (Some(id.clone()), None, None)
                }
                Action::AddRelationship { position } => {
                    let added = evaluation.relationships.get(*position);
                    (added.and_then(EvaluatedRelationship::id), None, None)
                }
            };
            let inside = list_of_texts(wanted.get("value_path"));
            let new = new.and_then(|value| follow(value, &inside));
            op == Some(action.operation())
                && text("id").is_none_or(|wanted| id.as_deref() == Some(wanted))
                && text("component_kind").is_none_or(|wanted| kind == Some(wanted))
                && (is_deletion || wanted.get("value").is_none_or(|value| new == Some(value)))
        });
        if !is_there {
            let got: Vec<&str> = evaluation.actions.iter().map(Action::operation).collect();
            faults.push((Rule::Actions, Fault::new(op.unwrap_or_default(), got.join(", "))));
        }
    }
    if let Some(Value::Array(added)) = expected.get("added") {
        let got = evaluation.components.iter().filter(|each| each.origin().is_none()).count();
        if got != added.len() {
            faults.push((Rule::Actions, Fault::new(format!("{} components added", added.len()), got.to_string())));
        }
    }
}

/// The values of fields when all is done.
fn fields(design: &Design, evaluation: &Evaluation, expected: &Object, faults: &mut Vec<(Rule, Fault)>) {
    let value = |wanted: &Object| {
        let mut components = evaluation.components.iter();
        let component = components.find(|component| Some(component.id().as_str()) == wanted.get_str("id"))?;
        let component = component.component(design);
        let path = list_of_texts(wanted.get("path"));
        let (root, rest) = path.split_first()?;
        let whole = Value::Object(component.configuration.clone());
        (root == "configuration").then(|| follow(&whole, rest).cloned())?
    };
    for wanted in list(expected, "values") {
        let got = value(wanted);
        if got.as_ref() != wanted.get("value") {
            faults.push((Rule::Fields, Fault::new(shown(wanted.get("value")), shown(got.as_ref()))));
        }
    }
    for wanted in list(expected, "absent") {
        if let Some(got) = value(wanted) {
            faults.push((Rule::Fields, Fault::new("nothing", shown(Some(&got)))));
        }
    }
}

fn list_of_texts(value: Option<&Value>) -> Vec<Text> {
    let elements = value.and_then(Value::as_array).unwrap_or_default();
    elements.iter().filter_map(Value::as_str).map(Text::from).collect()
}

fn follow<'v>(value: &'v Value, path: &[Text]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, segment| match value {
        Value::Array(elements) => elements.get(segment.parse::<usize>().ok()?),
        other => other.get(segment),
    })
}

/// One leg of a binding. Only whole bindings can be found, so the other leg is one that always holds.
fn leg(design: &Design, case: &Object, expected: &Object) -> Vec<(Rule, Fault)> {
    let mut design = design.clone();
    let Some(middle) = design.components.get_mut(1) else { return Vec::new() };
    middle.display_name = "middle".into();
    let kind = middle.kind.clone();
    design.components.push(Component {
        id: Some("other".into()),
        kind: "Other".into(),
        display_name: "middle".into(),
        ..Component::default()
    });
    let selector = list(case, "definitions").next().and_then(|object| object.get("selector")?.as_object());
    let Some(selector) = selector else { return Vec::new() };
    let other = format!(
        r#"{{"kind": "Other", "match": {{"from": [{{"kind": "{kind}", "mutatedRef": [["displayName"]]}}],
            "to": [{{"kind": "self", "mutatorRef": [["displayName"]]}}]}}}}"#
    );
    let other: Value = serde_yaml::from_str(&other).unwrap_or_default();
    let allow: Object =
        [("from", Value::from_iter([Value::Object(selector.clone())])), ("to", Value::from_iter([other]))]
            .into_iter()
            .collect();
    let set: Object = [("allow", Value::Object(allow))].into_iter().collect();
    let object: Object = [
        ("kind", Value::from("edge")),
        ("type", "binding".into()),
        ("selectors", Value::from_iter([Value::Object(set)])),
    ]
    .into_iter()
    .collect();
    let found = !evaluate(&design, &[definition(&object)], &Limits::default()).relationships.is_empty();
    unequal(Rule::Relationships, "valid", expected.get("valid"), &Value::Bool(found))
}

/// A row of a table: a function's arguments and what it returns.
pub(super) fn judge_row(table: &str, row: &[Value]) -> Vec<(Rule, Fault)> {
    match (table, row) {
        ("match_values", [mutator, mutated, strategy, expected]) => {
            let found = compared(mutator, mutated, strategy.as_str().unwrap_or_default());
            unequal(Rule::Relationships, "matches", Some(expected), &Value::Bool(found))
        }
        ("direct_reference", [path, expected]) => {
            let path = FieldPath::new(list_of_texts(Some(path)));
            unequal(Rule::Fields, "direct", Some(expected), &Value::Bool(!path.has_wildcard()))
        }
        ("resolve_path", [path, _, resolved]) => {
            let path = FieldPath::new(list_of_texts(Some(path)));
            // There it means one element; here it means each.
            let got = if path.has_wildcard() { Value::from("every element") } else { path.to_value() };
            unequal(Rule::Fields, "path", Some(resolved), &got)
        }
        ("claimed_by", [kind, type_name, sub_type, expected]) => {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let family = Family::of(&text(kind), &text(type_name), &text(sub_type)).map(Family::as_str);
            let family = family.unwrap_or("none");
            let expected = text(expected);
            let agrees = match expected.strip_prefix("not ") {
                Some(other) => family != other,
                None => family == expected.strip_prefix("edge-").unwrap_or(&expected),
            };
            if agrees { Vec::new() } else { vec![(Rule::Relationships, Fault::new(expected, family))] }
        }
        _ => vec![(Rule::Read, Fault::new("a table that is known, and its columns", table))],
    }
}

fn compared(mutator: &Value, mutated: &Value, strategy: &str) -> bool {
    let end = |kind: &str, value: &Value| Component {
        id: Some(kind.into()),
        kind: kind.into(),
        configuration: [("value", value.clone())].into_iter().collect(),
        ..Component::default()
    };
    let design = Design { components: vec![end("A", mutator), end("B", mutated)], ..Design::default() };
    let text = format!(
        r#"{{"kind": "edge", "type": "non-binding", "selectors": [{{"allow": {{
            "from": [{{"kind": "A", "match_strategy_matrix": [["{strategy}"]],
                "patch": {{"mutatorRef": [["configuration", "value"]]}}}}],
            "to": [{{"kind": "B", "patch": {{"mutatedRef": [["configuration", "value"]]}}}}]}}}}]}}"#
    );
    let definition: Option<RelationshipDefinition> = serde_yaml::from_str(&text).ok();
    !evaluate(&design, definition.as_slice(), &Limits::default()).relationships.is_empty()
}
