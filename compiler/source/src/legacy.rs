//! The form that designs had before v1beta1: a mapping `services` instead of a list of components.
//!
//! Meshery converts it with losses (meshkit's design conversion): it needs `traits.meshmap`, overwrites
//! `settings.metadata`, keeps the suffix `.K8s`, ignores a service's `isAnnotation`, drops edges and shuffles the order.
//! Here the order stays, metadata is merged, suffixes are read, edges become relationships, and traits are kept under the
//! component's metadata.

use std::collections::HashSet;

use design_syntax::{NodeId, NodeRef};
use design_vocabulary::{Object, Path, Segment, Text, Value};

use crate::fields;
use crate::map::follow;
use crate::{Level, Problem};

/// Suffixes of a type that name where the kind comes from, and the model that defines it.
const SUFFIXES: &[(&str, &str)] =
    &[(".K8s", "kubernetes"), (".Istio", "istio-base"), (".Linkerd", "linkerd"), (".Consul", "consul")];

/// A legacy design as one with `components`. The value is complete: what has no field there goes to `metadata`.
pub fn modernize(legacy: &Object) -> Object {
    let mut design = Object::new();
    let mut metadata = Object::new();
    for (key, value) in legacy.iter() {
        match key.as_str() {
            "services" => {}
            "patternID" => {
                design.insert("id", value.clone());
            }
            "name" | "version" | "id" | "parameters" => {
                design.insert(key.clone(), value.clone());
            }
            _ => {
                metadata.insert(key.clone(), value.clone());
            }
        }
    }
    if !metadata.is_empty() {
        design.insert("metadata", metadata.into());
    }
    let services = legacy.get("services").and_then(Value::as_object);
    let components = services.into_iter().flat_map(Object::iter).map(|(key, service)| match service {
        Value::Object(service) => Value::Object(component(key, service)),
        other => other.clone(),
    });
    design.insert("components", components.collect());
    let relationships: Value = edges(services).into_iter().map(Value::Object).collect();
    if relationships.as_array().is_some_and(|list| !list.is_empty()) {
        design.insert("relationships", relationships);
    }
    design
}

/// The arrows between services, which stand at either of their ends, as relationships; an arrow at both ends is one.
fn edges(services: Option<&Object>) -> Vec<Object> {
    let mut seen = HashSet::new();
    let lists =
        services.into_iter().flat_map(Object::iter).filter_map(|(_, service)| service.at(&edges_path())?.as_array());
    let edges = lists.flatten().filter_map(|edge| {
        let text = |key: &str| edge.get("data")?.get(key)?.as_str().filter(|text| !text.is_empty());
        let (source, target) = (text("source")?, text("target")?);
        let sub_type = text("subType").unwrap_or("annotation").to_lowercase();
        if !seen.insert((text("id").map(str::to_owned), source.to_owned(), target.to_owned(), sub_type.clone())) {
            return None;
        }
        let end = |id: &str| Value::from_iter([Value::Object(Object::from_iter([("id", Value::from(id))]))]);
        let allow = Object::from_iter([("from", end(source)), ("to", end(target))]);
        let set = Object::from_iter([("allow", Value::Object(allow))]);
        let mut relationship = Object::from_iter([
            ("kind", Value::from("edge")),
            ("type", Value::from("non-binding")),
            ("subType", Value::from(sub_type.as_str())),
            ("selectors", Value::from_iter([Value::Object(set)])),
        ]);
        if let Some(id) = text("id") {
            relationship.insert("id", id.into());
        }
        Some(relationship)
    });
    edges.collect()
}

fn edges_path() -> [Segment; 3] {
    ["traits".into(), "meshmap".into(), "edges".into()]
}

/// Where the arrows of [`edges`] stand, in the same order.
pub(crate) fn edge_nodes(root: NodeRef<'_>) -> Vec<NodeId> {
    let mut seen = HashSet::new();
    let services = root.get("services").into_iter().flat_map(NodeRef::entries);
    let lists = services.filter_map(|(_, service)| {
        let (followed, _, node) = service.follow(&edges_path());
        (followed == 3).then_some(node.resolved())
    });
    let nodes = lists.flat_map(NodeRef::children).filter(|edge| {
        let text = |key: &str| {
            let node = edge.get("data").and_then(|data| data.get(key));
            node.map(NodeRef::text).filter(|text| !text.is_empty())
        };
        let (Some(source), Some(target)) = (text("source"), text("target")) else { return false };
        let sub_type = text("subType").unwrap_or("annotation").to_lowercase();
        seen.insert((text("id"), source, target, sub_type))
    });
    nodes.map(NodeRef::id).collect()
}

