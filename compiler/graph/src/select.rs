//! The search for what a label selector selects, in one namespace or in others.

use std::collections::BTreeSet;
use std::rc::Rc;

use design_vocabulary::{Text, Value};

use crate::Contested;
use crate::index::{KindKey, NAMESPACE, namespace};
use crate::part::beside;
use crate::pattern::Pattern;
use crate::question::Question;
use crate::search::{Field, Search, Target};
use crate::selector::{Labels, Selector};

/// A selector with more candidates than this is remembered with what it selects.
const WORTH_REMEMBERING: usize = 32;

/// The kind under which pods are told of.
const POD: KindKey<'static> = ("Pod", "");

/// The namespaces in which a selector selects.
enum Spaces<'a> {
    /// These.
    These(Vec<&'a str>),
    /// All that there are.
    All,
    /// Some, none of which the design knows.
    Unknown,
}

impl<'a> Search<'a> {
    pub(crate) fn by_selector(&mut self, field: &Field<'_, 'a>) {
        let Some(written) = field.value.as_object() else { return };
        let selector = Selector::of(written);
        if selector.is_empty() {
            return;
        }
        let to = &field.rule.definition.to;
        if to.own {
            return self.own_pods(field, &selector);
        }
        let kind = if to.pods { POD } else { (to.kind.as_deref().unwrap_or_default(), to.group.as_str()) };
        let everywhere = &field.rule.definition.everywhere_from;
        let spaces = if self.index.is_in_cluster(field.number) || kind == NAMESPACE {
            Spaces::These(vec![""])
        } else if everywhere.iter().any(|from| from == "*" || from == namespace(field.component)) {
            Spaces::All
        } else {
            self.spaces(field)
        };
        let mut selected: Vec<usize> = match &spaces {
            Spaces::Unknown => return,
            Spaces::All => self.selected_in(kind, None, &selector).to_vec(),
            Spaces::These(names) => {
                names.iter().flat_map(|name| self.selected_in(kind, Some(name), &selector).to_vec()).collect()
            }
        };
        if kind == NAMESPACE {
            selected = self.namespaces(&selected);
        }
        let shown = selector.shown();
        let in_namespace = match &spaces {
            Spaces::These(names) => names.join(","),
            _ => "*".to_owned(),
        };
        let target = Target { kind, namespace: &in_namespace, name: &shown };
        let path: std::sync::Arc<[_]> =
            std::iter::once("configuration".into()).chain(field.path.iter().cloned()).collect();
        if !self.has_room(field.number, &path) {
            return;
        }
        if selected.is_empty() {
            return self.missing(field, path, target, None, false);
        }
        let detail = self.parts_of(field, field.path, &selected, target, false);
        for to in selected {
            self.edge(field.rule, field.number, to, &path, detail.clone());
        }
    }

    /// An object that lies where the pods are that a selector near its name selects: in their namespaces, or, where nobody
    /// knows the pods, anywhere.
    pub(crate) fn beside_pods(&mut self, field: &Field<'_, 'a>, pods: &Pattern, kind: KindKey<'_>, name: &str) {
        let own = namespace(field.component);
        let selector = pods.first_object(&field.component.configuration).map(Selector::of);
        let selector = selector.filter(|selector| !selector.is_empty());
        let selected = selector.map(|selector| self.selected_in(POD, None, &selector));
        let mut spaces: Vec<&'a str> = Vec::new();
        for number in selected.iter().flat_map(|selected| selected.iter()) {
            spaces.extend(self.design.components.get(*number).map(namespace));
        }
        spaces.sort_unstable();
        spaces.dedup();
        let is_known = !spaces.is_empty();
        let found = spaces.iter().find(|space| self.find(Target { kind, namespace: space, name }).is_some()).copied();
        let anywhere = || self.index.anywhere(kind, name).and_then(|number| self.design.components.get(number));
        let space = match (found, is_known) {
            (Some(space), _) => space,
            (None, true) => spaces.first().copied().unwrap_or(own),
            (None, false) => anywhere().map_or(own, namespace),
        };
        self.reference(field, Target { kind, namespace: space, name }, field.path, false);
    }

    /// Whether a workload's selector selects the pods that the workload makes, and no others.
    fn own_pods(&mut self, field: &Field<'_, 'a>, selector: &Selector<'_>) {
        self.others_pods(field, selector);
        if self.index.pod_spec(field.component).is_some() && !self.index.pods.is_selected(field.number, selector) {
            let path = std::iter::once("configuration".into()).chain(field.path.iter().cloned()).collect();
            let target = Target { kind: POD, namespace: namespace(field.component), name: &selector.shown() };
            self.missing(field, path, target, None, false);
        }
    }

