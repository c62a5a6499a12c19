//! Where the kinds that have pods describe them.

use std::collections::HashMap;

use design_registry::FieldRelationships;
use design_vocabulary::{Component, Object};

use crate::index::KindKey;
use crate::pattern::Pattern;

/// Where the pods of each kind are described: their spec, and the metadata with their labels.
#[derive(Debug)]
pub struct Pods {
    specs: HashMap<KindKey<'static>, Pattern>,
    metadata: HashMap<KindKey<'static>, Pattern>,
}

impl Pods {
    /// Takes the paths of the models apart, once for all components.
    pub fn of(relationships: &'static FieldRelationships) -> Self {
        let pods = || relationships.pods.iter().map(|pod| ((pod.kind.as_str(), pod.group.as_str()), pod));
        Self {
            specs: pods().map(|(key, pod)| (key, Pattern::new(&pod.spec))).collect(),
            metadata: pods().map(|(key, pod)| (key, Pattern::new(&pod.metadata))).collect(),
        }
    }

    /// The spec of the pods that a component describes; `None` where it describes none.
    pub fn spec<'c>(&self, component: &'c Component) -> Option<&'c Object> {
        self.specs.get(&key(component))?.first_object(&component.configuration)
    }

    /// The metadata of the pods that a component describes; `None` where it says nothing of them.
    pub fn metadata<'c>(&self, component: &'c Component) -> Option<&'c Object> {
        self.metadata.get(&key(component))?.first_object(&component.configuration)
    }

    /// The labels of the pods that a component describes; `None` where they have none.
    pub fn labels<'c>(&self, component: &'c Component) -> Option<&'c Object> {
        self.metadata(component)?.get("labels")?.as_object()
    }

    /// Whether a component is of a kind that has pods.
    pub fn is_of_pods(&self, component: &Component) -> bool {
        self.specs.contains_key(&key(component))
    }
}

fn key(component: &Component) -> KindKey<'_> {
    (component.kind.as_str(), component.group())
}
