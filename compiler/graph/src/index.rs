//! What components are found by: their identity, their labels, their definition.

use std::collections::BTreeSet;

use design_registry::{By, FieldRelationships};
use design_vocabulary::{Component, Design, Object, Value};
use foldhash::{HashMap, HashMapExt};

use crate::Scope;
use crate::created::{Created, Recipes};
use crate::mesh::MeshHosts;
use crate::pods::Pods;
use crate::question::{Question, Questions};
use crate::selector::Labels;

/// The namespace of an object that names none: what kubectl uses where nobody says another.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

/// A kind in a group.
pub(crate) type KindKey<'a> = (&'a str, &'a str);

/// The kind of namespaces.
pub(crate) const NAMESPACE: KindKey<'static> = ("Namespace", "");

/// The indexes over the components of a design; built in one pass.
#[derive(Debug)]
pub(crate) struct Index<'a> {
    /// Kind, group, namespace (empty in the cluster) and name to the first such component.
    names: HashMap<(&'a str, &'a str, &'a str, &'a str), usize>,
    /// Labels of pods, under the component that describes them.
    pub pods: Labels<'a>,
    /// Labels of the objects of each kind that some definition selects by labels.
    labels: HashMap<KindKey<'a>, Labels<'a>>,
    /// Namespaces by name, to their position in `namespaces`: those of the design, and those that its objects lie in.
    inhabited: HashMap<&'a str, usize>,
    /// The names of the namespaces.
    namespaces: Vec<&'a str>,
    /// Labels of namespaces, under their position in `namespaces`.
    namespace_labels: Labels<'a>,
    /// Group and kind to the custom resource definition.
    definitions: HashMap<KindKey<'a>, usize>,
    /// Where the pods of a kind are described.
    described: Pods,
    /// Whether each component lives in the cluster, not in a namespace.
    in_cluster: Vec<bool>,
    /// What controllers make of the components.
    created: Created,
    /// Hosts that a mesh knows beside the services.
    pub(crate) mesh_hosts: MeshHosts<'a>,
    /// Kind, group and name to the components of any namespace; for the kinds of which somebody looks anywhere.
    anywhere: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    /// Kinds that make pods and find them by a selector.
    owners: BTreeSet<KindKey<'static>>,
    /// What was asked for.
    pub(crate) questions: Questions,
}

impl<'a> Index<'a> {
    /// Indexes a design, of each component of which is said where it lives.
    pub(crate) fn of(design: &'a Design, scopes: &[Scope], relationships: &'static FieldRelationships) -> Self {
        let selected = relationships.definitions.iter().filter(|definition| definition.by == By::Selector);
        let selected =
            selected.filter_map(|definition| Some((definition.to.kind.as_deref()?, definition.to.group.as_str())));
        let selected: BTreeSet<KindKey<'_>> = selected.filter(|kind| *kind != NAMESPACE).collect();
        let mut index = Self {
            names: HashMap::with_capacity(design.components.len()),
            pods: Labels::default(),
            labels: HashMap::new(),
            inhabited: HashMap::new(),
            namespaces: Vec::new(),
            namespace_labels: Labels::default(),
            definitions: HashMap::new(),
            described: Pods::of(relationships),
            in_cluster: Vec::with_capacity(design.components.len()),
            created: Created::default(),
            mesh_hosts: MeshHosts::of(design),
            anywhere: HashMap::new(),
            owners: owners(relationships),
            questions: Questions::default(),
        };
        let beside_pods = relationships.definitions.iter().filter(|definition| definition.beside_pods.is_some());
        let beside_pods: BTreeSet<KindKey<'_>> = beside_pods
            .filter_map(|definition| Some((definition.to.kind.as_deref()?, definition.to.group.as_str())))
            .collect();
        let mut namespace_labels: HashMap<&str, &'a Object> = HashMap::new();
        for (number, (component, scope)) in design.components.iter().zip(scopes).enumerate() {
            let in_cluster = *scope == Scope::Cluster;
            index.in_cluster.push(in_cluster);
            if component.is_annotation {
                continue;
            }
            let key = (component.kind.as_str(), component.group());
            // A kind that nobody knows, in no namespace, may live in the cluster: everyone finds it there.
            let is_unknown = *scope == Scope::Unknown && component.namespace().is_none();
            let own = namespace(component);
            let namespace = if in_cluster || is_unknown { "" } else { own };
            if !namespace.is_empty() {
                index.inhabit(namespace);
            }
            if let Some(name) = component.name() {
                index.names.entry((key.0, key.1, namespace, name)).or_insert(number);
                if beside_pods.contains(&key) {
                    index.anywhere.entry((key.0, key.1, name)).or_default().push(number);
                }
            }
            let labels = |metadata: Option<&'a Object>| metadata?.get("labels")?.as_object();
            if let Some(labels) = index.described.labels(component) {
                // Whatever describes pods lives in a namespace.
                index.pods.add(own, number, labels);
            }
            if let (true, Some(labels)) = (selected.contains(&key), labels(component.metadata())) {
                index.labels.entry(key).or_default().add(namespace, number, labels);
            }
            if key == NAMESPACE
                && let Some(name) = component.name()
            {
                index.inhabit(name);
                namespace_labels.extend(labels(component.metadata()).map(|labels| (name, labels)));
            }
            if key == ("CustomResourceDefinition", "apiextensions.k8s.io")
                && let Some(spec) = component.configuration.get("spec")
                && let (Some(group), Some(kind)) =
                    (text(spec, "group"), spec.get("names").and_then(|names| text(names, "kind")))
            {
                index.definitions.entry((group, kind)).or_insert(number);
            }
        }
        index.created = Created::of(design, &Recipes::of(relationships), &index.in_cluster);
        for (number, name) in index.namespaces.iter().enumerate() {
            index.namespace_labels.add_namespace(number, name, namespace_labels.get(name).copied());
        }
        index
    }

