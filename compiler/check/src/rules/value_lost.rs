//! D0304 value-lost.

use design_render::Loss;
use design_vocabulary::{Finding, Span};

use crate::Context;

use crate::rule::rule;

rule! {
    /// A value of the input does not reach the output.
    ///
    /// The target or the newer form of the file has no place for it, or another value contradicts it. The message names the
    /// value; everything else is kept.
    ///
    /// ## What to do
    ///
    /// Delete the value, or move it to where the message says that it is read. A namespace on an object that lives in the
    /// cluster (a ClusterRole, a Namespace, …) means nothing to the API server.
    "D0304", "value-lost", Warning
}

/// `what` is a sentence that names the value and the reason.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(what, span)
}

/// What rendering does not say.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for loss in &context.manifests.losses {
        let Loss::Namespace { component: index } = *loss;
        let Some(component) = context.design.components.get(index) else {
            continue;
        };
        let path = ["configuration".into(), "metadata".into(), "namespace".into()];
        let Some(span) = context.span(index, &path) else {
            continue;
        };
        let message = format!("{} lives in the cluster, so its namespace is not rendered", component.kind);
        findings.push(RULE.finding(message, span).help("delete the namespace"));
    }
}
