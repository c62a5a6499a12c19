//! The target `compose`: a compose file for the containers of a design.
//!
//! Each container becomes a service; the objects around it (Services, claims, config maps, secrets) become its ports, its
//! further names, its volumes, its configs and secrets. Compose has no word for many things that Kubernetes says: each of
//! them is an [`Unsaid`] that names the object or the field.

mod container;
mod content;
mod depends;
mod environment;
mod objects;
mod pod;
mod probe;
mod reach;
mod security;
mod volume;
mod workload;

use std::collections::{BTreeMap, BTreeSet};

use design_graph::Graph;
use design_syntax::to_yaml;
use design_vocabulary::{Component, Design, Object, Path, Segment, Text, Value};

use objects::Objects;

/// A design as a compose project.
#[derive(Debug, Default)]
pub struct ComposeProject {
    /// Its files by path: `compose.yaml` first, then the files that it names.
    pub files: Vec<(String, Vec<u8>)>,
    /// What it does not say, in the order of the design.
    pub unsaid: Vec<Unsaid>,
}

/// What a compose file does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsaid {
    /// An object.
    Object {
        /// The component.
        component: usize,
        /// What compose has instead, or that it has nothing, as a sentence fragment.
        why: &'static str,
    },
    /// A field of an object.
    Field {
        /// The component.
        component: usize,
        /// The field, from the root of the component's configuration.
        path: Path,
        /// Why, or what is said instead, as a sentence fragment.
        why: &'static str,
    },
}

/// The annotations by which a design that was a compose project says what Kubernetes has no field for.
pub(crate) const DEPENDS_ON: &str = "design.compose/depends-on";
pub(crate) const PUBLISHED: &str = "design.compose/published";

/// The kinds that run containers.
const WORKLOADS: [&str; 8] =
    ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Pod", "Job", "CronJob"];

/// Writes the compose project of a design. It never fails: what cannot be said is listed.
pub fn write(design: &Design, graph: &Graph) -> ComposeProject {
    let mut project = Project {
        design,
        graph,
        objects: Objects::of(design),
        services: BTreeMap::new(),
        of_workload: BTreeMap::new(),
        volumes: BTreeMap::new(),
        configs: BTreeMap::new(),
        secrets: BTreeMap::new(),
        files: BTreeMap::new(),
        used: BTreeSet::new(),
        unsaid: Vec::new(),
    };
    project.name_workloads();
    for (index, component) in design.components.iter().enumerate() {
        if !component.is_annotation && WORKLOADS.contains(&component.kind.as_str()) {
            project.workload(index, component);
        }
    }
    project.dependencies();
    project.others();
    project.finish()
}

/// The state of writing.
struct Project<'a> {
    design: &'a Design,
    graph: &'a Graph,
    objects: Objects<'a>,
    services: BTreeMap<String, Object>,
    /// The service that stands for each workload: that of its first container.
    of_workload: BTreeMap<usize, String>,
    volumes: BTreeMap<String, Object>,
    configs: BTreeMap<String, Object>,
    secrets: BTreeMap<String, Object>,
    files: BTreeMap<String, Vec<u8>>,
    /// Components that the project says in the services that use them.
    used: BTreeSet<usize>,
    unsaid: Vec<Unsaid>,
}

