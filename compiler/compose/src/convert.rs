//! A project as a design for Kubernetes.

mod container;
mod content;
mod environment;
mod group;
mod ingress;
mod labels;
mod network;
mod placement;
mod pod;
mod probe;
mod resources;
mod scale;
mod security;
mod service;
mod volume;
mod wait;
mod workload;

use std::collections::{BTreeMap, HashMap, HashSet};

use design_source::{Loaded, Traced};
use design_vocabulary::{Span, Text, Value};

use crate::node::{Data, Node};
use crate::project::Project;
use crate::{Files, Options, Problem, object_name};

pub use container::escape;
use group::Groups;
use labels::Steering;
use wait::Dependencies;

/// What a project became.
#[derive(Debug, Default)]
pub struct Read {
    /// The design and its places.
    pub loaded: Loaded,
    /// What was met while reading and converting.
    pub problems: Vec<Problem>,
}

/// Converts a project. `name` names a design whose project has no name of its own.
pub fn convert(files: &mut dyn Files, mut project: Project, options: &Options, name: &str) -> Read {
    let problems = std::mem::take(&mut project.problems);
    let documents = std::mem::take(&mut project.documents);
    let mut conversion = Conversion {
        files,
        project: &project,
        options,
        loaded: Loaded::default(),
        problems,
        objects: Vec::new(),
        groups: Groups::default(),
        dependencies: Dependencies::default(),
        made: HashSet::new(),
        workloads: BTreeMap::new(),
        mounted: HashMap::new(),
    };
    conversion.loaded.design.name = project.name.clone().unwrap_or_else(|| name.into());
    conversion.name_services();
    conversion.groups = group::groups(&project, options);
    conversion.dependencies = conversion.read_dependencies();
    conversion.everything();
    let Conversion { mut loaded, problems, .. } = conversion;
    for document in documents {
        loaded.map.add_document(document);
    }
    Read { loaded, problems }
}

/// The state of a conversion.
struct Conversion<'a> {
    files: &'a mut dyn Files,
    project: &'a Project,
    options: &'a Options,
    loaded: Loaded,
    problems: Vec<Problem>,
    /// The name of each service's objects, by its position.
    objects: Vec<String>,
    groups: Groups,
    dependencies: Dependencies,
    /// Objects that several services share and that are there already, by kind and name.
    made: HashSet<(&'static str, String)>,
    /// The component that runs each service, by the position of the service.
    workloads: BTreeMap<usize, usize>,
    /// How many workloads mount a claim, to tell which can be shared.
    mounted: HashMap<String, Span>,
}

/// One service on its way.
#[derive(Clone, Copy)]
struct Service<'a> {
    /// Its position in the project.
    position: usize,
    name: &'a Text,
    node: &'a Node,
}

impl<'a> Service<'a> {
    /// The key of the service in its file.
    fn place(self) -> Span {
        self.node.place()
    }

    /// A field of the service, as people write it.
    fn field(self, key: &str) -> String {
        format!("services.{}.{key}", self.name)
    }

    fn some(self, key: &str) -> Option<&'a Node> {
        self.node.some(key)
    }

    /// The value of a label that steers the conversion.
    fn steering(self, key: &str) -> Option<Steering<'a>> {
        labels::steering(self, key)
    }
}

