//! D0306 unknown-kind.

use std::ops::Range;

use design_graph::Scope;
use design_registry::Registry;
use design_vocabulary::Finding;

use crate::Context;
use crate::fit::Fit;
use crate::rule::rule;

rule! {
    /// A kind that its API group does not have.
    ///
    /// The groups of Kubernetes itself (the core group `v1`, `apps`, `batch`, `networking.k8s.io`, …) hold known kinds, and
    /// nobody else can add to them. Another kind in one of them is a typo, or belongs to another group. The object is
    /// rendered as it stands, and the API server refuses it.
    ///
    /// Kinds in other groups are custom resources; this rule does not judge them.
    ///
    /// ## What to do
    ///
    /// Correct the kind, or the group: an Ingress is in `networking.k8s.io/v1`, a CronJob in `batch/v1`.
    "D0306", "unknown-kind", Error
}

/// One finding a component whose group is known and whose kind is not.
pub fn check(context: &Context<'_>, objects: Range<usize>, findings: &mut Vec<Finding>) {
    let registry = Registry::builtin();
    let mut fit = Fit::new(context);
    for (index, component) in context.objects(objects) {
        let is_judged = !component.is_annotation && !component.kind.is_empty() && !component.api_version.is_empty();
        if !is_judged || !registry.knows_group(component.group()) || context.scopes.kind(component).is_some() {
            continue;
        }
        // A definition in the input proves that the group is open after all.
        if context.scopes.of_component(component) != Scope::Unknown && component.is_namespaced.is_none() {
            continue;
        }
        let Some(span) = context.span(index, &["component".into(), "kind".into()]) else {
            continue;
        };
        let message = format!("`{}` has no kind `{}`", component.api_version, component.kind);
        let elsewhere =
            registry.named(&component.kind).find(|kind| kind.is_served()).and_then(design_registry::Kind::api_version);
        let nearest = registry.nearest_in_group(component.group(), &component.kind);
        let fix = match (elsewhere.as_deref(), nearest) {
            (Some(version), _) => {
                let fix = context.rewritten(index, &["component".into(), "version".into()], version);
                // Of another group, an object may look another way.
                if fit.fits(component, version) { fix } else { crate::fix::possible(fix) }
            }
            (None, Some(near)) => context.rewritten(index, &["component".into(), "kind".into()], near),
            (None, None) => None,
        };
        let help = match (elsewhere, nearest) {
            (Some(api_version), _) => format!("{} is in `{api_version}`", component.kind),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => "the kinds of this group are fixed; a custom resource has a group of its own".to_owned(),
        };
        findings.push(RULE.finding(message, span).help(help).fix(fix));
    }
}
