//! D0973 kind-not-on-server.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The cluster does not serve the kind of an object, and the design does not bring its definition.
    ///
    /// ## What to do
    ///
    /// Install what defines the kind, or add its `CustomResourceDefinition` to the design. `design check
    /// --kubernetes-version` says which releases of Kubernetes serve a built-in kind.
    "D0973", "kind-not-on-server", Error
}

/// The kind and apiVersion of the object.
pub fn finding(id: &str, kind: &str, api_version: &str, place: Span) -> Finding {
    RULE.finding(format!("the cluster serves no `{kind}` of `{api_version}`, which {id} is"), place)
}
