//! The target `kubernetes`: one manifest an object, in the order in which a cluster wants them.

use design_graph::{Graph, Scope, Scopes};
use design_registry::Phase;
use design_syntax::write_yaml;
use design_vocabulary::{Component, Design, Object, Value};

use crate::file_name::FileNames;

/// One rendered object.
#[derive(Debug)]
pub struct Artifact {
    /// Where it goes below the output folder, with `/` between folders.
    pub path: String,
    /// The manifest as YAML.
    pub text: String,
    /// The position of its component in the design.
    pub component: usize,
}

/// A component that has no manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// It is a drawing.
    Drawing,
    /// It lacks kind, apiVersion or name.
    Incomplete,
}

/// A value that a manifest does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    /// A namespace on an object that lives in the cluster.
    Namespace {
        /// The component.
        component: usize,
    },
}

/// What a design becomes: which components have a manifest, in which order, and what is left out.
#[derive(Debug, Default)]
pub struct Manifests {
    /// Components in the order of the output, and the file of each.
    order: Vec<(usize, String)>,
    /// Components without a manifest, in the order of the design.
    pub left_out: Vec<(usize, LeftOut)>,
    /// Values that are not said, in the order of the design.
    pub losses: Vec<Loss>,
}

impl Manifests {
    /// Plans the output. The order is that of the kinds' phases, then of the identities; it does not depend on the order
    /// of the input.
    pub fn of(design: &Design, graph: &Graph, scopes: &Scopes<'_>) -> Self {
        let mut manifests = Self::left_out_of(design, graph);
        let mut keyed = Vec::with_capacity(design.components.len());
        for (index, (component, node)) in design.components.iter().zip(&graph.nodes).enumerate() {
            if left_out(component).is_none() {
                let phase = scopes.kind(component).map_or(Phase::Other, |kind| kind.phase);
                keyed.push((phase, node.id.as_str(), index));
            }
        }
        // The identity begins with the kind, so what is of one kind stands together.
        keyed.sort_unstable();
        let mut names = FileNames::default();
        for (_, _, index) in keyed {
            let Some((component, node)) = design.components.get(index).zip(graph.nodes.get(index)) else { continue };
            let namespace = component.namespace().filter(|_| node.scope != Scope::Cluster);
            manifests.order.push((index, names.of(component, namespace)));
        }
        manifests
    }

    /// What is left out and what is lost, without any manifest: for whoever only wants to be told.
    pub fn left_out_of(design: &Design, graph: &Graph) -> Self {
        let mut manifests = Self::default();
        for (index, (component, node)) in design.components.iter().zip(&graph.nodes).enumerate() {
            if let Some(reason) = left_out(component) {
                manifests.left_out.push((index, reason));
            } else if node.scope == Scope::Cluster && says_namespace(component) {
                manifests.losses.push(Loss::Namespace { component: index });
            }
        }
        manifests
    }

    /// The number of manifests.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The components in the order of the output, each with the file of its manifest.
    pub fn files(&self) -> impl Iterator<Item = (usize, &str)> {
        self.order.iter().map(|(component, path)| (*component, path.as_str()))
    }

    /// Writes the manifest at a position of the output order, from the design and graph that the plan was made of; `None`
    /// beyond the last.
    pub fn artifact(&self, position: usize, design: &Design, graph: &Graph) -> Option<Artifact> {
        let (component_index, path) = self.order.get(position)?;
        let component = design.components.get(*component_index)?;
        let scope = graph.nodes.get(*component_index)?.scope;
        let mut text = String::new();
        // Writing a value to a string cannot fail.
        write_yaml(&mut text, &object(component, scope)).ok()?;
        Some(Artifact { path: path.clone(), text, component: *component_index })
    }
}

/// Whether an object says anything at all where its namespace would be.
fn says_namespace(component: &Component) -> bool {
    let written = component.metadata().and_then(|metadata| metadata.get("namespace"));
    written.is_some_and(|written| !written.is_null() && written.as_str() != Some(""))
}

/// Why a component has no manifest; `None` where it has one.
fn left_out(component: &Component) -> Option<LeftOut> {
    if component.is_annotation {
        return Some(LeftOut::Drawing);
    }
    (!is_complete(component)).then_some(LeftOut::Incomplete)
}

fn is_complete(component: &Component) -> bool {
    let generates = component.metadata().is_some_and(|metadata| metadata.get_str("generateName").is_some());
    !component.kind.is_empty() && !component.api_version.is_empty() && (component.name().is_some() || generates)
}

/// The object of a component: `apiVersion`, `kind` and `metadata` first, everything else in its own order.
pub fn object(component: &Component, scope: Scope) -> Object {
    let mut object = Object::new();
    object.insert("apiVersion", Value::String(component.api_version.clone()));
    object.insert("kind", Value::String(component.kind.clone()));
    object.insert("metadata", metadata(component, scope).into());
    for (key, value) in component.configuration.iter().filter(|(key, _)| *key != "metadata") {
        object.insert(key.clone(), value.clone());
    }
    object
}

fn metadata(component: &Component, scope: Scope) -> Object {
    let written = component.metadata().cloned().unwrap_or_default();
    let drop_namespace =
        scope == Scope::Cluster || written.get("namespace").is_some_and(|value| value.as_str() == Some(""));
    let has_name = written.get_str("name").is_some_and(|name| !name.is_empty());
    if has_name && !drop_namespace {
        return written;
    }
    let mut metadata = Object::new();
    if let Some(name) = component.name() {
        metadata.insert("name", name.into());
    }
    for (key, value) in written.iter() {
        if !(drop_namespace && key == "namespace" || key == "name") {
            metadata.insert(key.clone(), value.clone());
        }
    }
    metadata
}
