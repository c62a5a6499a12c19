//! Which resources an API server has, and the paths of their objects.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::Value;

use crate::request::{Cluster, Refused};

/// How objects of a kind are addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// The name in paths, such as `deployments`.
    pub plural: String,
    /// Whether its objects live in namespaces.
    pub is_namespaced: bool,
}

/// The resources of some API versions, by apiVersion and kind.
#[derive(Clone, Debug, Default)]
pub struct Resources {
    known: BTreeMap<(String, String), Resource>,
    /// The versions of each group, the preferred one first.
    versions: BTreeMap<String, Vec<String>>,
}

impl Resources {
    /// Asks for the groups and for the resources of these API versions. A version that the server does not have is no
    /// error: nothing of it is known then.
    pub async fn discover(cluster: &Cluster, versions: &BTreeSet<String>) -> Result<Self, Refused> {
        let mut resources = Self::default();
        resources.versions.insert(String::new(), vec!["v1".to_owned()]);
        for group in items(&cluster.get("/apis").await?, "groups") {
            let preferred = group.pointer("/preferredVersion/groupVersion").map(words).unwrap_or_default();
            let mut served: Vec<String> =
                items(group, "versions").map(|version| text(version, "groupVersion")).collect();
            served.sort_by_key(|version| *version != preferred);
            resources.versions.insert(text(group, "name"), served);
        }
        let served: BTreeSet<&String> = resources.versions.values().flatten().collect();
        let wanted: Vec<String> = versions.iter().filter(|version| served.contains(version)).cloned().collect();
        resources.read(cluster, &wanted).await?;
        Ok(resources)
    }

    /// Asks for the resources of versions that are known to be served.
    async fn read(&mut self, cluster: &Cluster, versions: &[String]) -> Result<(), Refused> {
        let lists = join_all(versions.iter().map(|version| async move { cluster.get(&root(version)).await })).await;
        for (version, list) in versions.iter().zip(lists) {
            let list = match list {
                // A group whose own server is away is as good as none.
                Err(refused) if refused.is(404) || refused.is(503) => continue,
                list => list?,
            };
            for resource in items(&list, "resources") {
                let plural = text(resource, "name");
                // Parts of objects, such as their status, are listed as well.
                if !plural.contains('/') {
                    let is_namespaced = resource.get("namespaced").and_then(Value::as_bool).unwrap_or_default();
                    let key = (version.clone(), text(resource, "kind"));
                    self.known.insert(key, Resource { plural, is_namespaced });
                }
            }
        }
        Ok(())
    }

    /// The resource of a kind of a group, in the version that the server prefers; the apiVersion comes with it. `None` where
    /// there is none.
    pub async fn preferred(&mut self, cluster: &Cluster, group: &str, kind: &str) -> Option<(String, Resource)> {
        for version in self.versions.get(group).cloned().unwrap_or_default() {
            if !self.known.keys().any(|(known, _)| *known == version) {
                self.read(cluster, std::slice::from_ref(&version)).await.ok()?;
            }
            if let Some(resource) = self.find(&version, kind) {
                return Some((version.clone(), resource.clone()));
            }
        }
        None
    }

    /// Adds what a `CustomResourceDefinition` defines; what the server has already stays.
    pub fn define(&mut self, definition: &Value) {
        let pointer = |path: &str| definition.pointer(path).map(words).unwrap_or_default();
        let (group, kind, plural) =
            (pointer("/spec/group"), pointer("/spec/names/kind"), pointer("/spec/names/plural"));
        let is_namespaced = pointer("/spec/scope") == "Namespaced";
        for version in definition.get("spec").into_iter().flat_map(|spec| items(spec, "versions")) {
            let version = format!("{group}/{}", text(version, "name"));
            let resource = Resource { plural: plural.clone(), is_namespaced };
            self.known.entry((version, kind.clone())).or_insert(resource);
        }
    }

    /// The resource of a kind in an API version.
    pub fn find(&self, api_version: &str, kind: &str) -> Option<&Resource> {
        self.known.get(&(api_version.to_owned(), kind.to_owned()))
    }
}

impl Resource {
    /// The path of all objects of the resource, in a namespace where it has one; without one in all of them.
    pub fn list(&self, api_version: &str, namespace: Option<&str>) -> String {
        let root = root(api_version);
        match namespace.filter(|_| self.is_namespaced) {
            Some(namespace) => format!("{root}/namespaces/{namespace}/{}", self.plural),
            None => format!("{root}/{}", self.plural),
        }
    }

    /// The path of one object.
    pub fn object(&self, api_version: &str, namespace: Option<&str>, name: &str) -> String {
        format!("{}/{}", self.list(api_version, namespace), crate::request::encoded(name))
    }
}

/// Where an API version begins.
pub(crate) fn root(api_version: &str) -> String {
    if api_version.contains('/') { format!("/apis/{api_version}") } else { format!("/api/{api_version}") }
}

/// The group of an API version; empty for that of the core.
pub(crate) fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// Says of an element of a list what it is: the elements do not say it themselves.
pub(crate) fn name_kind(object: &mut Value, api_version: &str, kind: &str) {
    if let Some(object) = object.as_object_mut() {
        object.insert("apiVersion".to_owned(), Value::from(api_version));
        object.insert("kind".to_owned(), Value::from(kind));
    }
}

/// The elements of a field; none where it is no array.
pub(crate) fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The text of a field; empty where there is none.
pub(crate) fn text(value: &Value, key: &str) -> String {
    value.get(key).map(words).unwrap_or_default()
}

fn words(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_definition_says_where_its_objects_will_be() {
        let mut resources = Resources::default();
        resources
            .define(&json!({"spec": {"group": "x.y", "scope": "Namespaced", "names": {"kind": "A", "plural": "as"},
            "versions": [{"name": "v1"}]}}));
        let resource = resources.find("x.y/v1", "A").unwrap();
        assert_eq!(resource.object("x.y/v1", Some("shop"), "web"), "/apis/x.y/v1/namespaces/shop/as/web");
        let nodes = Resource { plural: "nodes".to_owned(), is_namespaced: false };
        assert_eq!(nodes.list("v1", Some("shop")), "/api/v1/nodes");
    }
}
