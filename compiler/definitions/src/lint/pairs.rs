//! The pairs of fields of a relationship definition.

use std::sync::Arc;

use design_vocabulary::{FieldPath, Path, RelationshipDefinition, SelectorItem, Strategy, Text};
use ecow::EcoVec;

use super::{Fault, Known, Place, What, outcome};
use crate::{Loaded, Schema};

/// The families of relationships, by what they do with the fields of a definition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    /// `hierarchical/parent/inventory` and `wallet`, `edge/non-binding/*`: values flow between the two sides.
    Patch,
    /// `hierarchical/parent/alias`: the path is that of a part of the parent.
    Alias,
    /// `edge/binding/*`: a third component in the middle.
    Binding,
    /// Equal labels.
    Sibling,
}

fn family(relationship: &RelationshipDefinition) -> Option<Family> {
    let words = [&relationship.kind, &relationship.type_name, &relationship.sub_type];
    let [kind, type_name, sub_type] = words.map(Text::to_ascii_lowercase);
    match (kind.as_str(), type_name.as_str(), sub_type.as_str()) {
        ("hierarchical", "parent", "inventory" | "wallet") | ("edge", "non-binding", _) => Some(Family::Patch),
        ("hierarchical", "parent", "alias") => Some(Family::Alias),
        ("edge", "binding", _) => Some(Family::Binding),
        // Meshery's engines claim the first spelling, its schema has the second; both are the same here.
        (_, "sibling", _) | ("sibling", "matchlabels", _) => Some(Family::Sibling),
        _ => None,
    }
}

/// One side of some pairs: fields of one kind, and where they stand in the file.
struct Side<'a> {
    kind: &'a Text,
    mutator: &'a [FieldPath],
    mutated: &'a [FieldPath],
    /// The path of the mapping that holds both lists.
    at: Path,
}

pub(super) fn check(loaded: &Loaded, relationship: &RelationshipDefinition, known: &Known, faults: &mut Vec<Fault>) {
    let Some(family) = family(relationship) else {
        let what = What::Unclaimed { combination: relationship.combination() };
        faults.push(Fault { what, span: loaded.place_of(&vec!["subType".into()]), related: None });
        return;
    };
    let mut check = Check { loaded, known, faults };
    for (index, set) in relationship.selectors.iter().enumerate() {
        for (side, selector) in [("allow", &set.allow), ("deny", &set.deny)] {
            for (end, items) in [("from", &selector.from), ("to", &selector.to)] {
                for (position, item) in items.iter().enumerate() {
                    let at = vec!["selectors".into(), index.into(), side.into(), end.into(), position.into()];
                    check.kind(item, &at);
                }
            }
        }
        let at = |end: &str, position: usize| -> Path {
            vec!["selectors".into(), index.into(), "allow".into(), end.into(), position.into()]
        };
        for (position, from) in set.allow.from.iter().enumerate() {
            check.item(from, family, &at("from", position), &set.allow.to);
        }
        for (position, to) in set.allow.to.iter().enumerate() {
            check.item(to, family, &at("to", position), &[]);
        }
        if family != Family::Patch {
            continue;
        }
        for (first, from) in set.allow.from.iter().enumerate() {
            for (second, to) in set.allow.to.iter().enumerate() {
                let from_side = Side::of(from, at("from", first));
                let to_side = Side::of(to, at("to", second));
                check.pair(&from_side, &to_side, &from.strategies);
            }
        }
    }
}

impl<'a> Side<'a> {
    fn of(item: &'a SelectorItem, mut at: Path) -> Self {
        at.push("patch".into());
        Self { kind: &item.kind, mutator: &item.patch.mutator, mutated: &item.patch.mutated, at }
    }

    fn list(&self, name: &str) -> Path {
        [self.at.as_slice(), &[name.into()]].concat()
    }
}

struct Check<'a> {
    loaded: &'a Loaded,
    known: &'a Known,
    faults: &'a mut Vec<Fault>,
}

