//! D0104 unreadable-file.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A file could not be read, or its text is not UTF-8.
    ///
    /// ## What to do
    ///
    /// Check the permissions of the file, or convert it: `iconv -f LATIN1 -t UTF-8 FILE`. YAML allows UTF-16 and UTF-32 too,
    /// but no tool around Kubernetes reads them reliably. A file that does not belong to the source can be named in
    /// `.designignore`.
    "D0104", "unreadable-file", Error
}

/// `reason` says what the system or the decoder said.
pub fn finding(reason: &str, span: Span) -> Finding {
    RULE.finding(format!("the file cannot be read: {reason}"), span)
}
