//! D0928 not-fetched.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// What a git repository holds is not at hand: it is not in the cache, and cannot be fetched.
    ///
    /// A build takes what is locked from the cache, `$XDG_CACHE_HOME/design/git`, and fetches only what is missing
    /// there. With `--offline` nothing is fetched at all. Fetching is done by the `git` program, which has to be on
    /// PATH; it asks for no password, and gives up after two minutes.
    ///
    /// ## What to do
    ///
    /// Run the command once without `--offline`, on a machine that reaches the repository, and keep the cache; for a
    /// private repository set up a credential helper or an SSH agent.
    "D0928", "not-fetched", Error
}

/// `address` is the repository, `why` what went wrong.
pub fn finding(address: &str, why: &str, span: Span) -> Finding {
    RULE.finding(format!("`{address}` is not in the cache, and {why}"), span)
        .help("run the command once without `--offline` where the repository can be reached, and keep the cache")
}
