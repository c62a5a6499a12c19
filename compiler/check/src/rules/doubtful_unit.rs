//! D1005 doubtful-unit.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Latencies that are called milliseconds are probably seconds.
    ///
    /// Meshery's server copies the seconds that fortio measures into `latencies_ms`, and the published samples of the
    /// specification have the same values. Where even the longest answer of a test took less than a millisecond by its name,
    /// that is what happened; but nobody can be sure.
    ///
    /// ## What to do
    ///
    /// Say what they are: `design perf convert FILE --to result --unit s`.
    "D1005", "doubtful-unit", Warning
}

/// The longest answer, in the unit that its name says.
pub fn finding(longest: f64, span: Span) -> Finding {
    RULE.finding(format!("the longest answer took {longest} ms, so these are probably seconds"), span)
        .help("say so with --unit s, or --unit ms if they are what they are called".to_owned())
}
