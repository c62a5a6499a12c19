//! D0953 secret-in-pattern.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A file of a pattern holds what should be known to nobody: a private key, a token, a kubeconfig with credentials.
    ///
    /// What is published stays published: whoever has seen it keeps it, and git keeps it in its history. So a version with
    /// such a file is not in the catalog. Values of Secrets that are encoded in base64 are decoded before they are looked at.
    ///
    /// ## What to do
    ///
    /// Withdraw the credential where it is valid, since it was seen. Make it a parameter of the design with `secret: true`, and
    /// publish a new version without it.
    "D0953", "secret-in-pattern", Error
}

/// `what` was found, such as "a private key".
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(format!("this is {what}, and a published pattern holds none"), span)
        .help("withdraw the credential, and make it a parameter with `secret: true`")
}