fn component(key: &Text, service: &Object) -> Object {
    let text = |key: &str| service.get_str(key).filter(|text| !text.is_empty());
    let (kind, suffix_model) = split_type(text("type").unwrap_or_default());
    let mut component = Object::new();
    component.insert("displayName", text("name").map_or_else(|| Value::String(key.clone()), Value::from));
    let mut definition: Object = [("kind", Value::from(kind))].into_iter().collect();
    if let Some(version) = text("apiVersion") {
        definition.insert("version", version.into());
    }
    component.insert("component", definition.into());
    component.insert("configuration", configuration(service).into());
    let mesh_map = service.get("traits").and_then(|traits| traits.get("meshmap"));
    let on_canvas = mesh_map.and_then(|map| map.get("id")).and_then(Value::as_str);
    let is_uuid = |id: &&str| id.parse::<uuid::Uuid>().is_ok();
    let id = [text("id"), on_canvas].into_iter().flatten().find(is_uuid).or(text("id")).or(on_canvas);
    if let Some(id) = id {
        component.insert("id", id.into());
    }
    if let Some(version) = text("version") {
        component.insert("version", version.into());
    }
    if let Some(model) = text("model").or(suffix_model) {
        let reference: Object = [("name", Value::from(model))].into_iter().collect();
        component.insert("modelReference", reference.into());
    }
    let metadata = metadata(service, mesh_map);
    if !metadata.is_empty() {
        component.insert("metadata", metadata.into());
    }
    if let Some(position) = mesh_map.and_then(|map| map.get("position")).and_then(Value::as_object) {
        let axis = |old: &str| position.get(old).cloned().unwrap_or(Value::from(0));
        let position: Object = [("x", axis("posX")), ("y", axis("posY"))].into_iter().collect();
        component.insert("styles", Object::from_iter([("position", Value::Object(position))]).into());
    }
    component
}

/// A type without its suffix, and the model that the suffix names.
fn split_type(written: &str) -> (&str, Option<&'static str>) {
    SUFFIXES
        .iter()
        .find_map(|(suffix, model)| Some((written.strip_suffix(suffix)?, Some(*model))))
        .unwrap_or((written, None))
}

/// The settings, with what the service says of name, namespace, labels and annotations merged into their metadata.
fn configuration(service: &Object) -> Object {
    let settings = service.get("settings").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut metadata = settings.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
    if let Some(namespace) = service.get_str("namespace").filter(|namespace| !namespace.is_empty()) {
        metadata.insert("namespace", namespace.into());
    }
    for key in ["labels", "annotations"] {
        let Some(outer) = service.get(key).and_then(Value::as_object).filter(|outer| !outer.is_empty()) else {
            continue;
        };
        let mut merged = metadata.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
        for (name, value) in outer.iter() {
            merged.insert(name.clone(), value.clone());
        }
        metadata.insert(key, merged.into());
    }
    let mut configuration = Object::new();
    if !metadata.is_empty() {
        configuration.insert("metadata", metadata.into());
    }
    for (key, value) in settings.iter().filter(|(key, _)| *key != "metadata") {
        configuration.insert(key.clone(), value.clone());
    }
    configuration
}

fn metadata(service: &Object, mesh_map: Option<&Value>) -> Object {
    let mut metadata = Object::new();
    let depends_on = service.get("dependsOn").filter(|list| list.as_array().is_some_and(|list| !list.is_empty()));
    if let Some(depends_on) = depends_on {
        metadata.insert("dependsOn", depends_on.clone());
    }
    let model_metadata = mesh_map.and_then(|map| map.get("meshmodel-metadata").or_else(|| map.get("model-metadata")));
    let flag = |key: &str| model_metadata.and_then(|metadata| metadata.get(key)).and_then(Value::as_bool);
    let is_annotation = service.get("isAnnotation").and_then(Value::as_bool).or(flag("isAnnotation"));
    for (key, flag) in [("isAnnotation", is_annotation), ("isNamespaced", flag("isNamespaced"))] {
        if let Some(flag) = flag {
            metadata.insert(key, flag.into());
        }
    }
    if let Some(traits) = service.get("traits").filter(|traits| !traits.is_null()) {
        metadata.insert("traits", traits.clone());
    }
    let unknown = service.iter().filter(|(key, value)| !fields::SERVICE.contains(&key.as_str()) && !value.is_null());
    for (key, value) in unknown {
        metadata.insert(key.clone(), value.clone());
    }
    metadata
}

