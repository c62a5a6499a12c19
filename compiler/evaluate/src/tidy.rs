//! The relationships of a state in the order in which an evaluation has them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use design_vocabulary::{Endpoint, Text};
use foldhash::fast::RandomState;

use crate::link::{Body, Link, Pair, Template};
use crate::said::{EvaluatedRelationship, Finder, Shared, Written};
use crate::state::State;
use crate::step::{Note, Step};
use crate::{Because, Change};

/// Takes the relationships out of a state: those of the design in its order, then the found ones by family, type, subType,
/// ends and id. The notes of the state name them by these positions then.
pub(crate) fn relationships(state: &mut State<'_>) -> Vec<EvaluatedRelationship> {
    let order = order(state);
    settle_notes(state, &order);
    let ids: Arc<[Text]> = state.nodes.iter().map(|node| node.id.clone()).collect();
    let templates = std::mem::take(&mut state.templates);
    let mut shared: Vec<Option<Arc<Shared>>> = vec![None; templates.len()];
    let mut templates: Vec<Option<Template>> = templates.into_iter().map(Some).collect();
    let mut links: Vec<Option<Link>> = std::mem::take(&mut state.links).into_iter().map(Some).collect();
    let mut relationships = Vec::with_capacity(order.len());
    for (_, number) in order {
        let Some(link) = links.get_mut(number as usize).and_then(Option::take) else { continue };
        let Link { body, family, origin, definition, .. } = link;
        match body {
            Body::Written(relationship) => {
                relationships.push(EvaluatedRelationship::written(Box::new(Written {
                    relationship: *relationship,
                    family,
                    origin: origin.map(|origin| origin as usize),
                    definition: finder(state, definition),
                })));
            }
            Body::Pair(Pair { template, from, to, id }) => {
                let Some(slot) = shared.get_mut(template as usize) else { continue };
                let template = templates.get_mut(template as usize).and_then(Option::take);
                if let Some(template) = template {
                    let (definition, ids) = (finder(state, definition), Arc::clone(&ids));
                    *slot = Some(Arc::new(Shared { template, family, definition, ids }));
                }
                if let Some(shared) = slot {
                    relationships.push(EvaluatedRelationship::pair(Arc::clone(shared), id, from, to));
                }
            }
        }
    }
    relationships
}

fn finder(state: &State<'_>, definition: Option<u32>) -> Option<Finder> {
    let prepared = state.definitions.get(definition? as usize)?;
    Some(Finder { position: prepared.position, model: prepared.definition.model.name.clone() })
}

/// Has the notes name relationships by their positions in the new order; one that is gone is named by its id.
fn settle_notes(state: &mut State<'_>, order: &[(Key, u32)]) {
    let mut places = vec![u32::MAX; state.links.len()];
    for (place, (_, number)) in (0..).zip(order) {
        if let Some(slot) = places.get_mut(*number as usize) {
            *slot = place;
        }
    }
    let mut notes = std::mem::take(&mut state.notes);
    for note in &mut notes {
        let Note::Found { pass, relationship: number } = note else { continue };
        match places.get(*number as usize) {
            Some(place) if *place != u32::MAX => *number = *place,
            _ => {
                let link = state.links.get(*number as usize);
                *note = Note::Step(Box::new(Step {
                    pass: *pass as usize,
                    change: Change::Found { relationship: link.and_then(Link::id).unwrap_or_default() },
                    because: Because::Definition(
                        link.and_then(|link| finder(state, link.definition)).map_or(0, |finder| finder.position),
                    ),
                }));
            }
        }
    }
    state.notes = notes;
}

/// By what relationships are put in order. Those of the design have their position, and nothing else; the others have the
/// highest bit, their family and their type in the first number and the ranks of their ends in the second one.
type Key = (u64, u64);

/// The relationships that are there, by their positions in the state.
fn order(state: &State<'_>) -> Vec<(Key, u32)> {
    let ranks = Ranks::of(state);
    let mut order: Vec<(Key, u32)> = (0..)
        .zip(&state.links)
        .filter(|(_, link)| !link.is_gone)
        .map(|(number, link)| (ranks.key(link), number))
        .collect();
    let id = |number: u32| state.links.get(number as usize).and_then(Link::id);
    radsort::sort_by_key(&mut order, |(key, _)| *key);
    for same in order.chunk_by_mut(|one, other| one.0 == other.0).filter(|same| same.len() > 1) {
        same.sort_by_cached_key(|(_, number)| id(*number));
    }
    order
}

