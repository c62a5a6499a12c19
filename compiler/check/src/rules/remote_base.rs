//! D0806 remote-base.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A base, file or chart lies on another machine.
    ///
    /// Nothing is fetched while a design is built: what is built tomorrow would depend on what somebody else does
    /// tonight. `design vendor` fetches what is named once, writes the files that the build needs into the repository and
    /// locks them by their digest. The address of a repository has to name a tag or a commit (`?ref=v1.2.0`); a file is
    /// named by itself (`https://example.com/app.yaml`), a chart by `repo` and `version`.
    ///
    /// ## What to do
    ///
    /// Run `design vendor`, or copy the base into the repository and name the copy.
    "D0806", "remote-base", Error
}

/// The address as written.
pub fn finding(address: &str, span: Span) -> Finding {
    RULE.finding(format!("`{address}` lies on another machine, and nothing is fetched while a design is built"), span)
        .help("`design vendor` fetches it into the repository and locks it; or copy it there and name the copy")
}
