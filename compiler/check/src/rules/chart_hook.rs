//! D0868 chart-hook.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// An object of a chart is a hook: Helm does not install it with the others, but runs it at a moment.
    ///
    /// In manifests it is an object like the others, as `helm template` prints it: whoever applies them runs it at once.
    /// Tools that know Helm's hooks (Argo CD) run it as Helm does.
    ///
    /// ## What to do
    ///
    /// Nothing, where a tool that knows hooks applies the manifests. Otherwise leave it out by the values of the chart.
    "D0868", "chart-hook", Note
}

/// The object, and when Helm runs it.
pub fn finding(object: &str, events: &str, span: Span) -> Finding {
    RULE.finding(format!("`{object}` is a hook of Helm ({events}); in manifests it is an object like the others"), span)
}
