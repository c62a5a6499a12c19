//! D0105 not-json.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A value has no JSON form.
    ///
    /// Kubernetes turns every manifest into JSON. An infinite number (`.inf`), not-a-number (`.nan`), a key that is null or a
    /// collection, and a scalar with a tag of its own (`!Ref x`) have no place there, and kubectl refuses or changes them.
    /// Here such a value is read as its own text.
    ///
    /// ## What to do
    ///
    /// Quote the value if its text is meant; otherwise write what the field expects. Tags of other tools (`!Ref`, `!vault`)
    /// have to be resolved by those tools first.
    "D0105", "not-json", Error
}

/// `what` names the value, with its article.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(format!("{what} has no JSON form"), span).help("it is read as its text; quote it if that is meant")
}
