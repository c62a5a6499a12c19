//! D0801 kustomize-not-covered.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A kustomization asks for something that is not built here.
    ///
    /// The field is one that kustomize has. What it would do is left out, and everything else is built.
    ///
    /// ## What to do
    ///
    /// Say it with another field (`docs/kustomize.md` lists those that are built), or render the folder with
    /// kustomize and build the manifests: `kustomize build FOLDER > out.yaml`, then `design build out.yaml`.
    "D0801", "kustomize-not-covered", Error
}

/// The field, or what of it, is not covered.
pub fn finding(field: &str, span: Span) -> Finding {
    RULE.finding(format!("{} is not built here, and is left out", quoted(field)), span)
        .help("render the folder with kustomize and build what comes out, or say it with another field")
}

fn quoted(field: &str) -> String {
    if field.contains(' ') { field.to_owned() } else { format!("`{field}`") }
}
