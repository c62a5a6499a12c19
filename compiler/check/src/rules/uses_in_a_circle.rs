//! D0924 uses-in-a-circle.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A design uses itself, or another one that uses it.
    ///
    /// Such designs would contain each other without end. The entry that closes the circle is left out; everything else
    /// is still built.
    ///
    /// ## What to do
    ///
    /// Move what both need into a third design, and let both use that.
    "D0924", "uses-in-a-circle", Error
}

/// `names` are the uses from the design at which the circle begins.
pub fn finding(names: &[String], span: Span) -> Finding {
    RULE.finding(format!("designs use each other in a circle: {}", names.join(" -> ")), span)
        .help("move what both need into a third design, and let both use that")
}
