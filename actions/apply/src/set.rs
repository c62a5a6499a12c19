//! The inventory: an `ApplySet` (KEP-3659). A parent object in the cluster names the kinds and namespaces of the set, and each
//! member carries a label with the set's id, so that what left a design is found again.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::StreamExt as _;
use futures_util::stream;
use http::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::desired::{Desired, Identity};
use crate::fields;
use crate::prepare::AT_A_TIME;
use crate::request::{Cluster, How, JSON, Refused};
use crate::resource::{Resource, Resources, name_kind};

/// The label of members.
pub const PART_OF: &str = "applyset.kubernetes.io/part-of";
const ID: &str = "applyset.kubernetes.io/id";
const TOOLING: &str = "applyset.kubernetes.io/tooling";
const KINDS: &str = "applyset.kubernetes.io/contains-group-kinds";
const NAMESPACES: &str = "applyset.kubernetes.io/additional-namespaces";

/// Kinds whose objects are never pruned: with them goes what others have put there.
const PROTECTED: [&str; 4] =
    ["Namespace", "CustomResourceDefinition.apiextensions.k8s.io", "PersistentVolume", "PersistentVolumeClaim"];

/// The set of a design in a namespace.
#[derive(Clone, Debug)]
pub struct ApplySet {
    /// The name of the parent, a ConfigMap.
    pub parent: String,
    /// The namespace of the parent.
    pub namespace: String,
    /// The id, which members carry.
    pub id: String,
    /// The kinds that were in the set, as `Kind.group`.
    pub kinds: BTreeSet<String>,
    /// The namespaces that were in the set, beside that of the parent.
    pub namespaces: BTreeSet<String>,
    /// Whether there is a parent.
    pub is_there: bool,
    /// The tool that the parent belongs to, where that is another one.
    pub stranger: Option<String>,
}

/// A live object of a set.
#[derive(Clone, Debug)]
pub struct Member {
    /// Group and kind, as `Kind.group`.
    pub group_kind: String,
    /// Its namespace; `None` for what lives in the cluster.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// The name of its resource in paths.
    pub plural: String,
    /// Its path at the server.
    pub path: String,
    /// The object.
    pub object: Value,
}

impl Member {
    /// What it is told from others by.
    pub(crate) fn identity(&self) -> Identity<'_> {
        (self.group_kind.clone(), self.namespace.as_deref(), &self.name)
    }

    /// The id that it would have in a graph.
    pub fn id(&self) -> String {
        format!("{}/{}/{}", self.group_kind, self.namespace.as_deref().unwrap_or_default(), self.name)
    }

    /// Why it stays when it has left the design; `None` where it may go.
    pub fn guard(&self) -> Option<Guard> {
        let owners = self.object.pointer("/metadata/ownerReferences").and_then(Value::as_array);
        if owners.is_some_and(|owners| !owners.is_empty()) {
            return Some(Guard::Owned);
        }
        if !fields::is_applied(&self.object) {
            return Some(Guard::NeverApplied);
        }
        PROTECTED.contains(&self.group_kind.as_str()).then_some(Guard::Protected)
    }
}

/// Why a member stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Another object owns it.
    Owned,
    /// This program never applied it.
    NeverApplied,
    /// With objects of its kind goes what others have put there.
    Protected,
}

impl Guard {
    /// Whether it is the object of somebody else that only carries the label.
    pub const fn is_of_others(self) -> bool {
        matches!(self, Self::Owned | Self::NeverApplied)
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Owned => "another object owns it; an operator may have copied the label",
            Self::NeverApplied => "design never applied it; somebody may have copied the label",
            Self::Protected => "objects of this kind are never pruned",
        }
    }
}

