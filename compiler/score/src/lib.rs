//! Score workloads (`score.dev/v1b1`) to designs.
//!
//! [`read`] takes the workloads of a folder together, since the ports of one are resources of another. What a workload
//! says becomes a Deployment with its Service, config maps and claims; what only a platform can give it is expected from
//! outside. `docs/compose.md` holds the table.

mod container;
mod files;
mod placeholder;
mod problem;
mod resource;
mod workload;

use std::collections::{BTreeMap, BTreeSet};

use design_compose::{Data, Files, Node, object_name};
use design_source::{Loaded, Traced};
use design_syntax::Document;
use design_vocabulary::{Span, Value};

pub use problem::Problem;

/// What workloads became.
#[derive(Debug, Default)]
pub struct Read {
    /// The design and its places.
    pub loaded: Loaded,
    /// What was met.
    pub problems: Vec<Problem>,
}

/// Reads the workloads of one folder, each with the path of its file. Files that they name are read through `files`, as
/// seen from the folder of the workload.
pub fn read(files: &mut dyn Files, documents: Vec<(String, Document)>, name: &str) -> Read {
    let mut nodes = Vec::new();
    for (path, document) in &documents {
        if let Some(node) = Node::of(document) {
            nodes.push((path.clone(), node));
        }
    }
    let mut workloads = BTreeMap::new();
    for (position, (_, node)) in nodes.iter().enumerate() {
        if let Some(name) = node.some("metadata").and_then(|metadata| metadata.some("name")).and_then(Node::scalar) {
            workloads.entry(name.to_string()).or_insert(position);
        }
    }
    let mut reading = Reading {
        files,
        nodes: &nodes,
        workloads,
        loaded: Loaded::default(),
        problems: Vec::new(),
        made: BTreeSet::new(),
        told: BTreeMap::new(),
    };
    reading.loaded.design.name = name.into();
    for (path, node) in &nodes {
        reading.workload(path, node);
    }
    reading.tell_resources();
    let Reading { mut loaded, problems, .. } = reading;
    for (_, document) in documents {
        loaded.map.add_document(document);
    }
    Read { loaded, problems }
}

/// The state of reading.
struct Reading<'a> {
    files: &'a mut dyn Files,
    nodes: &'a [(String, Node)],
    /// Positions of workloads by name.
    workloads: BTreeMap<String, usize>,
    loaded: Loaded,
    problems: Vec<Problem>,
    /// Objects that are there already, by kind and name.
    made: BTreeSet<(&'static str, String)>,
    /// Resources that come from outside, by the name of their Secret: the resource, its type, its place, the keys used.
    told: BTreeMap<String, Outside>,
}

/// A resource that only a platform can provide.
struct Outside {
    name: String,
    resource_type: String,
    place: Span,
    keys: BTreeSet<String>,
}

impl Reading<'_> {
    fn push(&mut self, kind: &'static str, api_version: &str, name: &Traced, object: &Traced) {
        let place = object.place;
        let mut metadata = Traced::mapping(place).with("name", name.clone());
        for (key, value) in object.get("metadata").map(Traced::entries).unwrap_or_default() {
            metadata.set(key.clone(), value.clone());
        }
        let mut whole = Traced::mapping(place).with("metadata", metadata);
        for (key, value) in object.entries().iter().filter(|(key, _)| key != "metadata") {
            whole.set(key.clone(), value.clone());
        }
        self.loaded.push_traced(kind, api_version, &whole);
    }

    fn is_new(&mut self, kind: &'static str, name: &str) -> bool {
        self.made.insert((kind, name.to_owned()))
    }

    fn invalid(&mut self, message: impl Into<String>, help: &'static str, span: Span) {
        self.problems.push(Problem::Invalid { message: message.into(), help, span });
    }

    fn loosely(&mut self, field: impl Into<String>, what: impl Into<String>, span: Span) {
        self.problems.push(Problem::Loosely { field: field.into(), what: what.into(), span });
    }

    /// Keys that a part of a workload does not have.
    fn unknown(&mut self, node: &Node, known: &[&str], of: &str) {
        for (key, value) in node.entries() {
            if !known.contains(&key.as_str()) && !key.starts_with("x-") {
                let near = design_registry::nearest(key, known.iter().copied());
                let help = near.map_or_else(|| "remove it".to_owned(), |near| format!("did you mean `{near}`?"));
                let message = format!("{of} has no key `{key}`");
                self.problems.push(Problem::Unknown { message, help, span: value.place() });
            }
        }
    }
}

/// The labels by which the pods of a workload are selected.
fn labels(place: Span, workload: &str) -> Traced {
    Traced::mapping(place).with("app.kubernetes.io/name", Traced::new(place, object_name(workload).as_str()))
}

/// A value at the place of a node.
fn said(node: &Node, value: impl Into<Value>) -> Traced {
    Traced::new(node.span, value).under(node.key)
}

/// A node as a traced value, as it is.
fn traced(node: &Node) -> Traced {
    let made = match &node.data {
        Data::List(elements) => Traced::list(node.span, elements.iter().map(traced).collect()),
        Data::Map(entries) => {
            let mut mapping = Traced::mapping(node.span);
            for (key, value) in entries {
                mapping.set(key.clone(), traced(value));
            }
            mapping
        }
        _ => Traced::new(node.span, node.to_value()),
    };
    made.under(node.key)
}
