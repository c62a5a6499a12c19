//! References that lead nowhere, sorted by what is missing.

use std::cell::Cell;
use std::collections::HashMap;

use design_graph::Missing;
use design_registry::{By, PartKind, Registry};
use design_vocabulary::{Component, Finding, Segment};

use crate::{Context, Rule, nearest_name};

/// What a reference lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// The object that a name names.
    Object,
    /// The service that a host name names.
    Host,
    /// Anything with the labels that a selector asks for.
    Selected,
    /// A key, a port or a section of an object that is there.
    Part(PartKind),
}

impl Gap {
    fn of(missing: &Missing, ways: &HashMap<&str, By>) -> Self {
        if let Some(part) = &missing.part {
            return Self::Part(part.kind);
        }
        match ways.get(missing.definition) {
            Some(By::Host | By::MeshHost) => Self::Host,
            Some(By::Selector) => Self::Selected,
            _ => Self::Object,
        }
    }
}

/// So many names are compared with missing ones for each rule: with more of both, nobody reads the suggestions, and cost would
/// grow with their product.
const COMPARED: usize = 50_000;

/// The components of a design by what they are called.
struct Lookup<'a> {
    named: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    names: HashMap<(&'a str, &'a str), Vec<&'a str>>,
    left: Cell<usize>,
}

impl<'a> Lookup<'a> {
    fn of(context: &Context<'a>) -> Self {
        let mut lookup = Self { named: HashMap::new(), names: HashMap::new(), left: Cell::new(COMPARED) };
        for (number, component) in context.design.components.iter().enumerate() {
            let kind = (component.kind.as_str(), component.group());
            if let Some(name) = component.name() {
                lookup.named.entry((kind.0, kind.1, name)).or_default().push(number);
                if !component.is_annotation {
                    lookup.names.entry(kind).or_default().push(name);
                }
            }
        }
        lookup
    }
}

/// What the sentences about a missing thing need.
pub(crate) struct Gaping<'a> {
    pub missing: &'a Missing,
    /// The kind of the object that has the field, and its name.
    pub from: String,
    /// The namespace of the object that is named, as ` in namespace …`; empty where none is written.
    pub place: String,
    lookup: &'a Lookup<'a>,
}

/// A finding of a rule for each reference that lacks such a thing and may not, worded by the caller. References that are
/// optional, or declared as external, are none.
pub(crate) fn each(
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
    rule: &Rule,
    gap: Gap,
    word: impl Fn(&Gaping<'_>, Finding) -> Finding,
) {
    let definitions = &Registry::builtin().relationships().definitions;
    let ways: HashMap<&str, By> =
        definitions.iter().map(|definition| (definition.name.as_str(), definition.by)).collect();
    let gaps = context.graph.missing.iter().filter(|missing| !missing.optional && Gap::of(missing, &ways) == gap);
    let mut gaps = gaps.peekable();
    if gaps.peek().is_none() {
        return;
    }
    let lookup = Lookup::of(context);
    for missing in gaps {
        let Some(span) = context.span(missing.from, &missing.path) else { continue };
        let from = context.design.components.get(missing.from);
        let from = from.map_or_else(String::new, |component| {
            format!("{} {}", component.kind, component.name().unwrap_or_default())
        });
        let place = match missing.namespace.as_str() {
            "" | "*" => String::new(),
            namespace => format!(" in namespace `{namespace}`"),
        };
        let gaping = Gaping { missing, from, place, lookup: &lookup };
        findings.push(word(&gaping, rule.finding(String::new(), span)));
    }
}

impl Gaping<'_> {
    /// The object that has no such part, with its position; `None` where several are meant.
    pub(crate) fn object<'c>(&self, context: &Context<'c>) -> Option<(usize, &'c Component)> {
        let missing = self.missing;
        let key = (missing.kind.as_str(), missing.group.as_str(), missing.name.as_str());
        let lies_there = |component: &Component| {
            missing.namespace.is_empty() || component.namespace() == Some(missing.namespace.as_str())
        };
        let named = self.lookup.named.get(&key)?.iter();
        let mut named = named.filter_map(|number| Some((*number, context.design.components.get(*number)?)));
        named.find(|(_, component)| lies_there(component))
    }

    /// The name of an object of the same kind that is nearest to the one that is missing.
    pub(crate) fn nearest(&self) -> Option<&str> {
        let missing = self.missing;
        let names = self.lookup.names.get(&(missing.kind.as_str(), missing.group.as_str()))?;
        let left = self.lookup.left.get().checked_sub(names.len())?;
        self.lookup.left.set(left);
        nearest_name(&missing.name, names.iter().copied())
    }

    /// Names the object that lacks a part beside the finding, with what it has.
    pub(crate) fn beside(&self, context: &Context<'_>, finding: Finding, has: &[String]) -> Finding {
        let Some((number, component)) = self.object(context) else { return finding };
        let path: [Segment; 3] = ["configuration".into(), "metadata".into(), "name".into()];
        let Some(span) = context.span(number, &path) else { return finding };
        let name = component.name().unwrap_or_default();
        let has = match has {
            [] => String::new(),
            names => format!(", which has {}", names.join(", ")),
        };
        finding.related(format!("{} {name}{has}", component.kind), span)
    }
}
