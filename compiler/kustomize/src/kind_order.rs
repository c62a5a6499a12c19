//! The order of kinds that kustomize calls `legacy`.

use std::collections::HashMap;

use design_vocabulary::Text;

use crate::resource::Gvk;

/// The kinds that stand first.
pub(crate) const FIRST: &[&str] = &[
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];
/// The kinds that stand last.
pub(crate) const LAST: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// The ranks of kinds: below zero for those that stand first, above for those that stand last.
pub(crate) fn ranks<'a>(first: &'a [impl AsRef<str>], last: &'a [impl AsRef<str>]) -> HashMap<&'a str, i64> {
    let count = |position: usize| i64::try_from(position).unwrap_or(i64::MAX);
    let mut ranks = HashMap::new();
    for (position, kind) in first.iter().enumerate() {
        ranks.insert(kind.as_ref(), count(position) - count(first.len()));
    }
    for (position, kind) in last.iter().enumerate() {
        ranks.insert(kind.as_ref(), count(position) + 1);
    }
    ranks
}

/// Group, version and kind as a text to sort by; what is empty stands behind what is not.
pub(crate) fn sort_text(gvk: &Gvk) -> String {
    let or = |text: &Text, nothing: &'static str| if text.is_empty() { Text::from(nothing) } else { text.clone() };
    format!("{}_{}_{}", or(&gvk.group, "~G"), or(&gvk.version, "~V"), or(&gvk.kind, "~K"))
}
