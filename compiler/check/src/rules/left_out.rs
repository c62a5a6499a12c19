//! D0213 drawings-left-out.

use design_render::LeftOut;
use design_vocabulary::Finding;

use crate::Context;

use crate::rule::rule;

rule! {
    /// A design holds drawings, which are not rendered.
    ///
    /// A component is a drawing where `metadata.isAnnotation` is true, where its model is one of Meshery's canvas models
    /// (`meshery-core`, `meshery-shapes`, `flowchart`), or where its API group belongs to Meshery. Drawings are kept in the
    /// design and never reach a cluster.
    ///
    /// ## What to do
    ///
    /// Nothing. If a component is no drawing, set `metadata.isAnnotation: false` and name its own model.
    "D0213", "drawings-left-out", Note
}

/// One note a design, with the number of drawings.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut drawings = context.manifests.left_out.iter().filter(|(_, reason)| *reason == LeftOut::Drawing);
    let Some((first, _)) = drawings.next() else { return };
    let count = drawings.count() + 1;
    let Some(span) = context.component(*first) else { return };
    let noun = if count == 1 { "drawing is" } else { "drawings are" };
    findings.push(RULE.finding(format!("{count} {noun} not rendered"), span));
}
