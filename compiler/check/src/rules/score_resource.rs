//! D0834 score-resource.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A Score workload wants a resource of a type that only a platform can provide.
    ///
    /// The types `volume`, `dns`, `route`, `service-port`, `environment` and `secret` are understood. Of any other the
    /// outputs that the workload uses become the keys of a Secret, which is expected to come from outside: `TYPE-NAME`,
    /// as `# design: external` would declare it.
    ///
    /// ## What to do
    ///
    /// Let the platform create the Secret, or replace the resource by components of your own.
    "D0834", "score-resource", Warning
}

/// `secret` is the Secret that is expected; `keys` those that the workload uses.
pub fn finding(name: &str, resource_type: &str, secret: &str, keys: &str, span: Span) -> Finding {
    let holding = if keys.is_empty() { String::new() } else { format!(" with {keys}") };
    RULE.finding(format!("the resource `{name}` of type `{resource_type}` comes from outside"), span)
        .help(format!("a Secret `{secret}`{holding} is expected in the namespace of the workload"))
}
