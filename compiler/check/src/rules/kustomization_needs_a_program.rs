//! D0813 kustomization-needs-a-program.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A kustomization asks for what only another program can do.
    ///
    /// Generators, transformers and validators that are not built into kustomize are programs or containers. No program is
    /// run while a design is built. Everything else is built.
    ///
    /// ## What to do
    ///
    /// Render what the program makes, put that into the repository and name it under `resources`; or render the
    /// whole folder with kustomize and build the manifests.
    "D0813", "kustomization-needs-a-program", Error
}

/// What needs a program, as a noun.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(format!("no program is run while a design is built, so it is built without {what}"), span)
        .help("render it with its own program, put the manifests into the repository and name them under `resources`")
}
