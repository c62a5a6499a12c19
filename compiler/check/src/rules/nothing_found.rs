//! D0201 nothing-found.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// There is nothing to build at the path.
    ///
    /// A path is a design file, a folder with one, or plain Kubernetes manifests (`.yaml`, `.yml`, `.json`); charts,
    /// kustomizations, compose files and OAM applications are recognised too. In a folder the walk leaves out dot-folders, what
    /// `.designignore` names, `environments/`, and sub-folders that are a source of their own.
    ///
    /// ## What to do
    ///
    /// `design list PATH` shows the sources below a folder. `design init` writes a first design file.
    "D0201", "nothing-found", Error
}

/// `place` says where was looked, `asked` for what, where somebody said it.
pub fn finding(place: &str, asked: Option<&str>, span: Span) -> Finding {
    match asked {
        Some(asked) => RULE
            .finding(format!("{place} holds no {asked}"), span)
            .help("looked for: files that end in `.yaml`, `.yml` or `.json`, and are not left out by `.designignore` or settings"),
        None => RULE.finding(format!("{place} holds no design, manifest or other source"), span).help(
            "looked for: a design file, Chart.yaml, a kustomization, a compose file, an OAM application, Kubernetes \
             manifests; `design list` shows what lies below, `design init` writes a first design",
        ),
    }
}
