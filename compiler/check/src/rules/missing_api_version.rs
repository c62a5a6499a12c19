//! D0204 missing-api-version.

use std::ops::Range;

use design_registry::Registry;
use design_vocabulary::Finding;

use crate::Context;

use crate::rule::rule;

rule! {
    /// An object says no `apiVersion`, or one that is not text.
    ///
    /// Without group and version nobody knows what the object is, so it is not rendered. In a design the field is
    /// `component.version`; it may be left out for the kinds of Kubernetes itself, where it is derived.
    ///
    /// ## What to do
    ///
    /// Write the version that the help names, or the one in the documentation of the custom resource.
    "D0204", "missing-api-version", Error
}

/// One finding a component that is not a drawing.
pub fn check(context: &Context<'_>, objects: Range<usize>, findings: &mut Vec<Finding>) {
    for (index, component) in context.objects(objects) {
        if !component.api_version.is_empty() || component.is_annotation {
            continue;
        }
        let path = ["component".into(), "version".into()];
        let Some(span) = context.span(index, &path) else {
            continue;
        };
        let kind = if component.kind.is_empty() { "the object" } else { component.kind.as_str() };
        let help = Registry::builtin().api_version(&component.kind).map_or_else(
            || match Registry::builtin().nearest_kind(&component.kind).filter(|_| !component.kind.is_empty()) {
                Some(near) if near != component.kind => {
                    format!("no model knows the kind `{kind}`; did you mean `{near}`?")
                }
                _ => "name the group and version of the kind, such as `apps/v1`".to_owned(),
            },
            |api_version| format!("write `apiVersion: {api_version}`"),
        );
        findings.push(RULE.finding(format!("{kind} has no apiVersion"), span).help(help));
    }
}
