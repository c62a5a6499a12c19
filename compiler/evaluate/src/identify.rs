//! Relationships that definitions find.

use design_vocabulary::{Endpoint, FieldPath, Object, Relationship, SelectorItem, SelectorSet, Text, Value};

use crate::canonical::{canonical, derived_id};
use crate::family::{Family, Prepared};
use crate::known::{Known, name_of};
use crate::pairs::{agreeing, selectors};
use crate::state::State;
use crate::{alias, binding, sibling};

/// Looks for the relationships of all definitions that the design does not have yet.
pub(crate) fn identify(state: &mut State<'_>) {
    let mut known = Known::of(state);
    let definitions = state.definitions;
    for (number, prepared) in definitions.iter().enumerate() {
        match prepared.family {
            Family::Inventory | Family::Wallet | Family::NonBinding => pairs(state, number, prepared, &mut known),
            Family::Alias => alias::identify(state, number, prepared, &mut known),
            Family::Binding => binding::identify(state, number, prepared, &mut known),
            Family::Sibling => {}
        }
        if state.is_exhausted {
            return;
        }
    }
    sibling::identify(state);
}

fn pairs(state: &mut State<'_>, number: usize, prepared: &Prepared, known: &mut Known) {
    for set in &prepared.definition.selectors {
        for (from, to) in pairs_of(set) {
            for (start, end) in agreeing(state, number, from, to) {
                let set = selectors(state, (from, start), (to, end));
                let relationship = relationship(prepared, set);
                if known.add(&name_of(&relationship), (start, end), from, to) && !state.add_link(number, relationship) {
                    return;
                }
            }
        }
    }
}

/// Every item of one side with every item of the other.
pub(crate) fn pairs_of(set: &SelectorSet) -> impl Iterator<Item = (&SelectorItem, &SelectorItem)> {
    set.allow.from.iter().flat_map(|from| set.allow.to.iter().map(move |to| (from, to)))
}

/// A relationship of a definition with the given selectors, under an id that is made of nothing but its content.
pub(crate) fn relationship(prepared: &Prepared, set: SelectorSet) -> Relationship {
    let definition = &prepared.definition;
    let end = |item: &SelectorItem| Endpoint { id: item.id.clone(), kind: item.kind.clone() };
    let mut relationship = Relationship {
        id: None,
        kind: definition.kind.clone(),
        type_name: definition.type_name.clone(),
        sub_type: definition.sub_type.clone(),
        status: "approved".into(),
        from: set.allow.from.iter().map(end).collect(),
        to: set.allow.to.iter().map(end).collect(),
        selectors: vec![set],
    };
    relationship.id = Some(content_id(&relationship));
    relationship
}

/// The id that evaluation gives to a relationship with this content.
pub(crate) fn content_id(relationship: &Relationship) -> Text {
    let (kind, type_name, sub_type) = name_of(relationship);
    let content: Object = [
        ("kind", Value::String(kind)),
        ("type", Value::String(type_name)),
        ("subType", Value::String(sub_type)),
        ("selectors", relationship.selectors.iter().map(SelectorSet::to_value).collect()),
    ]
    .into_iter()
    .collect();
    derived_id(&canonical(&Value::Object(content)))
}

/// Whether evaluation found a relationship, now or earlier: a person's has another id, or none.
pub(crate) fn is_found(relationship: &Relationship) -> bool {
    relationship.id.as_ref().is_some_and(|id| *id == content_id(relationship))
}

/// The last two segments of a path, as the name of a part.
pub(crate) fn part_name(path: &FieldPath) -> Text {
    let last = path.0.iter().rev().take(2).map(Text::as_str).collect::<Vec<_>>();
    Text::from(last.into_iter().rev().collect::<Vec<_>>().join("."))
}
