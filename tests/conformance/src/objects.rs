//! Objects of a compilation beside those that another program prints.

use std::collections::BTreeMap;

use design_pipeline::Compilation;
use design_vocabulary::{Object, Value};

use crate::compare::difference;
use crate::rules::Fault;

/// The components as the objects that they are.
pub(crate) fn objects(compilation: &Compilation) -> Vec<Value> {
    let components = compilation.designs.iter().flat_map(|compiled| &compiled.design.components);
    components
        .map(|component| {
            let mut object: Object = component.configuration.clone();
            object.insert("apiVersion", Value::String(component.api_version.clone()));
            object.insert("kind", Value::String(component.kind.clone()));
            Value::Object(object)
        })
        .collect()
}

/// Objects by apiVersion, kind, namespace and name.
pub(crate) fn by_identity(objects: Vec<Value>) -> BTreeMap<String, Value> {
    let identity = |object: &Value| {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let metadata = |key: &str| text(object.get("metadata").and_then(|metadata| metadata.get(key)));
        let (version, kind) = (text(object.get("apiVersion")), text(object.get("kind")));
        format!("{version}/{kind}/{}/{}", metadata("namespace"), metadata("name"))
    };
    objects.into_iter().filter(|object| !object.is_null()).map(|object| (identity(&object), object)).collect()
}

/// What differs between objects that are expected and those that came: objects that are missing, unless they `may_miss`, then
/// fields, then objects that nobody expects.
pub(crate) fn unequal(expected: &BTreeMap<String, Value>, got: &BTreeMap<String, Value>, may_miss: bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (identity, object) in expected {
        match got.get(identity) {
            None if may_miss => {}
            None => faults.push(Fault::new(identity, "no such object")),
            Some(other) => faults.extend(
                difference(object, other)
                    .map(|found| Fault::new(format!("{identity}: {} at {}", found.expected, found.path), found.got)),
            ),
        }
    }
    let more = got.keys().filter(|identity| !expected.contains_key(*identity));
    faults.extend(more.map(|identity| Fault::new("no such object", identity)));
    faults
}
