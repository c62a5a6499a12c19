//! D0927 not-locked.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A design of a git repository is used that `design.lock` does not know.
    ///
    /// What a repository holds is decided once, when it is locked: `design.lock`, beside the design file, keeps the
    /// commit that a tag led to, and the digest of what it held. Without it the same design could become something else
    /// tomorrow, so nothing is fetched for it.
    ///
    /// ## What to do
    ///
    /// Run `design pattern update` and commit `design.lock`. It locks whatever the design and the designs that it uses
    /// name.
    "D0927", "not-locked", Error
}

/// `address` and `revision` are what is used.
pub fn finding(address: &str, revision: &str, span: Span) -> Finding {
    RULE.finding(format!("`{address}` at {revision} is not in design.lock"), span)
        .help("run `design pattern update`, which fetches and locks it, and commit design.lock")
}
