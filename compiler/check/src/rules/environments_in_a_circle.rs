//! D0908 environments-in-a-circle.

use design_vocabulary::{Finding, Span, Text};

use crate::rule::rule;

rule! {
    /// Environments extend each other in a circle.
    ///
    /// An environment takes the values of the one that it names under `extends` and puts its own over them. Where
    /// that leads back to itself, there is nothing to begin with; the environments of the circle count once each.
    ///
    /// ## What to do
    ///
    /// Take `extends` out of one of them.
    "D0908", "environments-in-a-circle", Error
}

/// `names` are the environments in the order in which they lead to each other.
pub fn finding(names: &[Text], span: Span) -> Finding {
    RULE.finding(format!("environments extend each other: {}", names.join(" -> ")), span)
        .help("take `extends` out of one of them")
}
