//! D0931 not-verified.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A target could not be read back, so nothing is known of whether it says what the design says.
    ///
    /// A chart is read by Helm itself. It has to be on `PATH`. A compose file is read as any compose project is, and what
    /// that leaves out (a path of the host, a name that Kubernetes does not allow) cannot be compared.
    ///
    /// ## What to do
    ///
    /// Install Helm 4, or leave the finding as it is: the other targets were verified.
    "D0931", "not-verified", Warning
}

/// `target` is what was not read, `reason` a sentence.
pub fn finding(target: &str, reason: &str, span: Span) -> Finding {
    RULE.finding(format!("the target {target} is not verified: {reason}"), span)
}
