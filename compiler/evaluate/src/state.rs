//! The design while it is being evaluated.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Deref;

use design_registry::Registry;
use design_vocabulary::{Component, Design, FieldPath, SelectorItem, Text, Value};
use foldhash::fast::RandomState;

use crate::alias::AliasLink;
use crate::by_id::ById;
use crate::canonical::derived_id;
use crate::columns::Columns;
use crate::family::{Family, Prepared, is_any, matches};
use crate::ids::Ids;
use crate::known::Known;
use crate::link::{Body, Link, Pair, Template, short};
use crate::marks::Marks;
use crate::step::Note;
use crate::{Because, Change, Limits, Problem, Step, field};

/// Kinds, each with a model.
#[derive(Debug, Default)]
pub(crate) struct Kinds(Vec<(Text, Text)>);

impl Kinds {
    fn insert(&mut self, kind: &Text, model: &Text) {
        // The last one comes again, more often than not; there are not many in any case.
        if !self.0.iter().rev().any(|(one, other)| one == kind && other == model) {
            self.0.push((kind.clone(), model.clone()));
        }
    }
}

/// What a component holds.
#[derive(Debug)]
pub(crate) enum Held<'a> {
    /// What the design says.
    Design(&'a Component),
    /// Something of its own.
    Own(Box<Component>),
}

impl Deref for Held<'_> {
    type Target = Component;

    fn deref(&self) -> &Component {
        match self {
            Self::Design(component) => component,
            Self::Own(component) => component,
        }
    }
}

impl Held<'_> {
    /// Changes the component; what the design says stays.
    fn change<R>(&mut self, change: impl FnOnce(&mut Component) -> R) -> R {
        let mut own = match std::mem::replace(self, Self::Own(Box::default())) {
            Self::Design(component) => Box::new(component.clone()),
            Self::Own(component) => component,
        };
        let result = change(&mut own);
        *self = Self::Own(own);
        result
    }

    /// The component, unless it is what the design says.
    pub fn own(self) -> Option<Box<Component>> {
        match self {
            Self::Design(_) => None,
            Self::Own(component) => Some(component),
        }
    }
}

/// A component.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub component: Held<'a>,
    pub id: Text,
    /// Empty where nobody says.
    pub model: Text,
    /// Its position in the design; `None` for one that evaluation added.
    pub origin: Option<usize>,
    /// Whether evaluation took it out.
    pub is_gone: bool,
    /// Whether another component has its id.
    pub is_ambiguous: bool,
}

/// Where the configuration of an alias really stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    pub node: usize,
    pub path: FieldPath,
}

#[derive(Debug)]
pub(crate) struct State<'a> {
    pub limits: &'a Limits,
    pub definitions: &'a [Prepared],
    pub nodes: Vec<Node<'a>>,
    /// The ids of the components, one behind the other: what is made of them reads them in any order.
    pub ids: Ids,
    pub links: Vec<Link>,
    /// What pairs among the relationships have in common.
    pub templates: Vec<Template>,
    /// Components by id. One that two components have names neither.
    pub by_id: ById,
    pub by_kind: HashMap<Text, Vec<usize>, RandomState>,
    /// For each component that is an alias, what it is a part of.
    pub aliases: Vec<Option<Target>>,
    /// The relationships of aliases.
    pub alias_links: Vec<AliasLink>,
    /// Whether which component is an alias of which may have changed.
    pub are_aliases_open: bool,
    /// Parts that an alias stands for: the component and the path.
    pub parts: HashSet<(usize, FieldPath), RandomState>,
    /// Kinds and models of the components that were added or changed since definitions were last looked at; `None`: all.
    pub touched: Option<Kinds>,
    /// Which relationships there are, as of the last pass; `None` once one was taken out or changed.
    pub known: Option<Known>,
    /// What the fields of components hold, as of the last look.
    pub columns: Columns,
    /// Components with sequences of more elements than `_` may stand for.
    pub overlong: BTreeSet<usize>,
    /// Components that changed since values flowed.
    pub moved: Marks,
    /// How many components were taken out so far.
    pub gone: usize,
    /// Whether a component was added, taken out or changed in this pass.
    pub changed: bool,
    pub pass: usize,
    pub problems: Vec<Problem>,
    pub notes: Vec<Note>,
    /// Pairs that were looked at so far.
    pub compared: u64,
    /// Relationships that were found so far.
    pub found: u64,
    /// Whether a limit on the two above was passed.
    pub is_exhausted: bool,
}

