//! What an evaluation changed: the difference between before and after, each thing once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use design_vocabulary::{Component, Design, FieldPath, Text, Value};

use crate::Change;
use crate::canonical::id_text;
use crate::compare::equal;
use crate::field;
use crate::link::Body;
use crate::state::State;
use crate::step::Note;

/// One difference. The names are those of Meshery's actions.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// `add_component`.
    AddComponent(Box<Component>),
    /// `delete_component`.
    DeleteComponent {
        /// Its id.
        id: Text,
    },
    /// `update_component_configuration`, or `update_component` where the field lies outside of the configuration.
    UpdateComponent(Box<FieldUpdate>),
    /// `add_relationship`.
    AddRelationship {
        /// Its position among the relationships of the evaluation.
        position: usize,
    },
    /// `delete_relationship`.
    DeleteRelationship {
        /// Its id; empty where it has none.
        id: Text,
        /// Its position in the design.
        origin: usize,
    },
    /// `update_relationship`: its status or its selectors.
    UpdateRelationship(Box<RelationshipUpdate>),
}

/// A field of a component that changed.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldUpdate {
    /// The component.
    pub id: Text,
    /// The field.
    pub path: FieldPath,
    /// What it was.
    pub old: Option<Value>,
    /// What it is; `None`: `remove_component_configuration`.
    pub new: Option<Value>,
}

/// A relationship that changed.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationshipUpdate {
    /// Its id; empty where it has none.
    pub id: Text,
    /// Its position in the design.
    pub origin: usize,
    /// What changed.
    pub item: Item,
}

/// What changed in a relationship.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// The status.
    Status {
        /// What it was.
        old: Text,
        /// What it is.
        new: Text,
    },
    /// The components that it joins.
    Selectors,
}

impl Action {
    /// The name of the action, as Meshery's interface has it.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::AddComponent(_) => "add_component",
            Self::DeleteComponent { .. } => "delete_component",
            Self::UpdateComponent(update) if update.new.is_none() => "remove_component_configuration",
            Self::UpdateComponent(update) if update.path.0.first().is_some_and(|root| root == "configuration") => {
                "update_component_configuration"
            }
            Self::UpdateComponent(_) => "update_component",
            Self::AddRelationship { .. } => "add_relationship",
            Self::DeleteRelationship { .. } => "delete_relationship",
            Self::UpdateRelationship(_) => "update_relationship",
        }
    }
}

/// A relationship that was taken out and found again under its own id never went.
pub(crate) fn keep_what_came_back(state: &mut State<'_>) {
    if !state.links.iter().any(|link| link.origin.is_some() && link.is_gone) {
        return;
    }
    let found: HashMap<Text, usize> = state
        .links
        .iter()
        .enumerate()
        .filter(|(_, link)| link.origin.is_none() && !link.is_gone)
        .filter_map(|(number, link)| Some((link.id()?, number)))
        .collect();
    let back: Vec<(usize, usize)> = state
        .links
        .iter()
        .enumerate()
        .filter(|(_, link)| link.origin.is_some() && link.is_gone)
        .filter_map(|(number, link)| Some((number, *found.get(&link.id()?)?)))
        .collect();
    for (old, new) in back {
        let Some(again) = state.links.get_mut(new) else { continue };
        again.is_gone = true;
        let definition = again.definition;
        let id = |node: u32| state.nodes.get(node as usize).map(|node| node.id.clone()).unwrap_or_default();
        let relationship = match &again.body {
            Body::Written(relationship) => relationship.clone(),
            Body::Pair(pair) => {
                let Some(template) = state.templates.get(pair.template as usize) else { continue };
                Box::new(template.between(&id_text(pair.id), &id(pair.from), &id(pair.to)))
            }
        };
        if let Some(link) = state.links.get_mut(old) {
            link.is_gone = false;
            link.body = Body::Written(relationship);
            link.definition = definition;
        }
    }
}

/// The differences, found relationships apart: components before relationships, in the order of ids.
pub(crate) fn actions(design: &Design, state: &State<'_>) -> Vec<Action> {
    let mut added = Vec::new();
    let mut deleted = Vec::new();
    for node in &state.nodes {
        match (node.origin, node.is_gone) {
            (None, false) => added.push(Component::clone(&node.component)),
            (Some(_), true) => deleted.push(node.id.clone()),
            _ => {}
        }
    }
    added.sort_by(|one, other| (&one.kind, &one.id).cmp(&(&other.kind, &other.id)));
    deleted.sort();
    let mut actions: Vec<Action> =
        added.into_iter().map(|component| Action::AddComponent(Box::new(component))).collect();
    actions.extend(deleted.into_iter().map(|id| Action::DeleteComponent { id }));
    actions.extend(changed_fields(design, state));
    let mut links: Vec<(Text, Action)> = Vec::new();
    for link in &state.links {
        let (Some(origin), Some(after)) = (link.origin, link.written()) else { continue };
        let origin = origin as usize;
        let Some(before) = design.relationships.get(origin) else { continue };
        let id = after.id.clone().unwrap_or_default();
        if link.is_gone {
            links.push((id.clone(), Action::DeleteRelationship { id, origin }));
            continue;
        }
        if before.selectors != after.selectors {
            let update = RelationshipUpdate { id: id.clone(), origin, item: Item::Selectors };
            links.push((id.clone(), Action::UpdateRelationship(Box::new(update))));
        }
        if before.status != after.status && !before.status.is_empty() {
            let item = Item::Status { old: before.status.clone(), new: after.status.clone() };
            let update = RelationshipUpdate { id: id.clone(), origin, item };
            links.push((id, Action::UpdateRelationship(Box::new(update))));
        }
    }
    let rank = |action: &Action| match action {
        Action::DeleteRelationship { .. } => 0,
        _ => 1,
    };
    links.sort_by(|(one, first), (other, second)| (rank(first), one).cmp(&(rank(second), other)));
    actions.extend(links.into_iter().map(|(_, action)| action));
    actions
}

/// The fields that steps set, where they differ now from what they were.
fn changed_fields(design: &Design, state: &State<'_>) -> Vec<Action> {
    let mut fields: BTreeMap<&Text, BTreeSet<&FieldPath>> = BTreeMap::new();
    for note in &state.notes {
        let Note::Step(step) = note else { continue };
        if let Change::Set { component, path, .. } = &step.change {
            fields.entry(component).or_default().insert(path);
        }
    }
    let mut actions = Vec::new();
    for (id, paths) in fields {
        let Some(node) = state.by_id.get(id).and_then(|index| state.nodes.get(index)) else { continue };
        let Some(before) = node.origin.and_then(|origin| design.components.get(origin)).filter(|_| !node.is_gone)
        else {
            continue;
        };
        for path in paths {
            let (old, new) = (field::read(before, &path.0), field::read(&node.component, &path.0));
            let is_same = match (&old, &new) {
                (Some(old), Some(new)) => equal(old, new),
                (old, new) => old.is_none() && new.is_none(),
            };
            if !is_same {
                let update = FieldUpdate { id: id.clone(), path: path.clone(), old, new };
                actions.push(Action::UpdateComponent(Box::new(update)));
            }
        }
    }
    actions
}