impl ApplySet {
    /// Reads what the cluster knows of the set of a design.
    pub async fn read(cluster: &Cluster, design: &str) -> Result<Self, Refused> {
        let namespace = cluster.connection.namespace.clone();
        let parent = parent_name(design);
        let digest = Sha256::digest(format!("{parent}.{namespace}.ConfigMap."));
        let mut set = Self {
            id: format!("applyset-{}-v1", URL_SAFE_NO_PAD.encode(digest)),
            parent,
            namespace,
            kinds: BTreeSet::new(),
            namespaces: BTreeSet::new(),
            is_there: false,
            stranger: None,
        };
        let live = match cluster.get(&set.path()).await {
            // Who may not look at it is told so with all the rights that are missing.
            Err(refused) if refused.is(404) || refused.is(403) => return Ok(set),
            live => live?,
        };
        set.is_there = true;
        let annotation = |key: &str| {
            let annotations = live.pointer("/metadata/annotations");
            annotations.and_then(|all| all.get(key)).and_then(Value::as_str).unwrap_or_default()
        };
        let list = |key: &str| annotation(key).split(',').filter(|one| !one.is_empty()).map(str::to_owned).collect();
        set.kinds = list(KINDS);
        set.namespaces = list(NAMESPACES);
        let tool = annotation(TOOLING);
        set.stranger = (!tool.starts_with("design/")).then(|| match tool {
            "" => "nobody knows whom".to_owned(),
            tool => tool.to_owned(),
        });
        Ok(set)
    }

    fn path(&self) -> String {
        format!("/api/v1/namespaces/{}/configmaps/{}", self.namespace, self.parent)
    }

    /// Writes the parent for these objects, and with `keep` also for what was in the set before: so it is until that is
    /// pruned.
    pub async fn write(&self, cluster: &Cluster, all: &[Desired], keep: bool) -> Result<(), Refused> {
        let mut kinds: BTreeSet<String> = all.iter().map(Desired::group_kind).collect();
        let mut namespaces: BTreeSet<String> = all.iter().filter_map(|desired| desired.namespace.clone()).collect();
        if keep {
            kinds.extend(self.kinds.iter().cloned());
            namespaces.extend(self.namespaces.iter().cloned());
        }
        namespaces.remove(&self.namespace);
        let joined = |all: BTreeSet<String>| all.into_iter().collect::<Vec<_>>().join(",");
        let parent = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": self.parent,
                "namespace": self.namespace,
                "labels": {ID: self.id},
                "annotations": {
                    TOOLING: concat!("design/v", env!("CARGO_PKG_VERSION")),
                    KINDS: joined(kinds),
                    NAMESPACES: joined(namespaces),
                },
            },
        });
        cluster.apply(&self.path(), parent.to_string().as_bytes(), How { force: true, dry_run: false }).await.map(drop)
    }

    /// The live objects that carry the id, of the kinds and in the namespaces that the parent names: a kind in the version of
    /// `versions`, by `Kind.group`, or else in the one that the server prefers. What of `listable` (group and plural) lives in
    /// several namespaces is listed at once.
    pub async fn members(
        &self,
        cluster: &Cluster,
        resources: &mut Resources,
        versions: &BTreeMap<String, String>,
        listable: &BTreeSet<(String, String)>,
    ) -> Result<Vec<Member>, Refused> {
        let mut lists = Vec::new();
        for group_kind in &self.kinds {
            let (kind, group) = group_kind.split_once('.').unwrap_or((group_kind, ""));
            let known = versions.get(group_kind).and_then(|version| Some((version, resources.find(version, kind)?)));
            let found = match known {
                Some((version, resource)) => Some((version.clone(), resource.clone())),
                None => resources.preferred(cluster, group, kind).await,
            };
            let Some((api_version, resource)) = found else { continue };
            let is_listable = listable.contains(&(group.to_owned(), resource.plural.clone()));
            let namespaces = self.namespaces.iter().chain([&self.namespace]).map(Some);
            let places: Vec<Option<&String>> =
                if !resource.is_namespaced || (is_listable && !self.namespaces.is_empty()) {
                    vec![None]
                } else {
                    namespaces.collect()
                };
            lists.extend(places.into_iter().map(|place| (group_kind, api_version.clone(), resource.clone(), place)));
        }
        let found: Vec<Result<Vec<Member>, Refused>> = stream::iter(lists)
            .map(|(group_kind, api_version, resource, place)| {
                self.members_of(cluster, group_kind, api_version, resource, place.map(String::as_str))
            })
            .buffered(AT_A_TIME)
            .collect()
            .await;
        let mut members = Vec::new();
        for found in found {
            members.extend(found?);
        }
        Ok(members)
    }

    /// The members of a kind in a namespace; without one in all of the set.
    async fn members_of(
        &self,
        cluster: &Cluster,
        group_kind: &str,
        api_version: String,
        resource: Resource,
        namespace: Option<&str>,
    ) -> Result<Vec<Member>, Refused> {
        let kind = group_kind.split_once('.').map_or(group_kind, |(kind, _)| kind);
        let selector = format!("labelSelector={}&", crate::request::encoded(&format!("{PART_OF}={}", self.id)));
        let is_own = |namespace: &str| namespace == self.namespace || self.namespaces.contains(namespace);
        let keep = |mut object: Value| {
            name_kind(&mut object, &api_version, kind);
            let place = object.pointer("/metadata/namespace").and_then(Value::as_str).map(str::to_owned);
            // The label alone, in a place that the parent does not name, makes no member.
            let is_member = !resource.is_namespaced || place.as_deref().is_some_and(is_own);
            is_member.then(|| member(group_kind, &api_version, &resource, place.as_deref(), object))
        };
        cluster.listed(&resource.list(&api_version, namespace), &selector, keep).await
    }

    /// Takes the parent away.
    pub async fn remove(&self, cluster: &Cluster) -> Result<(), Refused> {
        match cluster.send(&Method::DELETE, &self.path(), None).await {
            Err(refused) if refused.is(404) => Ok(()),
            answer => answer.map(drop),
        }
    }
}

