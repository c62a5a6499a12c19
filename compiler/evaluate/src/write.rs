//! An evaluated design as a design file.

use std::collections::HashMap;

use design_vocabulary::{Component, Design, Object, Text, Value};

use crate::{Evaluation, ResolvedAlias};

/// Puts an evaluation into the design file that the design was read from: what the file says beside it is kept. The file
/// is one with `components`; every component and relationship in it is a mapping, so that positions agree. Without a file
/// the design is written from its own values.
///
/// The version grows by one patch if anything changed, and only then.
pub fn written(file: Option<&Object>, design: &Design, evaluation: &Evaluation) -> Object {
    let mut object = file.cloned().unwrap_or_default();
    if object.get_str("name").is_none_or(str::is_empty) {
        object.insert("name", Value::String(design.name.clone()));
    }
    if !evaluation.actions.is_empty()
        && let Some(version) = object.get_str("version").and_then(next_patch)
    {
        object.insert("version", version.as_str().into());
    }
    let elements = |key: &str| file.and_then(|file| file.get(key)).and_then(Value::as_array).unwrap_or_default();
    let (components, relationships) = (elements("components"), elements("relationships"));
    let component = |each: &crate::EvaluatedComponent| {
        let before = each.origin().and_then(|origin| design.components.get(origin));
        let old = each.origin().and_then(|origin| components.get(origin)).and_then(Value::as_object);
        Value::Object(written_component(old, before, &each.component(design)))
    };
    object.insert("components", evaluation.components.iter().map(component).collect());
    let relationship = |each: &crate::EvaluatedRelationship| {
        let old = each.origin().and_then(|origin| relationships.get(origin)).and_then(Value::as_object);
        Value::Object(written_relationship(old, each))
    };
    object.insert("relationships", evaluation.relationships.iter().map(relationship).collect());
    let mut metadata = object.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
    if !evaluation.aliases.is_empty() {
        let aliases: Object =
            evaluation.aliases.iter().map(|alias| (alias.alias.clone(), Value::Object(written_alias(alias)))).collect();
        metadata.insert("resolvedAliases", aliases.into());
        object.insert("metadata", metadata.into());
    } else if metadata.remove("resolvedAliases").is_some() {
        object.insert("metadata", metadata.into());
    }
    object
}

fn written_component(old: Option<&Object>, before: Option<&Component>, component: &Component) -> Object {
    let mut object = old.cloned().unwrap_or_default();
    object.insert("id", Value::String(component.id.clone().unwrap_or_default()));
    let is_new = old.is_none();
    if (is_new && !component.display_name.is_empty())
        || before.is_some_and(|before| before.display_name != component.display_name)
    {
        object.insert("displayName", Value::String(component.display_name.clone()));
    }
    let is_changed = before.is_none_or(|before| before.configuration != component.configuration);
    if is_new || is_changed {
        object.insert("configuration", Value::Object(component.configuration.clone()));
        // The configuration may have said the type; `component` says it now.
        let mut definition = object.get("component").and_then(Value::as_object).cloned().unwrap_or_default();
        definition.insert("kind", Value::String(component.kind.clone()));
        definition.insert("version", Value::String(component.api_version.clone()));
        object.insert("component", definition.into());
    }
    if is_new {
        if !component.model.is_empty() {
            let reference: Object = [("name", Value::String(component.model.clone()))].into_iter().collect();
            object.insert("modelReference", reference.into());
        }
        if component.is_annotation {
            let metadata: Object = [("isAnnotation", Value::Bool(true))].into_iter().collect();
            object.insert("metadata", metadata.into());
        }
    }
    object
}

fn written_relationship(old: Option<&Object>, each: &crate::EvaluatedRelationship) -> Object {
    let relationship = &*each.relationship();
    let mut object = old.cloned().unwrap_or_default();
    if let Some(id) = &relationship.id {
        object.insert("id", Value::String(id.clone()));
    }
    if old.is_none() {
        object.insert("kind", Value::String(relationship.kind.clone()));
        object.insert("type", Value::String(relationship.type_name.clone()));
        object.insert("subType", Value::String(relationship.sub_type.clone()));
        if !each.model().is_empty() {
            let reference = |key: &str, value: &str| Object::from_iter([(key, Value::from(value))]);
            let mut model = reference("name", each.model());
            model.insert("id", uuid::Uuid::nil().to_string().as_str().into());
            model.insert("version", "v1.0.0".into());
            model.insert("displayName", each.model().into());
            model.insert("model", reference("version", "").into());
            model.insert("registrant", reference("kind", "github").into());
            object.insert("model", model.into());
        }
    }
    if !relationship.status.is_empty() {
        object.insert("status", Value::String(relationship.status.clone()));
    }
    let mut misread = Vec::new();
    let as_written = design_vocabulary::RelationshipDefinition::read_selectors(&object, &mut misread);
    if as_written != relationship.selectors {
        object
            .insert("selectors", relationship.selectors.iter().map(design_vocabulary::SelectorSet::to_value).collect());
    }
    object
}

fn written_alias(alias: &ResolvedAlias) -> Object {
    let text = |text: &Text| Value::String(text.clone());
    [
        ("aliasComponentId", text(&alias.alias)),
        ("immediateParentId", text(&alias.parent)),
        ("immediateRefFieldPath", alias.path.to_value()),
        ("relationshipId", text(&alias.relationship)),
        ("resolvedParentId", text(&alias.resolved_parent)),
        ("resolvedRefFieldPath", alias.resolved_path.to_value()),
    ]
    .into_iter()
    .collect()
}

/// `1.2.3` to `1.2.4`; `None` for what is no such version.
fn next_patch(version: &str) -> Option<String> {
    let (rest, patch) = version.rsplit_once('.')?;
    let patch: u64 = patch.parse().ok()?;
    (rest.split('.').count() == 2).then(|| format!("{rest}.{}", patch.saturating_add(1)))
}

/// How people call the components of an evaluation, by their ids.
pub type Names = HashMap<Text, String>;
