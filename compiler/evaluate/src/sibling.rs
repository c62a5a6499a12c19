//! Siblings: components that have an entry of a mapping in common, such as a label.

use std::collections::{BTreeMap, HashMap, HashSet};

use design_vocabulary::{Endpoint, FieldPath, Patch, Relationship, Selector, SelectorItem, SelectorSet, Text, Value};

use crate::canonical::{canonical, derived_id};
use crate::family::Family;
use crate::identify::pairs_of;
use crate::link::{Body, Link};
use crate::state::State;
use crate::{Because, Change, Problem};

/// Which group a relationship is about: the mapping, the key, and the value as JSON.
type Key = (FieldPath, Text, String);

/// What a group is made of.
struct Group {
    definition: usize,
    from: SelectorItem,
    to: SelectorItem,
    members: Vec<usize>,
}

/// Finds the groups, corrects the members of those that the design has, and takes out those that are none any more.
pub(crate) fn identify(state: &mut State<'_>) {
    let mut groups = groups(state);
    for number in 0..state.links.len() {
        let Some((key, mut members)) = existing(state, number) else { continue };
        if let Some(group) = groups.remove(&key) {
            members = group.members;
        }
        members.retain(|member| value(state, *member, &key.0, &key.1).as_deref() == Some(key.2.as_str()));
        if members.len() < 2 {
            state.remove_link(number, Because::ValuesDiffer);
        } else {
            update(state, number, &members);
        }
    }
    for (key, group) in groups {
        let (name, from, to) = (&key.1, &group.from, &group.to);
        let Some(prepared) = state.definitions.get(group.definition) else { continue };
        let side = |item: &SelectorItem| members_of(state, item, name, &group.members);
        let allow = Selector { from: side(from), to: side(to) };
        let mut relationship =
            crate::identify::relationship(prepared, SelectorSet { allow, deny: Selector::default() }, &Text::new());
        // The members change while the group stays what it is, so they are no part of its id.
        let content = format!("{}/{}/{name}={}", prepared.content, canonical(&key.0.to_value()), key.2);
        relationship.id = Some(derived_id(&content));
        set_ends(&mut relationship);
        if !state.add_link(group.definition, Body::Written(Box::new(relationship))) {
            return;
        }
    }
}

fn groups(state: &mut State<'_>) -> BTreeMap<Key, Group> {
    let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
    for (definition, prepared) in state.definitions.iter().enumerate() {
        if prepared.family != Family::Sibling {
            continue;
        }
        let mut count = 0;
        for (from, to) in prepared.definition.selectors.iter().flat_map(pairs_of) {
            let Some(path) = from.matching.refs.first() else { continue };
            let mut sides: BTreeMap<(Text, String), [Vec<usize>; 2]> = BTreeMap::new();
            for (side, item) in [from, to].into_iter().enumerate() {
                for node in state.candidates(item) {
                    let Some(Value::Object(labels)) = state.read(node, path) else { continue };
                    for (key, value) in labels.iter().filter(|(_, value)| !value.is_null()) {
                        let [starts, ends] = sides.entry((key.clone(), canonical(value))).or_default();
                        if side == 0 { starts.push(node) } else { ends.push(node) }
                    }
                }
            }
            for ((key, value), [starts, ends]) in sides {
                let members: HashSet<usize> = starts.iter().chain(&ends).copied().collect();
                if starts.is_empty() || ends.is_empty() || members.len() < 2 {
                    continue;
                }
                count += 1;
                if count > state.limits.groups {
                    state
                        .problems
                        .push(Problem::Groups { definition: prepared.position, allowed: state.limits.groups });
                    break;
                }
                let mut members: Vec<usize> = members.into_iter().collect();
                members.sort_by(|one, other| id_of(state, *one).cmp(&id_of(state, *other)));
                let (from, to) = (from.clone(), to.clone());
                groups.entry((path.clone(), key, value)).or_insert(Group { definition, from, to, members });
            }
        }
    }
    groups
}

fn id_of<'s>(state: &'s State<'_>, node: usize) -> Option<&'s Text> {
    state.nodes.get(node).map(|node| &node.id)
}

fn value(state: &State<'_>, node: usize, path: &FieldPath, key: &Text) -> Option<String> {
    state.read(node, path)?.get(key).filter(|value| !value.is_null()).map(canonical)
}

/// The group that a relationship of the design is about, with those of its members that are there.
fn existing(state: &State<'_>, number: usize) -> Option<(Key, Vec<usize>)> {
    let link = state.links.get(number).filter(|link| link.is_live() && link.family == Some(Family::Sibling))?;
    let mut items = link.written()?.selectors.iter().flat_map(|set| set.allow.from.iter().chain(&set.allow.to));
    let first = items.clone().find(|item| !item.matching.refs.is_empty() && !item.patch.mutator.is_empty())?;
    let path = first.matching.refs.first()?.clone();
    let key = first.patch.mutator.first()?.0.last()?.clone();
    let mut seen = HashSet::new();
    let nodes = items.by_ref().filter_map(|item| state.node_of(item.id.as_ref()));
    let members: Vec<usize> = nodes.filter(|node| seen.insert(*node)).collect();
    // The value that most of them have; of equally common ones the first.
    let mut counts: HashMap<String, usize> = HashMap::new();
    for member in &members {
        *counts.entry(value(state, *member, &path, &key)?).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let (value, _) = counts.into_iter().next()?;
    Some(((path, key, value), members))
}

fn members_of(state: &State<'_>, item: &SelectorItem, key: &Text, members: &[usize]) -> Vec<SelectorItem> {
    let ids = members.iter().filter_map(|member| id_of(state, *member).cloned());
    let patch = Patch { mutator: [FieldPath::new([key.clone()])].into_iter().collect(), ..Patch::default() };
    ids.map(|id| SelectorItem { id: Some(id), patch: patch.clone(), ..item.clone() }).collect()
}

/// The edges of a group are those from its first member to the others: a group of a thousand is no million of edges.
fn set_ends(relationship: &mut Relationship) {
    let items = relationship.selectors.iter().flat_map(|set| set.allow.from.iter());
    let mut ends = items.map(|item| Endpoint { id: item.id.clone(), kind: item.kind.clone() });
    let first: Vec<Endpoint> = ends.by_ref().take(1).collect();
    let rest: Vec<Endpoint> = ends.collect();
    (relationship.from, relationship.to) = (first, rest);
}

fn ids_in(side: &[SelectorItem]) -> HashSet<&Text> {
    side.iter().filter_map(|item| item.id.as_ref()).collect()
}

fn update(state: &mut State<'_>, number: usize, members: &[usize]) {
    let Some(relationship) = state.links.get(number).and_then(Link::written) else { return };
    let ids: HashSet<&Text> = members.iter().filter_map(|member| id_of(state, *member)).collect();
    let Some(set) = relationship.selectors.first() else { return };
    let (Some(from), Some(to)) = (set.allow.from.first(), set.allow.to.first()) else { return };
    if ids_in(&set.allow.from) == ids && ids_in(&set.allow.to) == ids {
        return;
    }
    let key = from.patch.mutator.first().and_then(|path| path.0.last()).cloned().unwrap_or_default();
    let allow = Selector { from: members_of(state, from, &key, members), to: members_of(state, to, &key, members) };
    let Some(relationship) = state.links.get_mut(number).and_then(Link::written_mut) else { return };
    relationship.selectors = vec![SelectorSet { allow, deny: Selector::default() }];
    set_ends(relationship);
    let relationship = relationship.id.clone().unwrap_or_default();
    let change = Change::Members { relationship };
    state.note(change, Because::ValuesDiffer);
}
