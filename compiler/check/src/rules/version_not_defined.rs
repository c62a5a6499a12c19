//! D0612 version-not-defined.

use design_schema::GapKind;
use design_vocabulary::Finding;

use crate::Context;
use crate::rule::rule;

rule! {
    /// A custom resource is written in a version that its definition does not serve.
    ///
    /// The definition of the kind is known, and the version is not among those that it lists with `served: true`. The API
    /// server does not know such an object.
    ///
    /// ## What to do
    ///
    /// Write a version that the help names, or add the version to the definition.
    "D0612", "version-not-defined", Error
}

/// One finding a kind and version.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for gap in context.gaps {
        let GapKind::OtherVersions(versions) = &gap.what else { continue };
        let Some((component, span)) = context.version_of(gap.component) else { continue };
        let message = format!("the definition of {} does not serve `{}`", component.kind, component.api_version);
        let group = component.group();
        let written: Vec<String> = versions.iter().map(|version| format!("`{group}/{version}`")).collect();
        let help = match written.as_slice() {
            [] => "it serves no version at all".to_owned(),
            [only] => format!("write {only}"),
            all => format!("write one of {}", all.join(", ")),
        };
        findings.push(RULE.finding(message, span).help(help));
    }
}
