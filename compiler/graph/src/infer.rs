//! Relationships that the fields of components declare: found by index, never by comparing all pairs.

use std::collections::HashMap;

use design_registry::{By, FieldRelationship, FieldRelationships};
use design_vocabulary::{Component, Design, Path, Segment, Text, Value};

use crate::host::{Certainty, hosts};
use crate::index::{DEFAULT_NAMESPACE, Index, KindKey, namespace, text};
use crate::pattern::Pattern;
use crate::{Edge, Scopes};

/// What the fields of a design declare.
#[derive(Debug, Default)]
pub struct Inferred {
    /// Edges, by component, then by definition, then in the order of the fields.
    pub edges: Vec<Edge>,
    /// References to objects that the design does not have, in the same order.
    pub missing: Vec<Missing>,
}

/// A reference to an object that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The component that has the field.
    pub from: usize,
    /// The kind that is named; empty where the value does not say.
    pub kind: Text,
    /// Its group.
    pub group: Text,
    /// The namespace in which it was looked for; empty for one in the cluster.
    pub namespace: Text,
    /// The name, or the labels that a selector asks for.
    pub name: Text,
    /// The field, from the component's root.
    pub path: Path,
    /// Whether the object may be missing.
    pub optional: bool,
    /// The definition that found it.
    pub definition: &'static str,
}

/// Finds the relationships that fields declare. Cost grows with the number of fields and of edges found.
pub fn infer(design: &Design, scopes: &Scopes<'_>, relationships: &'static FieldRelationships) -> Inferred {
    let index = Index::of(design, scopes, &relationships.pods);
    let rules = Rules::of(relationships);
    let mut search = Search { design, index: &index, found: Inferred::default() };
    for (number, component) in design.components.iter().enumerate().filter(|(_, component)| !component.is_annotation) {
        for rule in rules.of_kind((component.kind.as_str(), component.group())) {
            search.apply(rule, number, component);
        }
    }
    search.found
}

/// A definition with its pattern for one kind.
#[derive(Clone, Debug)]
struct Rule {
    definition: &'static FieldRelationship,
    pattern: Pattern,
}

/// Definitions by the kind that they start from.
struct Rules {
    by_kind: HashMap<KindKey<'static>, Vec<Rule>>,
    for_all: Vec<Rule>,
}

impl Rules {
    fn of(relationships: &'static FieldRelationships) -> Self {
        let mut rules = Self { by_kind: HashMap::new(), for_all: Vec::new() };
        for definition in &relationships.definitions {
            let from = &definition.from;
            let rule = |pattern| Rule { definition, pattern };
            if let Some(path) = &from.pod {
                let path = Pattern::new(path);
                for pod in &relationships.pods {
                    let pattern = path.below(&Pattern::new(&pod.spec));
                    rules.by_kind.entry((&pod.kind, &pod.group)).or_default().push(rule(pattern));
                }
            } else if from.any {
                rules.for_all.push(rule(Pattern::new(&from.path)));
            } else {
                for kind in from.kind.iter().chain(&from.kinds) {
                    rules.by_kind.entry((kind, &from.group)).or_default().push(rule(Pattern::new(&from.path)));
                }
            }
        }
        rules
    }

    fn of_kind<'r>(&'r self, kind: KindKey<'r>) -> impl Iterator<Item = &'r Rule> {
        self.by_kind.get(&kind).into_iter().flatten().chain(&self.for_all)
    }
}

struct Search<'a> {
    design: &'a Design,
    index: &'a Index<'a>,
    found: Inferred,
}

