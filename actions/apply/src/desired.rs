//! What a design wants of a cluster: its objects, and what each of them needs.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use design_graph::Scope;
use design_pipeline::Compiled;
use design_vocabulary::{Span, display_path};
use serde_json::{Map, Value};

use crate::resource::{Resources, group_of};

/// An object that a design wants.
#[derive(Clone, Debug)]
pub struct Desired {
    /// The position of its component in the design.
    pub component: usize,
    /// Its id in the graph.
    pub id: String,
    /// Its apiVersion.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// The namespace that it will live in; `None` for what lives in the cluster.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// The object, as it is sent.
    pub object: Value,
    /// What has to be there before it.
    pub needs: Vec<Need>,
    /// From 0: the objects of one batch need nothing of a later one.
    pub batch: usize,
    /// Where its component stands.
    pub place: Span,
}

/// A reason to come later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The position, among the desired objects, of what has to be there.
    pub on: usize,
    /// The field that says so; empty where a relationship is declared.
    pub field: String,
    /// Where that stands.
    pub place: Span,
}

/// The objects of a design, in the order of their batches and of the output within one. What names no namespace lives in
/// the one that is given.
pub fn desired(compiled: &Compiled, namespace: &str) -> Vec<Desired> {
    let mut batch_of = BTreeMap::new();
    for (batch, components) in compiled.graph.order().batches.iter().enumerate() {
        batch_of.extend(components.iter().map(|component| (*component, batch)));
    }
    let mut all: Vec<Desired> = Vec::new();
    for (component, object) in compiled.objects() {
        let (Some(node), Ok(object)) = (compiled.graph.nodes.get(component), serde_json::to_value(object)) else {
            continue;
        };
        let text = |path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let own = Some(text("/metadata/namespace")).filter(|own| !own.is_empty());
        all.push(Desired {
            component,
            id: node.id.clone(),
            api_version: text("/apiVersion"),
            kind: text("/kind"),
            namespace: match node.scope {
                Scope::Cluster => None,
                Scope::Namespaced => own.or_else(|| Some(namespace.to_owned())),
                Scope::Unknown => own,
            },
            name: text("/metadata/name"),
            needs: Vec::new(),
            batch: batch_of.get(&component).copied().unwrap_or_default(),
            place: compiled.map.component(component).unwrap_or(Span::start_of(design_vocabulary::FileId(0))),
            object,
        });
    }
    all.sort_by_key(|desired| desired.batch);
    let position_of: BTreeMap<usize, usize> =
        all.iter().enumerate().map(|(position, desired)| (desired.component, position)).collect();
    for edge in compiled.graph.edges.iter().filter(|edge| edge.is_need) {
        let (Some(from), Some(to)) = (position_of.get(&edge.from), position_of.get(&edge.to)) else { continue };
        // Members of a cycle share a batch: none of them can wait for another.
        if all.get(*from).map(|one| one.batch) <= all.get(*to).map(|one| one.batch) {
            continue;
        }
        let field = display_path(edge.path.strip_prefix(&["configuration".into()]).unwrap_or(&edge.path));
        let place = compiled.map.locate(edge.from, &edge.path).map(design_source_best);
        if let Some(desired) = all.get_mut(*from)
            && !desired.needs.iter().any(|need| need.on == *to)
        {
            let place = place.unwrap_or(desired.place);
            desired.needs.push(Need { on: *to, field, place });
        }
    }
    leave_out_scaled(&mut all);
    all
}

fn design_source_best(located: design_source::Located) -> Span {
    located.best()
}

/// Leaves out the replicas of what an autoscaler of the design scales: the autoscaler has to own them.
fn leave_out_scaled(all: &mut [Desired]) {
    let scaled: BTreeSet<(String, String, Option<String>)> = all
        .iter()
        .filter(|desired| desired.kind == "HorizontalPodAutoscaler")
        .filter_map(|scaler| {
            let target = scaler.object.pointer("/spec/scaleTargetRef")?;
            let text = |key: &str| target.get(key).and_then(Value::as_str).map(str::to_owned);
            Some((text("kind")?, text("name")?, scaler.namespace.clone()))
        })
        .collect();
    for desired in all {
        if scaled.contains(&(desired.kind.clone(), desired.name.clone(), desired.namespace.clone()))
            && let Some(spec) = desired.object.get_mut("spec").and_then(Value::as_object_mut)
        {
            spec.remove("replicas");
        }
    }
}

/// What an object is told from others by, in whatever version: its group and kind, its namespace and its name.
pub(crate) type Identity<'a> = (String, Option<&'a str>, &'a str);

/// The position of each object among those that a design wants.
pub(crate) fn positions(all: &[Desired]) -> HashMap<Identity<'_>, usize> {
    let each = all.iter().enumerate();
    each.map(|(position, one)| ((one.group_kind(), one.namespace.as_deref(), one.name.as_str()), position)).collect()
}

impl Desired {
    /// Puts the object into the namespace that it lives in, once the server has said whether its kind has any, and gives it
    /// a label.
    pub fn settle(&mut self, resources: &Resources, namespace: &str, label: (&str, &str)) {
        if let Some(resource) = resources.find(&self.api_version, &self.kind) {
            self.namespace = if resource.is_namespaced {
                self.namespace.take().or_else(|| Some(namespace.to_owned()))
            } else {
                None
            };
        }
        let Some(object) = self.object.as_object_mut() else { return };
        let metadata = object.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
        let Some(metadata) = metadata.as_object_mut() else { return };
        match &self.namespace {
            Some(namespace) => drop(metadata.insert("namespace".to_owned(), Value::from(namespace.as_str()))),
            None => drop(metadata.remove("namespace")),
        }
        let labels = metadata.entry("labels").or_insert_with(|| Value::Object(Map::new()));
        if let Some(labels) = labels.as_object_mut() {
            labels.insert(label.0.to_owned(), Value::from(label.1));
        }
    }

    /// The group of its kind; empty for that of the core.
    pub(crate) fn group(&self) -> &str {
        group_of(&self.api_version)
    }

    /// Group and kind, as an `ApplySet` names them: `Deployment.apps`.
    pub fn group_kind(&self) -> String {
        match self.group() {
            "" => self.kind.clone(),
            group => format!("{}.{group}", self.kind),
        }
    }
}