/// The model of a component: what it says, or the one that is known to define its kind.
pub(crate) fn model_of(component: &Component) -> Text {
    if component.model.is_empty() && Registry::builtin().find(component.group(), &component.kind).is_some() {
        return "kubernetes".into();
    }
    component.model.clone()
}

/// Whether a component that a definition is about was added or changed since it was last looked at.
pub(crate) fn concerns(prepared: &Prepared, touched: Option<&Kinds>) -> bool {
    let Some(touched) = touched else { return true };
    let sets = prepared.definition.selectors.iter();
    let mut items = sets.flat_map(|set| set.allow.from.iter().chain(&set.allow.to));
    let is_middle = |item: &SelectorItem, kind: &Text| {
        item.matching.from.iter().chain(&item.matching.to).any(|end| end.kind == *kind)
    };
    items.any(|item| touched.0.iter().any(|(kind, model)| matches(item, kind, model) || is_middle(item, kind)))
}

impl<'a> State<'a> {
    /// The state before the first pass, with an id for each component.
    pub fn new(design: &'a Design, ids: Vec<Text>, definitions: &'a [Prepared], limits: &'a Limits) -> Self {
        let nodes = design.components.iter().zip(ids).enumerate();
        let nodes: Vec<Node<'a>> = nodes
            .map(|(index, (component, id))| Node {
                model: model_of(component),
                component: Held::Design(component),
                id,
                origin: Some(index),
                is_gone: false,
                is_ambiguous: false,
            })
            .collect();
        let links = design.relationships.iter().enumerate();
        let links = links
            .map(|(index, relationship)| Link {
                family: Family::of(&relationship.kind, &relationship.type_name, &relationship.sub_type),
                body: Body::Written(Box::new(relationship.clone())),
                origin: Some(short(index)),
                definition: None,
                is_gone: false,
                is_settled: false,
            })
            .collect();
        let links: Vec<Link> = links;
        let aliases = links.iter().enumerate().filter(|(_, link)| link.family == Some(Family::Alias));
        let alias_links = aliases.map(|(number, _)| AliasLink::new(number)).collect();
        let by_id = ById::with_capacity(nodes.len());
        let mut joined = Ids::default();
        for node in &nodes {
            joined.push(&node.id);
        }
        let mut state = Self {
            limits,
            definitions,
            nodes,
            ids: joined,
            links,
            templates: Vec::new(),
            by_id,
            by_kind: HashMap::default(),
            aliases: Vec::new(),
            alias_links,
            are_aliases_open: true,
            parts: HashSet::default(),
            touched: None,
            known: None,
            columns: Columns::default(),
            overlong: BTreeSet::new(),
            moved: Marks::default(),
            gone: 0,
            changed: false,
            pass: 0,
            problems: Vec::new(),
            notes: Vec::new(),
            compared: 0,
            found: 0,
            is_exhausted: false,
        };
        let mut twice = HashSet::new();
        for index in 0..state.nodes.len() {
            let Some(node) = state.nodes.get(index) else { continue };
            if state.by_id.insert(&node.id, index) {
                twice.insert(node.id.clone());
            }
            match state.by_kind.get_mut(&node.component.kind) {
                Some(nodes) => nodes.push(index),
                None => drop(state.by_kind.insert(node.component.kind.clone(), vec![index])),
            }
        }
        if twice.is_empty() {
            return state;
        }
        for node in state.nodes.iter_mut().filter(|node| twice.contains(&node.id)) {
            node.is_ambiguous = true;
            state.by_id.remove(&node.id);
        }
        state.by_kind.clear();
        for (index, node) in state.nodes.iter().enumerate().filter(|(_, node)| !node.is_ambiguous) {
            state.by_kind.entry(node.component.kind.clone()).or_default().push(index);
        }
        state
    }

