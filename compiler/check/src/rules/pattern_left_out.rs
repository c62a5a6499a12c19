//! D0952 pattern-left-out.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A folder of a catalog's repository is not read, or a file of a pattern is no part of it.
    ///
    /// Nothing of a repository is ever checked out, and only what is plain in every respect is read: regular files of at
    /// most 1 MiB, 5 MiB a pattern, names that are text and differ in more than their case, at most 12 folders deep. Links,
    /// other repositories (submodules) and what stands for a file of Git LFS are no part of a pattern. Two patterns of one
    /// publisher that have one name are one pattern only in one place: the place that had it first.
    ///
    /// ## What to do
    ///
    /// Make the file a plain one, or take it out of the pattern.
    "D0952", "pattern-left-out", Warning
}

/// `what` is left out because of `why`, the end of a sentence.
pub fn finding(what: &str, why: &str, span: Span) -> Finding {
    RULE.finding(format!("`{what}` is left out: {why}"), span)
}