impl Search<'_> {
    fn apply(&mut self, rule: &Rule, number: usize, component: &Component) {
        if rule.definition.by == By::Definition {
            if let Some(to) = self.index.definition(component) {
                self.edge(rule, number, to, &["component".into(), "kind".into()]);
            }
            return;
        }
        rule.pattern.visit(&component.configuration, &mut |path, value| {
            let full: Path = std::iter::once("configuration".into()).chain(path.iter().cloned()).collect();
            match rule.definition.by {
                By::Name => self.by_name(rule, number, component, &full, value),
                By::Object => self.by_object(rule, number, component, &full, value),
                By::Selector => self.by_selector(rule, number, component, &full, value),
                By::Host => self.by_host(rule, number, component, &full, value),
                By::Definition => {}
            }
        });
    }

    fn by_name(&mut self, rule: &Rule, number: usize, component: &Component, path: &Path, value: &Value) {
        let (Some(name), Some(kind)) = (value.as_str().filter(|name| !name.is_empty()), &rule.definition.to.kind)
        else {
            return;
        };
        let optional = rule.definition.optional.as_deref().and_then(|key| sibling(component, path, key));
        let target = Target { kind: (kind, &rule.definition.to.group), namespace: namespace(component), name };
        self.reference(rule, number, target, path, optional.and_then(Value::as_bool).unwrap_or(false));
    }

    fn by_object(&mut self, rule: &Rule, number: usize, component: &Component, path: &Path, value: &Value) {
        let Some(name) = text(value, "name").filter(|name| !name.is_empty()) else { return };
        let to = &rule.definition.to;
        let Some(kind) = text(value, "kind").or(to.kind.as_deref()) else { return };
        if rule.definition.only.as_deref().is_some_and(|only| only != kind) {
            return;
        }
        let version = |version: &'_ str| version.split_once('/').map_or(String::new(), |(group, _)| group.to_owned());
        let group = text(value, "apiVersion")
            .map(version)
            .or_else(|| text(value, "apiGroup").or(text(value, "group")).map(str::to_owned));
        let group = group.unwrap_or_else(|| to.group.clone());
        let path: Path = path.iter().cloned().chain([Segment::from("name")]).collect();
        let namespace = text(value, "namespace").unwrap_or(namespace(component));
        self.reference(rule, number, Target { kind: (kind, &group), namespace, name }, &path, false);
    }

    fn by_selector(&mut self, rule: &Rule, number: usize, component: &Component, path: &Path, value: &Value) {
        let Some(selector) = value.as_object() else { return };
        let labels = if rule.definition.to.pods { &self.index.pods } else { &self.index.services };
        let selected = labels.selected(namespace(component), selector);
        if selected.is_empty() && !selector.is_empty() && !rule.definition.elsewhere {
            let kind = if rule.definition.to.pods { "Pod" } else { "Service" };
            let shown: Vec<String> = selector_text(selector);
            self.missing(rule, number, (kind, ""), namespace(component), &shown.join(","), path, false);
        }
        for to in selected {
            self.edge(rule, number, to, path);
        }
    }

    fn by_host(&mut self, rule: &Rule, number: usize, component: &Component, path: &Path, value: &Value) {
        let Some(text) = value.as_str() else { return };
        // A variable that is called after an address makes a lone word one.
        let is_element = matches!(path.as_slice(), [.., Segment::Index(_), Segment::Key(_)]);
        let name = if is_element { sibling(component, path, "name").and_then(Value::as_str) } else { None };
        let hints = name.is_some_and(is_called_address);
        for host in hosts(text) {
            if host.certainty == Certainty::Word && !hints {
                continue;
            }
            let in_namespace = host.namespace.unwrap_or(namespace(component));
            if let Some(to) = self.index.named(("Service", ""), in_namespace, host.service) {
                self.edge(rule, number, to, path);
                continue;
            }
            let is_sure = match host.certainty {
                Certainty::ClusterName => true,
                Certainty::LocalAddress => hints,
                Certainty::Address | Certainty::Word => false,
            };
            if is_sure {
                self.missing(rule, number, ("Service", ""), in_namespace, host.service, path, false);
            }
        }
    }

    fn reference(&mut self, rule: &Rule, number: usize, target: Target<'_>, path: &Path, optional: bool) {
        if let Some(to) = self.index.named(target.kind, target.namespace, target.name) {
            let before = self.found.edges.len();
            self.edge(rule, number, to, path);
            // What may be missing is not waited for.
            if let Some(edge) = self.found.edges.get_mut(before).filter(|_| optional) {
                edge.is_need = false;
            }
            return;
        }
        let is_known = rule.definition.known.iter().any(|known| match known.strip_suffix('*') {
            Some(start) => target.name.starts_with(start),
            None => target.name == known,
        });
        if !is_known && !rule.definition.elsewhere {
            let namespace =
                if self.index.is_in_cluster(number) && rule.definition.by == By::Name { "" } else { target.namespace };
            self.missing(rule, number, target.kind, namespace, target.name, path, optional);
        }
    }

    fn edge(&mut self, rule: &Rule, from: usize, to: usize, path: &[Segment]) {
        // An object that names itself (a custom resource definition its own conversion, a drawing) is no relationship.
        if from == to || self.design.components.get(to).is_none_or(|component| component.is_annotation) {
            return;
        }
        let definition = rule.definition;
        let again = self.found.edges.last().is_some_and(|last| (last.from, last.to) == (from, to) && last.path == path);
        if !again {
            self.found.edges.push(Edge {
                from,
                to,
                kind: definition.kind.as_str().into(),
                type_name: definition.type_name.as_str().into(),
                sub_type: definition.sub_type.as_str().into(),
                relationship: None,
                definition: Some(&definition.name),
                path: path.to_vec(),
                is_need: definition.is_need(),
            });
        }
    }

    #[expect(clippy::too_many_arguments, reason = "they are the fields of one record")]
    fn missing(
        &mut self,
        rule: &Rule,
        from: usize,
        kind: KindKey<'_>,
        namespace: &str,
        name: &str,
        path: &Path,
        optional: bool,
    ) {
        // What nobody wrote is not told: an object without a namespace goes wherever it is applied.
        let is_written = self.design.components.get(from).is_none_or(|component| component.namespace().is_some());
        let written = if namespace == DEFAULT_NAMESPACE && !is_written { "" } else { namespace };
        self.found.missing.push(Missing {
            from,
            kind: kind.0.into(),
            group: kind.1.into(),
            namespace: written.into(),
            name: name.into(),
            path: path.clone(),
            optional,
            definition: &rule.definition.name,
        });
    }
}

