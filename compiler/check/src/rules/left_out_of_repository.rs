//! D0936 left-out-of-repository.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Something in a repository is not part of what is used.
    ///
    /// Repositories come from strangers, and are never checked out: files are read from the object database. Links could
    /// lead out of the repository, submodules name other repositories, and names that are no plain text, or differ only
    /// in case, mean different things on different machines. They are left out, and everything else is read. So are
    /// files of more than 1 MiB. Beyond 20,000 entries, 12 folders inside each other and 5 MiB in all nothing of it is
    /// used.
    ///
    /// ## What to do
    ///
    /// Nothing, if the design does not need it. Else ask whoever publishes the repository to replace it by a plain file.
    "D0936", "left-out-of-repository", Warning
}

/// `address` is the repository, `path` what is left out, `why` the reason.
pub fn finding(address: &str, path: &str, why: &str, span: Span) -> Finding {
    RULE.finding(format!("`{path}` of `{address}` is left out: {why}"), span)
}
