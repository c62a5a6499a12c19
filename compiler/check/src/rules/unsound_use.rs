//! D0921 unsound-use.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// An entry of `uses` does not say which design is meant.
    ///
    /// An entry has a `name` and a `design`. The design is a path from the folder of the file, or the address of a git
    /// repository; a repository needs a `tag`, or a `commit` with its whole id, and may have a `path` inside of it.
    /// Names are made of letters, digits, `-` and `_`, and differ from each other. The entry is left out.
    ///
    /// ## What to do
    ///
    /// Complete the entry: `- name: db`, `  design: ../db`, or `  design: https://git.example/patterns.git` with `  tag:
    /// v1.2.0`.
    "D0921", "unsound-use", Error
}

/// `what` says what is wrong.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(what, span).help("say `name` and `design`, and for a repository `tag` or `commit`")
}
