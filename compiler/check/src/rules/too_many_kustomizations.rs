//! D0817 too-many-kustomizations.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// More kustomizations than are read for one build.
    ///
    /// Bases that are used several times are read each time, so a few levels of folders that each use two others
    /// multiply.
    ///
    /// ## What to do
    ///
    /// Build parts of the tree by themselves, or name each base once.
    "D0817", "too-many-kustomizations", Error
}

/// How many are read.
pub fn finding(allowed: usize, span: Span) -> Finding {
    RULE.finding(format!("more than {allowed} kustomizations are not read for one build"), span)
}
