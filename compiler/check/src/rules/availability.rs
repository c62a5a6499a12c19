//! D0716 availability.

use crate::rule::rule;

rule! {
    /// An application is away whenever one node is.
    ///
    /// The set asks for two copies or more, for a PodDisruptionBudget that selects them, for a rule that spreads them
    /// over nodes, and for updates that do not end all copies at once.
    ///
    /// ## What to do
    ///
    /// Do what the finding says, or leave the policy out for what may be away.
    ///
    /// `design explain SET/POLICY` prints the page of a policy, `design explain` lists them all.
    "D0716", "availability", Warning
}
