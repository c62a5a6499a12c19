//! D0974 not-ready.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// An object was applied and did not become ready: it failed, or the time was up.
    ///
    /// What is ready is said by kind, after kstatus and Argo CD; custom resources are judged by their conditions.
    /// Only what something else depends on is waited for, and with `--wait` everything.
    ///
    /// ## What to do
    ///
    /// The message says what the cluster says. `--timeout` gives it more time. After the mend, apply again: only the
    /// rest is done.
    "D0974", "not-ready", Error
}

/// `reason` is what the cluster says.
pub fn finding(id: &str, reason: &str, place: Span) -> Finding {
    RULE.finding(format!("{id} is not ready: {reason}"), place)
}
