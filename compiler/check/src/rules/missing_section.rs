//! D0314 missing-section.

use design_registry::PartKind;
use design_vocabulary::Finding;

use crate::Context;
use crate::gap::{Gap, each};
use crate::rule::rule;

rule! {
    /// A route names a listener that its Gateway does not have.
    ///
    /// `parentRefs[*].sectionName` is the name of a listener of the Gateway (Gateway API, `ParentReference`). A route whose
    /// section does not exist is not accepted.
    ///
    /// ## What to do
    ///
    /// Correct the name, or add the listener to the Gateway.
    "D0314", "missing-section", Error
}

/// One finding a field.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    each(context, findings, &RULE, Gap::Part(PartKind::Section), |gap, mut finding| {
        let listener = gap.missing.part.as_ref().map_or("", |part| part.name.as_str());
        let (kind, name) = (&gap.missing.kind, &gap.missing.name);
        finding.message = format!("{kind} `{name}` has no listener `{listener}`, which {} names", gap.from);
        gap.beside(context, finding.help("name a listener that it has"), &[])
    });
}
