//! What a server says of its kinds: definitions of custom resources, and its OpenAPI documents (version 3, KEP-2896).

use std::collections::BTreeSet;

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::Value;

use crate::prepare::AT_A_TIME;
use crate::request::{Cluster, Refused};
use crate::resource::{group_of, name_kind};

/// A document that a server serves.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its path at the server.
    pub path: String,
    /// Its text, as JSON.
    pub text: String,
}

const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/// The definitions of custom resources, then the documents of all other groups; of some groups where any are given. An
/// error means that the server does not tell, or may not tell this user.
pub async fn openapi(cluster: &Cluster, groups: &[String]) -> Result<Vec<Document>, Refused> {
    let is_wanted = |group: &str| groups.is_empty() || groups.iter().any(|wanted| wanted == group);
    let mut documents = Vec::new();
    let mut defined = BTreeSet::new();
    let definitions = cluster.list(DEFINITIONS, "").await?;
    for mut definition in definitions {
        let group = definition.pointer("/spec/group").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !is_wanted(&group) {
            continue;
        }
        defined.insert(group);
        name_kind(&mut definition, "apiextensions.k8s.io/v1", "CustomResourceDefinition");
        let name = definition.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        documents.push(Document { path: format!("{DEFINITIONS}/{name}"), text: definition.to_string() });
    }
    let index = cluster.get("/openapi/v3").await?;
    let none = serde_json::Map::new();
    let paths = index.get("paths").and_then(Value::as_object).unwrap_or(&none);
    let wanted = paths.iter().filter_map(|(path, entry)| {
        let version = path.strip_prefix("apis/").or_else(|| path.strip_prefix("api/"))?;
        let group = group_of(version);
        // A path without a version is a list of versions.
        let is_version = version.contains('/') != path.starts_with("api/");
        let is_told = is_version && is_wanted(group) && !defined.contains(group);
        is_told.then(|| entry.get("serverRelativeURL").and_then(Value::as_str).map(str::to_owned))?
    });
    let read: Vec<Result<Document, Refused>> = stream::iter(wanted.collect::<Vec<String>>())
        .map(|url| async move {
            let document = cluster.get(&url).await?;
            let path = url.split_once('?').map_or(url.as_str(), |(path, _)| path).to_owned();
            Ok(Document { path, text: document.to_string() })
        })
        .buffered(AT_A_TIME)
        .collect()
        .await;
    for document in read {
        documents.push(document?);
    }
    Ok(documents)
}