impl Check<'_> {
    fn tell(&mut self, what: What, at: &Path, related: Option<&Path>) {
        let (span, related) = (self.loaded.place_of(at), related.map(|path| self.loaded.place_of(path)));
        let fault = Fault { what, span, related };
        // A side is met once for each item of the other.
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn kind(&mut self, item: &SelectorItem, at: &Path) {
        let (kind, model) = (&item.kind, &item.model.name);
        if kind.is_empty() || kind == "*" || self.known.defines(model, kind) != Some(false) {
            return;
        }
        // Whichever version of a model is at hand may have fewer kinds than another one.
        let near = self.known.nearest(model, kind);
        let what = What::UnknownKind { kind: kind.clone(), model: model.clone(), near };
        self.tell(what, &[at.as_slice(), &["kind".into()]].concat(), None);
    }

    /// The paths of one item, and the legs of a binding, which need only the item.
    fn item(&mut self, item: &SelectorItem, family: Family, at: &Path, parents: &[SelectorItem]) {
        match family {
            Family::Patch => self.paths(&Side::of(item, at.clone())),
            Family::Alias => {
                // The path of an alias is one of the component that it is a part of.
                for parent in parents {
                    self.paths(&Side { kind: &parent.kind, ..Side::of(item, at.clone()) });
                }
            }
            Family::Binding => self.legs(item, at),
            Family::Sibling => {
                let at = [at.as_slice(), &["match".into(), "refs".into()]].concat();
                if item.matching.refs.is_empty() {
                    self.tell(
                        What::Roles { fault: "has no `match.refs`, so that there is nothing to group by" },
                        &at,
                        None,
                    );
                }
                self.list(&item.kind, &item.matching.refs, &at);
            }
        }
    }

    fn legs(&mut self, item: &SelectorItem, at: &Path) {
        let matching = [at.as_slice(), &["match".into()]].concat();
        if item.matching.from.is_empty() || item.matching.to.is_empty() {
            let fault = "is a binding without `match.from` and `match.to`, which name the component in the middle";
            self.tell(What::Roles { fault }, &matching, None);
            return;
        }
        let side =
            |end: &str, position: usize| -> Path { [matching.as_slice(), &[end.into(), position.into()]].concat() };
        let kind_of = |kind| if kind == "self" { &item.kind } else { kind };
        for (first, from) in item.matching.from.iter().enumerate() {
            for (second, to) in item.matching.to.iter().enumerate() {
                let from_side = Side {
                    kind: kind_of(&from.kind),
                    mutator: &from.mutator,
                    mutated: &from.mutated,
                    at: side("from", first),
                };
                let to_side = Side {
                    kind: kind_of(&to.kind),
                    mutator: &to.mutator,
                    mutated: &to.mutated,
                    at: side("to", second),
                };
                self.paths(&from_side);
                self.paths(&to_side);
                self.pair(&from_side, &to_side, &[]);
            }
        }
    }

    fn paths(&mut self, side: &Side<'_>) {
        self.list(side.kind, side.mutator, &side.list("mutatorRef"));
        self.list(side.kind, side.mutated, &side.list("mutatedRef"));
    }

    fn list(&mut self, kind: &Text, paths: &[FieldPath], at: &Path) {
        for (index, path) in paths.iter().enumerate() {
            if let Place::Nowhere { segment, near } = outcome(path, &self.schemas(kind)) {
                let position = segment.as_ref().and_then(|wrong| path.0.iter().position(|segment| segment == wrong));
                let what = What::UnknownPath { path: path.0.join("."), kind: kind.clone(), segment, near };
                let at = at.iter().cloned().chain([index.into()]).chain(position.map(Into::into)).collect();
                self.tell(what, &at, None);
            }
        }
    }

    fn pair(&mut self, from: &Side<'_>, to: &Side<'_>, strategies: &[EcoVec<Strategy>]) {
        let flows = |giver: &Side<'_>, taker: &Side<'_>| !giver.mutator.is_empty() && !taker.mutated.is_empty();
        let (giver, taker) = if flows(from, to) {
            (from, to)
        } else if flows(to, from) {
            (to, from)
        } else {
            let has = |side: &Side<'_>| (!side.mutator.is_empty(), !side.mutated.is_empty());
            let fault = match (has(from), has(to)) {
                ((false, true), (false, true)) => "is mutated on both sides, so that no value ever flows",
                ((true, false), (true, false)) => "is a mutator on both sides, so that no field takes the value",
                _ => "has a side without fields, so that it never matches",
            };
            self.tell(What::Roles { fault }, &to.at, Some(&from.at));
            return;
        };
        if giver.mutator.len() != taker.mutated.len() {
            let what = What::LengthsDiffer { mutator: giver.mutator.len(), mutated: taker.mutated.len() };
            self.tell(what, &giver.list("mutatorRef"), Some(&taker.list("mutatedRef")));
        }
        for (index, (mutator, mutated)) in giver.mutator.iter().zip(taker.mutated).enumerate() {
            let place = |side: &Side<'_>, path| outcome(path, &self.schemas(side.kind));
            let (Place::Field(first), Place::Field(second)) = (place(giver, mutator), place(taker, mutated)) else {
                continue;
            };
            let as_text = strategies.get(index).is_some_and(|all| all.contains(&Strategy::EqualAsStrings));
            if first.overlaps(second) || (as_text && first.has_scalar() && second.has_scalar()) {
                continue;
            }
            let what = What::TypesDiffer {
                mutator: (mutator.0.join("."), first.in_words()),
                mutated: (mutated.0.join("."), second.in_words()),
            };
            let at = |path: Path| [path.as_slice(), &[index.into()]].concat();
            self.tell(what, &at(taker.list("mutatedRef")), Some(&at(giver.list("mutatorRef"))));
        }
    }

    fn schemas(&self, kind: &Text) -> Arc<[Schema]> {
        self.known.schemas(kind)
    }
}
