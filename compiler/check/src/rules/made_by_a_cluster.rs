//! D0891 made-by-a-cluster.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Objects of a cluster are left out since they come into being by themselves.
    ///
    /// The pods of a deployment are made by its replica sets, and these by the deployment; a cluster keeps endpoints for
    /// services, nodes, events and leases for itself, and puts a certificate and an account into every namespace.
    /// Applied to another cluster they would be in the way of what is made there. An object is made by a controller
    /// where an entry of `ownerReferences` says `controller: true`.
    ///
    /// ## What to do
    ///
    /// Nothing, if the objects that own them are part of the input. Else add those: `kubectl get deployments -o yaml`.
    "D0891", "made-by-a-cluster", Note
}

/// How many objects of a kind, and why.
pub fn finding(count: usize, kind: &str, why: &str, span: Span) -> Finding {
    let plural = if count == 1 { "object is" } else { "objects are" };
    RULE.finding(format!("{count} {plural} left out, of kind {kind}: {why}"), span)
        .help("nothing is lost if the objects that they are made from are there")
}
