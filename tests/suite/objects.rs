//! Objects of a compilation, to be compared with those that another program prints.

use std::collections::BTreeMap;

use design_pipeline::Compilation;
use design_vocabulary::{Object, Segment, Value};

/// Objects by identity; one of an identity that is there already would be lost, so they are counted first.
pub fn by_identity(objects: Vec<Value>) -> BTreeMap<String, Value> {
    let count = objects.len();
    let identity = |object: &Value| {
        let text = |path: &[&str]| {
            let path: Vec<Segment> = path.iter().map(|key| Segment::from(*key)).collect();
            object.at(&path).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let (version, kind) = (text(&["apiVersion"]), text(&["kind"]));
        format!("{version}/{kind}/{}/{}", text(&["metadata", "namespace"]), text(&["metadata", "name"]))
    };
    let found: BTreeMap<String, Value> =
        objects.into_iter().map(|object| (identity(&object), sorted(object))).collect();
    assert_eq!(found.len(), count);
    found
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<_> = object.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(elements) => elements.into_iter().map(sorted).collect(),
        other => other,
    }
}

/// The components of a compilation as the objects that they are.
pub fn objects(compilation: &Compilation) -> Vec<Value> {
    let components = compilation.designs.iter().flat_map(|compiled| &compiled.design.components);
    components
        .map(|component| {
            let head = [("apiVersion", component.api_version.clone()), ("kind", component.kind.clone())];
            let mut object: Object = head.into_iter().map(|(key, text)| (key, Value::String(text))).collect();
            for (key, value) in component.configuration.iter() {
                object.insert(key.clone(), value.clone());
            }
            Value::Object(object)
        })
        .collect()
}
