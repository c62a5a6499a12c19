//! D0406 unequal-lengths.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// One side of a relationship definition names more fields than the other.
    ///
    /// The first field of one side goes with the first of the other, the second with the second. What has no partner is passed
    /// over.
    ///
    /// ## What to do
    ///
    /// Add the missing field, or delete the one that is too many.
    "D0406", "unequal-lengths", Warning
}

/// How many fields each side has.
pub fn finding(mutator: usize, mutated: usize, span: Span, related: Option<Span>) -> Finding {
    let fields = |count: usize| if count == 1 { "1 field".to_owned() } else { format!("{count} fields") };
    let message = format!("{} give a value, and {} take one", fields(mutator), fields(mutated));
    let message = if mutator == 1 { message.replacen("give", "gives", 1) } else { message };
    let message = if mutated == 1 { message.replacen("take", "takes", 1) } else { message };
    let finding = RULE.finding(message, span);
    match related {
        Some(related) => finding.related("the other side", related),
        None => finding,
    }
}
