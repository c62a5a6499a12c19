//! D0871 template-output.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// What a template writes is no object.
    ///
    /// A template writes text; Kubernetes reads YAML. Mostly the indentation of something that was put in is wrong (`nindent`),
    /// or a text with `: ` or `#` in it has no quotes.
    ///
    /// ## What to do
    ///
    /// Look at the template at the place of the finding, and at the value that it puts in there.
    "D0871", "template-output", Error
}

/// `what` is wrong, as a sentence without a full stop.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(what, span).help("look at the indentation there, and at quotes around what is put in")
}