impl Project<'_> {
    /// Gives each workload the name of its service. Where two namespaces have the same name, the namespace goes before it.
    fn name_workloads(&mut self) {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (index, component) in self.design.components.iter().enumerate() {
            if component.is_annotation || !WORKLOADS.contains(&component.kind.as_str()) {
                continue;
            }
            let name = component.name().unwrap_or("unnamed");
            let namespaced = component.namespace().map(|namespace| format!("{namespace}-{name}"));
            let kinded = format!("{name}-{}", component.kind.to_lowercase());
            let candidates = std::iter::once(name.to_owned()).chain(namespaced).chain([kinded]);
            let numbered = (2..).map(|number| format!("{name}-{number}"));
            if let Some(free) = candidates.chain(numbered).find(|name| !taken.contains(name)) {
                taken.insert(free.clone());
                self.of_workload.insert(index, free);
            }
        }
    }

    fn field(&mut self, component: usize, path: &[Segment], why: &'static str) {
        self.unsaid.push(Unsaid::Field { component, path: path.to_vec(), why });
    }

    /// Objects that no service says.
    fn others(&mut self) {
        for (index, component) in self.design.components.iter().enumerate() {
            let is_workload = WORKLOADS.contains(&component.kind.as_str());
            if component.is_annotation || is_workload || self.used.contains(&index) {
                continue;
            }
            let why = match component.kind.as_str() {
                "Namespace" => "a project is a namespace of its own",
                "Service" => "no service of the project stands behind it",
                "ConfigMap" | "Secret" | "PersistentVolumeClaim" => "no service of the project uses it",
                "Ingress" | "Gateway" | "HTTPRoute" | "GRPCRoute" | "TLSRoute" | "TCPRoute" => {
                    "the ports behind it are published instead"
                }
                "NetworkPolicy" => "the services of a project reach each other",
                "HorizontalPodAutoscaler" | "PodDisruptionBudget" => "compose does not scale or evict by itself",
                "ServiceAccount" | "Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding" => {
                    "there is no API that a container could be allowed to use"
                }
                _ => "compose knows services, volumes, networks, configs and secrets",
            };
            self.unsaid.push(Unsaid::Object { component: index, why });
        }
    }

    fn finish(mut self) -> ComposeProject {
        let mut file = Object::new();
        file.insert("name", Value::from(project_name(&self.design.name).as_str()));
        let sections = [
            ("services", std::mem::take(&mut self.services)),
            ("volumes", std::mem::take(&mut self.volumes)),
            ("configs", std::mem::take(&mut self.configs)),
            ("secrets", std::mem::take(&mut self.secrets)),
        ];
        for (key, entries) in sections {
            if !entries.is_empty() || key == "services" {
                let entries: Object = entries.into_iter().map(|(name, body)| (name, Value::from(body))).collect();
                file.insert(key, entries.into());
            }
        }
        // Writing a value to a string does not fail.
        let text = to_yaml(&escaped(Value::from(file))).unwrap_or_default();
        let mut files = vec![("compose.yaml".to_owned(), text.into_bytes())];
        files.extend(self.files);
        let order = |unsaid: &Unsaid| match unsaid {
            Unsaid::Object { component, .. } | Unsaid::Field { component, .. } => *component,
        };
        self.unsaid.sort_by_key(order);
        ComposeProject { files, unsaid: self.unsaid }
    }
}

/// A value in whose texts compose finds no variable.
fn escaped(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains('$') => Value::String(text.replace("$", "$$")),
        Value::Array(elements) => elements.into_iter().map(escaped).collect(),
        Value::Object(object) => Value::Object(object.into_iter().map(|(key, value)| (key, escaped(value))).collect()),
        other => other,
    }
}

/// The name of a project: lower case letters, digits, `-` and `_`, beginning with a letter or digit.
fn project_name(name: &str) -> String {
    let letter = |letter: char| {
        if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_') { letter.to_ascii_lowercase() } else { '-' }
    };
    let name: String = name.chars().map(letter).collect();
    let name = name.trim_start_matches(['-', '_']);
    if name.is_empty() { "design".to_owned() } else { name.to_owned() }
}

/// The namespace of a component, empty where it says none.
fn namespace(component: &Component) -> &str {
    component.namespace().unwrap_or_default()
}

/// A path with more steps.
fn deeper(path: &[Segment], steps: &[&str]) -> Path {
    path.iter().cloned().chain(steps.iter().map(|step| Segment::from(*step))).collect()
}

/// A path into an element of a list.
fn element(path: &[Segment], key: &str, index: usize) -> Path {
    let mut path = deeper(path, &[key]);
    path.push(index.into());
    path
}

/// Sets a key of a mapping under a key of an object, made where it is missing.
fn set_in(object: &mut Object, outer: &str, key: &str, value: Value) {
    if !matches!(object.get(outer), Some(Value::Object(_))) {
        object.insert(outer, Object::new().into());
    }
    if let Some(Value::Object(inner)) = object.get_mut(outer) {
        inner.insert(key, value);
    }
}

/// Adds an element to the list under a key of an object, unless it is there.
fn add_to(object: &mut Object, key: &str, element: Value) {
    if !matches!(object.get(key), Some(Value::Array(_))) {
        object.insert(key, Value::from_iter([]));
    }
    if let Some(Value::Array(list)) = object.get_mut(key)
        && !list.contains(&element)
    {
        list.push(element);
    }
}

/// A scalar as text.
fn scalar(value: &Value) -> Option<Text> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string().into()),
        Value::Number(design_vocabulary::Number::Int(value)) => Some(value.to_string().into()),
        Value::Number(design_vocabulary::Number::Unsigned(value)) => Some(value.to_string().into()),
        Value::Number(design_vocabulary::Number::Float(value)) => Some(value.to_string().into()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// An integer, also where it is written as text.
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(design_vocabulary::Number::Int(value)) => Some(*value),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
