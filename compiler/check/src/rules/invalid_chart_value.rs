//! D0870 invalid-chart-value.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A value that is set for a chart cannot be read.
    ///
    /// `--set` for charts has Helm's syntax: `a.b=1`, `list[0]=x`, `list={x,y}`, several with commas between them, `null` takes
    /// a value away, and a backslash stands before a comma or point that is part of a name or value.
    ///
    /// ## What to do
    ///
    /// Correct the option; with many values, a file by `--values` is easier to read.
    "D0870", "invalid-chart-value", Error
}

/// `what` is wrong, as a sentence without a full stop.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(format!("the value cannot be set: {what}"), span)
        .help("it reads `a.b=1`, `list[0]=x`, `list={x,y}`; `\\` stands before what has no meaning")
}
