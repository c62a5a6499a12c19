//! Findings for people and for programs. One file a format; all of them take the same [`Report`].

mod baseline;
mod fingerprint;
mod fix;
pub mod github;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod sarif;
mod sources;
pub mod text;

use design_vocabulary::{Finding, Severity};
use serde::Serialize;

pub use baseline::{Baseline, Compared};
pub use fix::{Fixed, fix};
pub use sources::Sources;

/// What is reported: the findings of a run in their final order, and what was looked at.
#[derive(Debug, Default, PartialEq)]
pub struct Report {
    /// The findings, sorted by place.
    pub findings: Vec<Finding>,
    /// Findings that a comment says are meant, sorted in the same way.
    pub suppressed: Vec<Suppressed>,
    /// The number of components.
    pub components: usize,
    /// The number of relationships.
    pub relationships: usize,
}

/// A finding that a comment says is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// Why, in the words of the comment.
    pub reason: String,
}

/// The counts at the end of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are notes.
    pub notes: usize,
    /// Findings that a comment says are meant; they are not among the others.
    #[serde(skip_serializing_if = "is_zero")]
    pub suppressed: usize,
    /// Components that were looked at.
    pub components: usize,
    /// Relationships that were looked at.
    pub relationships: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Report {
    /// Counts the findings.
    pub fn summary(&self) -> Summary {
        let count = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        Summary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            suppressed: self.suppressed.len(),
            components: self.components,
            relationships: self.relationships,
        }
    }

    /// Puts the findings in the order in which they are printed: by file, place and code; of equal ones the first stays.
    pub fn sort(&mut self) {
        self.findings.sort_by(|a, b| (a.primary, a.code, &a.message).cmp(&(b.primary, b.code, &b.message)));
        self.findings.dedup();
        self.suppressed.sort_by(|Suppressed { finding: a, .. }, Suppressed { finding: b, .. }| {
            (a.primary, a.code, &a.message).cmp(&(b.primary, b.code, &b.message))
        });
    }
}
