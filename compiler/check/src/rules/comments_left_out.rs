//! D0896 comments-left-out.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The comments of a source do not come with its values into a design file.
    ///
    /// `design import` writes a design file from what a source means. Where that is not a design file itself, a comment
    /// has no place there: its line may stand for several components, or for none.
    ///
    /// ## What to do
    ///
    /// Carry over by hand what the comments say, above all those that begin with `# design: ignore`.
    "D0896", "comments-left-out", Note
}

/// How many comments of a file; the first one stands at `span`.
pub fn finding(count: usize, span: Span) -> Finding {
    let plural = if count == 1 { "comment is" } else { "comments are" };
    RULE.finding(format!("{count} {plural} not carried over from this file"), span)
}