    /// The component with an id, unless it is gone.
    pub fn node_of(&self, id: Option<&Text>) -> Option<usize> {
        let node = self.by_id.get(id?)?;
        self.nodes.get(node).is_some_and(|node| !node.is_gone).then_some(node)
    }

    /// The components that an item means, in the order of the design.
    pub fn candidates(&self, item: &SelectorItem) -> Vec<usize> {
        let is_meant = |index: &usize| {
            self.nodes.get(*index).is_some_and(|node| !node.is_gone && matches(item, &node.component.kind, &node.model))
        };
        if is_any(&item.kind) {
            let all = self.nodes.iter().enumerate().filter(|(_, node)| !node.is_ambiguous).map(|(index, _)| index);
            return all.filter(is_meant).collect();
        }
        self.by_kind.get(&item.kind).into_iter().flatten().copied().filter(is_meant).collect()
    }

    /// Whether an item means a component.
    pub fn is_meant(&self, item: &SelectorItem, node: usize) -> bool {
        self.nodes.get(node).is_some_and(|node| matches(item, &node.component.kind, &node.model))
    }

    /// Whether a definition denies a pair: any of its sets.
    pub fn is_denied(&self, definition: &Prepared, from: usize, to: usize) -> bool {
        definition.definition.selectors.iter().any(|set| {
            set.deny.from.iter().any(|item| self.is_meant(item, from))
                && set.deny.to.iter().any(|item| self.is_meant(item, to))
        })
    }

    fn touch(&mut self, node: usize) {
        self.changed = true;
        self.moved.mark(node);
        if let (Some(touched), Some(node)) = (&mut self.touched, self.nodes.get(node)) {
            touched.insert(&node.component.kind, &node.model);
        }
    }

    /// Whether both components of a pair are there.
    pub fn is_joined(&self, pair: &Pair) -> bool {
        [pair.from, pair.to].iter().all(|node| self.nodes.get(*node as usize).is_some_and(|node| !node.is_gone))
    }

    fn target(&self, node: usize) -> Option<&Target> {
        self.aliases.get(node)?.as_ref()
    }

    /// Whether a component stands for a part of another one.
    pub fn is_alias(&self, node: usize) -> bool {
        self.target(node).is_some()
    }

    /// Where a field really stands: the configuration of an alias is a part of another component's.
    pub fn locate(&self, node: usize, path: &FieldPath) -> (usize, FieldPath) {
        let (mut node, mut path) = (node, path.clone());
        // An alias of an alias of itself ends nowhere; more than a handful of steps is nothing but that.
        for _ in 0..32 {
            let Some(target) = self.target(node) else { break };
            let Some((_, rest)) = path.0.split_first().filter(|(root, _)| *root == "configuration") else { break };
            path = FieldPath(target.path.0.iter().chain(rest).cloned().collect());
            node = target.node;
        }
        (node, path)
    }

    /// The value of a field.
    pub fn read(&self, node: usize, path: &FieldPath) -> Option<Value> {
        if self.is_alias(node) {
            let (node, path) = self.locate(node, path);
            return field::read(&self.nodes.get(node)?.component, &path.0);
        }
        field::read(&self.nodes.get(node)?.component, &path.0)
    }

    /// What the paths of one side stand for on a component: one list, or one for each element where there is a `_`.
    pub fn expand(&mut self, node: usize, paths: &[FieldPath]) -> Vec<Vec<FieldPath>> {
        if !paths.iter().any(FieldPath::has_wildcard) {
            return vec![paths.to_vec()];
        }
        let (lists, more) = field::expand(paths, self.limits.elements, &|path| self.read(node, path));
        if more {
            self.overlong.insert(node);
        }
        lists
    }

