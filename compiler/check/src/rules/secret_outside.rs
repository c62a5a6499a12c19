//! D0905 secret-outside.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A secret parameter is used in a field that anyone can read.
    ///
    /// The value of a parameter with `secret: true` (or JSON Schema's `writeOnly: true`) is put into `data` and
    /// `stringData` of Secrets only, and only when `design build` writes them. In any other field it would be shown
    /// by `kubectl get`, stand in a graph, a difference or a chart. There, `<secret parameter NAME>` is written
    /// instead, which is not what the object needs.
    ///
    /// ## What to do
    ///
    /// Put the value into a Secret, and refer to that: `secretKeyRef` in an environment variable, a `secret` volume,
    /// `envFrom`.
    "D0905", "secret-outside", Error
}

/// `name` is the parameter.
pub fn finding(name: &str, declared: Span, span: Span) -> Finding {
    RULE.finding(format!("the secret parameter `{name}` is used outside of a Secret"), span)
        .related("it is declared as secret here", declared)
        .help("put it into `stringData` of a Secret and refer to that, with `secretKeyRef` for example")
}
