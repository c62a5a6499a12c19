//! Which relationships a design has already.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use design_vocabulary::{FieldPath, Relationship, SelectorItem, Text};
use foldhash::fast::RandomState;

use crate::family::{Family, is_any};
use crate::link::{Body, short};
use crate::pairs::Agreeing;
use crate::state::State;

/// What a relationship is: kind, type and subType in lower case.
pub(crate) type Sort = (Text, Text, Text);

/// Relationships by what they are and whom they join.
#[derive(Debug, Default)]
pub(crate) struct Known {
    sorts: HashMap<Sort, u32>,
    fields: HashMap<Fields, u32>,
    middles: HashMap<Text, u32>,
    /// The first relationship between two components; most have no other of its sort.
    first: HashMap<Joined, Declared, RandomState>,
    others: HashMap<Joined, Vec<Declared>, RandomState>,
    /// What was found at once, by the number of its sort. A table of all of it would be the largest thing here, and most of
    /// it is never asked for: components of other kinds are other components.
    runs: HashMap<u32, Vec<Run>, RandomState>,
}

/// Relationships of one sort between components of two kinds, which say the same of their fields.
#[derive(Debug)]
struct Run {
    /// The kinds; `*` or nothing stands for any.
    kinds: (Text, Text),
    declared: Declared,
    pairs: Vec<(u32, u32)>,
    is_sorted: bool,
}

impl Run {
    /// Whether it may join components that relationships between these kinds join.
    fn overlaps(&self, kinds: (&Text, &Text)) -> bool {
        let may_meet = |one: &Text, other: &Text| is_any(one) || is_any(other) || one == other;
        may_meet(&self.kinds.0, kinds.0) && may_meet(&self.kinds.1, kinds.1)
    }

    fn has(&mut self, pair: (u32, u32)) -> bool {
        if !self.is_sorted {
            self.pairs.sort_unstable();
            self.is_sorted = true;
        }
        self.pairs.binary_search(&pair).is_ok()
    }
}

/// The number of a sort, and two components.
type Joined = (u32, u32, u32);

/// The fields of both sides: those that give their values, and those that take values.
type Fields = [ecow::EcoVec<FieldPath>; 4];

/// What a relationship says of its fields, as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    /// 0: none.
    fields: u32,
    /// The component in the middle of a binding, where it is said; 0: it is not.
    middle: u32,
}

impl Declared {
    /// Whether a relationship that is there says what a new one would.
    fn is_said_by(self, old: Self) -> bool {
        if old.middle != 0 || self.middle != 0 {
            return old.middle == 0 || old.middle == self.middle;
        }
        old.fields == self.fields || old.fields == 0
    }
}

/// What a relationship is.
pub(crate) fn sort_of(relationship: &Relationship) -> Sort {
    (lower(&relationship.kind), lower(&relationship.type_name), lower(&relationship.sub_type))
}

/// A text in lower case; most are.
pub(crate) fn lower(text: &Text) -> Text {
    if text.chars().any(char::is_uppercase) { text.to_lowercase() } else { text.clone() }
}

impl Known {
    /// The relationships that a design has, siblings apart.
    pub fn of(state: &State<'_>) -> Self {
        let mut known = Self::default();
        for link in &state.links {
            if link.is_gone || link.family.is_none_or(|family| family == Family::Sibling) {
                continue;
            }
            match &link.body {
                Body::Pair(pair) => {
                    let template = state.templates.get(pair.template as usize).filter(|_| state.is_joined(pair));
                    let Some((template, (from, to))) = template.and_then(|each| Some((each, each.items()?))) else {
                        continue;
                    };
                    let (sort, declared) = (known.number(&sort_of(&template.0)), known.declared(from, to));
                    known.insert(sort, (pair.from as usize, pair.to as usize), declared);
                }
                Body::Written(relationship) => {
                    let sort = known.number(&sort_of(relationship));
                    for (from, to) in link.pairs() {
                        let ends = (state.node_of(from.id.as_ref()), state.node_of(to.id.as_ref()));
                        if let (Some(start), Some(end)) = ends {
                            let declared = known.declared(from, to);
                            known.insert(sort, (start, end), declared);
                        }
                    }
                }
            }
        }
        known
    }

    /// The number of a sort, for the tables here.
    pub fn number(&mut self, sort: &Sort) -> u32 {
        if let Some(number) = self.sorts.get(sort) {
            return *number;
        }
        let number = u32::try_from(self.sorts.len()).unwrap_or(u32::MAX);
        self.sorts.insert(sort.clone(), number);
        number
    }

