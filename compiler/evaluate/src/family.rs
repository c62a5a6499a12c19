//! Families of relationships, and the definitions of each in an order of their own.

use std::collections::BTreeMap;

use design_vocabulary::{Design, ModelReference, RelationshipDefinition, SelectorItem, Text};

use crate::canonical::canonical;
use crate::known::{Sort, lower};

/// What evaluation does with a relationship: which rules find, check and apply it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// `hierarchical/parent/inventory`: a child names its parent, and a missing parent is made.
    Inventory,
    /// `hierarchical/parent/alias`: a part of a component stands for itself.
    Alias,
    /// `hierarchical/parent/wallet`: a child gives its values to its parent.
    Wallet,
    /// `edge/non-binding/…`: two components with fields that agree.
    NonBinding,
    /// `edge/binding/…`: two components that a third one joins.
    Binding,
    /// `hierarchical/sibling/…`, `sibling/…`: components with a label in common.
    Sibling,
}

impl Family {
    /// The family of a relationship, by its kind, type and subType in any case. `None`: no rule is about it, and it is
    /// kept as it is.
    pub fn of(kind: &str, type_name: &str, sub_type: &str) -> Option<Self> {
        let is = |text: &str, word: &str| text.eq_ignore_ascii_case(word);
        if is(type_name, "sibling") || is(kind, "sibling") {
            return Some(Self::Sibling);
        }
        if is(kind, "hierarchical") && is(type_name, "parent") {
            let families =
                [("inventory", Self::Inventory), ("alias", Self::Alias), ("wallet", Self::Wallet)].into_iter();
            return families.into_iter().find(|(word, _)| is(sub_type, word)).map(|(_, family)| family);
        }
        match is(kind, "edge") {
            true if is(type_name, "non-binding") => Some(Self::NonBinding),
            true if is(type_name, "binding") => Some(Self::Binding),
            _ => None,
        }
    }

    /// The word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inventory => "inventory",
            Self::Alias => "alias",
            Self::Wallet => "wallet",
            Self::NonBinding => "non-binding",
            Self::Binding => "binding",
            Self::Sibling => "sibling",
        }
    }
}

/// A definition ready for evaluation.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// With models reduced to their names.
    pub definition: RelationshipDefinition,
    pub family: Family,
    /// Its position among the definitions that were given; of equal ones the first.
    pub position: usize,
    /// Kind, type and subType in lower case.
    pub sort: Sort,
    /// All that says what it does, as text: the part of derived ids that stands for it.
    pub content: String,
}

/// The definitions that concern a design, each content once and in the order of their contents: a model that is
/// registered in 18 versions brings 18 copies, and files come in any order.
pub(crate) fn prepare(design: &Design, models: &[&Text], definitions: &[RelationshipDefinition]) -> Vec<Prepared> {
    let mut prepared: BTreeMap<String, Prepared> = BTreeMap::new();
    for (position, definition) in definitions.iter().enumerate() {
        let Some(family) = Family::of(&definition.kind, &definition.type_name, &definition.sub_type) else { continue };
        let name = format!("{}-{}-{}", definition.kind, definition.type_name, definition.sub_type).to_lowercase();
        let is_wanted = !design.disabled.iter().any(|disabled| *disabled == name);
        // A component that does not name its model may be of any.
        let in_scope = is_any(&definition.model.name)
            || models.iter().any(|model| model.is_empty() || **model == definition.model.name);
        if !is_wanted || !in_scope {
            continue;
        }
        let mut reduced = definition.clone();
        reduced.model = named(&definition.model);
        reduced.id = None;
        for set in &mut reduced.selectors {
            let sides = [&mut set.allow, &mut set.deny].into_iter();
            for item in sides.flat_map(|selector| selector.from.iter_mut().chain(&mut selector.to)) {
                item.model = named(&item.model);
                item.id = None;
            }
        }
        for text in [&mut reduced.version, &mut reduced.schema_version, &mut reduced.status, &mut reduced.description] {
            *text = Text::new();
        }
        let content = canonical(&reduced.to_value());
        let sort = (lower(&reduced.kind), lower(&reduced.type_name), lower(&reduced.sub_type));
        let entry = Prepared { definition: reduced, family, position, sort, content: content.clone() };
        prepared.entry(content).or_insert(entry);
    }
    prepared.into_values().collect()
}

fn named(model: &ModelReference) -> ModelReference {
    ModelReference { name: model.name.clone(), ..ModelReference::default() }
}

/// Whether a name stands for any.
pub(crate) fn is_any(name: &str) -> bool {
    name.is_empty() || name == "*"
}

/// Whether a component of a kind and model (empty where nobody says) is one that an item means. Kinds are compared whole.
pub(crate) fn matches(item: &SelectorItem, kind: &str, model: &str) -> bool {
    (is_any(&item.kind) || item.kind == kind)
        && (is_any(&item.model.name) || model.is_empty() || item.model.name == model)
}
