//! Aliases: a part of a component, such as a container, as a component of its own.

use std::collections::HashSet;

use design_vocabulary::{Component, FieldPath, Selector, SelectorItem, SelectorSet, Text};

use crate::canonical::derived_id;
use crate::family::Prepared;
use crate::identify::{self, pairs_of, part_name};
use crate::known::Known;
use crate::link::{Body, Link, short};
use crate::state::{State, Target};
use crate::{Because, ResolvedAlias};

/// The apiVersion of the kinds that Meshery draws with.
const CORE: &str = "core.meshery.io/v1alpha1";

/// The relationship of an alias.
#[derive(Debug)]
pub(crate) struct AliasLink {
    /// Its position.
    pub link: usize,
    /// The alias and its parent, where they were found; they keep their positions until they are gone.
    ends: [Option<u32>; 2],
}

impl AliasLink {
    /// The relationship at a position, of which no end was looked for.
    pub fn new(link: usize) -> Self {
        Self { link, ends: [None; 2] }
    }

    /// The component on a side, whose item is given.
    fn end(&self, state: &State<'_>, side: usize, item: &SelectorItem) -> Option<usize> {
        let known = self.ends.get(side).copied().flatten().map(|end| end as usize);
        let is_there = |node: &usize| state.nodes.get(*node).is_some_and(|node| !node.is_gone);
        known.filter(is_there).or_else(|| state.node_of(item.id.as_ref()))
    }
}

/// Finds the parts that a definition names, one relationship for each.
pub(crate) fn identify(state: &mut State<'_>, number: usize, prepared: &Prepared, known: &mut Known) {
    for set in &prepared.definition.selectors {
        for (from, to) in pairs_of(set) {
            let Some(path) = from.patch.mutator.first() else { continue };
            for parent in state.candidates(to) {
                for paths in state.expand(parent, std::slice::from_ref(path)) {
                    let Some(path) = paths.first().filter(|path| state.read(parent, path).is_some()) else { continue };
                    let Some(id) = state.nodes.get(parent).map(|node| node.id.clone()) else { continue };
                    let alias = alias_id(&id, path);
                    let with = |item: &SelectorItem, id: Text| {
                        let mut item = SelectorItem { id: Some(id), ..item.clone() };
                        item.patch.mutator = [path.clone()].into_iter().collect();
                        item.patch.mutated = item.patch.mutator.clone();
                        vec![item]
                    };
                    let allow = Selector { from: with(from, alias), to: with(to, id) };
                    let ([from], [to]) = (allow.from.as_slice(), allow.to.as_slice()) else { continue };
                    if !is_new(state, known, prepared, parent, from, to) {
                        continue;
                    }
                    let digest = identify::digest(&prepared.sort, from, to);
                    let set = SelectorSet { allow, deny: Selector::default() };
                    let relationship = identify::relationship(prepared, set, &digest);
                    if !state.add_link(number, Body::Written(Box::new(relationship))) {
                        return;
                    }
                }
            }
        }
    }
}

/// A part is the same part whatever its alias is called: the end that counts is the parent with the path.
fn is_new(
    state: &State<'_>,
    known: &mut Known,
    prepared: &Prepared,
    parent: usize,
    from: &SelectorItem,
    to: &SelectorItem,
) -> bool {
    let Some(path) = from.patch.mutator.first() else { return false };
    if state.parts.contains(&(parent, path.clone())) {
        return false;
    }
    let (sort, declared) = (known.number(&prepared.sort), known.declared(from, to));
    known.add(sort, (parent, parent), declared)
}

/// The id of the alias of a part.
fn alias_id(parent: &Text, path: &FieldPath) -> Text {
    derived_id(&format!("alias {parent} {}", crate::canonical::canonical(&path.to_value())))
}

/// Where the part of an alias stands: the path that its relationship names on the parent.
fn part_of(link: &Link) -> Option<(&SelectorItem, &SelectorItem, &FieldPath)> {
    let (from, to) = link.pairs().next()?;
    let paths = [&from.patch.mutated, &from.patch.mutator, &to.patch.mutator, &to.patch.mutated];
    let path = paths.into_iter().find_map(|paths| paths.first()).filter(|path| !path.has_wildcard())?;
    Some((from, to, path))
}

