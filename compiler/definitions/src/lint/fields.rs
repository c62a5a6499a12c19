//! Fields of selectors that nobody reads.

use design_syntax::NodeRef;

use super::{Fault, What};
use crate::Loaded;

/// What a part of a definition is, with the fields that are read in it. Descriptions are for people and may stand
/// anywhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Set,
    Selector,
    Item,
    Patch,
    Match,
    Leg,
}

impl Part {
    fn fields(self) -> &'static [(&'static str, Option<Part>)] {
        match self {
            Self::Set => &[("allow", Some(Self::Selector)), ("deny", Some(Self::Selector))],
            Self::Selector => &[("from", Some(Self::Item)), ("to", Some(Self::Item))],
            Self::Item => &[
                ("id", None),
                ("kind", None),
                ("model", None),
                ("match", Some(Self::Match)),
                ("matchStrategyMatrix", None),
                ("match_strategy_matrix", None),
                ("patch", Some(Self::Patch)),
            ],
            Self::Patch => &[
                ("patchStrategy", None),
                ("patch_strategy", None),
                ("mutatorRef", None),
                ("mutator_ref", None),
                ("mutatedRef", None),
                ("mutated_ref", None),
            ],
            Self::Match => &[("refs", None), ("from", Some(Self::Leg)), ("to", Some(Self::Leg))],
            Self::Leg => &[
                ("id", None),
                ("kind", None),
                ("mutatorRef", None),
                ("mutator_ref", None),
                ("mutatedRef", None),
                ("mutated_ref", None),
            ],
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Set => "a set of selectors",
            Self::Selector => "a selector",
            Self::Item => "an item of a selector",
            Self::Patch => "a patch",
            Self::Match => "a match",
            Self::Leg => "an end of a match",
        }
    }
}

pub(super) fn check(loaded: &Loaded, faults: &mut Vec<Fault>) {
    let root = loaded.document.root();
    for set in root.and_then(|root| root.get("selectors")).into_iter().flat_map(NodeRef::children) {
        part(set.resolved(), Part::Set, faults);
    }
}

fn part(node: NodeRef<'_>, of: Part, faults: &mut Vec<Fault>) {
    for (key, value) in node.entries() {
        let name = key.text();
        match of.fields().iter().find(|(field, _)| *field == name) {
            Some((_, None)) => {}
            Some((_, Some(inner))) => {
                let value = value.resolved();
                part(value, *inner, faults);
                for element in value.children() {
                    part(element.resolved(), *inner, faults);
                }
            }
            None if matches!(name, "description" | "metadata") => {}
            None => {
                let help = if name == "deny" && of == Part::Selector {
                    Some("`deny` stands beside `allow`, not in it".to_owned())
                } else {
                    let near = design_registry::nearest(name, of.fields().iter().map(|(field, _)| *field));
                    near.map(|near| format!("did you mean `{near}`?"))
                };
                let what = What::UnknownField { field: name.into(), inside: of.noun(), help };
                faults.push(Fault { what, span: key.span(), related: None });
            }
        }
    }
}
