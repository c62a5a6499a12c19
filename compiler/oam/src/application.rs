//! Applications: components with traits, and what only a controller does with them.

use std::collections::BTreeMap;

use design_registry::nearest;
use design_source::{Loaded, Traced, is_appfile, read_manifests};
use design_syntax::{Document, NodeRef, Rules};
use design_vocabulary::{Span, Text};

use crate::Problem;
use crate::appfile;
use crate::configuration;
use crate::definition::Definitions;
use crate::properties::Properties;
use crate::said::{said, text};
use crate::traits::{TRAITS, Target, apply, is_open};
use crate::workload::{Around, Made, TYPES, workload};

/// What came of the documents of a source.
#[derive(Debug, Default)]
pub struct Read {
    /// The design.
    pub loaded: Loaded,
    /// What is wrong, beside the problems of the design itself.
    pub problems: Vec<Problem>,
}

/// Reads the documents of one source as one design of a name: applications become their objects, other objects stay what
/// they are. Nothing here fails; what cannot be read is among the problems.
pub fn read(name: &str, mut documents: Vec<Document>) -> Read {
    let mut read = Read::default();
    read.loaded.design.name = name.into();
    for document in &mut documents {
        document.set_rules(Rules::Kubernetes);
    }
    let (mut plain, mut applications) = (Vec::new(), Vec::new());
    for document in documents {
        let is_ours = document.root().is_some_and(|root| is_appfile(root) || role(root).is_some());
        if is_ours { applications.push(document) } else { plain.push(document) }
    }
    {
        let mut definitions = Definitions::default();
        let mut components = BTreeMap::new();
        for root in plain.iter().chain(&applications).filter_map(Document::root) {
            definitions.add(root);
            if role(root) == Some(Role::Component) {
                let name = root.get("metadata").and_then(|metadata| metadata.get("name")).map(NodeRef::text);
                components.insert(name.unwrap_or_default(), root);
            }
        }
        let uses_components =
            applications.iter().filter_map(Document::root).any(|root| role(root) == Some(Role::Configuration));
        for root in applications.iter().filter_map(Document::root) {
            match role(root) {
                Some(Role::Application) => application(root, &definitions, &mut read),
                Some(Role::Configuration) => configuration::read(root, &components, &mut read),
                // One that a configuration names is read where it is named.
                Some(Role::Component) if !uses_components => configuration::component(root, &mut read),
                Some(Role::Component) => {}
                None => appfile::read(root, &definitions, &mut read),
            }
        }
    }
    for document in applications {
        read.loaded.map.push_document(document);
    }
    let rest = read_manifests(name, plain);
    read.loaded.append(rest);
    read
}

/// What an object of the Open Application Model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Application,
    Configuration,
    Component,
}

fn role(root: NodeRef<'_>) -> Option<Role> {
    let version = root.get("apiVersion").map(NodeRef::text).unwrap_or_default();
    if !version.starts_with("core.oam.dev/") {
        return None;
    }
    match root.get("kind").map(NodeRef::text)? {
        "Application" => Some(Role::Application),
        "ApplicationConfiguration" => Some(Role::Configuration),
        "Component" | "ComponentSchematic" => Some(Role::Component),
        _ => None,
    }
}

fn application(root: NodeRef<'_>, definitions: &Definitions<'_>, read: &mut Read) {
    let metadata = root.get("metadata");
    let field = |key: &str| metadata.and_then(|metadata| metadata.get(key)).map(said);
    let place = root.entries().next().map_or(root.span(), |(key, _)| key.span());
    let name = field("name").unwrap_or_else(|| text(place, ""));
    let spec = root.get("spec");
    let Some(components) = spec.and_then(|spec| spec.get("components")) else {
        let message = "an application needs `spec.components`".to_owned();
        read.problems.push(Problem::Invalid { message, span: place });
        return;
    };
    for component in components.children().map(NodeRef::resolved) {
        // The older version of the format says `settings` where the newer one says `properties`.
        let properties = component.get("properties").or_else(|| component.get("settings"));
        let part = Part {
            name: component.get("name").map(said),
            type_node: component.get("type"),
            place: component.entries().next().map_or(component.span(), |(key, _)| key.span()),
            properties,
            traits: component.get("traits").into_iter().flat_map(NodeRef::children).map(written_trait).collect(),
            depends_on: names(component.get("dependsOn")),
            others: Vec::new(),
        };
        part.read(&name, field("namespace"), definitions, read);
        for key in ["inputs", "outputs", "scopes", "externalRevision", "replicaKey"] {
            if let Some((name, _)) = component.entry(key) {
                read.problems.push(Problem::NotInKubernetes {
                    what: format!("`{key}` of a component"),
                    why: "values pass between components only while KubeVela's controller runs them",
                    span: name.span(),
                });
            }
        }
    }
    controlled(spec, read);
}

/// A trait as an application writes it: the node of its type, and its properties.
pub(crate) type WrittenTrait<'d> = (Option<NodeRef<'d>>, Span, Option<NodeRef<'d>>);

