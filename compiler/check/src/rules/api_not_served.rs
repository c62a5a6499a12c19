//! D0601 api-not-served.

use std::ops::Range;

use design_registry::Registry;
use design_registry::definitions::{Definitions, KubernetesVersion, Lifecycle, api_version};
use design_vocabulary::Finding;

use crate::Context;
use crate::fit::Fit;
use crate::fix;
use crate::releases;
use crate::rule::rule;

rule! {
    /// An apiVersion that a release of Kubernetes does not serve.
    ///
    /// Kubernetes adds versions of its kinds and removes old ones: Ingress left `extensions/v1beta1` in 1.22, and
    /// `admissionregistration.k8s.io/v1beta1` lost `ValidatingAdmissionPolicy` in 1.34. The API server of a release that
    /// does not serve the version refuses the object. A misspelt version, such as `apps/v2`, ends the same way.
    ///
    /// `design check` looks at the newest release that it knows; `--kubernetes-version 1.33,1.36` names others. The finding
    /// says which of them refuse the object. Custom resources are not judged by this rule.
    ///
    /// ## What to do
    ///
    /// Write the version that the help names: it is served by every release that was asked for. Fields may differ between
    /// versions of a kind.
    "D0601", "api-not-served", Error
}

/// One finding a component of a known kind whose version is missing in a release.
pub fn check(context: &Context<'_>, objects: Range<usize>, findings: &mut Vec<Finding>) {
    if context.releases.is_empty() {
        return;
    }
    let (definitions, registry) = (Definitions::builtin(), Registry::builtin());
    let mut fit = Fit::new(context);
    for (index, component) in context.objects(objects) {
        let is_judged = !component.is_annotation && !component.api_version.is_empty();
        // What a model of the project defines is served by whatever serves that.
        if !is_judged || registry.find(component.group(), &component.kind).is_none() {
            continue;
        }
        let serves = |release| definitions.find(release, &component.api_version, &component.kind).is_some();
        let refusing: Vec<KubernetesVersion> =
            context.releases.iter().copied().filter(|release| !serves(*release)).collect();
        if refusing.is_empty() {
            continue;
        }
        let Some(span) = context.span(index, &["component".into(), "version".into()]) else {
            continue;
        };
        let verb = if refusing.len() == 1 { "does" } else { "do" };
        let releases = releases::listed(&refusing);
        // Of a version that is gone since before the releases that are known, the table says since when.
        let since = Lifecycle::of(&component.api_version, &component.kind)
            .and_then(|known| known.removed)
            .map(|removed| format!(", which is gone since {removed}"))
            .unwrap_or_default();
        let message =
            format!("Kubernetes {releases} {verb} not serve {} in `{}`{since}", component.kind, component.api_version);
        let (help, fix) = match replacement(context.releases, component.group(), &component.kind) {
            Ok(version) => {
                let fix = context.rewritten(index, &["component".into(), "version".into()], &version);
                let fix = if fit.fits(component, &version) { fix } else { fix::possible(fix) };
                (format!("write `{version}`"), fix)
            }
            Err(reason) => (reason.to_owned(), None),
        };
        findings.push(RULE.finding(message, span).help(help).fix(fix));
    }
}

/// The apiVersion in which all releases serve a kind, or why there is none. The kind's own group comes first; another group
/// counts only where no release has the kind in its own any more.
pub(super) fn replacement(releases: &[KubernetesVersion], group: &str, kind: &str) -> Result<String, &'static str> {
    let (definitions, registry) = (Definitions::builtin(), Registry::builtin());
    let is_removed = registry.find(group, kind).is_none_or(|own| !own.is_served());
    let candidates = registry.named(kind).filter(|candidate| candidate.is_served());
    let mut candidates = candidates.filter(|candidate| is_removed || candidate.group == group).peekable();
    if candidates.peek().is_none() {
        return Err("no release serves this kind any more");
    }
    candidates
        .flat_map(|candidate| candidate.versions.iter().map(|version| api_version(&candidate.group, version)))
        .find(|written| releases.iter().all(|release| definitions.find(*release, written, kind).is_some()))
        .ok_or("no version of this kind is served by all of the releases that were asked for")
}
