//! The order of a design, in the words of the tools that apply it.

use std::collections::{BTreeMap, BTreeSet};

use design_graph::{Graph, Scope};
use design_render::Artifact;
use design_syntax::to_yaml;
use design_vocabulary::{Component, Design, Object, Value};

/// The tool that is told in which order objects come up. All of them are told what the graph says: what an object needs
/// comes before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ordering {
    /// Argo CD: the annotation `argocd.argoproj.io/sync-wave`, the number of the batch.
    Argo,
    /// Flux: a folder a batch, and a Kustomization for each with `dependsOn`.
    Flux,
    /// Helm: hooks with weights, the number of the batch.
    Helm,
    /// kpt and what else is made with cli-utils: the annotation `config.kubernetes.io/depends-on`.
    Kpt,
}

impl Ordering {
    /// The design with the annotations of this tool. An annotation that an object has already stays.
    pub(crate) fn annotated(self, mut design: Design, graph: &Graph) -> Design {
        let batch_of = batches(graph);
        let needs = if self == Self::Kpt { needs(&design, graph, &batch_of) } else { BTreeMap::new() };
        for (index, component) in design.components.iter_mut().enumerate() {
            let batch = batch_of.get(&index).copied().unwrap_or_default().to_string();
            match self {
                Self::Argo => annotate(component, "argocd.argoproj.io/sync-wave", &batch),
                Self::Flux => {}
                Self::Helm => {
                    annotate(component, "helm.sh/hook", "pre-install,pre-upgrade");
                    annotate(component, "helm.sh/hook-weight", &batch);
                }
                Self::Kpt => {
                    if let Some(needed) = needs.get(&index) {
                        annotate(component, "config.kubernetes.io/depends-on", &needed.join(","));
                    }
                }
            }
        }
        design
    }

    /// The files, in the folders that this tool wants.
    pub(crate) fn arranged(self, artifacts: Vec<Artifact>, design: &Design, graph: &Graph) -> Vec<Artifact> {
        if self != Self::Flux {
            return artifacts;
        }
        let batch_of = batches(graph);
        let mut used: BTreeMap<usize, usize> = BTreeMap::new();
        let mut arranged: Vec<Artifact> = artifacts
            .into_iter()
            .map(|artifact| {
                let batch = batch_of.get(&artifact.component).copied().unwrap_or_default();
                used.entry(batch).or_insert(artifact.component);
                Artifact { path: format!("{}/{}", folder(batch), artifact.path), ..artifact }
            })
            .collect();
        // Batches that hold only drawings are none for Flux.
        let used: Vec<(usize, usize)> = used.into_iter().collect();
        for (position, (batch, component)) in used.iter().enumerate() {
            let before = position.checked_sub(1).and_then(|before| used.get(before)).map(|(batch, _)| *batch);
            let object = kustomization(&design.name, *batch, before);
            // Writing a value to a string cannot fail.
            let Ok(text) = to_yaml(&object) else { continue };
            arranged.push(Artifact { path: format!("flux/{}.yaml", folder(*batch)), text, component: *component });
        }
        arranged
    }
}

fn folder(batch: usize) -> String {
    format!("batch-{:02}", batch + 1)
}

/// The batch of each component.
fn batches(graph: &Graph) -> BTreeMap<usize, usize> {
    let batches = graph.order().batches;
    batches.iter().enumerate().flat_map(|(batch, members)| members.iter().map(move |member| (*member, batch))).collect()
}

fn annotate(component: &mut Component, key: &str, value: &str) {
    let mut metadata = component.metadata().cloned().unwrap_or_default();
    let mut annotations = metadata.get("annotations").and_then(Value::as_object).cloned().unwrap_or_default();
    if annotations.contains_key(key) {
        return;
    }
    annotations.insert(key, value.into());
    metadata.insert("annotations", annotations.into());
    component.configuration.insert("metadata", metadata.into());
}

/// What each component needs, as cli-utils refers to objects. Members of a cycle share a batch and say nothing of each
/// other, because a cycle would be refused.
fn needs(design: &Design, graph: &Graph, batch_of: &BTreeMap<usize, usize>) -> BTreeMap<usize, Vec<String>> {
    let mut needs: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for edge in graph.edges.iter().filter(|edge| edge.is_need && batch_of.get(&edge.to) < batch_of.get(&edge.from)) {
        let (Some(component), Some(node)) = (design.components.get(edge.to), graph.nodes.get(edge.to)) else {
            continue;
        };
        let (group, kind) = (component.group(), &component.kind);
        let name = component.name().unwrap_or_default();
        let reference = match (node.scope, component.namespace()) {
            (Scope::Cluster, _) => format!("{group}/{kind}/{name}"),
            (_, Some(namespace)) => format!("{group}/namespaces/{namespace}/{kind}/{name}"),
            // Where no namespace is written, whoever applies it chooses one.
            (_, None) => format!("{group}/namespaces/default/{kind}/{name}"),
        };
        needs.entry(edge.from).or_default().insert(reference);
    }
    needs.into_iter().map(|(component, needed)| (component, needed.into_iter().collect())).collect()
}

/// The object that has Flux apply one batch.
fn kustomization(design: &str, batch: usize, before: Option<usize>) -> Object {
    let name = |batch: usize| Value::from(format!("{design}-{}", folder(batch)).as_str());
    let text = |text: &str| Value::from(text);
    let mut spec = Object::from_iter([
        ("interval", text("10m")),
        ("path", Value::from(format!("./{}", folder(batch)).as_str())),
        ("prune", true.into()),
        ("wait", true.into()),
        ("sourceRef", Object::from_iter([("kind", text("GitRepository")), ("name", text(design))]).into()),
    ]);
    if let Some(before) = before {
        let needed = Value::Object(Object::from_iter([("name", name(before))]));
        spec.insert("dependsOn", Value::from_iter([needed]));
    }
    let metadata = Object::from_iter([("name", name(batch)), ("namespace", text("flux-system"))]);
    Object::from_iter([
        ("apiVersion", text("kustomize.toolkit.fluxcd.io/v1")),
        ("kind", text("Kustomization")),
        ("metadata", metadata.into()),
        ("spec", spec.into()),
    ])
}
