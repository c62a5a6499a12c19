//! Pairs of components whose fields agree, found by index: inventory, wallet and edges of two.
//!
//! The fields of the side that takes values go into a table, and each component of the other side looks its own values up.
//! What is compared for equality is the key; a mapping that has to be contained in another is looked up by the one of its
//! entries that the fewest have.

use std::collections::{HashMap, HashSet};

use design_vocabulary::{FieldPath, Selector, SelectorItem, SelectorSet, Strategy, Text, Value};

use crate::canonical::{plain, write};
use crate::compare::{entries, holds, of_pair};
use crate::state::State;

/// One side of a pair with the fields that count, and how they are compared.
pub(crate) struct Sides<'a> {
    pub mutator: &'a SelectorItem,
    pub mutated: &'a SelectorItem,
    pub strategies: Vec<&'a [Strategy]>,
    /// Whether the mutator stands on the `from` side.
    pub is_from_mutator: bool,
}

impl<'a> Sides<'a> {
    /// Which side gives its values and which takes them. `None` where the items do not say both.
    pub fn of(from: &'a SelectorItem, to: &'a SelectorItem) -> Option<Self> {
        let is_from_mutator = !from.patch.mutator.is_empty() && !to.patch.mutated.is_empty();
        let is_to_mutator = !to.patch.mutator.is_empty() && !from.patch.mutated.is_empty();
        let (mutator, mutated) = match (is_from_mutator, is_to_mutator) {
            (true, _) => (from, to),
            (false, true) => (to, from),
            (false, false) => return None,
        };
        // The shorter list wins.
        let count = mutator.patch.mutator.len().min(mutated.patch.mutated.len());
        let strategies = (0..count).map(|position| of_pair(&from.strategies, position)).collect();
        Some(Self { mutator, mutated, strategies, is_from_mutator })
    }

    /// The fields that give their values.
    pub fn mutators(&self) -> &'a [FieldPath] {
        self.mutator.patch.mutator.get(..self.strategies.len()).unwrap_or_default()
    }

    /// The fields that take values.
    pub fn mutateds(&self) -> &'a [FieldPath] {
        self.mutated.patch.mutated.get(..self.strategies.len()).unwrap_or_default()
    }

    fn hold(&self, mutator: &[Value], mutated: &[Value]) -> bool {
        let pairs = self.strategies.iter().zip(mutator.iter().zip(mutated));
        pairs.into_iter().all(|(strategies, (one, other))| holds(strategies, Some(one), Some(other)))
    }

    /// The part of the key that is compared for equality.
    fn key(&self, values: &[Value]) -> String {
        let mut key = String::new();
        for (strategies, value) in self.strategies.iter().zip(values) {
            let is_equal = strategies.iter().any(|each| matches!(each, Strategy::Equal | Strategy::Other(_)));
            if is_equal {
                write(value, &mut key);
            } else if strategies.contains(&Strategy::EqualAsStrings) {
                plain(value, &mut key);
            }
            key.push('\u{0}');
        }
        key
    }

    /// The first pair of mappings of which one has to contain the other.
    fn contained(&self) -> Option<usize> {
        self.strategies.iter().position(|strategies| {
            strategies.contains(&Strategy::ToContainsFrom) && !strategies.contains(&Strategy::Equal)
        })
    }
}

/// A component with the values of its fields.
struct Row {
    node: usize,
    values: Vec<Value>,
}

/// Pairs (from, to) of the set's items `from` and `to` that agree.
pub(crate) fn agreeing(
    state: &mut State<'_>,
    definition: usize,
    from: &SelectorItem,
    to: &SelectorItem,
) -> Vec<(usize, usize)> {
    let Some(sides) = Sides::of(from, to) else { return Vec::new() };
    let Some(prepared) = state.definitions.get(definition) else { return Vec::new() };
    let same_namespace = prepared.definition.same_namespace;
    let contained = sides.contained();
    let mut rows = Vec::new();
    let mut table: HashMap<String, Vec<usize>> = HashMap::new();
    for node in state.candidates(sides.mutated) {
        for paths in state.expand(node, sides.mutateds()) {
            let Some(values) = state.values(node, &paths) else { continue };
            let key = scoped(state, node, same_namespace, sides.key(&values));
            match contained.and_then(|position| values.get(position)) {
                None => table.entry(key).or_default().push(rows.len()),
                Some(value) => {
                    for entry in entries(value) {
                        table.entry(format!("{key}{entry}")).or_default().push(rows.len());
                    }
                }
            }
            rows.push(Row { node, values });
        }
    }
    let mut pairs = Vec::new();
    let mut seen = HashSet::new();
    for node in state.candidates(sides.mutator) {
        for paths in state.expand(node, sides.mutators()) {
            let Some(values) = state.values(node, &paths) else { continue };
            let key = scoped(state, node, same_namespace, sides.key(&values));
            let none = Vec::new();
            let found = match contained.and_then(|position| values.get(position)) {
                None => table.get(&key).unwrap_or(&none),
                Some(value) => {
                    // A part is in a whole only if each of its entries is, so the rarest one says enough.
                    let lists = entries(value).into_iter().map(|entry| table.get(&format!("{key}{entry}")));
                    lists.map(|list| list.unwrap_or(&none)).min_by_key(|list| list.len()).unwrap_or(&none)
                }
            };
            if !state.may_compare(found.len()) {
                return pairs;
            }
            for row in found.iter().filter_map(|row| rows.get(*row)) {
                let pair = if sides.is_from_mutator { (node, row.node) } else { (row.node, node) };
                if pair.0 != pair.1
                    && sides.hold(&values, &row.values)
                    && !state.is_denied(prepared, pair.0, pair.1)
                    && seen.insert(pair)
                {
                    pairs.push(pair);
                }
            }
        }
    }
    pairs
}

/// A key that is told apart by namespace where that is wanted.
pub(crate) fn scoped(state: &State<'_>, node: usize, same_namespace: bool, key: String) -> String {
    if same_namespace { format!("{}\u{0}{key}", state.namespace(node)) } else { key }
}

/// The selectors of a relationship between two components: one item on each side, with their ids.
pub(crate) fn selectors(state: &State<'_>, from: (&SelectorItem, usize), to: (&SelectorItem, usize)) -> SelectorSet {
    let item = |(item, node): (&SelectorItem, usize)| {
        let id: Option<Text> = state.nodes.get(node).map(|node| node.id.clone());
        vec![SelectorItem { id, ..item.clone() }]
    };
    SelectorSet { allow: Selector { from: item(from), to: item(to) }, deny: Selector::default() }
}
