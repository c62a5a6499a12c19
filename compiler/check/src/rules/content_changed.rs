//! D0929 content-changed.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A tag, or the cache, holds something else than what was locked.
    ///
    /// `design.lock` keeps the SHA-256 of what a repository held when it was locked: over the sorted lines of its files,
    /// each with its path, a NUL, its own SHA-256 and a line feed. A tag that leads elsewhere now was moved by somebody;
    /// what is built from it would be something that nobody here looked at.
    ///
    /// ## What to do
    ///
    /// Ask whoever publishes the repository why the tag was moved. If the new content is to be trusted, `design pattern
    /// update --accept-moved` locks it; `git diff` of design.lock then shows both. If it is the cache that differs,
    /// delete it.
    "D0929", "content-changed", Error
}

/// What was locked and what is there, each by digest and commit.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    /// The digest of the content, as `sha256:…`.
    pub digest: &'a str,
    /// The commit.
    pub commit: &'a str,
}

/// `address` and `revision` are what is used.
pub fn finding(address: &str, revision: &str, locked: State<'_>, found: State<'_>, span: Span) -> Finding {
    let moved = if locked.commit == found.commit { "holds other content" } else { "was moved" };
    let message = format!(
        "{revision} of `{address}` {moved}: locked is {} (commit {}), there is {} (commit {})",
        locked.digest, locked.commit, found.digest, found.commit
    );
    RULE.finding(message, span).help("find out why; `design pattern update --accept-moved` locks what is there now")
}
