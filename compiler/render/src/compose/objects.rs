//! What the containers of a design refer to, found by name.

use std::collections::HashMap;

use design_vocabulary::{Component, Design, Object, Value};

use super::namespace;

/// The objects of a design by kind, namespace and name.
pub(super) struct Objects<'a> {
    by_name: HashMap<(&'a str, &'a str, &'a str), usize>,
    design: &'a Design,
    /// Services with a selector, by one pair of it, so that those of a pod are found without looking at all.
    by_label: HashMap<(&'a str, String, String), Vec<usize>>,
    /// Ports of Services that something outside the cluster reaches: by namespace and Service.
    pub routed: HashMap<(String, String), Vec<Option<String>>>,
}

impl<'a> Objects<'a> {
    pub fn of(design: &'a Design) -> Self {
        let mut objects = Self { by_name: HashMap::new(), design, by_label: HashMap::new(), routed: HashMap::new() };
        for (index, component) in design.components.iter().enumerate().filter(|(_, one)| !one.is_annotation) {
            let Some(name) = component.name() else { continue };
            let key = (component.kind.as_str(), namespace(component), name);
            objects.by_name.entry(key).or_insert(index);
            match component.kind.as_str() {
                "Service" => {
                    let selector = component.configuration.get("spec").and_then(|spec| spec.get("selector"));
                    if let Some((key, value)) =
                        selector.and_then(Value::as_object).and_then(|pairs| pairs.iter().next())
                    {
                        let pair =
                            (namespace(component), key.to_string(), value.as_str().unwrap_or_default().to_owned());
                        objects.by_label.entry(pair).or_default().push(index);
                    }
                }
                "Ingress" | "HTTPRoute" | "GRPCRoute" | "TCPRoute" | "TLSRoute" => objects.routes(component),
                _ => {}
            }
        }
        objects
    }

    /// Whatever names a backend: `service: {name, port}` of an Ingress, `backendRefs` of a route.
    fn routes(&mut self, component: &Component) {
        let mut open: Vec<&Value> = component.configuration.get("spec").into_iter().collect();
        while let Some(value) = open.pop() {
            match value {
                Value::Array(elements) => open.extend(elements.iter()),
                Value::Object(object) => {
                    for (key, inner) in object.iter() {
                        let backends: Vec<&Value> = match (key.as_str(), inner) {
                            ("service", Value::Object(_)) => vec![inner],
                            ("backendRefs", Value::Array(list)) => list.iter().collect(),
                            _ => Vec::new(),
                        };
                        for backend in backends {
                            let Some(name) = backend.get("name").and_then(Value::as_str) else { continue };
                            let port = backend.get("port").and_then(|port| {
                                let inner = port.get("number").or_else(|| port.get("name")).unwrap_or(port);
                                super::scalar(inner).map(|text| text.to_string())
                            });
                            let key = (namespace(component).to_owned(), name.to_owned());
                            self.routed.entry(key).or_default().push(port);
                        }
                        open.push(inner);
                    }
                }
                _ => {}
            }
        }
    }

    /// An object in a namespace.
    pub fn get(&self, kind: &str, namespace: &str, name: &str) -> Option<(usize, &'a Component)> {
        let index = *self.by_name.get(&(kind, namespace, name))?;
        Some((index, self.design.components.get(index)?))
    }

    /// The Services that select pods with these labels.
    pub fn services_of(&self, namespace: &str, labels: &Object) -> Vec<usize> {
        let mut found = Vec::new();
        for (key, value) in labels.iter() {
            let pair = (namespace, key.to_string(), value.as_str().unwrap_or_default().to_owned());
            for index in self.by_label.get(&pair).into_iter().flatten() {
                let selector = self
                    .design
                    .components
                    .get(*index)
                    .and_then(|service| service.configuration.get("spec")?.get("selector")?.as_object());
                let is_met =
                    selector.is_some_and(|selector| selector.iter().all(|(key, value)| labels.get(key) == Some(value)));
                if is_met && !found.contains(index) {
                    found.push(*index);
                }
            }
        }
        found.sort_unstable();
        found
    }
}
