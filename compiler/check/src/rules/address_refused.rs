//! D0932 address-refused.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A repository is named by an address that is not fetched from.
    ///
    /// Fetched is over `https://` and `ssh://` (or `user@host:path`), which say whom one talks to. `http://` and
    /// `git://` do not. `file://` names a repository on this machine: that is for a design that lies on this machine
    /// too, and refused in one that came from a repository itself, which could otherwise read what is not meant for it.
    /// Addresses with a password are refused since design files are shared.
    ///
    /// ## What to do
    ///
    /// Name the repository by `https://` or `ssh://`.
    "D0932", "address-refused", Error
}

/// `address` as written, `why` it is refused.
pub fn finding(address: &str, why: &str, span: Span) -> Finding {
    RULE.finding(format!("`{address}` is not fetched from: {why}"), span)
        .help("name the repository by https:// or ssh://")
}
