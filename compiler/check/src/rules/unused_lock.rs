//! D0935 unused-lock.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// `design.lock` holds something that nothing uses any more.
    ///
    /// It does no harm, but whoever reads the file takes it for part of the design.
    ///
    /// ## What to do
    ///
    /// Run `design pattern update`, which leaves it out.
    "D0935", "unused-lock", Note
}

/// `address` and `revision` are what is locked.
pub fn finding(address: &str, revision: &str, span: Span) -> Finding {
    RULE.finding(format!("`{address}` at {revision} is locked and not used"), span)
        .help("run `design pattern update`, which leaves it out")
}