/// The ids of components, and the types of relationships, in order: numbers are compared where texts would be read.
struct Ranks<'s> {
    ends: HashMap<&'s Text, u32, RandomState>,
    nodes: Vec<u32>,
    sorts: BTreeMap<(&'s Text, &'s Text), u32>,
    /// The ranks of the types of templates.
    templates: Vec<u32>,
}

impl<'s> Ranks<'s> {
    fn of(state: &'s State<'_>) -> Self {
        let found = || state.links.iter().filter(|link| link.origin.is_none() && !link.is_gone);
        let written = || found().filter_map(Link::written);
        let ends = written().flat_map(|relationship| [relationship.from.first(), relationship.to.first()]);
        let mut ids: Vec<&Text> = ends.flatten().filter_map(|end| end.id.as_ref()).collect();
        let is_pairless = !found().any(|link| matches!(link.body, Body::Pair(_)));
        let of_ends = ids.len();
        ids.extend(state.nodes.iter().filter(|_| !is_pairless).map(|node| &node.id));
        // The texts lie all over the memory, and most differ at their beginning.
        let mut order: Vec<(u64, u32)> = ids.iter().zip(0..).map(|(id, number)| (beginning(id), number)).collect();
        radsort::sort_by_key(&mut order, |(beginning, _)| *beginning);
        for same in order.chunk_by_mut(|one, other| one.0 == other.0).filter(|same| same.len() > 1) {
            same.sort_unstable_by_key(|(_, number)| ids.get(*number as usize));
        }
        let mut ranks = vec![0; ids.len()];
        let (mut rank, mut last) = (0, None);
        for (_, number) in order {
            let id = ids.get(number as usize);
            rank += u32::from(last != id);
            last = id;
            if let Some(slot) = ranks.get_mut(number as usize) {
                *slot = rank;
            }
        }
        let nodes = ranks.split_off(of_ends.min(ranks.len()));
        let ends: HashMap<&Text, u32, RandomState> = ids.into_iter().zip(ranks).collect();
        let templates = state.templates.iter().map(|template| &template.0);
        let mut sorts: BTreeMap<(&Text, &Text), u32> = written()
            .chain(templates)
            .map(|relationship| ((&relationship.type_name, &relationship.sub_type), 0))
            .collect();
        for (rank, number) in sorts.values_mut().zip(0..) {
            *rank = number;
        }
        let templates = state.templates.iter().map(|template| {
            let said = (&template.0.type_name, &template.0.sub_type);
            sorts.get(&said).copied().unwrap_or_default()
        });
        Self { ends, nodes, templates: templates.collect(), sorts }
    }

    fn key(&self, link: &Link) -> Key {
        if let Some(origin) = link.origin {
            return (u64::from(origin), 0);
        }
        // Ranks begin at 1; 0 stands for an end that is not said.
        let (sort, from, to) = match &link.body {
            Body::Pair(pair) => {
                let rank = |node: u32| self.nodes.get(node as usize).copied().unwrap_or_default();
                let sort = self.templates.get(pair.template as usize).copied();
                (sort, rank(pair.from), rank(pair.to))
            }
            Body::Written(relationship) => {
                let sort = self.sorts.get(&(&relationship.type_name, &relationship.sub_type)).copied();
                let rank = |ends: &[Endpoint]| {
                    let id = ends.first().and_then(|end| end.id.as_ref());
                    id.and_then(|id| self.ends.get(id)).copied().unwrap_or_default()
                };
                (sort, rank(&relationship.from), rank(&relationship.to))
            }
        };
        let family = link.family.map_or(0, |family| family as u64 + 1);
        let first = 1 << 63 | family << 32 | u64::from(sort.unwrap_or_default());
        (first, u64::from(from) << 32 | u64::from(to))
    }
}

/// The first bytes of a text as a number, which compares as the text does unless it is equal.
fn beginning(text: &Text) -> u64 {
    let mut beginning = [0; 8];
    for (to, from) in beginning.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    u64::from_be_bytes(beginning)
}