impl<'a> Conversion<'a> {
    fn service(&self, position: usize) -> Option<Service<'a>> {
        let (name, node) = self.project.services.at(position)?;
        Some(Service { position, name, node })
    }

    fn services(&self) -> Vec<Service<'a>> {
        let services = self.project.services.iter().enumerate();
        services.map(|(position, (name, node))| Service { position, name, node }).collect()
    }

    /// The name of a service's objects.
    fn object(&self, service: Service<'_>) -> &str {
        self.objects.get(service.position).map_or("", String::as_str)
    }

    /// Gives each service the name of its objects: valid, and different from all others.
    fn name_services(&mut self) {
        // A name that is valid as it is written belongs to whoever has it.
        let mut used: HashSet<String> = HashSet::new();
        let kept: HashSet<String> = self
            .services()
            .iter()
            .filter(|service| service.steering("kompose.service.name_override").is_none())
            .map(|service| service.name.to_string())
            .filter(|name| object_name(name) == *name)
            .collect();
        for service in self.services() {
            let override_name = service.steering("kompose.service.name_override");
            let wanted = override_name.map_or_else(|| service.name.clone(), |found| found.text);
            let valid = object_name(&wanted);
            let mut name = valid.clone();
            let mut number = 2;
            while (kept.contains(&name) && name != **service.name) || !used.insert(name.clone()) {
                name = format!("{}-{number}", valid.get(..valid.len().min(58)).unwrap_or(&valid));
                number += 1;
            }
            if *name != *wanted {
                let (from, to) = (wanted, Text::from(name.as_str()));
                self.problems.push(Problem::Renamed { what: "service", from, to, span: service.place() });
            }
            self.objects.push(name);
        }
    }

    fn everything(&mut self) {
        self.secrets();
        let services = self.services();
        for service in &services {
            if self.groups.is_leader(service.position) {
                self.workload(*service);
            }
        }
        for service in &services {
            self.network_services(*service);
            self.autoscaler(*service);
        }
        self.networks();
        self.unused_declarations();
        self.relate();
    }

    /// Adds an object. `place` is what it was made from.
    fn push(&mut self, kind: &'static str, api_version: &str, mut object: Traced, name: &Traced) -> usize {
        let mut metadata = Traced::mapping(object.place).with("name", name.clone());
        if let Some(written) = object.get("metadata") {
            for (key, value) in written.entries() {
                metadata.set(key.clone(), value.clone());
            }
        }
        let place = object.place;
        let mut whole = Traced::mapping(place).with("metadata", metadata);
        if let design_source::Data::Mapping(entries) = &mut object.data {
            for (key, value) in entries.drain(..).filter(|(key, _)| key != "metadata") {
                whole.set(key, value);
            }
        }
        self.loaded.push_traced(kind, api_version, &whole)
    }

    /// Whether an object is not there yet; from then on it counts as there.
    fn is_new(&mut self, kind: &'static str, name: &str) -> bool {
        self.made.insert((kind, name.to_owned()))
    }

    fn inexpressible(&mut self, service: Service<'_>, key: &str, why: &'static str, span: Span) {
        self.problems.push(Problem::Inexpressible { field: service.field(key), why, span });
    }

    fn invalid(&mut self, service: Service<'_>, key: &str, expected: &'static str, node: &Node) {
        self.problems.push(Problem::Invalid { field: service.field(key), expected, span: node.span });
    }

    fn loosely(&mut self, service: Service<'_>, key: &str, what: impl Into<String>, span: Span) {
        self.problems.push(Problem::Loosely { field: service.field(key), what: what.into(), span });
    }
}

/// A value at the place of a node.
fn said(node: &Node, value: impl Into<Value>) -> Traced {
    Traced::new(node.span, value).under(node.key)
}

/// The scalar of a node as text.
fn text(node: &Node) -> Option<Traced> {
    node.scalar().map(|text| said(node, text))
}

/// The scalars of a list as texts.
fn texts(node: &Node) -> Traced {
    let elements = node.elements().iter().filter_map(text).collect();
    Traced::list(node.span, elements).under(node.key)
}

/// A truth value, told of where it is none.
fn truth(conversion: &mut Conversion<'_>, service: Service<'_>, key: &str) -> bool {
    let Some(node) = service.some(key) else { return false };
    node.as_bool().unwrap_or_else(|| {
        conversion.invalid(service, key, "true or false", node);
        false
    })
}

/// Whether a node is a list or mapping with nothing in it.
fn is_empty(node: &Node) -> bool {
    match &node.data {
        Data::List(elements) => elements.is_empty(),
        Data::Map(entries) => entries.is_empty(),
        _ => false,
    }
}
