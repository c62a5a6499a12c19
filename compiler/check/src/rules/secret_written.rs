//! D0912 secret-written.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The design itself holds the value of a secret parameter.
    ///
    /// A design is shared, published and kept in a history that forgets nothing. A secret that stands in it is known
    /// to everyone who reads it. Findings cover the value; the file does not.
    ///
    /// ## What to do
    ///
    /// Take the `default` out. The parameter then has to be given: `--set-file NAME=FILE` reads it from where it is
    /// kept.
    "D0912", "secret-written", Warning
}

/// `name` is the parameter.
pub fn finding(name: &str, span: Span) -> Finding {
    RULE.finding(format!("the design holds the value of the secret parameter `{name}`"), span)
        .help("take the `default` out, and give it with `--set-file`")
}
