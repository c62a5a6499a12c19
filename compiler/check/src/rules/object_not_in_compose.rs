//! D0832 object-not-in-compose.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// An object of the design has no counterpart in a compose file, so `design build -t compose` leaves it out.
    ///
    /// Compose knows services, volumes, networks, configs and secrets. Access rights, policies, autoscalers, routes
    /// from outside and the objects of custom resources are for a cluster.
    ///
    /// ## What to do
    ///
    /// Nothing, if the file is for a laptop. What the object does has to be done there in another way.
    "D0832", "object-not-in-compose", Warning
}

/// `kind` and `name` are those of the object; `why` says what compose has instead, or that it has nothing.
pub fn finding(kind: &str, name: &str, why: &str, span: Span) -> Finding {
    RULE.finding(format!("{kind} {name} is not said in compose: {why}"), span)
}
