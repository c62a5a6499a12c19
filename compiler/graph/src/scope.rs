//! Whether the objects of a kind live in a namespace.

use std::collections::HashMap;

use design_registry::{Kind, Registry};
use design_vocabulary::{Component, Design, Value};

/// Where the objects of a kind live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In a namespace.
    Namespaced,
    /// In the cluster.
    Cluster,
    /// Nobody says: no model, no definition in the input.
    Unknown,
}

/// What is known of the kinds of a design: from the models, from custom resource definitions in the design itself, and
/// from what Meshery wrote on a component.
#[derive(Debug)]
pub struct Scopes<'a> {
    registry: &'a Registry,
    defined: HashMap<(String, String), Scope>,
}

impl<'a> Scopes<'a> {
    /// Collects the custom resource definitions of a design.
    pub fn of(design: &Design, registry: &'a Registry) -> Self {
        let definitions = design.components.iter().filter(|component| component.kind == "CustomResourceDefinition");
        let defined = definitions.filter_map(|component| {
            let spec = component.configuration.get("spec")?;
            let scope = match spec.get("scope").and_then(Value::as_str)? {
                "Namespaced" => Scope::Namespaced,
                "Cluster" => Scope::Cluster,
                _ => return None,
            };
            let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
            Some(((text(spec.get("group"))?, text(spec.get("names")?.get("kind"))?), scope))
        });
        Self { registry, defined: defined.collect() }
    }

    /// Where a component's object lives.
    pub fn of_component(&self, component: &Component) -> Scope {
        if let Some(kind) = self.kind(component) {
            return if kind.namespaced { Scope::Namespaced } else { Scope::Cluster };
        }
        let key = (component.group().to_owned(), component.kind.to_string());
        match (self.defined.get(&key), component.is_namespaced) {
            (Some(scope), _) => *scope,
            (None, Some(true)) => Scope::Namespaced,
            // Meshery writes `false` for kinds that it has not looked up, so a `false` proves nothing.
            (None, _) => Scope::Unknown,
        }
    }

    /// What the models say of a component's kind.
    pub fn kind(&self, component: &Component) -> Option<&'a Kind> {
        self.registry.find(component.group(), &component.kind)
    }
}
