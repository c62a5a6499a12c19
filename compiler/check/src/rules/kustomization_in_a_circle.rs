//! D0805 kustomization-in-a-circle.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A kustomization builds on itself.
    ///
    /// A folder names one that is being read already, or one that contains such a folder. The entry is left out.
    ///
    /// ## What to do
    ///
    /// Move what both need to a folder of its own, and name that folder in both.
    "D0805", "kustomization-in-a-circle", Error
}

/// The path as written.
pub fn finding(path: &str, span: Span) -> Finding {
    RULE.finding(format!("`{path}` is or contains a kustomization that builds on this one"), span)
        .help("move what both need to a folder of its own, and name that in both")
}
