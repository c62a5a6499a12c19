//! D0970 refused-by-server.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The API server refuses the object.
    ///
    /// The server knows more than a file can tell: admission webhooks, quotas, fields that cannot change once they
    /// are set. What it says is in the message, and where it names a field, that is the place.
    ///
    /// ## What to do
    ///
    /// Mend the field. A field that cannot change needs a new object: delete the old one, or give the new one another
    /// name.
    "D0970", "refused-by-server", Error
}

/// `reason` is what the server says.
pub fn finding(id: &str, reason: &str, place: Span) -> Finding {
    RULE.finding(format!("the server refuses {id}: {reason}"), place)
}
