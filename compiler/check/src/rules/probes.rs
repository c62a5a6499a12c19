//! D0712 probes.

use crate::rule::rule;

rule! {
    /// Nothing tells whether a container works.
    ///
    /// A readiness probe says when a pod takes requests, a liveness probe when it is to be restarted. The set asks for
    /// a readiness probe where a Service leads to a pod, for a liveness probe in pods that run for long, and that the
    /// two differ.
    ///
    /// ## What to do
    ///
    /// Add the probe. A policy that does not fit is left out by naming the others: `--policy-set
    /// probes/readiness-probe`.
    ///
    /// `design explain SET/POLICY` prints the page of a policy, `design explain` lists them all.
    "D0712", "probes", Warning
}