/// Notes which components are aliases, and of what.
pub(crate) fn resolve(state: &mut State<'_>) {
    if !std::mem::take(&mut state.are_aliases_open) {
        return;
    }
    let before = std::mem::take(&mut state.aliases);
    let mut aliases: Vec<Option<Target>> = vec![None; state.nodes.len()];
    let mut parts = HashSet::default();
    let mut links = std::mem::take(&mut state.alias_links);
    for each in &mut links {
        let Some(link) = state.links.get(each.link).filter(|link| link.is_live()) else { continue };
        let Some((from, to, path)) = part_of(link) else { continue };
        each.ends = [(0, from), (1, to)].map(|(side, item)| each.end(state, side, item).map(short));
        if let [Some(alias), Some(parent)] = each.ends.map(|end| end.map(|end| end as usize)) {
            parts.insert((parent, path.clone()));
            if let Some(target) = aliases.get_mut(alias) {
                *target = Some(Target { node: parent, path: path.clone() });
            }
        }
    }
    // What was read from a component that stands for something else now counts no more.
    if before.iter().zip(&aliases).any(|(old, new)| old != new) {
        state.columns.clear();
    }
    state.alias_links = links;
    state.aliases = aliases;
    state.parts = parts;
}

/// The relationships of aliases that count.
fn live<'s>(state: &'s State<'_>) -> impl Iterator<Item = (&'s AliasLink, &'s Link)> {
    let links = state.alias_links.iter().filter_map(|each| Some((each, state.links.get(each.link)?)));
    links.filter(|(_, link)| link.is_live())
}

/// Whether the part of an alias is still there; an alias of which nobody can say where it stands stays.
pub(crate) fn is_valid(state: &State<'_>, link: &Link) -> bool {
    let Some((_, to, path)) = part_of(link) else { return true };
    state.node_of(to.id.as_ref()).is_some_and(|parent| state.read(parent, path).is_some())
}

/// Adds the components of aliases that are not drawn yet, and takes out those whose relationship is gone.
pub(crate) fn draw(state: &mut State<'_>) {
    let mut wanted = Vec::new();
    let mut unwanted = Vec::new();
    let links = state.alias_links.iter().filter_map(|each| Some((each, state.links.get(each.link)?)));
    for (each, link) in links {
        let Some((from, _, path)) = part_of(link) else { continue };
        match each.end(state, 0, from) {
            None if link.is_live() => {
                let component = Component {
                    id: from.id.clone(),
                    display_name: part_name(path),
                    kind: if from.kind == "*" { Text::new() } else { from.kind.clone() },
                    model: from.model.name.clone(),
                    api_version: if from.model.name == "meshery-core" { CORE.into() } else { Text::new() },
                    is_annotation: true,
                    ..Component::default()
                };
                wanted.push((each.link, component, link.id().unwrap_or_default()));
            }
            Some(node) if link.is_gone => unwanted.push((node, link.id().unwrap_or_default())),
            _ => {}
        }
    }
    for (number, component, relationship) in wanted {
        // An id that is taken by something that is gone stays taken; the relationship cannot be drawn then.
        if state.add_node(component, "", Because::Relationship(relationship)).is_none() {
            state.remove_link(number, Because::MissingEnd);
        }
    }
    let used: HashSet<usize> = if unwanted.is_empty() {
        HashSet::new()
    } else {
        live(state).flat_map(|(_, link)| link.pairs()).filter_map(|(from, _)| state.node_of(from.id.as_ref())).collect()
    };
    for (node, relationship) in unwanted {
        // Only what is a drawing goes with its relationship; a real object never does.
        if !used.contains(&node) && state.nodes.get(node).is_some_and(|node| node.component.is_annotation) {
            state.remove_node(node, Because::Relationship(relationship));
        }
    }
    resolve(state);
}

/// The aliases of a design, each followed to the component that is no alias itself.
pub(crate) fn resolved(state: &State<'_>) -> Vec<ResolvedAlias> {
    let mut aliases = Vec::new();
    for (each, link) in live(state) {
        let Some((from, to, path)) = part_of(link) else { continue };
        let (Some(alias), Some(parent)) = (each.end(state, 0, from), each.end(state, 1, to)) else { continue };
        let (node, resolved_path) = state.locate(parent, path);
        let id = |node: usize| state.nodes.get(node).map(|node| node.id.clone()).unwrap_or_default();
        aliases.push(ResolvedAlias {
            alias: id(alias),
            parent: id(parent),
            path: path.clone(),
            relationship: link.id().unwrap_or_default(),
            resolved_parent: id(node),
            resolved_path,
        });
    }
    aliases.sort_by(|one, other| one.alias.cmp(&other.alias));
    aliases
}
