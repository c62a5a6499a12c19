//! D0714 network-isolation.

use crate::rule::rule;

rule! {
    /// Pods are open to the network.
    ///
    /// Without a NetworkPolicy that selects it, a pod takes requests from everywhere and may call everything. The set
    /// looks at the relationship graph: which policies select which pods, for what comes in and for what goes out. It
    /// also warns of Services that open ports on every node, and of load balancers that take requests from everywhere.
    ///
    /// ## What to do
    ///
    /// Add a NetworkPolicy with `podSelector: {}` and `policyTypes: [Ingress, Egress]` to each namespace, and then one
    /// for each connection that is wanted.
    ///
    /// `design explain SET/POLICY` prints the page of a policy, `design explain` lists them all.
    "D0714", "network-isolation", Warning
}
