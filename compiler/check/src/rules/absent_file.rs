//! D0825 absent-file.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A file that a compose file or a Score workload names is not there or cannot be read: an environment file, the
    /// content of a config or secret, a file that is included or extended.
    ///
    /// Everything else is converted. A config or secret without its file is referred to, and expected to come from
    /// elsewhere. Files that are fetched from elsewhere (a URL, a git repository, an OCI artifact) count as absent:
    /// nothing is fetched.
    ///
    /// ## What to do
    ///
    /// Add the file, or correct its path, which is seen from the folder of the file that names it. An environment file
    /// that may be absent says so: `{path: a.env, required: false}`.
    "D0825", "absent-file", Error
}

/// `purpose` says what the file is for; `reason` why it cannot be read, where it is there.
pub fn finding(path: &str, purpose: &str, reason: Option<&str>, span: Span) -> Finding {
    match reason {
        Some(reason) => RULE.finding(format!("the {purpose} `{path}` cannot be read: {reason}"), span),
        None => RULE
            .finding(format!("the {purpose} `{path}` is not there"), span)
            .help("add it, or correct the path, which is seen from the folder of the file that names it"),
    }
}
