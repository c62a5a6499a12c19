//! D0828 undefined-in-compose.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A compose file names a service, volume, network, config or secret that the project does not have, or things that
    /// need each other in a circle.
    ///
    /// A service that no active profile has counts as absent.
    ///
    /// ## What to do
    ///
    /// Declare it, or correct the name; the finding names the nearest one. A dependency that may be absent says
    /// `required: false`.
    "D0828", "undefined-in-compose", Error
}

/// `what` says what is meant by the name.
pub fn finding(what: &str, name: &str, nearest: Option<&str>, span: Span) -> Finding {
    let finding = RULE.finding(format!("there is no {what} `{name}`"), span);
    match nearest {
        Some(nearest) => finding.help(format!("did you mean `{nearest}`?")),
        None => finding.help(format!("declare the {what}, or remove the reference")),
    }
}

/// A circle, with its way as people write it.
pub fn circle(path: &str, span: Span) -> Finding {
    RULE.finding(format!("these need each other in a circle: {path}"), span).help("take one of the steps out")
}
