//! D0311 selects-nothing.

use design_vocabulary::Finding;

use crate::Context;
use crate::gap::{Gap, each};
use crate::rule::rule;

rule! {
    /// A label selector selects nothing in the input.
    ///
    /// A `Service`, a `NetworkPolicy` or a `PodDisruptionBudget` finds pods by their labels, a `ServiceMonitor` finds
    /// services. Where no object in its namespace carries the labels, it has no effect. A workload whose selector does not
    /// match the labels of its own template is refused by the API server.
    ///
    /// ## What to do
    ///
    /// Compare the labels of the selector with those of the pods' template, `spec.template.metadata.labels`. Pods that others
    /// create are declared as external.
    "D0311", "selects-nothing", Warning
}

/// One finding a selector.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    each(context, findings, &RULE, Gap::Selected, |gap, mut finding| {
        let what = if gap.missing.kind == "Pod" { "pods" } else { "objects" };
        finding.message =
            format!("no {what} carry the labels `{}` that {} selects{}", gap.missing.name, gap.from, gap.place);
        finding.help("compare the selector with the labels of what it should select")
    });
}
