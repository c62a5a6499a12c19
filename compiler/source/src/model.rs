//! The model of a component, as Meshery's schemas want it: by reference and in full.

use design_vocabulary::{Object, Value};
use uuid::Uuid;

use crate::Version;
use crate::convert::{default, text, without_nulls};

/// Both ways in which a component names its model are required by the schema.
pub(crate) fn complete_model(component: &mut Object, version: Version, is_builtin: bool, group: &str) {
    let named = |key: &str| component.get(key).and_then(|model| model.get("name")).and_then(Value::as_str);
    let name = named("modelReference").or_else(|| named("model")).filter(|name| !name.is_empty()).map_or_else(
        // The group's first part is what Meshery names most models after.
        || {
            if is_builtin { "kubernetes".to_owned() } else { group.split('.').next().unwrap_or_default().to_owned() }
        },
        str::to_owned,
    );
    let name = if name.is_empty() { "unknown".to_owned() } else { name };
    let upstream = ["modelReference", "model"]
        .into_iter()
        .find_map(|key| component.get(key)?.get("model")?.get("version")?.as_str());
    let upstream = upstream.unwrap_or(if name == "kubernetes" { "v1.36.0" } else { "v0.0.0" }).to_owned();
    let title: String = name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect();
    let title: String = title.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { ' ' }).collect();
    let nil = || text(Uuid::nil());
    let registrant_kind = if name.starts_with("meshery") { "meshery" } else { "github" };

    let mut reference = component.get("modelReference").and_then(Value::as_object).cloned().unwrap_or_default();
    default(&mut reference, "id", nil());
    default(&mut reference, "name", name.as_str().into());
    default(&mut reference, "version", "v1.0.0".into());
    default(&mut reference, "displayName", title.as_str().into());
    default(&mut reference, "model", Object::from_iter([("version", Value::from(upstream.as_str()))]).into());
    default(&mut reference, "registrant", Object::from_iter([("kind", Value::from(registrant_kind))]).into());
    component.insert("modelReference", reference.into());

    complete_definition(component, version, &name, &title, &upstream, registrant_kind);
}

/// The whole model, for readers that do not look a reference up.
fn complete_definition(
    component: &mut Object,
    version: Version,
    name: &str,
    title: &str,
    upstream: &str,
    registrant_kind: &str,
) {
    let nil = || text(Uuid::nil());
    let mut model = component.get("model").and_then(Value::as_object).map(without_nulls).unwrap_or_default();
    default(&mut model, "id", nil());
    default(&mut model, "schemaVersion", version.model().into());
    default(&mut model, "version", "v1.0.0".into());
    default(&mut model, "name", name.into());
    default(&mut model, "displayName", title.into());
    default(&mut model, "description", format!("Model of {name}.").as_str().into());
    default(&mut model, "status", "enabled".into());
    complete(&mut model, "registrant", |registrant| {
        default(registrant, "id", nil());
        default(registrant, "schemaVersion", "connections.meshery.io/v1beta1".into());
        default(registrant, "name", registrant_kind.into());
        default(registrant, "type", "registry".into());
        default(registrant, "subType", "".into());
        default(registrant, "kind", registrant_kind.into());
        default(registrant, "status", "registered".into());
    });
    default(&mut model, "registrantId", nil());
    default(&mut model, "categoryId", nil());
    complete(&mut model, "category", |category| {
        default(category, "id", nil());
        default(category, "name", "Uncategorized".into());
        default(category, "metadata", Object::new().into());
    });
    default(&mut model, "subCategory", "Uncategorized".into());
    default(&mut model, "model", Object::from_iter([("version", Value::from(upstream))]).into());
    for list in ["components", "relationships"] {
        default(&mut model, list, Value::from_iter([]));
    }
    for count in ["componentsCount", "relationshipsCount"] {
        default(&mut model, count, 0.into());
    }
    component.insert("model", model.into());
}

/// Completes the mapping under a key, which is made where it is missing.
fn complete(object: &mut Object, key: &str, change: impl FnOnce(&mut Object)) {
    let mut inner = object.get(key).and_then(Value::as_object).map(without_nulls).unwrap_or_default();
    change(&mut inner);
    object.insert(key, inner.into());
}
