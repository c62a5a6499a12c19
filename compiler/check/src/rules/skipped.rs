//! D0212 skipped.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Something below the folder is not part of what is built.
    ///
    /// A sub-folder that is a source of its own (a chart, a kustomization, another design, a compose file) is not read as part
    /// of the folder around it, since it would be built twice or wrongly. Manifests beside a design file, kustomization
    /// objects among plain manifests, and linked folders are left out as well.
    ///
    /// ## What to do
    ///
    /// Nothing, if that is meant. Else build the sub-folder by itself (`design list` names the sources), or say
    /// `--source manifests` to read everything as plain manifests.
    "D0212", "skipped", Note
}

/// `what` says what is left out, and why.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(what, span)
}
