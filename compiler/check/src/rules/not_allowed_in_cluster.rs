//! D0977 not-allowed-in-cluster.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The user may not do what applying needs.
    ///
    /// The server was asked before anything was written (`SelfSubjectAccessReview`).
    ///
    /// ## What to do
    ///
    /// Give the user a role with the verb for the resource, or use another user: `--context`, `--as`.
    "D0977", "not-allowed-in-cluster", Error
}

/// Such as `patch` and `deployments.apps`; without a namespace in the whole cluster.
pub fn finding(verb: &str, resource: &str, namespace: Option<&str>, place: Span) -> Finding {
    let place_of = namespace.map_or_else(|| "in the cluster".to_owned(), |name| format!("in namespace `{name}`"));
    RULE.finding(format!("you may not {verb} {resource} {place_of}"), place)
}
