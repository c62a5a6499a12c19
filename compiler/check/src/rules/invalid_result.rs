//! D1004 invalid-result.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A file is no result of a performance test, or has values that nobody measures.
    ///
    /// Read are results of `design perf run`, of the specification (since v0.3, and its first form), of Meshery, and what
    /// fortio, k6, vegeta, wrk and wrk2 write.
    ///
    /// ## What to do
    ///
    /// Write the result anew with one of these tools, or mend the value.
    "D1004", "invalid-result", Error
}

/// What is wrong, in words.
pub fn finding(message: &str, span: Span) -> Finding {
    RULE.finding(format!("this is no result of a performance test: {message}"), span)
}
