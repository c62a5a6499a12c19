//! `values`: every value of the input is in the output, and nothing else.
//!
//! It is judged in two steps. The components are compared with the input as another reader sees it, the artifacts with
//! the components; the artifacts are read with other people's eyes too, under both sets of rules for plain scalars.

use design_graph::Scope;
use design_pipeline::{Compiled, SourceKind};
use design_vocabulary::{Component, Object, Value};

use super::Fault;
use crate::case::Subject;
use crate::compare::{Difference, difference, difference_between_readers};
use crate::independent::{READINGS, read};

/// Compares input with components and components with artifacts.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Fault> {
    let mut faults = inputs(subject);
    for design in subject.designs() {
        for artifact in design.artifacts() {
            let fault = |expected: String, got: String| Fault::new(format!("{}: {expected}", artifact.path), got);
            for reading in READINGS {
                match read(&artifact.text, reading).as_deref() {
                    Ok([Value::Object(object)]) => {
                        let found = rendered(subject, design, artifact.component, object);
                        faults.extend(
                            found.map(|found| fault(format!("{} = {}", found.path, found.expected), found.got)),
                        );
                    }
                    Ok(documents) => {
                        faults.push(fault("one mapping".to_owned(), format!("{} documents", documents.len())));
                    }
                    Err(error) => faults.push(fault("YAML that any reader takes".to_owned(), error.clone())),
                }
            }
        }
    }
    faults.dedup();
    faults
}

/// What a manifest says otherwise than its component.
fn rendered(subject: &Subject<'_>, design: &Compiled, index: usize, object: &Object) -> Option<Difference> {
    let component = design.design.components.get(index)?;
    let mut expected = component.configuration.clone();
    expected.insert("apiVersion", component.api_version.clone().into());
    expected.insert("kind", component.kind.clone().into());
    match expected.get_mut("metadata") {
        Some(Value::Object(metadata)) => complete(subject, design, index, component, metadata),
        // Nothing to keep: the manifest gets a `metadata` for the name alone.
        None | Some(Value::Null) => {
            let mut metadata = Object::new();
            complete(subject, design, index, component, &mut metadata);
            expected.insert("metadata", metadata.into());
        }
        Some(_) => {}
    }
    difference(&expected.into(), &object.clone().into())
}

/// What a manifest may say otherwise in its metadata: the name comes from the component where it has none, and a
/// namespace that means nothing is not said, which a finding tells unless it is empty.
fn complete(subject: &Subject<'_>, design: &Compiled, index: usize, component: &Component, metadata: &mut Object) {
    let named = metadata.get("name").is_some_and(|name| !name.is_null() && name.as_str() != Some(""));
    match component.name() {
        Some(name) if !named => {
            metadata.insert("name", name.into());
        }
        // A cluster takes an empty name for none.
        None if metadata.get_str("name") == Some("") => {
            metadata.remove("name");
        }
        _ => {}
    }
    let in_cluster = design.graph.nodes.get(index).is_some_and(|node| node.scope == Scope::Cluster);
    let means_nothing = match metadata.get("namespace") {
        Some(Value::String(namespace)) if namespace.is_empty() => true,
        Some(Value::Null) => in_cluster,
        Some(_) => in_cluster && is_told_of(subject, design, index),
        None => false,
    };
    if means_nothing {
        metadata.remove("namespace");
    }
}

/// Whether a finding stands at the namespace of a component and says that it is lost.
fn is_told_of(subject: &Subject<'_>, design: &Compiled, index: usize) -> bool {
    let path = ["configuration".into(), "metadata".into(), "namespace".into()];
    let Some(place) = design.map.locate(index, &path) else { return false };
    subject.of(&["value-lost"]).any(|finding| finding.primary == place.best())
}

/// The first value of each input object that its component does not hold. Says nothing where objects and components
/// cannot be paired; that is for `count` to judge.
fn inputs(subject: &Subject<'_>) -> Vec<Fault> {
    let Ok(documents) = &subject.input else { return Vec::new() };
    // Of equal keys one value is lost, and readers differ in which keys are equal (`on` and `"true"`); what JSON has no
    // form for every reader makes something else of; and a field of a wrong type is read as absent. All are told of, as
    // errors.
    if subject.found(&["duplicate-key", "not-json", "field-type"]) > 0 {
        return Vec::new();
    }
    let pairs: Vec<(Value, &Component)> = match (subject.compilation.kind, subject.designs()) {
        (Some(SourceKind::Manifests), [design]) => {
            let mut objects = Vec::new();
            for document in documents {
                flatten(document, &mut objects);
            }
            pair(objects, design)
        }
        (Some(SourceKind::Design), designs) if designs.len() == documents.len() => {
            let both = documents.iter().zip(designs);
            both.flat_map(|(document, design)| pair(declared(document), design)).collect()
        }
        _ => return Vec::new(),
    };
    let mut faults = Vec::new();
    for (input, component) in pairs {
        let mut whole = component.configuration.clone();
        // Kind and version may be derived, so they count only where the input says them.
        for (key, text) in [("apiVersion", &component.api_version), ("kind", &component.kind)] {
            if input.get(key).is_some() && !whole.contains_key(key) {
                whole.insert(key, text.clone().into());
            }
        }
        if let Some(found) = difference_between_readers(&input, &whole.into()) {
            let name = component.name().unwrap_or_default();
            let at = format!("{} {name}: {} = {} as another reader has it", component.kind, found.path, found.expected);
            faults.push(Fault::new(at, found.got));
        }
    }
    faults
}

