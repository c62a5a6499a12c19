//! D0934 unsound-lock.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// `design.lock` cannot be read as what it is.
    ///
    /// The file is written by `design pattern add`, `design pattern update` and `design vendor`: a `schemaVersion` and a
    /// list `repositories`, each with `url`, `tag` or `commit`, `path`, `commit` and `digest`. Mostly a merge left it
    /// with marks of its own. What cannot be read counts as not locked.
    ///
    /// ## What to do
    ///
    /// Take one side of the merge, then run `design pattern update`.
    "D0934", "unsound-lock", Error
}

/// `what` says what is wrong.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(format!("design.lock cannot be read: {what}"), span)
        .help("restore the file, or delete it and run `design pattern update`")
}
