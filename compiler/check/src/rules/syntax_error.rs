//! D0101 syntax-error.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The text is not well-formed YAML or JSON.
    ///
    /// The document that holds the fault is left out; the documents before and behind it in the same file are still read, since
    /// a `---` in the first column begins a new document wherever it stands.
    ///
    /// ## What to do
    ///
    /// Look at the place: the fault is there or just above it. Frequent ones are a tab in the indentation, a value with `: ` or
    /// ` #` in it without quotes, a bracket or quote that is never closed, and lines of one list that are not indented alike.
    ///
    /// ```yaml
    /// command: echo "a: b"      # wrong: the plain value contains `: `
    /// command: 'echo "a: b"'    # right
    /// ```
    "D0101", "syntax-error", Error
}

/// `message` is what the parser says.
pub fn finding(message: &str, span: Span) -> Finding {
    RULE.finding(format!("this is not well-formed: {message}"), span)
        .help("the document is left out until it can be read; the others in the file are not affected")
}