fn written_trait(node: NodeRef<'_>) -> WrittenTrait<'_> {
    let node = node.resolved();
    let kind = node.get("type").or_else(|| node.get("name"));
    (kind, node.span(), node.get("properties"))
}

/// Tells of policies and steps of a workflow, which act only where a controller runs.
fn controlled(spec: Option<NodeRef<'_>>, read: &mut Read) {
    for policy in spec.and_then(|spec| spec.get("policies")).into_iter().flat_map(NodeRef::children) {
        let Some(kind) = policy.resolved().get("type") else { continue };
        read.problems.push(Problem::NotInKubernetes {
            what: format!("the policy `{}`", kind.text()),
            why: "it tells KubeVela's controller how to deliver, and changes no object here",
            span: kind.span(),
        });
    }
    let workflow = spec.and_then(|spec| spec.get("workflow"));
    for step in workflow.and_then(|workflow| workflow.get("steps")).into_iter().flat_map(NodeRef::children) {
        let Some(kind) = step.resolved().get("type") else { continue };
        // Every component is applied here, in the order of what needs what.
        if matches!(kind.text(), "apply-component" | "apply-remaining" | "deploy") {
            continue;
        }
        read.problems.push(Problem::NotInKubernetes {
            what: format!("the workflow step `{}`", kind.text()),
            why: "steps run only in KubeVela's controller",
            span: kind.span(),
        });
    }
}

/// A component as an application or an Appfile writes it.
pub(crate) struct Part<'d> {
    /// Its name.
    pub name: Option<Traced>,
    /// The node of its type.
    pub type_node: Option<NodeRef<'d>>,
    /// Where it stands.
    pub place: Span,
    /// Its properties.
    pub properties: Option<NodeRef<'d>>,
    /// Its traits.
    pub traits: Vec<WrittenTrait<'d>>,
    /// The components that have to be there before it.
    pub depends_on: Vec<Text>,
    /// Keys among its properties that are none.
    pub others: Vec<&'d str>,
}

fn names(list: Option<NodeRef<'_>>) -> Vec<Text> {
    list.into_iter().flat_map(NodeRef::children).map(|node| node.text().into()).collect()
}

impl Part<'_> {
    /// Adds the objects of the component to the design.
    pub fn read(self, application: &Traced, namespace: Option<Traced>, definitions: &Definitions<'_>, read: &mut Read) {
        let Some(name) = self.name.filter(|name| name.as_str().is_some_and(|name| !name.is_empty())) else {
            let message = "a component of an application needs a name".to_owned();
            read.problems.push(Problem::Invalid { message, span: self.place });
            return;
        };
        let type_name = self.type_node.map_or("webservice", NodeRef::text);
        let around =
            Around { application: application.clone(), namespace, name: name.clone(), place: self.place, type_name };
        let of = format!("the component `{}`", around.name_text());
        let mut properties = Properties::new(of, self.place, self.properties).beside(self.others);
        let definition = definitions.component(type_name);
        let made = workload(&around, &mut properties, &mut read.problems);
        let is_built_in = made.is_some();
        let made = made.or_else(|| {
            let object = definition?.object(&around, &mut properties, &mut read.problems)?;
            Some(vec![object])
        });
        let Some(mut made) = made else {
            read.problems.push(Problem::UnknownType {
                component: around.name_text().into(),
                name: type_name.into(),
                nearest: nearest(type_name, TYPES.iter().copied()),
                span: self.type_node.map_or(self.place, NodeRef::span),
                definition: definition.map(|definition| definition.span),
            });
            return;
        };
        if is_built_in && type_name != "raw" {
            properties.finish(&mut read.problems);
        }
        for (kind, place, node) in self.traits {
            add_trait(&around, kind, place, node, definitions, &mut made, &mut read.problems);
        }
        push(made, &name, &self.depends_on, read);
    }
}

fn add_trait(
    around: &Around<'_>,
    kind: Option<NodeRef<'_>>,
    place: Span,
    node: Option<NodeRef<'_>>,
    definitions: &Definitions<'_>,
    made: &mut Vec<Made>,
    problems: &mut Vec<Problem>,
) {
    let Some(kind) = kind else {
        problems.push(Problem::Invalid { message: "a trait needs a `type`".to_owned(), span: place });
        return;
    };
    let name = kind.text();
    let mut properties = Properties::new(format!("the trait `{name}`"), kind.span(), node);
    let mut target = Target { around, made, problems };
    if !apply(name, &mut target, &mut properties) {
        problems.push(Problem::UnknownTrait {
            name: name.into(),
            nearest: nearest(name, TRAITS.iter().copied()),
            span: kind.span(),
            definition: definitions.of_trait(name).map(|definition| definition.span),
        });
    } else if !is_open(name) {
        properties.finish(problems);
    }
}

/// Adds objects to the design. The first one stands for the component where others depend on it.
pub(crate) fn push(made: Vec<Made>, name: &Traced, depends_on: &[Text], read: &mut Read) {
    for (position, made) in made.into_iter().enumerate() {
        let index = read.loaded.push_traced(&made.kind, &made.api_version, &made.body);
        if position > 0 {
            continue;
        }
        if let Some(component) = read.loaded.design.components.get_mut(index) {
            component.display_name = name.as_str().unwrap_or_default().into();
            component.depends_on = depends_on.to_vec();
        }
    }
}
