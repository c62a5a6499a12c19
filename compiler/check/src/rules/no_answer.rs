//! D0979 no-answer.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The server gave no answer about an object within the time.
    ///
    /// Reading, server-side apply and deletes by uid are repeated by themselves; this one failed each time.
    ///
    /// ## What to do
    ///
    /// Apply again: what is done already is not done twice.
    "D0979", "no-answer", Error
}

/// `why` says what happened instead.
pub fn finding(id: &str, why: &str, place: Span) -> Finding {
    RULE.finding(format!("nobody knows what became of {id}: {why}"), place)
}
