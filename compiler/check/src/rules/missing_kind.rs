//! D0205 missing-kind.

use std::ops::Range;

use design_vocabulary::Finding;

use crate::Context;

use crate::rule::rule;

rule! {
    /// An object says no `kind`, or one that is not text.
    ///
    /// Without a kind nobody knows what the object is, so it is not rendered. In a design the field is `component.kind`.
    ///
    /// ## What to do
    ///
    /// Write the kind. A file that is no Kubernetes object at all can be named in `.designignore`.
    "D0205", "missing-kind", Error
}

/// One finding a component that is not a drawing.
pub fn check(context: &Context<'_>, objects: Range<usize>, findings: &mut Vec<Finding>) {
    for (index, component) in context.objects(objects) {
        if !component.kind.is_empty() || component.is_annotation {
            continue;
        }
        let Some(span) = context.span(index, &["component".into(), "kind".into()]) else {
            continue;
        };
        let name = component.name().map(|name| format!(" `{name}`")).unwrap_or_default();
        findings.push(RULE.finding(format!("the object{name} has no kind"), span).help("write `kind: …`"));
    }
}
