//! D0711 resources.

use crate::rule::rule;

rule! {
    /// A container does not say what it needs.
    ///
    /// Requests tell the scheduler what to keep free for a container, limits the node when to stop it. The set asks for
    /// a CPU and a memory request, a memory limit that is not far above the request, and a limit for temporary volumes.
    /// It asks for no CPU limit: a container at its limit only gets slower.
    ///
    /// ## What to do
    ///
    /// Measure what the container uses, and write that as its request.
    ///
    /// `design explain SET/POLICY` prints the page of a policy, `design explain` lists them all.
    "D0711", "resources", Warning
}