    /// The first other workload whose pods a workload's selector selects as well. Whatever makes pods without a selector of
    /// its own keeps them; so many candidates as are looked at suffice to find one that does not.
    fn others_pods(&mut self, field: &Field<'_, 'a>, selector: &Selector<'_>) {
        let selected = self.selected_in(POD, Some(namespace(field.component)), selector);
        let others = selected.iter().filter(|number| **number != field.number).take(WORTH_REMEMBERING);
        let own = field.component;
        let is_owner = |number: &&usize| {
            self.design.components.get(**number).is_some_and(|other| {
                let is_declared_twice = other.kind == own.kind && other.name() == own.name();
                self.index.is_owner(other) && !is_declared_twice
            })
        };
        if let Some(other) = others.copied().collect::<Vec<_>>().iter().find(is_owner) {
            self.found.contested.push(Contested { from: field.number, other: *other, path: field.full() });
        }
    }

    /// The components that declare namespaces, by the numbers of the namespaces.
    fn namespaces(&self, numbers: &[usize]) -> Vec<usize> {
        let names = numbers.iter().filter_map(|number| self.index.namespace(*number));
        names.filter_map(|name| self.find(Target { kind: NAMESPACE, namespace: "", name })).collect()
    }

    /// What a selector selects in a namespace, or anywhere, in the order of the design.
    fn selected_in(&mut self, kind: KindKey<'static>, space: Option<&str>, selector: &Selector<'_>) -> Rc<[usize]> {
        self.index.questions.ask_for(selector);
        if kind == NAMESPACE {
            self.index.questions.ask(Question::Namespaces);
        }
        let labels: &Labels<'a> = match kind {
            POD => &self.index.pods,
            NAMESPACE => self.index.namespace_labels(),
            kind => match self.index.labels(kind) {
                Some(labels) => labels,
                None => return Rc::from([]),
            },
        };
        let candidates = labels.candidates(space, selector);
        if candidates.len() <= WORTH_REMEMBERING {
            self.looks += candidates.len();
            return candidates.iter().copied().filter(|number| labels.is_selected(*number, selector)).collect();
        }
        let key = (kind, space.map(Text::from), selector.shown());
        if let Some(known) = self.selected.get(&key) {
            return Rc::clone(known);
        }
        self.looks += candidates.len();
        let selected: Rc<[usize]> =
            candidates.iter().copied().filter(|number| labels.is_selected(*number, selector)).collect();
        self.selected.insert(key, Rc::clone(&selected));
        selected
    }

    /// The namespaces that the keys beside a selector name: a list of names, a selector of namespaces, or the mapping with
    /// `any` and `matchNames` of the Prometheus operator. Without any, the object's own.
    fn spaces(&mut self, field: &Field<'_, 'a>) -> Spaces<'a> {
        let configuration = &field.component.configuration;
        let keys = field.rule.definition.namespaces.as_deref().into_iter().flat_map(|keys| keys.split('|'));
        let mut names: BTreeSet<&'a str> = BTreeSet::new();
        let mut is_said = false;
        for value in keys.filter_map(|key| beside(configuration, field.path, key)) {
            let listed = value.as_array().or_else(|| value.get("matchNames").and_then(Value::as_array));
            let Some(object) = value.as_object().filter(|_| listed.is_none()) else {
                is_said |= listed.is_some_and(|listed| !listed.is_empty());
                names.extend(listed.unwrap_or_default().iter().filter_map(Value::as_str));
                continue;
            };
            is_said = true;
            let any = object.get("any").and_then(Value::as_bool);
            let selector = Selector::of(object);
            match any {
                Some(true) => return Spaces::All,
                Some(false) => is_said = false,
                None if selector.is_empty() => return Spaces::All,
                None => {
                    let selected = self.selected_in(NAMESPACE, Some(""), &selector);
                    names.extend(selected.iter().filter_map(|number| self.index.namespace(*number)));
                }
            }
        }
        match (is_said, names.is_empty()) {
            (false, _) => Spaces::These(vec![namespace(field.component)]),
            (true, true) => Spaces::Unknown,
            (true, false) => Spaces::These(names.into_iter().collect()),
        }
    }
}
