//! One kind and the file that lists them.

use serde::Deserialize;

pub use crate::name::NameRule;

/// What a model says of one kind.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Kind {
    /// The kind, such as `Deployment`.
    pub kind: String,
    /// The API group; empty for the core group.
    #[serde(default)]
    pub group: String,
    /// The versions, the preferred one first.
    pub versions: Vec<String>,
    /// The resource name in URLs, such as `deployments`.
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
}

impl Kind {
    /// Whether a supported Kubernetes version still serves the group.
    pub fn is_served(&self) -> bool {
        self.group != "extensions" && self.kind != "PodSecurityPolicy"
    }

    /// Group and preferred version as a file writes them; `None` only for a kind without versions.
    pub fn api_version(&self) -> Option<String> {
        let version = self.versions.first()?;
        Some(if self.group.is_empty() { version.clone() } else { format!("{}/{version}", self.group) })
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    kinds: Vec<Kind>,
}

/// The kinds of the embedded Kubernetes model.
pub(crate) fn builtin() -> Vec<Kind> {
    // A test reads the same text; a build whose model does not parse never ships.
    serde_yaml::from_str::<File>(include_str!("../../kubernetes/kinds.yaml")).map(|file| file.kinds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_model_parses_and_names_each_kind_once() {
        let file: File = serde_yaml::from_str(include_str!("../../kubernetes/kinds.yaml")).unwrap();
        let mut names: Vec<_> = file.kinds.iter().map(|kind| (&kind.group, &kind.kind)).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(count > 80);
    }
}
