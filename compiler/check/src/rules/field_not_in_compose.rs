//! D0833 field-not-in-compose.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A field of a workload has no counterpart in a compose file, so `design build -t compose` leaves it out.
    ///
    /// Everything else of the object is said.
    ///
    /// ## What to do
    ///
    /// Nothing, if the file is for a laptop and the field is for a cluster: `# design: ignore D0833 REASON`.
    "D0833", "field-not-in-compose", Warning
}

/// `field` is the path of the field in its object; `why` says why it is left out, or what is said instead.
pub fn finding(kind: &str, name: &str, field: &str, why: &str, span: Span) -> Finding {
    RULE.finding(format!("`{field}` of {kind} {name} is not said in compose"), span).help(why)
}