    /// What a relationship between two items says of its fields.
    pub fn declared(&mut self, from: &SelectorItem, to: &SelectorItem) -> Declared {
        let (fields, middle) = (fields(from, to), middle(from).or_else(|| middle(to)));
        let is_empty = fields.iter().all(ecow::EcoVec::is_empty);
        let fields = if is_empty { 0 } else { numbered(&mut self.fields, fields) };
        Declared { fields, middle: middle.map_or(0, |middle| numbered(&mut self.middles, middle)) }
    }

    fn insert(&mut self, sort: u32, ends: (usize, usize), new: Declared) {
        let key = (sort, short(ends.0), short(ends.1));
        if let Entry::Vacant(vacant) = self.first.entry(key) {
            vacant.insert(new);
        } else {
            self.others.entry(key).or_default().push(new);
        }
    }

    /// Whether a relationship that is no part of a run says what a new one would.
    fn is_said(&self, key: Joined, new: Declared) -> bool {
        self.first.get(&key).is_some_and(|old| {
            new.is_said_by(*old) || self.others.get(&key).into_iter().flatten().any(|old| new.is_said_by(*old))
        })
    }

    /// Notes relationships that were found between components of two items, those that are there already apart. Returns the
    /// new ones in their order.
    pub fn add_all(
        &mut self,
        sort: u32,
        (from, to): (&SelectorItem, &SelectorItem),
        new: Declared,
        found: Agreeing,
    ) -> Vec<(usize, usize)> {
        let Agreeing { mut pairs, is_distinct } = found;
        let is_said_before = !self.first.is_empty();
        let kinds = (&from.kind, &to.kind);
        let mut seen: HashSet<(usize, usize), RandomState> = HashSet::default();
        let mut runs = std::mem::take(self.runs.entry(sort).or_default());
        let mut rivals: Vec<&mut Run> = runs.iter_mut().filter(|run| run.overlaps(kinds)).collect();
        rivals.retain(|run| new.is_said_by(run.declared));
        if is_said_before || !is_distinct || !rivals.is_empty() {
            pairs.retain(|(start, end)| {
                let pair = (short(*start), short(*end));
                (is_distinct || seen.insert((*start, *end)))
                    && !(is_said_before && self.is_said((sort, pair.0, pair.1), new))
                    && !rivals.iter_mut().any(|run| run.has(pair))
            });
        }
        if !pairs.is_empty() {
            let shortened = pairs.iter().map(|(from, to)| (short(*from), short(*to))).collect();
            let kinds = (from.kind.clone(), to.kind.clone());
            runs.push(Run { kinds, declared: new, pairs: shortened, is_sorted: false });
        }
        self.runs.insert(sort, runs);
        pairs
    }

    /// Notes a relationship that was found, unless there is one that says the same. Returns whether it is new.
    pub fn add(&mut self, sort: u32, ends: (usize, usize), new: Declared) -> bool {
        let key = (sort, short(ends.0), short(ends.1));
        let mut runs = self.runs.get_mut(&sort).into_iter().flatten();
        if runs.any(|run| new.is_said_by(run.declared) && run.has((key.1, key.2))) {
            return false;
        }
        match self.first.entry(key) {
            Entry::Vacant(vacant) => {
                vacant.insert(new);
                return true;
            }
            Entry::Occupied(old) if new.is_said_by(*old.get()) => return false,
            Entry::Occupied(_) => {}
        }
        let others = self.others.entry(key).or_default();
        let is_new = !others.iter().any(|old| new.is_said_by(*old));
        if is_new {
            others.push(new);
        }
        is_new
    }
}

/// The number of something, from 1.
fn numbered<T: Eq + Hash>(numbers: &mut HashMap<T, u32>, thing: T) -> u32 {
    let next = u32::try_from(numbers.len() + 1).unwrap_or(u32::MAX);
    *numbers.entry(thing).or_insert(next)
}

fn fields(from: &SelectorItem, to: &SelectorItem) -> Fields {
    [from.patch.mutator.clone(), from.patch.mutated.clone(), to.patch.mutator.clone(), to.patch.mutated.clone()]
}

fn middle(item: &SelectorItem) -> Option<Text> {
    let ends = item.matching.from.iter().chain(&item.matching.to);
    ends.filter(|end| end.kind != "self" && end.id != item.id).find_map(|end| end.id.clone())
}
