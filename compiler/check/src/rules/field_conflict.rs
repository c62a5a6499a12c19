//! D0971 field-conflict.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Another manager owns a field that the design sets to another value.
    ///
    /// Server-side apply remembers who set which field. Nothing is taken over unless it is asked for: the other
    /// manager may be a controller that would set it back, such as an autoscaler, or a person who had a reason.
    ///
    /// Source: "Server-Side Apply", conflicts, of the Kubernetes documentation.
    ///
    /// ## What to do
    ///
    /// Take the field over with `--force-conflicts`, or leave it out of the design. Replicas that an autoscaler of
    /// the same design scales are left out by themselves.
    "D0971", "field-conflict", Error
}

/// `field` as the server writes it, and the manager that owns it.
pub fn finding(id: &str, field: &str, manager: &str, place: Span) -> Finding {
    let field = field.trim_start_matches('.');
    RULE.finding(format!("`{field}` of {id} belongs to `{manager}`"), place)
        .help("take it over with `--force-conflicts`, or leave it out of the design")
}
