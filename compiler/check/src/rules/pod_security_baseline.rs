//! D0709 pod-security-baseline.

use crate::rule::rule;

rule! {
    /// A pod breaks the baseline of the Pod Security Standards.
    ///
    /// The baseline of the [Pod Security
    /// Standards](https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline) forbids what is known
    /// to let a pod get at its node: its namespaces, its files, its ports, its kernel. Each control of the standard is
    /// a policy of the set. The fields of Windows, init and ephemeral containers and every kind with a pod template
    /// count; where the standard changed from one Kubernetes release to the next, every release of
    /// `--kubernetes-version` is judged.
    ///
    /// ## What to do
    ///
    /// Take the field out. What cannot do without it, such as an agent of the node, belongs in a namespace of its own,
    /// and its finding is suppressed by a comment that says why.
    ///
    /// `design explain SET/POLICY` prints the page of a policy, `design explain` lists them all.
    "D0709", "pod-security-baseline", Error
}
