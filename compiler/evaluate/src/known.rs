//! Which relationships a design has already.

use std::collections::HashMap;

use design_vocabulary::{FieldPath, Relationship, SelectorItem, Text};

use crate::family::Family;
use crate::state::State;

/// What a relationship is: kind, type and subType in lower case.
pub(crate) type Sort = (Text, Text, Text);

/// Relationships by what they are and whom they join.
#[derive(Debug, Default)]
pub(crate) struct Known {
    sorts: HashMap<Sort, u32>,
    by_ends: HashMap<(u32, usize, usize), Vec<Declared>>,
}

/// What a relationship says of its fields.
#[derive(Debug)]
struct Declared {
    fields: [ecow::EcoVec<FieldPath>; 4],
    /// The component in the middle of a binding, where it is said.
    middle: Option<Text>,
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
            let sort = known.number(&sort_of(&link.relationship));
            for (from, to) in link.pairs() {
                let ends = (state.node_of(from.id.as_ref()), state.node_of(to.id.as_ref()));
                if let (Some(start), Some(end)) = ends {
                    known.insert(sort, (start, end), from, to);
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

    fn insert(&mut self, sort: u32, ends: (usize, usize), from: &SelectorItem, to: &SelectorItem) {
        let declared = Declared { fields: fields(from, to), middle: middle(from).or_else(|| middle(to)) };
        self.by_ends.entry((sort, ends.0, ends.1)).or_default().push(declared);
    }

    /// Notes a relationship that was found, unless there is one that says the same. Returns whether it is new.
    pub fn add(&mut self, sort: u32, ends: (usize, usize), from: &SelectorItem, to: &SelectorItem) -> bool {
        let (new, new_middle) = (fields(from, to), middle(from).or_else(|| middle(to)));
        let same = |old: &Declared| {
            if old.middle.is_some() || new_middle.is_some() {
                return old.middle.is_none() || old.middle == new_middle;
            }
            old.fields.iter().zip(&new).all(|(old, new)| old == new) || old.fields.iter().all(ecow::EcoVec::is_empty)
        };
        let declared = self.by_ends.entry((sort, ends.0, ends.1)).or_default();
        let is_new = !declared.iter().any(same);
        if is_new {
            declared.push(Declared { fields: new, middle: new_middle });
        }
        is_new
    }
}

fn fields(from: &SelectorItem, to: &SelectorItem) -> [ecow::EcoVec<FieldPath>; 4] {
    [from.patch.mutator.clone(), from.patch.mutated.clone(), to.patch.mutator.clone(), to.patch.mutated.clone()]
}

fn middle(item: &SelectorItem) -> Option<Text> {
    let ends = item.matching.from.iter().chain(&item.matching.to);
    ends.filter(|end| end.kind != "self" && end.id != item.id).find_map(|end| end.id.clone())
}
