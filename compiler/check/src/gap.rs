//! References that lead nowhere, sorted by what is missing.

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
    fn of(missing: &Missing) -> Self {
        if let Some(part) = &missing.part {
            return Self::Part(part.kind);
        }
        let definitions = &Registry::builtin().relationships().definitions;
        match definitions.iter().find(|definition| definition.name == missing.definition).map(|found| found.by) {
            Some(By::Host) => Self::Host,
            Some(By::Selector) => Self::Selected,
            _ => Self::Object,
        }
    }
}

/// What the sentences about a missing thing need.
pub(crate) struct Gaping<'a> {
    pub missing: &'a Missing,
    /// The kind of the object that has the field, and its name.
    pub from: String,
    /// The namespace of the object that is named, as ` in namespace …`; empty where none is written.
    pub place: String,
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
    let gaps = context.graph.missing.iter().filter(|missing| !missing.optional && Gap::of(missing) == gap);
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
        let gaping = Gaping { missing, from, place };
        findings.push(word(&gaping, rule.finding(String::new(), span)));
    }
}

impl Gaping<'_> {
    /// The object that has no such part, with its position; `None` where several are meant.
    pub(crate) fn object<'a>(&self, context: &Context<'a>) -> Option<(usize, &'a Component)> {
        let named = |component: &Component| {
            component.kind == self.missing.kind
                && component.group() == self.missing.group
                && component.name() == Some(self.missing.name.as_str())
                && (self.missing.namespace.is_empty() || component.namespace() == Some(self.missing.namespace.as_str()))
        };
        context.design.components.iter().enumerate().find(|(_, component)| named(component))
    }

    /// The name of an object of the same kind that is nearest to the one that is missing.
    pub(crate) fn nearest<'a>(&self, context: &Context<'a>) -> Option<&'a str> {
        let same = |component: &&'a Component| {
            component.kind == self.missing.kind && component.group() == self.missing.group && !component.is_annotation
        };
        nearest_name(&self.missing.name, context.design.components.iter().filter(same).filter_map(Component::name))
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
