//! Pairs of components whose fields agree, found by index: inventory, wallet and edges of two.
//!
//! The fields of the side that takes values go into a table, and each component of the other side looks its own values up.
//! What is compared for equality is the key; a mapping that has to be contained in another is looked up by the one of its
//! entries that the fewest have.

use std::collections::HashMap;

use design_vocabulary::{FieldPath, Selector, SelectorItem, SelectorSet, Strategy, Text, Value};
use foldhash::fast::RandomState;

use crate::columns::{Column, Columns, Compared};
use crate::compare::{holds, of_pair};
use crate::family::Prepared;
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
}

/// How the two sides of a pair of items are joined.
struct Join {
    /// Of the side that gives its values.
    mutators: usize,
    /// Of the side that takes values.
    mutateds: usize,
    /// The field of which one side has to have all entries that the other one has.
    contained: Option<usize>,
    /// Whether fields may differ although their numbers agree.
    is_verified: bool,
}

/// How a pair of fields is looked up, and whether that settles it.
fn compared(strategies: &[Strategy]) -> (Compared, bool) {
    let has = |wanted: fn(&Strategy) -> bool| strategies.iter().any(wanted);
    let has_part = has(|each| *each == Strategy::ToContainsFrom);
    if has(|each| matches!(each, Strategy::Equal | Strategy::Other(_))) {
        (Compared::Json, !has_part)
    } else if has(|each| *each == Strategy::EqualAsStrings) {
        (Compared::Plain, !has_part)
    } else if has_part {
        (Compared::Entries, false)
    } else {
        (Compared::Present, true)
    }
}

impl Sides<'_> {
    /// Asks for the columns of both sides.
    fn join(&self, columns: &mut Columns) -> Join {
        let ways: Vec<(Compared, bool)> = self.strategies.iter().map(|strategies| compared(strategies)).collect();
        let compared: Vec<Compared> = ways.iter().map(|(compared, _)| *compared).collect();
        let is_verified = ways.iter().any(|(_, is_settled)| !is_settled);
        Join {
            mutators: columns.ask(self.mutator, self.mutators(), &compared, is_verified),
            mutateds: columns.ask(self.mutated, self.mutateds(), &compared, is_verified),
            contained: compared.iter().position(|compared| *compared == Compared::Entries),
            is_verified,
        }
    }
}

/// Asks for what [`agreeing`] needs.
pub(crate) fn ask(columns: &mut Columns, from: &SelectorItem, to: &SelectorItem) {
    if let Some(sides) = Sides::of(from, to) {
        sides.join(columns);
    }
}

/// Rows by their keys: the first row of each, how many there are, and for each row the next one.
struct Table {
    heads: HashMap<u64, (u32, u32), RandomState>,
    next: Vec<(u32, u32)>,
}

impl Table {
    /// Takes the keys with their rows, the last one first.
    fn of(keys: impl Iterator<Item = (u64, usize)>, capacity: usize) -> Self {
        let mut table =
            Self { heads: HashMap::with_capacity_and_hasher(capacity, RandomState::default()), next: Vec::new() };
        for (key, row) in keys {
            let entry = table.heads.entry(key).or_insert((u32::MAX, 0));
            table.next.push((u32::try_from(row).unwrap_or(u32::MAX), entry.0));
            *entry = (u32::try_from(table.next.len() - 1).unwrap_or(u32::MAX), entry.1 + 1);
        }
        table
    }

    fn count(&self, key: u64) -> u32 {
        self.heads.get(&key).map_or(0, |(_, count)| *count)
    }

    /// The rows of a key, in the order opposite to that in which they came.
    fn rows(&self, key: u64) -> impl Iterator<Item = usize> + '_ {
        let mut at = self.heads.get(&key).map(|(head, _)| *head);
        std::iter::from_fn(move || {
            let (row, next) = *self.next.get(at? as usize)?;
            at = Some(next);
            Some(row as usize)
        })
    }
}

/// Pairs of components that agree.
#[derive(Debug, Default)]
pub(crate) struct Agreeing {
    /// The positions of both sides, `from` first.
    pub pairs: Vec<(usize, usize)>,
    /// Whether each pair comes once for sure.
    pub is_distinct: bool,
}

/// Pairs of a definition's items `from` and `to` that agree.
pub(crate) fn agreeing(
    state: &mut State<'_>,
    columns: &mut Columns,
    prepared: &Prepared,
    (from, to): (&SelectorItem, &SelectorItem),
) -> Agreeing {
    let Some(sides) = Sides::of(from, to) else { return Agreeing::default() };
    let same_namespace = prepared.definition.same_namespace;
    let Join { mutators, mutateds, contained, is_verified } = sides.join(columns);
    let is_empty = |column: usize| columns.column(column).is_none_or(|column| column.nodes.is_empty());
    if is_empty(mutators) || is_empty(mutateds) {
        return Agreeing::default();
    }
    let taking = columns.keys(mutateds, same_namespace, contained.is_some());
    let giving = columns.keys(mutators, same_namespace, contained.is_some());
    let (Some(givers), Some(takers)) = (columns.column(mutators), columns.column(mutateds)) else {
        return Agreeing::default();
    };
    let entries = |column: &'_ Column, row: usize| -> Vec<u64> {
        let cell = contained.and_then(|position| column.row(row).get(position));
        cell.map(|cell| column.entries(*cell).iter().map(|entry| u64::from(*entry)).collect()).unwrap_or_default()
    };
    let numbered = taking.iter().enumerate().rev();
    let table = if contained.is_none() {
        Table::of(numbered.map(|(row, key)| (*key, row)), taking.len())
    } else {
        let each =
            numbered.flat_map(|(row, key)| entries(takers, row).into_iter().map(move |entry| (key | entry, row)));
        Table::of(each, taking.len())
    };
    // A component has several rows where a path means several elements, and a whole may have an entry twice.
    let has_one_row_each = |column: &Column| column.nodes.is_sorted_by(|one, next| one < next);
    let is_distinct = contained.is_none() && has_one_row_each(givers) && has_one_row_each(takers);
    let mut pairs = Vec::new();
    for (row, (key, giver)) in giving.iter().zip(&givers.nodes).enumerate() {
        let key = if contained.is_some() {
            // A part is in a whole only if each of its entries is, so the rarest one says enough.
            let keys = entries(givers, row).into_iter().map(|entry| key | entry);
            let Some(rarest) = keys.min_by_key(|key| table.count(*key)) else { continue };
            rarest
        } else {
            *key
        };
        if !state.may_compare(table.count(key) as usize) {
            return Agreeing { pairs, is_distinct };
        }
        let giver = *giver as usize;
        for found in table.rows(key) {
            let Some(taker) = takers.nodes.get(found).map(|node| *node as usize) else { continue };
            let pair = if sides.is_from_mutator { (giver, taker) } else { (taker, giver) };
            if pair.0 != pair.1
                && (!is_verified || sides.hold(givers.values(row), takers.values(found)))
                && !state.is_denied(prepared, pair.0, pair.1)
            {
                pairs.push(pair);
            }
        }
    }
    Agreeing { pairs, is_distinct }
}

/// The selectors of a relationship between two components: one item on each side, with their ids.
pub(crate) fn selectors(state: &State<'_>, from: (&SelectorItem, usize), to: (&SelectorItem, usize)) -> SelectorSet {
    let item = |(item, node): (&SelectorItem, usize)| {
        let id: Option<Text> = state.nodes.get(node).map(|node| node.id.clone());
        vec![SelectorItem { id, ..item.clone() }]
    };
    SelectorSet { allow: Selector { from: item(from), to: item(to) }, deny: Selector::default() }
}
