//! Bindings: two components and a third one that names both.

use std::collections::{BTreeMap, HashMap, HashSet};

use design_vocabulary::{FieldPath, Match, MatchItem, SelectorItem, Text};

use crate::columns::{Columns, Compared};
use crate::family::Prepared;
use crate::known::Known;
use crate::link::Body;
use crate::pairs::selectors;
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

/// Asks for what [`identify`] needs.
pub(crate) fn ask(columns: &mut Columns, from: &SelectorItem, to: &SelectorItem) {
    if let (Some(first), Some(second)) = (Leg::of(from), Leg::of(to)) {
        Legs::of(columns, (from, first), (to, second));
    }
}

/// The columns of both legs: of the components at their ends, and of those in the middle.
struct Legs {
    ends: (usize, usize),
    middles: (usize, usize),
}

impl Legs {
    fn of(
        columns: &mut Columns,
        (from, first): (&SelectorItem, Leg<'_>),
        (to, second): (&SelectorItem, Leg<'_>),
    ) -> Self {
        let middle = SelectorItem { kind: first.middle_kind.clone(), ..SelectorItem::default() };
        let mut ask = |item: &SelectorItem, paths: &[FieldPath]| {
            columns.ask(item, paths, &vec![Compared::Json; paths.len()], false)
        };
        Self {
            ends: (ask(from, first.own), ask(to, second.own)),
            middles: (ask(&middle, first.middle), ask(&middle, second.middle)),
        }
    }
}

/// Finds the bindings of a definition. Every leg has to have values: an empty component in the middle binds nothing.
pub(crate) fn identify(
    state: &mut State<'_>,
    columns: &mut Columns,
    number: usize,
    prepared: &Prepared,
    known: &mut Known,
) {
    for set in &prepared.definition.selectors {
        for (from, to) in identify::pairs_of(set) {
            let (Some(first), Some(second)) = (Leg::of(from), Leg::of(to)) else { continue };
            if first.middle_kind != second.middle_kind {
                continue;
            }
            let legs = Legs::of(columns, (from, first), (to, second));
            let same_namespace = prepared.definition.same_namespace;
            let starts = Side::of(columns, legs.ends.0, legs.middles.0, same_namespace);
            let ends = Side::of(columns, legs.ends.1, legs.middles.1, same_namespace);
            triples(state, number, prepared, known, (from, &starts), (to, &ends));
        }
    }
}

/// One leg of all bindings: the components at its end by their fields, and the fields of those in the middle.
struct Side {
    ends: HashMap<u64, Vec<usize>>,
    middles: BTreeMap<usize, Vec<u64>>,
}

impl Side {
    fn of(columns: &mut Columns, ends: usize, middles: usize, same_namespace: bool) -> Self {
        let mut side = Self { ends: HashMap::new(), middles: BTreeMap::new() };
        for (key, node) in columns.rows(ends, same_namespace) {
            side.ends.entry(key).or_default().push(node);
        }
        for (key, node) in columns.rows(middles, same_namespace) {
            side.middles.entry(node).or_default().push(key);
        }
        side
    }

    /// The components at the end of the leg of a component in the middle, each once.
    fn found(&self, middle: usize) -> Vec<usize> {
        let mut seen = HashSet::new();
        let keys = self.middles.get(&middle).into_iter().flatten();
        let nodes = keys.filter_map(|key| self.ends.get(key)).flatten().copied();
        nodes.filter(|node| seen.insert(*node)).collect()
    }
}

fn triples(
    state: &mut State<'_>,
    number: usize,
    prepared: &Prepared,
    known: &mut Known,
    (from, starts): (&SelectorItem, &Side),
    (to, ends): (&SelectorItem, &Side),
) {
    let (sort, digest) = (known.number(&prepared.sort), identify::digest(&prepared.sort, from, to));
    for middle in starts.middles.keys().copied() {
        let (starts, ends) = (starts.found(middle), ends.found(middle));
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
                let declared = known.declared(from, to);
                let is_new = known.add(sort, (start, end), declared);
                if is_new && !state.add_link(number, Body::Written(Box::new(relationship))) {
                    return;
                }
            }
        }
    }
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
