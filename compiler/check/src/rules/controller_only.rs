//! D0853 controller-only.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// An application says something that only KubeVela's controller does.
    ///
    /// Policies say to which clusters and how an application is delivered, workflow steps run one after another and may wait
    /// for people, `inputs` and `outputs` pass values between running components. No Kubernetes object says such a thing.
    /// The components are built all the same.
    ///
    /// ## What to do
    ///
    /// Nothing, if the application is still delivered by KubeVela. Else say it otherwise: a namespace in `metadata`, an
    /// environment for each cluster, `dependsOn` for an order.
    "D0853", "controller-only", Warning
}

/// `what` is said by the application; `why` it has no object, as a sentence fragment.
pub fn finding(what: &str, why: &str, span: Span) -> Finding {
    RULE.finding(format!("{what} has no Kubernetes object: {why}"), span)
        .help("say it in Kubernetes' words, or keep delivering this application with KubeVela")
}
