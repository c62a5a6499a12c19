//! D0807 file-outside-kustomization.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A kustomization names a file outside its own folder.
    ///
    /// It is read here. Kustomize refuses it unless it is called with `--load-restrictor LoadRestrictionsNone`, and
    /// so do Argo CD and Flux. Folders with a kustomization of their own may lie anywhere.
    ///
    /// ## What to do
    ///
    /// Move the file below the kustomization, or give its folder a kustomization and name the folder.
    "D0807", "file-outside-kustomization", Warning
}

/// The path as written.
pub fn finding(path: &str, span: Span) -> Finding {
    RULE.finding(format!("`{path}` lies outside the folder of the kustomization, so kustomize refuses it"), span)
        .help("move the file below the kustomization, or make its folder a base with a kustomization of its own")
}
