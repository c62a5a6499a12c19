//! Bindings: two components and a third one that names both.

use std::collections::{HashMap, HashSet};

use design_vocabulary::{FieldPath, Match, MatchItem, SelectorItem, Text, Value};

use crate::canonical::write;
use crate::family::Prepared;
use crate::known::Known;
use crate::pairs::{scoped, selectors};
use crate::state::State;
use crate::{identify, state};

/// One leg: the fields of the selector's own component beside those of the component in the middle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leg<'a> {
    pub own: &'a [FieldPath],
    pub middle: &'a [FieldPath],
    /// The kind of the component in the middle.
    pub middle_kind: &'a Text,
    /// The component in the middle, in a design.
    pub middle_id: Option<&'a Text>,
    /// Whether the own component gives its values.
    pub is_own_mutator: bool,
}

impl<'a> Leg<'a> {
    /// The leg of an item. `None` where the item does not say both ends, or no pair of fields.
    pub fn of(item: &'a SelectorItem) -> Option<Self> {
        let (from, to) = (item.matching.from.first()?, item.matching.to.first()?);
        let is_own = |end: &MatchItem| end.kind.eq_ignore_ascii_case("self") || (end.id.is_some() && end.id == item.id);
        let (own, middle) = if is_own(from) {
            (from, to)
        } else if is_own(to) || to.kind == item.kind {
            (to, from)
        } else {
            (from, to)
        };
        let is_own_mutator = !own.mutator.is_empty() && !middle.mutated.is_empty();
        let (mine, theirs) =
            if is_own_mutator { (&own.mutator, &middle.mutated) } else { (&own.mutated, &middle.mutator) };
        let count = mine.len().min(theirs.len());
        (count > 0).then_some(Self {
            own: mine.get(..count).unwrap_or_default(),
            middle: theirs.get(..count).unwrap_or_default(),
            middle_kind: &middle.kind,
            middle_id: middle.id.as_ref(),
            is_own_mutator,
        })
    }
}

/// Finds the bindings of a definition. Every leg has to have values: an empty component in the middle binds nothing.
pub(crate) fn identify(state: &mut State<'_>, number: usize, prepared: &Prepared, known: &mut Known) {
    for set in &prepared.definition.selectors {
        for (from, to) in identify::pairs_of(set) {
            let (Some(first), Some(second)) = (Leg::of(from), Leg::of(to)) else { continue };
            if first.middle_kind != second.middle_kind {
                continue;
            }
            triples(state, number, prepared, known, (from, first), (to, second));
        }
    }
}

fn triples(
    state: &mut State<'_>,
    number: usize,
    prepared: &Prepared,
    known: &mut Known,
    (from, first): (&SelectorItem, Leg<'_>),
    (to, second): (&SelectorItem, Leg<'_>),
) {
    let (sort, digest) = (known.number(&prepared.sort), identify::digest(&prepared.sort, from, to));
    let same_namespace = prepared.definition.same_namespace;
    let starts = table(state, from, first.own, same_namespace);
    let ends = table(state, to, second.own, same_namespace);
    let middle_item = SelectorItem { kind: first.middle_kind.clone(), ..SelectorItem::default() };
    for middle in state.candidates(&middle_item) {
        let found = |state: &mut State<'_>, table: &HashMap<String, Vec<usize>>, paths: &[FieldPath]| {
            let mut seen = HashSet::new();
            let mut nodes = Vec::new();
            for paths in state.expand(middle, paths) {
                let Some(values) = state.values(middle, &paths) else { continue };
                let key = scoped(state, middle, same_namespace, key(&values));
                nodes.extend(table.get(&key).into_iter().flatten().copied().filter(|node| seen.insert(*node)));
            }
            nodes
        };
        let (starts, ends) = (found(state, &starts, first.middle), found(state, &ends, second.middle));
        if !state.may_compare(starts.len().saturating_mul(ends.len())) {
            return;
        }
        for start in starts.iter().copied().filter(|start| *start != middle) {
            for end in ends.iter().copied().filter(|end| *end != middle && *end != start) {
                if state.is_denied(prepared, start, end) {
                    continue;
                }
                let mut set = selectors(state, (from, start), (to, end));
                let id_of = |node: usize| state.nodes.get(node).map(|node: &state::Node| &node.id);
                for (item, own) in set
                    .allow
                    .from
                    .iter_mut()
                    .map(|item| (item, start))
                    .chain(set.allow.to.iter_mut().map(|item| (item, end)))
                {
                    item.matching = with_ids(&item.matching, id_of(own), id_of(middle));
                }
                let relationship = identify::relationship(prepared, set, &digest);
                let pair = relationship.selectors.first().map(|set| (&set.allow.from, &set.allow.to));
                let Some(([from], [to])) = pair.map(|(from, to)| (from.as_slice(), to.as_slice())) else { continue };
                if known.add(sort, (start, end), from, to) && !state.add_link(number, relationship) {
                    return;
                }
            }
        }
    }
}

/// Components of an item by the values of their fields.
fn table(
    state: &mut State<'_>,
    item: &SelectorItem,
    paths: &[FieldPath],
    same_namespace: bool,
) -> HashMap<String, Vec<usize>> {
    let mut table: HashMap<String, Vec<usize>> = HashMap::new();
    for node in state.candidates(item) {
        for paths in state.expand(node, paths) {
            let Some(values) = state.values(node, &paths) else { continue };
            table.entry(scoped(state, node, same_namespace, key(&values))).or_default().push(node);
        }
    }
    table
}

fn key(values: &[Value]) -> String {
    let mut key = String::new();
    for value in values {
        write(value, &mut key);
        key.push('\u{0}');
    }
    key
}

/// The ends of a leg with the ids of their components.
fn with_ids(matching: &Match, own: Option<&Text>, middle: Option<&Text>) -> Match {
    let fill = |end: &MatchItem| {
        let id = if end.kind.eq_ignore_ascii_case("self") { own } else { middle };
        MatchItem { id: id.cloned(), ..end.clone() }
    };
    Match {
        refs: matching.refs.clone(),
        from: matching.from.iter().map(fill).collect(),
        to: matching.to.iter().map(fill).collect(),
    }
}
