//! D0609 deprecated-api.

use std::ops::Range;

use design_registry::definitions::{Definitions, KubernetesVersion, Lifecycle};
use design_schema::GapKind;
use design_vocabulary::Finding;

use super::api_not_served::replacement;
use crate::Context;
use crate::releases;
use crate::rule::rule;

rule! {
    /// An apiVersion that is served, and deprecated.
    ///
    /// Kubernetes removes a beta version some releases after it deprecated it, and the object is refused from then on. The
    /// message says since when the version is deprecated and, where that is planned, which release removes it; the help
    /// names what takes its place. Versions that are gone already are D0601.
    ///
    /// Of a custom resource it is the definition that says so (`deprecated: true` of a version).
    ///
    /// The facts come from Kubernetes' own source and its guide to deprecated APIs: `models/kubernetes/lifecycle.yaml`.
    ///
    /// ## What to do
    ///
    /// Write the version that the help names. Fields may differ between versions of a kind.
    "D0609", "deprecated-api", Warning
}

/// One finding a component of a deprecated version.
pub fn check(context: &Context<'_>, objects: Range<usize>, findings: &mut Vec<Finding>) {
    let definitions = Definitions::builtin();
    for (index, component) in context.objects(objects) {
        if component.is_annotation || context.releases.is_empty() {
            continue;
        }
        let Some(known) = Lifecycle::of(&component.api_version, &component.kind) else { continue };
        let is_concerned = |release: &KubernetesVersion| {
            known.deprecated <= *release
                && definitions.find(*release, &component.api_version, &component.kind).is_some()
        };
        let concerned: Vec<KubernetesVersion> = context.releases.iter().copied().filter(is_concerned).collect();
        if concerned.is_empty() {
            continue;
        }
        let Some(span) = context.span(index, &["component".into(), "version".into()]) else { continue };
        let kind = &component.kind;
        let gone = known.removed.map(|removed| format!(" and gone in {removed}")).unwrap_or_default();
        let releases = if context.releases.len() > 1 {
            format!(" (this holds for {})", releases::listed(&concerned))
        } else {
            String::new()
        };
        let message = format!(
            "{kind} in `{}` is deprecated since Kubernetes {}{gone}{releases}",
            component.api_version, known.deprecated
        );
        let serves_all = |api_version: &str, kind: &str| {
            context.releases.iter().all(|release| definitions.find(*release, api_version, kind).is_some())
        };
        let help = match known.replacement() {
            Some((api_version, Some(other))) if serves_all(api_version, other) => {
                format!("use {other} in `{api_version}`")
            }
            Some((api_version, None)) if serves_all(api_version, kind) => format!("write `{api_version}`"),
            _ => match replacement(context.releases, component.group(), kind) {
                Ok(version) if version != component.api_version.as_str() => format!("write `{version}`"),
                _ => "nothing that all of the releases serve takes its place yet".to_owned(),
            },
        };
        findings.push(RULE.finding(message, span).help(help));
    }
}

/// One finding a kind and version whose own definition says that it is deprecated.
pub fn check_custom(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for gap in context.gaps {
        let GapKind::Deprecated(words) = &gap.what else { continue };
        let Some((component, span)) = context.version_of(gap.component) else { continue };
        let message = format!("{} in `{}` is deprecated", component.kind, component.api_version);
        let finding = RULE.finding(message, span);
        findings.push(match words.as_str() {
            "" => finding,
            words => finding.help(format!("its definition says: {words}")),
        });
    }
}
