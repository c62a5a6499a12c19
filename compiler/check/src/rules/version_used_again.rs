//! D0951 version-used-again.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A version that is published was committed again with other content, which is refused.
    ///
    /// Whoever uses a version has to get the same bytes forever, so the content that was committed first under a version is
    /// what the catalog serves. The finding stands at the version in the later commit, and stays for as long as the history
    /// has that commit. `status.yaml` is no part of the content: deprecating and withdrawing a version changes nothing of it.
    /// A draft (`draft: true`) may change as it likes.
    ///
    /// ## What to do
    ///
    /// Commit the change under a new version.
    "D0951", "version-used-again", Error
}

/// `pattern` and `version` are what was used again; `first` and `later` the commits.
pub fn finding(pattern: &str, version: &str, first: &str, later: &str, span: Span) -> Finding {
    let short = |commit: &str| commit.chars().take(12).collect::<String>();
    let message = format!(
        "version {version} of {pattern} is what commit {} made it, and commit {} changes it",
        short(first),
        short(later)
    );
    RULE.finding(message, span).help("commit the change under a new version")
}