    fn inhabit(&mut self, namespace: &'a str) {
        let next = self.namespaces.len();
        if *self.inhabited.entry(namespace).or_insert(next) == next {
            self.namespaces.push(namespace);
        }
    }

    /// The component of a kind with a name: in the cluster, or in a namespace. For what a controller makes, the component
    /// that it is made of.
    pub(crate) fn named(&self, kind: KindKey<'_>, namespace: &str, name: &str) -> Option<usize> {
        self.questions.ask(Question::Name(name));
        if let Some((start, _)) = Created::numbered(name) {
            self.questions.ask(Question::Name(start));
        }
        let at = |namespace| self.names.get(&(kind.0, kind.1, namespace, name)).copied();
        at(namespace).or_else(|| at("")).or_else(|| self.created.find(kind, namespace, name))
    }

    /// The first component of a kind with a name in any namespace; only for kinds that some definition looks for so.
    pub(crate) fn anywhere(&self, kind: KindKey<'_>, name: &str) -> Option<usize> {
        self.questions.ask(Question::Name(name));
        self.anywhere.get(&(kind.0, kind.1, name))?.first().copied()
    }

    /// Whether a component itself finds something under a name that nobody else does.
    pub(crate) fn is_own(&self, number: usize, kind: KindKey<'_>, name: &str) -> bool {
        self.created.is_own(number, kind, name)
    }

    /// Whether a kind makes pods and finds them by a selector.
    pub(crate) fn is_owner(&self, component: &Component) -> bool {
        self.owners.contains(&(component.kind.as_str(), component.group()))
    }

    /// Whether a namespace matches a pattern with `*` at its beginning, its end or both, as Istio writes them.
    pub(crate) fn is_inhabited_like(&self, pattern: &str) -> bool {
        self.questions.ask(Question::Namespaces);
        let core = pattern.trim_matches('*');
        self.namespaces.iter().any(|name| match (pattern.starts_with('*'), pattern.ends_with('*')) {
            (true, true) => name.contains(core),
            (true, false) => name.ends_with(core),
            (false, true) => name.starts_with(core),
            (false, false) => *name == core,
        })
    }

    /// Whether a namespace is there though nobody declares it: an object lies in it.
    pub(crate) fn is_inhabited(&self, namespace: &str) -> bool {
        self.questions.ask(Question::Namespaces);
        self.inhabited.contains_key(namespace)
    }

    /// The labels of the objects of a kind; `None` where none has any.
    pub(crate) fn labels<'s>(&'s self, kind: KindKey<'s>) -> Option<&'s Labels<'a>> {
        self.labels.get(&kind)
    }

    /// The labels of namespaces, under numbers that [`Index::namespace`] knows.
    pub(crate) fn namespace_labels(&self) -> &Labels<'a> {
        &self.namespace_labels
    }

    /// The names of all namespaces, in the order in which the design names them.
    pub(crate) fn namespaces(&self) -> impl Iterator<Item = &'a str> {
        self.namespaces.iter().copied()
    }

    /// The name of a namespace.
    pub(crate) fn namespace(&self, number: usize) -> Option<&'a str> {
        self.namespaces.get(number).copied()
    }

    /// The spec of the pods that a component describes.
    pub(crate) fn pod_spec<'c>(&self, component: &'c Component) -> Option<&'c Object> {
        self.described.spec(component)
    }

    /// The definition of a component's own kind.
    pub(crate) fn definition(&self, component: &Component) -> Option<usize> {
        self.questions.ask(Question::Definition(component.group(), &component.kind));
        self.definitions.get(&(component.group(), component.kind.as_str())).copied()
    }

    /// Whether a component lives in the cluster.
    pub(crate) fn is_in_cluster(&self, component: usize) -> bool {
        self.in_cluster.get(component).copied().unwrap_or(false)
    }
}

/// The kinds whose selector is for the pods that their objects make.
fn owners(relationships: &'static FieldRelationships) -> BTreeSet<KindKey<'static>> {
    let own = relationships.definitions.iter().filter(|definition| definition.to.own && definition.by == By::Selector);
    let kinds = own.flat_map(|definition| {
        let from = &definition.from;
        from.kind.iter().chain(&from.kinds).map(|kind| (kind.as_str(), from.group.as_str()))
    });
    kinds.collect()
}

/// The namespace of a component, or the one that counts where it names none.
pub(crate) fn namespace(component: &Component) -> &str {
    component.namespace().unwrap_or(DEFAULT_NAMESPACE)
}

/// A text of a mapping.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}
