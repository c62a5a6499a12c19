//! D0610 no-schema.

use design_registry::Registry;
use design_schema::GapKind;
use design_vocabulary::Finding;

use crate::Context;
use crate::rule::rule;

rule! {
    /// Nothing says what the objects of a kind look like, so their fields are not judged.
    ///
    /// The kind is a custom resource. Its schema is looked for in the custom resource definitions of the input, in the folders
    /// that `--schema` names, and in models (`--model`, or `models/` beside the design). The finding stands at the first
    /// object of the kind and counts the others.
    ///
    /// ## What to do
    ///
    /// Name a folder with the definition or its schema: `--schema DIR` takes custom resource definitions as they are
    /// installed, and the layouts of kubeconform and of the datreeio catalog. `--missing-schema error` makes this an error, as
    /// it is for kubeconform; `--missing-schema ignore` leaves it out.
    "D0610", "no-schema", Note
}

/// One finding a kind and version.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for gap in context.gaps.iter().filter(|gap| gap.what == GapKind::NoSchema) {
        let Some((component, span)) = context.version_of(gap.component) else { continue };
        // Whatever else stands in a group of Kubernetes is a mistake, and told as one.
        if Registry::builtin().knows_group(component.group()) {
            continue;
        }
        let count = match gap.count {
            1 => "this object is not judged".to_owned(),
            count => format!("its {count} objects are not judged"),
        };
        let message =
            format!("there is no schema for {} in `{}`: {count} by one", component.kind, component.api_version);
        findings.push(RULE.finding(message, span).help("`--schema DIR` names a folder with its definition or schema"));
    }
}
