//! D0937 value-fixed-in-chart.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A parameter reaches a chart that the design uses, and the chart that is written from the design cannot pass it on.
    ///
    /// With `-t helm` the parameters of a design become values of the chart that is written. The templates of a chart that
    /// the design uses are rendered before that, with the values that the parameters have now, so their objects are written
    /// as they are: setting the value when the chart is installed changes nothing in them.
    ///
    /// ## What to do
    ///
    /// Build with the values that are wanted (`--set`, `-e`), or install the other chart beside this one. With `-t kubernetes`
    /// nothing is lost.
    "D0937", "value-fixed-in-chart", Warning
}

/// The value of the chart, and the name of the entry that uses it.
pub fn finding(value: &str, name: &str, span: Span) -> Finding {
    RULE.finding(
        format!("`{value}` is rendered into the objects of the chart `{name}`, and no value of the written chart"),
        span,
    )
    .help("build with the value that is wanted, or install the other chart by itself")
}
