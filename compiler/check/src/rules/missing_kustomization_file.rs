//! D0804 missing-kustomization-file.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A kustomization names a file or folder that is not there or cannot be read.
    ///
    /// Paths are relative to the folder of the kustomization. A folder has to hold exactly one of
    /// `kustomization.yaml`, `kustomization.yml` and `Kustomization`. Everything else is built.
    ///
    /// ## What to do
    ///
    /// Correct the path, or add the file.
    "D0804", "missing-kustomization-file", Error
}

/// The path as written, and why it cannot be read.
pub fn finding(path: &str, reason: &str, span: Span) -> Finding {
    RULE.finding(format!("`{path}` cannot be read: {reason}"), span)
        .help("paths are relative to the folder of the kustomization that names them")
}
