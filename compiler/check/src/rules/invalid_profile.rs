//! D1001 invalid-profile.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A performance profile does not say what a run needs, or says what cannot be.
    ///
    /// The specification (SMP) lets every field be left out, and a zero is not written at all. To be run, a profile needs a
    /// `name`, a `duration` as Go writes it (`30s`, `1m30s`), and a client with at least one absolute URL in
    /// `endpoint_urls`. Of protocols only HTTP is spoken.
    ///
    /// ## What to do
    ///
    /// Mend the field that the message names. `design perf init` writes a profile to begin with.
    "D1001", "invalid-profile", Error
}

/// What is wrong, in words, and where.
pub fn finding(message: &str, span: Span) -> Finding {
    RULE.finding(message, span)
}