/// Tells of what a service says twice with two values, and of fields that a service does not have.
pub(crate) fn report(root: NodeRef<'_>, legacy: &Object, problems: &mut Vec<Problem>) {
    let services = legacy.get("services").and_then(Value::as_object);
    for (name, service) in services.into_iter().flat_map(Object::iter) {
        let Some(service) = service.as_object() else { continue };
        let at = |rest: &[Segment]| follow(root, &[&["services".into(), name.clone().into()], rest].concat());
        for (path, expected) in TYPES {
            let path: Path = path.split('.').map(Segment::from).collect();
            let value = Value::Object(service.clone());
            let Some(value) = value.at(&path).filter(|value| !value.is_null() && !has_type(value, expected)) else {
                continue;
            };
            let span = at(&path).best();
            let path = [vec!["services".into(), name.clone().into()], path].concat();
            problems.push(Problem::FieldType { path, expected, found: value.type_name(), span });
        }
        for key in service.keys().filter(|key| !fields::SERVICE.contains(&key.as_str())) {
            let nearest = design_registry::nearest(key, fields::SERVICE.iter().copied());
            let nearest = nearest.and_then(|near| fields::SERVICE.iter().copied().find(|name| *name == near));
            let span = at(&[key.clone().into()]).key_or_value();
            problems.push(Problem::UnknownField { field: key.clone(), level: Level::Service, nearest, span });
        }
        let inner = service.get("settings").and_then(|settings| settings.get("metadata"));
        for key in ["labels", "annotations"] {
            let (Some(outer), Some(inner)) = (
                service.get(key).and_then(Value::as_object),
                inner.and_then(|inner| inner.get(key)).and_then(Value::as_object),
            ) else {
                continue;
            };
            for (label, value) in inner.iter() {
                let Some(other) = outer.get(label).filter(|other| *other != value) else {
                    continue;
                };
                let shown = |value: &Value| value.as_str().map_or_else(|| value.type_name().to_owned(), str::to_owned);
                let what = format!(
                    "`settings.metadata.{key}` has `{label}: {}`, but the service's own `{key}` say `{}`, which is used",
                    shown(value),
                    shown(other)
                );
                let path = ["settings".into(), "metadata".into(), key.into(), label.clone().into()];
                problems.push(Problem::ValueLost { what, span: at(&path).best() });
            }
        }
    }
}

/// What the fields of a service hold.
const TYPES: [(&str, &str); 10] = [
    ("type", "a string"),
    ("apiVersion", "a string"),
    ("name", "a string"),
    ("namespace", "a string"),
    ("labels", "a mapping"),
    ("annotations", "a mapping"),
    ("dependsOn", "a list"),
    ("settings", "a mapping"),
    ("settings.metadata", "a mapping"),
    ("traits", "a mapping"),
];

fn has_type(value: &Value, expected: &str) -> bool {
    match expected {
        "a string" => value.as_str().is_some(),
        "a list" => value.as_array().is_some(),
        _ => value.as_object().is_some(),
    }
}

/// Where a path of the modern form stands in the legacy document.
pub(crate) fn original_path(root: NodeRef<'_>, path: &[Segment]) -> Path {
    let [Segment::Key(list), Segment::Index(index), rest @ ..] = path else {
        return path.to_vec();
    };
    if list != "components" {
        return path.to_vec();
    }
    let key = root.get("services").and_then(|services| services.entries().nth(*index)).map(|(key, _)| key.text());
    let mut original: Path = vec!["services".into(), key.unwrap_or_default().into()];
    let field = match rest.first() {
        Some(Segment::Key(key)) if key == "configuration" => Some("settings".into()),
        Some(Segment::Key(key)) if key == "component" => None,
        Some(Segment::Key(key)) if key == "displayName" => Some("name".into()),
        other => other.cloned(),
    };
    original.extend(field);
    original.extend(rest.iter().skip(1).map(|segment| match segment {
        Segment::Key(key) if key == "kind" && rest.len() == 2 => "type".into(),
        other => other.clone(),
    }));
    original
}
