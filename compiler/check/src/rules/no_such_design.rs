//! D0923 no-such-design.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// What an entry of `uses` names holds no design, or several.
    ///
    /// The path, or the path inside the repository, leads to a design file, or to a folder with one design or with
    /// another source: manifests, a kustomization, a compose file. Nothing is taken from a folder with several designs,
    /// since the entry does not say which.
    ///
    /// ## What to do
    ///
    /// Correct the path; in a folder with several designs name the file.
    "D0923", "no-such-design", Error
}

/// `path` is where it was looked for, `what` says what was found there.
pub fn finding(path: &str, what: &str, span: Span) -> Finding {
    RULE.finding(format!("`{path}` cannot be used: {what}"), span)
        .help("name a design file, or a folder with one design")
}