fn pair(objects: Vec<Value>, design: &Compiled) -> Vec<(Value, &Component)> {
    let components = &design.design.components;
    if objects.len() == components.len() { objects.into_iter().zip(components).collect() } else { Vec::new() }
}

/// The objects of a document: itself, or the items of a list.
fn flatten(value: &Value, objects: &mut Vec<Value>) {
    let is_list = value.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List"));
    match value.get("items").and_then(Value::as_array).filter(|_| is_list) {
        Some(items) => {
            for item in items {
                flatten(item, objects);
            }
        }
        None if value.get("kind").is_some() || value.get("apiVersion").is_some() => objects.push(value.clone()),
        None => {}
    }
}

/// What the components or services of a design file say of their objects.
fn declared(design: &Value) -> Vec<Value> {
    if let Some(components) = design.get("components").and_then(Value::as_array) {
        return components.iter().filter(|component| component.as_object().is_some()).map(of_component).collect();
    }
    let services = design.get("services").and_then(Value::as_object);
    let services = services.into_iter().flat_map(Object::iter).filter_map(|(_, service)| service.as_object());
    services.map(of_service).collect()
}

fn of_component(component: &Value) -> Value {
    let mut object = component.get("configuration").and_then(Value::as_object).cloned().unwrap_or_default();
    // What `component` says goes before what the configuration says.
    for (key, field) in [("kind", "kind"), ("apiVersion", "version")] {
        let said = component.get("component").and_then(|definition| definition.get(field)).and_then(Value::as_str);
        if let Some(said) = said.filter(|said| !said.is_empty()) {
            object.insert(key, said.into());
        }
    }
    object.into()
}

fn of_service(service: &Object) -> Value {
    let said = |key: &str| service.get(key).filter(|value| !value.is_null() && value.as_str() != Some(""));
    let mut object = match said("settings") {
        Some(Value::Object(settings)) => settings.clone(),
        // Settings of another type have no place in an object, so they cannot be found there.
        Some(other) => Object::from_iter([("settings", other.clone())]),
        None => Object::new(),
    };
    let mut metadata = object.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
    if let Some(namespace) = said("namespace") {
        metadata.insert("namespace", namespace.clone());
    }
    for key in ["labels", "annotations"] {
        let Some(outer) = said(key).filter(|outer| outer.as_object().is_none_or(|outer| !outer.is_empty())) else {
            continue;
        };
        let inner = metadata.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
        let merged = outer.as_object().map(|outer| inner.into_iter().chain(outer.clone()).collect::<Object>());
        metadata.insert(key, merged.map_or_else(|| outer.clone(), Value::Object));
    }
    if !metadata.is_empty() {
        object.insert("metadata", metadata.into());
    }
    // The type may end in the name of where the kind comes from; no kind holds a dot.
    let kind = said("type").and_then(Value::as_str).and_then(|written| written.split('.').next());
    for (key, value) in [("kind", kind.map(Value::from)), ("apiVersion", said("apiVersion").cloned())] {
        if let Some(value) = value {
            object.insert(key, value);
        }
    }
    object.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::compile_text;
    use crate::compare::shown;
    use crate::independent::Reading;

    #[test]
    fn a_manifest_that_says_something_else_is_noticed() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {x: 1}\n";
        let case = crate::case::Case { path: "a.yaml".to_owned(), bytes: text.into() };
        let compilation = compile_text(text);
        let subject = Subject::new(&case, &compilation);
        assert_eq!(check(&subject), []);
        let design = &compilation.designs[0];
        let judged = |text: &str| {
            let value = read(text, Reading::Core).unwrap().remove(0);
            rendered(&subject, design, 0, value.as_object().unwrap()).map(|found| (found.path, found.got))
        };
        let other = |path: &str, got: &str| Some((path.to_owned(), got.to_owned()));
        assert_eq!(judged(text), None);
        assert_eq!(judged(&text.replace("x: 1", "x: 2")), other("spec.x", "2"));
        assert_eq!(judged(&text.replace("spec: {x: 1}", "spec: {}")), other("spec.x", "nothing"));
        assert_eq!(judged(&text.replace("{x: 1}", "{x: 1, y: 2}")), other("spec.y", "2"));
        assert_eq!(judged(&text.replace("v1", "v2")), other("apiVersion", "\"v2\""));
    }

    #[test]
    fn a_service_says_its_object() {
        let text =
            "{type: Pod.K8s, namespace: n, labels: {a: b}, settings: {metadata: {labels: {a: c, d: e}}, spec: {}}}";
        let service = |text: &str| of_service(read(text, Reading::Core).unwrap().remove(0).as_object().unwrap());
        let object = service(text);
        assert_eq!(object.get("kind"), Some(&Value::from("Pod")));
        assert_eq!(service("{type: Pod.K8s, settings: x}").get("settings"), Some(&Value::from("x")));
        assert_eq!(shown(object.get("metadata").and_then(|metadata| metadata.get("namespace"))), "\"n\"");
        let labels = object.get("metadata").and_then(|metadata| metadata.get("labels")).unwrap();
        assert_eq!(labels.get("a"), Some(&Value::from("b")));
        assert_eq!(labels.get("d"), Some(&Value::from("e")));
    }
}
