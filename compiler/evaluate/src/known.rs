//! Which relationships a design has already.

use std::collections::HashMap;

use design_vocabulary::{FieldPath, Relationship, SelectorItem, Text};

use crate::family::Family;
use crate::state::State;

type Name = (Text, Text, Text);

/// Relationships by what they are and whom they join.
#[derive(Debug, Default)]
pub(crate) struct Known {
    by_ends: HashMap<(Name, usize, usize), Vec<Declared>>,
}

/// What a relationship says of its fields.
#[derive(Debug)]
struct Declared {
    fields: [ecow::EcoVec<FieldPath>; 4],
    /// The component in the middle of a binding, where it is said.
    middle: Option<Text>,
}

/// The name of a relationship's sort, in lower case.
pub(crate) fn name_of(relationship: &Relationship) -> Name {
    let lower = |text: &Text| Text::from(text.to_lowercase());
    (lower(&relationship.kind), lower(&relationship.type_name), lower(&relationship.sub_type))
}

impl Known {
    /// The relationships that a design has, siblings apart.
    pub fn of(state: &State<'_>) -> Self {
        let mut known = Self::default();
        for link in &state.links {
            if link.is_gone || link.family.is_none_or(|family| family == Family::Sibling) {
                continue;
            }
            let name = name_of(&link.relationship);
            for (from, to) in link.pairs() {
                let ends = (state.node_of(from.id.as_ref()), state.node_of(to.id.as_ref()));
                if let (Some(start), Some(end)) = ends {
                    known.insert(name.clone(), (start, end), from, to);
                }
            }
        }
        known
    }

    fn insert(&mut self, name: Name, ends: (usize, usize), from: &SelectorItem, to: &SelectorItem) {
        let declared = Declared { fields: fields(from, to), middle: middle(from).or_else(|| middle(to)) };
        self.by_ends.entry((name, ends.0, ends.1)).or_default().push(declared);
    }

    /// Notes a relationship that was found, unless there is one that says the same. Returns whether it is new.
    pub fn add(&mut self, name: &Name, ends: (usize, usize), from: &SelectorItem, to: &SelectorItem) -> bool {
        let (new, new_middle) = (fields(from, to), middle(from).or_else(|| middle(to)));
        let same = |old: &Declared| {
            if old.middle.is_some() || new_middle.is_some() {
                return old.middle.is_none() || old.middle == new_middle;
            }
            old.fields.iter().zip(&new).all(|(old, new)| old == new) || old.fields.iter().all(ecow::EcoVec::is_empty)
        };
        let declared = self.by_ends.entry((name.clone(), ends.0, ends.1)).or_default();
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
