//! One kind of the built-in models, and the file that says by hand what cannot be generated.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::definitions::{ComponentDefinition, Definitions, api_version};
pub use crate::name::NameRule;

/// What a model says of one kind, over all its versions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Kind {
    /// The kind, such as `Deployment`.
    pub kind: String,
    /// The API group; empty for the core group.
    #[serde(default)]
    pub group: String,
    /// The versions, the preferred one of the newest release first. Those that only older releases serve come last.
    pub versions: Vec<String>,
    /// The resource name in URLs, such as `deployments`; empty where the model does not say it.
    pub plural: String,
    /// The abbreviations that kubectl takes.
    #[serde(default)]
    pub short_names: Vec<String>,
    /// Whether objects live in a namespace.
    pub namespaced: bool,
    /// What an object's name may look like.
    #[serde(default)]
    pub name: NameRule,
    /// When an object of this kind is put, relative to others.
    #[serde(default)]
    pub phase: Phase,
    #[serde(skip)]
    is_removed: bool,
}

impl Kind {
    /// A kind of which nothing is known but its versions and where its objects live.
    pub fn new(kind: impl Into<String>, group: impl Into<String>, versions: Vec<String>, namespaced: bool) -> Self {
        Self {
            kind: kind.into(),
            group: group.into(),
            versions,
            plural: String::new(),
            short_names: Vec::new(),
            namespaced,
            name: NameRule::default(),
            phase: Phase::default(),
            is_removed: false,
        }
    }

    /// Whether a release that the model holds serves it.
    pub fn is_served(&self) -> bool {
        !self.is_removed
    }

    /// Group and preferred version as a file writes them; `None` only for a kind without versions.
    pub fn api_version(&self) -> Option<String> {
        Some(api_version(&self.group, self.versions.first()?))
    }

    /// The kind as `kinds.yaml` and the identities of a graph write it: with its group, but for the core group.
    fn qualified(&self) -> String {
        if self.group.is_empty() { self.kind.clone() } else { format!("{}.{}", self.kind, self.group) }
    }
}

/// The phases in which the objects of a design are listed: what others usually need comes first. The order follows the
/// install order that Helm publishes, by groups of kinds; custom resources come after what runs their controllers.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Namespaces.
    Namespaces,
    /// Custom resource definitions.
    Definitions,
    /// Cluster-wide classes and node settings.
    Classes,
    /// Quotas, limits, network policies and service accounts.
    Tenancy,
    /// Roles.
    Roles,
    /// Role bindings.
    Bindings,
    /// Config maps, secrets and templates.
    Configuration,
    /// Volumes and claims.
    Storage,
    /// Services.
    Services,
    /// Whatever runs containers.
    Workloads,
    /// Autoscalers and disruption budgets.
    Scaling,
    /// Ingresses.
    Routes,
    /// Custom resources and everything not named here.
    #[default]
    Other,
    /// Aggregated API services: they need their workload first.
    Aggregation,
    /// Webhooks and admission policies: last, since from then on they judge everything else.
    Admission,
}

/// What is said by hand.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    phases: BTreeMap<Phase, Vec<String>>,
    names: BTreeMap<NameRule, Vec<String>>,
    removed: Vec<Kind>,
}

const FILE: &str = embedded!("kubernetes-kinds.json");

/// The kinds of the embedded Kubernetes model, sorted by group and kind; those that are removed last.
pub(crate) fn builtin() -> Vec<Kind> {
    // A test reads the same text; a build whose model does not parse never ships.
    let file: File = serde_json::from_str(FILE).unwrap_or_default();
    let phases = by_kind(&file.phases);
    let names = by_kind(&file.names);
    let definitions = Definitions::builtin();
    let of_kinds = definitions.all().chunk_by(|a, b| (&a.group, &a.kind) == (&b.group, &b.kind));
    let mut kinds: Vec<Kind> = of_kinds.filter_map(|versions| from_definitions(definitions, versions)).collect();
    kinds.extend(file.removed.into_iter().map(|kind| Kind { is_removed: true, ..kind }));
    for kind in &mut kinds {
        let name = kind.qualified();
        kind.phase = phases.get(name.as_str()).copied().unwrap_or_default();
        kind.name = names.get(name.as_str()).copied().unwrap_or_default();
    }
    kinds
}

/// Turns lists of kinds into a table by kind.
fn by_kind<T: Copy>(lists: &BTreeMap<T, Vec<String>>) -> HashMap<&str, T> {
    lists.iter().flat_map(|(value, kinds)| kinds.iter().map(|kind| (kind.as_str(), *value))).collect()
}

/// A kind from its definitions in all versions and releases: what the newest release says in the version that it prefers.
fn from_definitions(definitions: &Definitions, of_kind: &[ComponentDefinition]) -> Option<Kind> {
    let newest = of_kind.iter().filter_map(|definition| definition.releases.last()).max()?;
    let group = &of_kind.first()?.group;
    let preferred = definitions.preferred(*newest, group, &of_kind.first()?.kind)?;
    let mut versions: Vec<String> = Vec::new();
    for release in definitions.releases().iter().rev() {
        let served =
            release.groups.iter().filter(|candidate| candidate.name == *group).flat_map(|group| &group.versions);
        for version in served {
            let has_kind = |definition: &ComponentDefinition| {
                definition.version == *version && definition.is_served_by(release.version)
            };
            if !versions.contains(version) && of_kind.iter().any(has_kind) {
                versions.push(version.clone());
            }
        }
    }
    Some(Kind {
        plural: preferred.plural.clone(),
        short_names: preferred.short_names.clone(),
        ..Kind::new(&preferred.kind, group, versions, preferred.namespaced)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_is_said_by_hand_is_said_once_of_kinds_that_exist() {
        let file: File = serde_json::from_str(FILE).unwrap();
        let kinds = builtin();
        let known: BTreeSet<String> = kinds.iter().map(Kind::qualified).collect();
        assert_eq!(known.len(), kinds.len());
        assert!(kinds.len() > 80);
        for lists in [file.phases.values().flatten().collect::<Vec<_>>(), file.names.values().flatten().collect()] {
            let distinct: BTreeSet<_> = lists.iter().collect();
            assert_eq!(distinct.len(), lists.len());
            for kind in lists {
                assert!(known.contains(kind), "no model defines `{kind}`");
            }
        }
    }

    #[test]
    fn the_versions_of_a_kind_begin_with_those_of_the_newest_release() {
        let kinds = builtin();
        let versions = |group: &str, kind: &str| {
            kinds
                .iter()
                .find(|candidate| candidate.group == group && candidate.kind == kind)
                .unwrap()
                .versions
                .join(" ")
        };
        assert_eq!(versions("autoscaling", "HorizontalPodAutoscaler"), "v2 v1");
        assert_eq!(versions("resource.k8s.io", "ResourceClaim"), "v1 v1beta2 v1beta1 v1alpha3");
        assert_eq!(versions("storagemigration.k8s.io", "StorageVersionMigration"), "v1beta1 v1alpha1");
        assert_eq!(versions("extensions", "Ingress"), "v1beta1");
    }
}
