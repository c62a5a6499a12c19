//! What components are found by: their identity, their labels, their definition.

use std::collections::HashMap;

use design_registry::PodKind;
use design_vocabulary::{Component, Design, Object, Value};

use crate::pattern::Pattern;
use crate::{Scope, Scopes};

/// The namespace of an object that names none: what kubectl uses where nobody says another.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

/// A kind in a group.
pub(crate) type KindKey<'a> = (&'a str, &'a str);

/// Labels of things in namespaces: which components carry a label.
#[derive(Debug, Default)]
pub(crate) struct Labels<'a> {
    /// Namespace, key and value to components, in the order of the design.
    by_label: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    /// Components of a namespace that carry labels at all.
    by_namespace: HashMap<&'a str, Vec<usize>>,
    of: HashMap<usize, &'a Object>,
}

/// The indexes over the components of a design; built in one pass.
#[derive(Debug)]
pub(crate) struct Index<'a> {
    /// Kind, group, namespace (empty in the cluster) and name to the first such component.
    names: HashMap<(&'a str, &'a str, &'a str, &'a str), usize>,
    /// Kind and group to the components of that kind.
    pub kinds: HashMap<KindKey<'a>, Vec<usize>>,
    /// Labels of pods, under the component that describes them.
    pub pods: Labels<'a>,
    /// Labels of services.
    pub services: Labels<'a>,
    /// Group and kind to the custom resource definition.
    definitions: HashMap<KindKey<'a>, usize>,
    /// Whether each component lives in the cluster, not in a namespace.
    in_cluster: Vec<bool>,
}

impl<'a> Index<'a> {
    pub(crate) fn of(design: &'a Design, scopes: &Scopes<'_>, pods: &[PodKind]) -> Self {
        let pod_metadata: HashMap<KindKey<'_>, Pattern> =
            pods.iter().map(|pod| ((pod.kind.as_str(), pod.group.as_str()), Pattern::new(&pod.metadata))).collect();
        let mut index = Self {
            names: HashMap::with_capacity(design.components.len()),
            kinds: HashMap::new(),
            pods: Labels::default(),
            services: Labels::default(),
            definitions: HashMap::new(),
            in_cluster: Vec::with_capacity(design.components.len()),
        };
        for (number, component) in design.components.iter().enumerate() {
            let in_cluster = scopes.of_component(component) == Scope::Cluster;
            index.in_cluster.push(in_cluster);
            if component.is_annotation {
                continue;
            }
            let key = (component.kind.as_str(), component.group());
            index.kinds.entry(key).or_default().push(number);
            // A kind that nobody knows, in no namespace, may live in the cluster: everyone finds it there.
            let is_unknown = scopes.of_component(component) == Scope::Unknown && component.namespace().is_none();
            let namespace = if in_cluster || is_unknown { "" } else { namespace(component) };
            if let Some(name) = component.name() {
                index.names.entry((key.0, key.1, namespace, name)).or_insert(number);
            }
            let labels = |metadata: Option<&'a Object>| metadata?.get("labels")?.as_object();
            if let Some(labels) =
                pod_metadata.get(&key).and_then(|path| labels(path.first_object(&component.configuration)))
            {
                index.pods.add(namespace, number, labels);
            }
            if key == ("Service", "")
                && let Some(labels) = labels(component.metadata())
            {
                index.services.add(namespace, number, labels);
            }
            if key == ("CustomResourceDefinition", "apiextensions.k8s.io")
                && let Some(spec) = component.configuration.get("spec")
                && let (Some(group), Some(kind)) =
                    (text(spec, "group"), spec.get("names").and_then(|names| text(names, "kind")))
            {
                index.definitions.entry((group, kind)).or_insert(number);
            }
        }
        index
    }

    /// The component of a kind with a name: in the cluster, or in a namespace.
    pub(crate) fn named(&self, kind: KindKey<'_>, namespace: &str, name: &str) -> Option<usize> {
        let at = |namespace| self.names.get(&(kind.0, kind.1, namespace, name)).copied();
        at(namespace).or_else(|| at(""))
    }

    /// The definition of a component's own kind.
    pub(crate) fn definition(&self, component: &Component) -> Option<usize> {
        self.definitions.get(&(component.group(), component.kind.as_str())).copied()
    }

    /// Whether a component lives in the cluster.
    pub(crate) fn is_in_cluster(&self, component: usize) -> bool {
        self.in_cluster.get(component).copied().unwrap_or(false)
    }
}

impl<'a> Labels<'a> {
    fn add(&mut self, namespace: &'a str, component: usize, labels: &'a Object) {
        for (key, value) in labels.iter() {
            if let Some(value) = value.as_str() {
                self.by_label.entry((namespace, key, value)).or_default().push(component);
            }
        }
        self.by_namespace.entry(namespace).or_default().push(component);
        self.of.insert(component, labels);
    }

    /// The components of a namespace whose labels a selector selects, in the order of the design. The rarest label that
    /// the selector asks for is looked up, and only what carries it is compared. A selector that asks for no label at all
    /// selects everything; that is no relationship, so nothing is returned.
    pub(crate) fn selected(&self, namespace: &str, selector: &Object) -> Vec<usize> {
        let wanted = wanted_labels(selector);
        let expressions = expressions(selector);
        let rarest = wanted
            .iter()
            .map(|(key, value)| self.by_label.get(&(namespace, *key, *value)).map_or(&[][..], Vec::as_slice))
            .min_by_key(|components| components.len());
        let candidates = match rarest {
            Some(candidates) => candidates,
            None if expressions.is_empty() => return Vec::new(),
            None => self.by_namespace.get(namespace).map_or(&[][..], Vec::as_slice),
        };
        let is_selected = |component: &&usize| {
            self.of.get(component).is_some_and(|labels| {
                wanted.iter().all(|(key, value)| labels.get_str(key) == Some(value))
                    && expressions.iter().all(|expression| holds(expression, labels))
            })
        };
        candidates.iter().filter(is_selected).copied().collect()
    }
}

/// The labels that a selector asks for: `matchLabels`, or the whole mapping where it is a plain one.
fn wanted_labels(selector: &Object) -> Vec<(&str, &str)> {
    let is_structured = selector.contains_key("matchLabels") || selector.contains_key("matchExpressions");
    let labels = if is_structured { selector.get("matchLabels").and_then(Value::as_object) } else { Some(selector) };
    labels.into_iter().flat_map(Object::iter).filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect()
}

fn expressions(selector: &Object) -> Vec<&Value> {
    selector.get("matchExpressions").and_then(Value::as_array).unwrap_or_default().iter().collect()
}

/// Whether a set-based requirement holds ("Labels and Selectors" of the Kubernetes documentation).
fn holds(expression: &Value, labels: &Object) -> bool {
    let Some(key) = text(expression, "key") else { return false };
    let value = labels.get_str(key);
    let listed = || {
        let values = expression.get("values").and_then(Value::as_array).unwrap_or_default();
        value.is_some_and(|value| values.iter().any(|listed| listed.as_str() == Some(value)))
    };
    match text(expression, "operator") {
        Some("In") => listed(),
        Some("NotIn") => !listed(),
        Some("Exists") => value.is_some(),
        Some("DoesNotExist") => value.is_none(),
        _ => false,
    }
}

/// The namespace of a component, or the one that counts where it names none.
pub(crate) fn namespace(component: &Component) -> &str {
    component.namespace().unwrap_or(DEFAULT_NAMESPACE)
}

/// A text of a mapping.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}