pub(crate) fn member(
    group_kind: &str,
    api_version: &str,
    resource: &Resource,
    namespace: Option<&str>,
    object: Value,
) -> Member {
    let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let path = resource.object(api_version, namespace, &name);
    let (plural, namespace) = (resource.plural.clone(), namespace.map(str::to_owned));
    Member { group_kind: group_kind.to_owned(), namespace, name, plural, path, object }
}

/// The id of the set that an object belongs to by its label.
pub(crate) fn membership(object: &Value) -> Option<&str> {
    object.pointer("/metadata/labels")?.get(PART_OF)?.as_str()
}

/// Whether an object is the inventory of a design.
pub(crate) fn is_own_parent(object: &Value) -> bool {
    let text = |path: &str, key: &str| object.pointer(path).and_then(|map| map.get(key)).and_then(Value::as_str);
    object.get("kind").and_then(Value::as_str) == Some("ConfigMap")
        && text("/metadata/labels", ID).is_some()
        && text("/metadata/annotations", TOOLING).is_some_and(|tool| tool.starts_with("design/"))
}

/// Takes the label of membership from an object: it means something in one cluster only.
pub(crate) fn forget(object: &mut Value) {
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    let Some(labels) = metadata.get_mut("labels").and_then(Value::as_object_mut) else { return };
    labels.remove(PART_OF);
    if labels.is_empty() {
        metadata.remove("labels");
    }
}

/// Deletes one object, and only the one that was looked at.
pub async fn delete(cluster: &Cluster, member: &Member) -> Result<(), Refused> {
    let uid = member.object.pointer("/metadata/uid").cloned().unwrap_or_default();
    let options = json!({
        "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background", "preconditions": {"uid": uid},
    });
    match cluster.send(&Method::DELETE, &member.path, Some((JSON, options.to_string().into_bytes()))).await {
        Err(refused) if refused.is(404) => Ok(()),
        // Another object of that name is there by now.
        Err(refused) if refused.is(409) => Ok(()),
        answer => answer.map(drop),
    }
}

/// The name of the parent of a design's set: a DNS subdomain.
fn parent_name(design: &str) -> String {
    let name: String = design
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
        .take(200)
        .collect();
    format!("design-{}", name.trim_matches('-')).trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_design_has_a_parent_with_a_valid_name() {
        assert_eq!(parent_name("Online Boutique!"), "design-online-boutique");
        assert_eq!(parent_name("ä"), "design");
    }
}
