//! An evaluation for programs; `schemas/evaluation.schema.json` describes it.

use std::borrow::Cow;

use design_vocabulary::{Object, RelationshipDefinition, SelectorSet, Text, Value};

use crate::show::called;
use crate::{Action, Because, Change, Evaluation, FieldUpdate, Item, Names, RelationshipUpdate, Step};

/// The version of the shape.
const SCHEMA_VERSION: &str = "evaluation.design/v1";

/// The evaluations of one run as JSON. Components are named as in the graph, and by their ids; with `is_traced` every step
/// is there too. Fails only where a value cannot be written.
pub fn json(
    evaluations: &[(&str, &Evaluation, &Names)],
    definitions: &[RelationshipDefinition],
    is_traced: bool,
) -> Result<String, serde_json::Error> {
    let designs = evaluations.iter().map(|(name, evaluation, names)| {
        let mut object = Object::from_iter([("name", Value::from(*name))]);
        object.insert("components", number(evaluation.components.len()));
        let relationships = evaluation.relationships.iter().map(|each| relationship(each, names));
        object.insert("relationships", relationships.collect());
        object.insert("actions", evaluation.actions.iter().map(|each| action(each, evaluation, names)).collect());
        if is_traced {
            object.insert("trace", evaluation.steps().map(|each| step(&each, definitions)).collect());
        }
        Value::Object(object)
    });
    let document = Object::from_iter([("schemaVersion", Value::from(SCHEMA_VERSION)), ("designs", designs.collect())]);
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn number(count: usize) -> Value {
    Value::from(i64::try_from(count).unwrap_or(i64::MAX))
}

fn text(value: &Text) -> Value {
    Value::String(value.clone())
}

fn component(id: &Text, names: &Names) -> Value {
    Object::from_iter([("id", text(id)), ("name", called(names, id).into())]).into()
}

fn relationship(each: &crate::EvaluatedRelationship, names: &Names) -> Value {
    let relationship = each.relationship();
    let ends = |side: &[design_vocabulary::Endpoint]| -> Value {
        side.iter().filter_map(|end| Some(component(end.id.as_ref()?, names))).collect()
    };
    let mut object = Object::new();
    if let Some(id) = &relationship.id {
        object.insert("id", text(id));
    }
    object.insert("kind", text(&relationship.kind));
    object.insert("type", text(&relationship.type_name));
    object.insert("subType", text(&relationship.sub_type));
    object.insert("status", text(&relationship.status));
    object.insert("origin", if each.origin().is_some() { "declared".into() } else { "found".into() });
    object.insert("from", ends(&relationship.from));
    object.insert("to", ends(&relationship.to));
    object.insert("selectors", relationship.selectors.iter().map(SelectorSet::to_value).collect());
    object.into()
}

/// An action in the shape that Meshery's interface has: `op` and `value`.
fn action(action: &Action, evaluation: &Evaluation, names: &Names) -> Value {
    let mut value = Object::new();
    match action {
        Action::AddComponent(added) => {
            if let Some(id) = &added.id {
                value = Object::from_iter([("id", text(id)), ("name", called(names, id).into())]);
            }
            value.insert("kind", text(&added.kind));
            value.insert("displayName", text(&added.display_name));
            value.insert("configuration", added.configuration.clone().into());
        }
        Action::DeleteComponent { id } | Action::DeleteRelationship { id, .. } => drop(value.insert("id", text(id))),
        Action::UpdateComponent(update) => {
            let FieldUpdate { id, path, old, new } = &**update;
            value.insert("id", text(id));
            value.insert("name", called(names, id).into());
            value.insert("path", path.to_value());
            for (key, side) in [("old", old), ("value", new)] {
                if let Some(side) = side {
                    value.insert(key, side.clone());
                }
            }
        }
        Action::AddRelationship { position } => {
            let Some(added) = evaluation.relationships.get(*position).map(crate::EvaluatedRelationship::relationship)
            else {
                return Value::Null;
            };
            value.insert("id", added.id.as_ref().map_or(Value::Null, text));
            value.insert("kind", text(&added.kind));
            value.insert("type", text(&added.type_name));
            value.insert("subType", text(&added.sub_type));
        }
        Action::UpdateRelationship(update) => {
            let RelationshipUpdate { id, item, .. } = &**update;
            value.insert("id", text(id));
            match item {
                Item::Status { old, new } => {
                    value.insert("path", "/status".into());
                    value.insert("old", text(old));
                    value.insert("value", text(new));
                }
                Item::Selectors => drop(value.insert("path", "/selectors".into())),
            }
        }
    }
    Object::from_iter([("op", Value::from(action.operation())), ("value", value.into())]).into()
}

fn step(Step { pass, change, because }: &Step, definitions: &[RelationshipDefinition]) -> Value {
    let mut object = Object::from_iter([("pass", number(*pass))]);
    let (what, key, id) = match change {
        Change::Added { component } => ("added", "component", component),
        Change::Removed { component } => ("removed", "component", component),
        Change::Set { component, .. } => ("set", "component", component),
        Change::Found { relationship } => ("found", "relationship", relationship),
        Change::Approved { relationship } => ("approved", "relationship", relationship),
        Change::Members { relationship } => ("members", "relationship", relationship),
        Change::Lost { relationship } => ("lost", "relationship", relationship),
    };
    object.insert("step", what.into());
    object.insert(key, text(id));
    if let Change::Set { path, value, .. } = change {
        object.insert("path", path.to_value());
        object.insert("value", value.clone().unwrap_or_default());
    }
    let because: Cow<'_, str> = match because {
        Because::Definition(position) => {
            definitions.get(*position).map_or("", |definition| definition.description.as_str()).into()
        }
        Because::Relationship(id) => format!("relationship {id}").into(),
        Because::Deleted => "deleted".into(),
        Because::MissingEnd => "missing end".into(),
        Because::EndsExist => "ends exist".into(),
        Because::ValuesDiffer => "values differ".into(),
    };
    object.insert("because", because.as_ref().into());
    object.into()
}
