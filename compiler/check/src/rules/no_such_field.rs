//! D0913 no-such-field.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A reference in Meshery's form, `$(#ref.…)`, leads nowhere or round in a circle.
    ///
    /// It names a field of the same design from its root: `$(#ref.components.web.configuration.metadata.namespace)`,
    /// or `$(#ref.services.web.namespace)` in the older form. A component is named by its position, its name or its
    /// id.
    ///
    /// ## What to do
    ///
    /// Correct the path. New designs say the same with a parameter.
    "D0913", "no-such-field", Error
}

/// `path` is what is referred to, `what` a sentence about it.
pub fn finding(path: &str, what: &str, span: Span) -> Finding {
    RULE.finding(format!("the reference to `{path}` cannot be followed: {what}"), span).help(
        "the path begins at the root of the design, as in `$(#ref.components.web.configuration.metadata.namespace)`",
    )
}