/// A value beside the one at a path, in an element of a list or a mapping of few keys: what a reference has beside it.
fn sibling<'c>(component: &'c Component, path: &Path, key: &str) -> Option<&'c Value> {
    let (_, parent) = path.get(1..)?.split_last()?;
    let (first, rest) = parent.split_first()?;
    let Segment::Key(first) = first else { return None };
    component.configuration.get(first)?.at(rest)?.get(key)
}

/// The object that a value names.
#[derive(Clone, Copy)]
struct Target<'a> {
    kind: KindKey<'a>,
    namespace: &'a str,
    name: &'a str,
}

/// What the names of variables contain that hold an address.
const ADDRESS_WORDS: [&str; 12] =
    ["HOST", "ADDR", "URL", "URI", "ENDPOINT", "SERVER", "SERVICE", "BROKER", "DSN", "BOOTSTRAP", "PEER", "CONNECTION"];

/// Whether a variable is called after what it holds: an address.
fn is_called_address(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ADDRESS_WORDS.iter().any(|word| name.contains(word))
}

/// A selector as `key=value` texts; requirements of other kinds by their key.
fn selector_text(selector: &design_vocabulary::Object) -> Vec<String> {
    let labels = selector.get("matchLabels").and_then(Value::as_object).unwrap_or(selector);
    labels
        .iter()
        .map(|(key, value)| value.as_str().map_or_else(|| key.to_string(), |value| format!("{key}={value}")))
        .collect()
}
