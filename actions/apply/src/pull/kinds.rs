//! Which kinds are read, and which of their objects nobody made.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::Value;

use crate::request::{Cluster, Refused};
use crate::resource::{Resource, items, root, text};
use crate::set;

/// A kind with the way to its objects.
#[expect(clippy::struct_field_names, reason = "the word of the field")]
#[derive(Clone, Debug)]
pub struct Kind {
    /// The version that the server prefers.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// Its resource.
    pub resource: Resource,
}

impl Kind {
    /// The resource with its group: `deployments.apps`.
    pub fn name(&self) -> String {
        match self.api_version.split_once('/') {
            Some((group, _)) => format!("{}.{group}", self.resource.plural),
            None => self.resource.plural.clone(),
        }
    }
}

/// Kinds that only the cluster's own parts write: they are not even asked for.
const OF_THE_CLUSTER: [&str; 18] = [
    "APIService.apiregistration.k8s.io",
    "CSINode.storage.k8s.io",
    "CSIStorageCapacity.storage.k8s.io",
    "CertificateSigningRequest.certificates.k8s.io",
    "ComponentStatus",
    "ControllerRevision.apps",
    "Event",
    "Event.events.k8s.io",
    "EndpointSlice.discovery.k8s.io",
    "IPAddress.networking.k8s.io",
    "Lease.coordination.k8s.io",
    "LeaseCandidate.coordination.k8s.io",
    "Node",
    "NodeMetrics.metrics.k8s.io",
    "PodMetrics.metrics.k8s.io",
    "ServiceCIDR.networking.k8s.io",
    "StorageVersion.internal.apiserver.k8s.io",
    "VolumeAttachment.storage.k8s.io",
];

/// Namespaces of the cluster's own parts.
const NAMESPACES: [&str; 3] = ["kube-node-lease", "kube-public", "kube-system"];

/// The kinds that can be listed, each in the version that the server prefers, in the order of groups.
pub async fn listed(cluster: &Cluster, only_namespaced: bool) -> Result<Vec<Kind>, Refused> {
    let groups = cluster.get("/apis").await?;
    let mut versions: Vec<(String, String)> = vec![(String::new(), "v1".to_owned())];
    for group in items(&groups, "groups") {
        let preferred = text(group.get("preferredVersion").unwrap_or(&Value::Null), "groupVersion");
        let mut served: Vec<String> = items(group, "versions").map(|version| text(version, "groupVersion")).collect();
        served.sort_by_key(|version| *version != preferred);
        versions.extend(served.into_iter().map(|version| (text(group, "name"), version)));
    }
    let lists = join_all(versions.iter().map(|(_, version)| async move { cluster.get(&root(version)).await })).await;
    let mut seen = BTreeSet::new();
    let mut kinds = Vec::new();
    for ((group, version), list) in versions.iter().zip(lists) {
        let list = match list {
            // A group whose own server is away has nothing that could be read.
            Err(refused) if refused.is(404) || refused.is(503) => continue,
            list => list?,
        };
        for resource in items(&list, "resources") {
            let (plural, kind) = (text(resource, "name"), text(resource, "kind"));
            let is_namespaced = resource.get("namespaced").and_then(Value::as_bool).unwrap_or_default();
            let can_list = items(resource, "verbs").any(|verb| verb == "list");
            let full = if group.is_empty() { kind.clone() } else { format!("{kind}.{group}") };
            if plural.contains('/')
                || !can_list
                || (only_namespaced && !is_namespaced)
                || OF_THE_CLUSTER.contains(&full.as_str())
                // The same kind in a version that the server prefers less.
                || !seen.insert(full)
            {
                continue;
            }
            kinds.push(Kind { api_version: version.clone(), kind, resource: Resource { plural, is_namespaced } });
        }
    }
    Ok(kinds)
}

/// Whether a controller, the cluster or a tool makes an object, so that it comes into being wherever what is read is applied.
pub fn is_made_by_itself(object: &Value) -> bool {
    let text = |path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let (kind, name, namespace) = (text("/kind"), text("/metadata/name"), text("/metadata/namespace"));
    let owners = object.pointer("/metadata/ownerReferences").and_then(Value::as_array).into_iter().flatten();
    let has_controller =
        owners.into_iter().any(|owner| owner.get("controller").and_then(Value::as_bool).unwrap_or_default());
    let labels = object.pointer("/metadata/labels");
    let annotations = object.pointer("/metadata/annotations");
    let has = |map: Option<&Value>, key: &str| map.is_some_and(|map| map.get(key).is_some());
    has_controller
        || NAMESPACES.contains(&namespace)
        || (kind == "Namespace" && (name == "default" || NAMESPACES.contains(&name)))
        || (kind == "ConfigMap" && (name == "kube-root-ca.crt" || name == "openshift-service-ca.crt"))
        || (kind == "ServiceAccount" && name == "default")
        || (["Service", "Endpoints"].contains(&kind) && name == "kubernetes" && namespace == "default")
        || (text("/apiVersion").starts_with("rbac.authorization.k8s.io/") && name.starts_with("system:"))
        || (kind == "PriorityClass" && name.starts_with("system-"))
        || (kind == "Secret" && ["helm.sh/release.v1", "kubernetes.io/service-account-token"].contains(&text("/type")))
        || has(labels, "kubernetes.io/bootstrapping")
        || has(annotations, "apf.kubernetes.io/autoupdate-spec")
        || set::is_own_parent(object)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_comes_by_itself_is_known() {
        let of = |kind: &str, metadata: Value| json!({"apiVersion": "v1", "kind": kind, "metadata": metadata});
        let owner = json!({"name": "web", "ownerReferences": [{"controller": true}]});
        for object in [
            of("Pod", owner),
            of("ConfigMap", json!({"name": "kube-root-ca.crt", "namespace": "shop"})),
            of("ConfigMap", json!({"name": "coredns", "namespace": "kube-system"})),
            of("ClusterRole", json!({"name": "view", "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"}})),
        ] {
            assert!(is_made_by_itself(&object), "{object}");
        }
        assert!(!is_made_by_itself(&of("Pod", json!({"name": "web", "ownerReferences": [{"controller": false}]}))));
        assert!(!is_made_by_itself(&of("ConfigMap", json!({"name": "settings", "namespace": "shop"}))));
    }
}
