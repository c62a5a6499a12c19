//! Relationships that a design has already: whether they still hold, and what goes with those that do not.

use design_vocabulary::{Endpoint, SelectorItem};

use crate::alias;
use crate::compare::equal;
use crate::family::Family;
use crate::link::{Body, Link};
use crate::pairs::Sides;
use crate::state::State;
use crate::{Because, Change};

/// Takes out relationships that are marked as deleted or whose ends are gone, and approves those that wait for it.
pub(crate) fn validate(state: &mut State<'_>) {
    for number in 0..state.links.len() {
        let Some(link) = state.links.get(number) else { continue };
        let Some(family) = link.family.filter(|_| !link.is_gone) else { continue };
        let relationship = match &link.body {
            Body::Written(relationship) => relationship,
            // Approved when it was found.
            Body::Pair(pair) => {
                if state.gone > 0 && !state.is_joined(pair) {
                    state.remove_link(number, Because::MissingEnd);
                }
                continue;
            }
        };
        let status = relationship.status.to_lowercase();
        match status.as_str() {
            "ignored" => continue,
            "deleted" => {
                clear(state, number);
                state.remove_link(number, Because::Deleted);
                continue;
            }
            _ => {}
        }
        let is_valid = match family {
            Family::Alias => alias::is_valid(state, link),
            _ => prune(state, number, family),
        };
        if !is_valid {
            state.remove_link(number, Because::MissingEnd);
        } else if ["", "identified", "pending"].contains(&status.as_str()) {
            approve(state, number, status.is_empty());
        }
    }
}

/// A relationship whose ends are there is approved; one that says nothing of its status always was.
fn approve(state: &mut State<'_>, number: usize, is_silent: bool) {
    let Some(relationship) = state.links.get_mut(number).and_then(Link::written_mut) else { return };
    relationship.status = "approved".into();
    if !is_silent {
        let relationship = relationship.id.clone().unwrap_or_default();
        state.note(Change::Approved { relationship }, Because::EndsExist);
    }
}

/// Takes out the items whose components are gone. Returns whether both sides have any left, and the middle is there.
fn prune(state: &mut State<'_>, number: usize, family: Family) -> bool {
    let Some(relationship) = state.links.get(number).and_then(Link::written) else { return false };
    let is_there = |item: &SelectorItem| {
        let middles = item.matching.from.iter().chain(&item.matching.to);
        let mut middles = middles.filter(|end| family == Family::Binding && end.id.is_some());
        state.node_of(item.id.as_ref()).is_some() && middles.all(|end| state.node_of(end.id.as_ref()).is_some())
    };
    let mut items = relationship.selectors.iter().flat_map(|set| set.allow.from.iter().chain(&set.allow.to));
    if items.all(is_there) {
        return relationship.selectors.iter().any(|set| !set.allow.from.is_empty() && !set.allow.to.is_empty());
    }
    let mut selectors = relationship.selectors.clone();
    for set in &mut selectors {
        set.allow.from.retain(is_there);
        set.allow.to.retain(is_there);
    }
    selectors.retain(|set| !set.allow.from.is_empty() && !set.allow.to.is_empty());
    if selectors.is_empty() {
        return false;
    }
    let end = |item: &SelectorItem| Endpoint { id: item.id.clone(), kind: item.kind.clone() };
    state.known = None;
    let Some(relationship) = state.links.get_mut(number).and_then(Link::written_mut) else { return false };
    relationship.from = selectors.iter().flat_map(|set| set.allow.from.iter().map(end)).collect();
    relationship.to = selectors.iter().flat_map(|set| set.allow.to.iter().map(end)).collect();
    relationship.selectors = selectors;
    let relationship = relationship.id.clone().unwrap_or_default();
    state.note(Change::Members { relationship }, Because::MissingEnd);
    true
}

/// Clears what a deleted relationship wrote: fields whose value is still its mutator's. Where another relationship gives
/// the same value, it writes it again in the same pass, so nothing changes.
fn clear(state: &mut State<'_>, number: usize) {
    let mut cleared = Vec::new();
    let Some(link) = state.links.get(number) else { return };
    if !matches!(link.family, Some(Family::Inventory | Family::Wallet | Family::NonBinding)) {
        return;
    }
    for (from, to) in link.pairs() {
        let Some(sides) = Sides::of(from, to) else { continue };
        let ends = (state.node_of(sides.mutator.id.as_ref()), state.node_of(sides.mutated.id.as_ref()));
        let (Some(mutator), Some(mutated)) = ends else { continue };
        for (giver, taker) in sides.mutators().iter().zip(sides.mutateds()) {
            let is_field = taker.0.first().is_some_and(|root| root == "configuration") && !taker.has_wildcard();
            let (Some(one), Some(other)) = (state.read(mutator, giver), state.read(mutated, taker)) else { continue };
            if is_field && equal(&one, &other) {
                cleared.push((mutated, taker.clone()));
            }
        }
    }
    let id = link.id().unwrap_or_default();
    for (node, path) in cleared {
        // What cannot be taken out, such as the element of a list, stays.
        let _ = state.write(node, &path, None, Because::Relationship(id.clone()));
    }
}
