//! D0710 pod-security-restricted.

use crate::rule::rule;

rule! {
    /// A pod breaks the restricted profile of the Pod Security Standards.
    ///
    /// The restricted profile of the [Pod Security
    /// Standards](https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted) demands what hardens
    /// a pod: no root, no way to gain rights, no capabilities, a seccomp profile, volumes that say nothing of the node.
    /// The set contains the baseline. Pods with `spec.os.name: windows` are exempt where the standard exempts them.
    ///
    /// ## What to do
    ///
    /// Write the securityContext that the finding names; most of it may stand once, for the pod.
    ///
    /// `design explain SET/POLICY` prints the page of a policy, `design explain` lists them all.
    "D0710", "pod-security-restricted", Error
}
