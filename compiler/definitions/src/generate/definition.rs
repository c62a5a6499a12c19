//! Kinds of custom resource definitions.

use design_vocabulary::{ComponentDefinition, Object, Span, Text, Value};

use super::{Generated, words};

/// The kind of such an object.
pub(super) const KIND: &str = "CustomResourceDefinition";

/// Every served version is a definition of its own; which one a cluster stores is marked.
pub(super) fn add(value: &Value, span: Span, generated: &mut Generated) {
    let Some(spec) = value.get("spec") else {
        generated.left_out.push(("this definition has no `spec`".to_owned(), span));
        return;
    };
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(Text::from);
    let (Some(group), Some(kind)) = (text(spec, "group"), spec.get("names").and_then(|names| text(names, "kind")))
    else {
        let reason = "this definition says neither `spec.group` nor `spec.names.kind`, or only one of them".to_owned();
        generated.left_out.push((reason, span));
        return;
    };
    let is_namespaced = text(spec, "scope").map(|scope| scope == "Namespaced");
    for version in spec.get("versions").and_then(Value::as_array).unwrap_or_default() {
        let Some(name) = text(version, "name") else { continue };
        let flag = |key: &str| version.get(key).and_then(Value::as_bool);
        if flag("served") == Some(false) {
            generated.left_out.push((format!("{kind} {group}/{name} is not served"), span));
            continue;
        }
        // One schema for all versions stood beside them before apiextensions.k8s.io/v1.
        let schema = version.get("schema").or_else(|| spec.get("validation"));
        let schema = schema.and_then(|schema| schema.get("openAPIV3Schema")).and_then(Value::as_object);
        let component = ComponentDefinition {
            kind: kind.clone(),
            api_version: format!("{group}/{name}").into(),
            display_name: words(&kind),
            description: schema.and_then(|schema| schema.get_str("description")).unwrap_or_default().into(),
            schema: schema.map(configuration).unwrap_or_default(),
            is_namespaced,
            is_storage_version: flag("storage"),
            ..ComponentDefinition::default()
        };
        generated.push(component, span);
    }
}

/// The schema of a configuration from that of an object: what every object has and what a cluster writes is left out.
pub(super) fn configuration(schema: &Object) -> Text {
    let mut schema = schema.clone();
    let outside = ["apiVersion", "kind", "metadata", "status"];
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for name in outside {
            properties.remove(name);
        }
    }
    let required = schema.get("required").and_then(Value::as_array).map(|names| {
        let is_inside = |name: &&Value| name.as_str().is_some_and(|name| !outside.contains(&name));
        names.iter().filter(is_inside).cloned().collect::<Vec<_>>()
    });
    match required {
        Some(names) if names.is_empty() => {
            schema.remove("required");
        }
        Some(names) => {
            schema.insert("required", names.into_iter().collect());
        }
        None => {}
    }
    serde_json::to_string(&schema).unwrap_or_default().into()
}
