//! A design as the value of a design file, whatever it was read from.

use design_parameters::escaped;
use design_vocabulary::{
    Component, Design, Endpoint, External, Object, Relationship, SelectorItem, SelectorSet, Text, Value,
};

/// The design file that says what a design says: read again it gives the same design. Texts that would read as references
/// to parameters are escaped, so it is for designs whose parameters have their values already.
pub fn design_file(design: &Design) -> Object {
    let mut file = Object::new();
    file.insert("name", text(&design.name));
    file.insert("version", text(design.version.as_ref().unwrap_or(&"0.0.1".into())));
    if let Some(id) = &design.id {
        file.insert("id", text(id));
    }
    if !design.disabled.is_empty() {
        let families: Object = design.disabled.iter().map(|family| (family.clone(), Value::Bool(false))).collect();
        let layers = Object::from_iter([("relationships", Value::Object(families))]);
        file.insert("preferences", Object::from_iter([("layers", Value::Object(layers))]).into());
    }
    if !design.externals.is_empty() {
        file.insert("externals", design.externals.iter().map(external).collect());
    }
    file.insert("components", design.components.iter().map(component).collect());
    if !design.relationships.is_empty() {
        file.insert("relationships", design.relationships.iter().map(relationship).collect());
    }
    file
}

fn text(text: &Text) -> Value {
    Value::String(escaped(text))
}

fn external(external: &External) -> Value {
    let mut object = Object::from_iter([("kind", text(&external.kind)), ("name", text(&external.name))]);
    if let Some(namespace) = &external.namespace {
        object.insert("namespace", text(namespace));
    }
    if let Some(group) = &external.group {
        object.insert("group", text(group));
    }
    object.into()
}

fn component(component: &Component) -> Value {
    let mut object = Object::new();
    // The name that people see; that of the object stays in its configuration.
    let name = if component.display_name.is_empty() { component.name() } else { Some(component.display_name.as_str()) };
    if let Some(name) = name {
        object.insert("displayName", text(&name.into()));
    }
    let mut definition = Object::new();
    for (key, value) in [("kind", &component.kind), ("version", &component.api_version)] {
        if !value.is_empty() {
            definition.insert(key, text(value));
        }
    }
    object.insert("component", definition.into());
    object.insert("configuration", all_escaped(&Value::Object(component.configuration.clone())));
    if let Some(id) = &component.id {
        object.insert("id", text(id));
    }
    if !component.model.is_empty() {
        object.insert("modelReference", Object::from_iter([("name", text(&component.model))]).into());
    }
    let mut metadata = Object::new();
    if component.is_annotation {
        metadata.insert("isAnnotation", true.into());
    }
    if let Some(is_namespaced) = component.is_namespaced {
        metadata.insert("isNamespaced", is_namespaced.into());
    }
    if !component.depends_on.is_empty() {
        metadata.insert("dependsOn", component.depends_on.iter().map(text).collect());
    }
    if !metadata.is_empty() {
        object.insert("metadata", metadata.into());
    }
    object.into()
}

fn relationship(relationship: &Relationship) -> Value {
    let mut object = Object::new();
    for (key, value) in
        [("kind", &relationship.kind), ("type", &relationship.type_name), ("subType", &relationship.sub_type)]
    {
        object.insert(key, text(value));
    }
    let set;
    let selectors = if relationship.selectors.is_empty() {
        let mut made = SelectorSet::default();
        made.allow.from = relationship.from.iter().map(item).collect();
        made.allow.to = relationship.to.iter().map(item).collect();
        set = [made];
        set.as_slice()
    } else {
        relationship.selectors.as_slice()
    };
    object.insert("selectors", selectors.iter().map(|set| all_escaped(&set.to_value())).collect());
    if let Some(id) = &relationship.id {
        object.insert("id", text(id));
    }
    if !relationship.status.is_empty() {
        object.insert("status", text(&relationship.status));
    }
    object.into()
}

fn item(end: &Endpoint) -> SelectorItem {
    SelectorItem { id: end.id.clone(), kind: end.kind.clone(), ..SelectorItem::default() }
}

fn all_escaped(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(escaped(text)),
        Value::Array(elements) => elements.iter().map(all_escaped).collect(),
        Value::Object(object) => {
            let entries = object.iter().map(|(key, value)| (key.clone(), all_escaped(value)));
            Value::Object(entries.collect())
        }
        other => other.clone(),
    }
}