    /// The values of fields, where all of them have one.
    pub fn values(&self, node: usize, paths: &[FieldPath]) -> Option<Vec<Value>> {
        paths.iter().map(|path| self.read(node, path)).collect()
    }

    /// Counts looked-at pairs; `false` once there were too many.
    pub fn may_compare(&mut self, pairs: usize) -> bool {
        self.compared = self.compared.saturating_add(pairs as u64);
        self.is_within(self.compared <= self.limits.comparisons)
    }

    fn is_within(&mut self, is_within: bool) -> bool {
        self.is_exhausted |= !is_within;
        !self.is_exhausted
    }

    /// Adds a relationship that a definition found; `false` once there are too many.
    pub fn add_link(&mut self, definition: usize, body: Body) -> bool {
        self.found += 1;
        if !self.is_within(self.found <= self.limits.relationships) {
            return false;
        }
        let family = self.definitions.get(definition).map(|prepared| prepared.family);
        // The values of a pair were compared when it was found.
        let is_settled = matches!(body, Body::Pair(_));
        let definition = Some(short(definition));
        let link = Link { body, family, origin: None, definition, is_gone: false, is_settled };
        self.notes.push(Note::Found { pass: short(self.pass), relationship: short(self.links.len()) });
        if family == Some(Family::Alias) {
            self.alias_links.push(AliasLink::new(self.links.len()));
            self.are_aliases_open = true;
        }
        self.links.push(link);
        true
    }

    /// Adds a component under an id made of its content, or finds the one that has it and was taken out before. Returns its
    /// position; `None` where another component has the id.
    pub fn add_node(&mut self, component: Component, content: &str, because: Because) -> Option<usize> {
        let id = component.id.clone().unwrap_or_else(|| derived_id(content));
        if self.by_id.get(&id).is_some() {
            return None;
        }
        let index = self.nodes.len();
        self.by_id.insert(&id, index);
        self.by_kind.entry(component.kind.clone()).or_default().push(index);
        let component = Component { id: Some(id.clone()), ..component };
        self.ids.push(&id);
        self.nodes.push(Node {
            model: component.model.clone(),
            component: Held::Own(Box::new(component)),
            id: id.clone(),
            origin: None,
            is_gone: false,
            is_ambiguous: false,
        });
        self.note(Change::Added { component: id }, because);
        self.are_aliases_open = true;
        self.touch(index);
        Some(index)
    }

    /// Notes a step of this pass.
    pub fn note(&mut self, change: Change, because: Because) {
        self.notes.push(Note::Step(Box::new(Step { pass: self.pass, change, because })));
    }

    /// Takes a component out.
    pub fn remove_node(&mut self, index: usize, because: Because) {
        let Some(node) = self.nodes.get_mut(index) else { return };
        node.is_gone = true;
        self.gone += 1;
        let component = node.id.clone();
        self.by_id.remove(&component);
        if let Some(target) = self.aliases.get_mut(index) {
            *target = None;
        }
        self.are_aliases_open = true;
        self.columns.clear();
        self.note(Change::Removed { component }, because);
        self.touch(index);
    }

    /// Takes a relationship out.
    pub fn remove_link(&mut self, link: usize, because: Because) {
        let Some(link) = self.links.get_mut(link) else { return };
        link.is_gone = true;
        self.known = None;
        self.are_aliases_open |= link.family == Some(Family::Alias);
        let relationship = link.id().unwrap_or_default();
        self.note(Change::Lost { relationship }, because);
    }

    /// Sets a field or takes it out, wherever it really stands.
    pub fn write(
        &mut self,
        node: usize,
        path: &FieldPath,
        value: Option<Value>,
        because: Because,
    ) -> Result<(), field::Refusal> {
        let (node, path) = self.locate(node, path);
        let target = self.nodes.get_mut(node).ok_or(field::Refusal::NoSuchField)?;
        target.component.change(|component| field::write(component, &path.0, value.clone()))?;
        self.columns.clear();
        let component = target.id.clone();
        self.note(Change::Set { component, path, value }, because);
        self.touch(node);
        Ok(())
    }
}
