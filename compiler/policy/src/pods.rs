//! Pods as policies see them: alike whatever kind describes them, each with its place, its containers, and what leads to it.

use std::collections::HashMap;

use regorus::Value;

use crate::engine::{at, elements_at, object, text_at};
use crate::task::PodKind;

/// The lists of containers in the spec of a pod.
const LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// The kinds that have pods.
#[derive(Debug)]
pub(crate) struct PodKinds<'a>(HashMap<(&'a str, &'a str), &'a PodKind>);

impl<'a> PodKinds<'a> {
    /// An index of kinds; of two for one kind the first counts.
    pub fn of(kinds: &'a [PodKind]) -> Self {
        let mut index = HashMap::new();
        for kind in kinds {
            index.entry((kind.kind.as_str(), kind.group.as_str())).or_insert(kind);
        }
        Self(index)
    }

    /// Where a kind describes its pods; `None` for one that has none.
    pub fn find(&self, kind: &str, api_version: &str) -> Option<&'a PodKind> {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        self.0.get(&(kind, group)).copied()
    }
}

/// The pods that a component describes: `component` as the input of policies has it, with its object, and the
/// relationships that lead to it. `None` where its object has no spec for them.
pub(crate) fn of(component: &Value, kind: &PodKind, incoming: Vec<Value>) -> Option<Value> {
    let document = at(component, &["object"])?;
    let (spec_path, metadata_path) = (keys(&kind.spec), keys(&kind.metadata));
    let spec = at(document, &spec_path)?;
    spec.as_object().ok()?;
    let metadata = at(document, &metadata_path).cloned().unwrap_or_else(Value::new_object);
    let prefix: Vec<Value> = spec_path.iter().map(|key| Value::from(*key)).collect();
    let mut containers = Vec::new();
    for list in LISTS {
        let kind = Value::from(list);
        for (index, container) in elements_at(spec, &[list]).into_iter().enumerate() {
            let mut path = prefix.clone();
            path.extend([kind.clone(), Value::from(index)]);
            containers.push(object([
                ("type", kind.clone()),
                ("name", Value::from(text_at(container, &["name"]))),
                ("path", Value::from(path)),
                ("spec", container.clone()),
            ]));
        }
    }
    let field = |key: &str| at(component, &[key]).cloned().unwrap_or(Value::Null);
    Some(object([
        ("component", field("id")),
        ("kind", field("kind")),
        ("apiVersion", field("apiVersion")),
        ("namespace", field("namespace")),
        ("name", field("name")),
        ("object", document.clone()),
        ("spec", spec.clone()),
        ("specPath", Value::from(prefix)),
        ("metadata", metadata),
        ("metadataPath", Value::from(metadata_path.iter().map(|key| Value::from(*key)).collect::<Vec<Value>>())),
        ("containers", Value::from(containers)),
        ("incoming", Value::from(incoming)),
    ]))
}

fn keys(path: &str) -> Vec<&str> {
    path.split('.').collect()
}
