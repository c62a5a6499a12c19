//! D0950 invalid-pattern.

use design_vocabulary::{Finding, Severity, Span};

use crate::rule::rule;

rule! {
    /// The metadata of a pattern lacks what a catalog has to know, or says what cannot be.
    ///
    /// A pattern is a folder of a git repository with `pattern.yaml` beside its design (or Meshery's `artifacthub-pkg.yml`
    /// and `design.yml`). It has a `name`, a `version` as Semantic Versioning 2.0.0 writes it, a `description` of one
    /// sentence and a `license`. What makes a pattern unreadable is an error, and it is not in the catalog; what is only
    /// missing is a warning. `docs/catalog.md` has every field.
    ///
    /// ## What to do
    ///
    /// Mend the field that the message names, and commit.
    "D0950", "invalid-pattern", Error
}

/// What is wrong, in words, and where; `is_fatal`: whether the pattern is left out because of it.
pub fn finding(message: &str, is_fatal: bool, span: Span) -> Finding {
    let mut finding = RULE.finding(message, span);
    if !is_fatal {
        finding.severity = Severity::Warning;
    }
    finding
}
