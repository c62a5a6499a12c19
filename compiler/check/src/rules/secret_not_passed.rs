//! D0933 secret-not-passed.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A secret gets lost on the way from a design to one that it uses.
    ///
    /// The value of a secret parameter is shown to nobody. So a secret parameter of a design that is used takes its
    /// value from a secret parameter of the design that uses it, by itself: `password: $(parameters.password)`. A value
    /// in the text of the file would be no secret, a text around it cannot be told from it, and a parameter that is not
    /// secret would show it. A value of a chart would, too: its templates could write it anywhere.
    ///
    /// ## What to do
    ///
    /// Declare a parameter with `secret: true` in the design that uses the other one, and hand it on as the whole value;
    /// or declare the parameter of the other design as secret. Let a chart refer to a Secret that exists: most have a value
    /// for its name.
    "D0933", "secret-not-passed", Error
}

/// `what` says what is wrong.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(what, span).help("hand a secret parameter on as the whole value: `password: $(parameters.password)`")
}
