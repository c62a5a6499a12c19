//! Reading a namespace or a cluster back: the objects that somebody made, as somebody would write them.

mod defaults;
mod kinds;
mod owned;

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::Value;

use crate::prepare::AT_A_TIME;
use crate::request::{Cluster, Refused};
use crate::resource::name_kind;
use crate::set;

/// What is read.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The namespace; `None` for all of them, with what lives in the cluster.
    pub namespace: Option<String>,
    /// Whether Secrets come with their values.
    pub has_secrets: bool,
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Pulled {
    /// The objects, by kind and name. They keep their `uid`, which tells that they come from a cluster.
    pub objects: Vec<Value>,
    /// The Secrets that stayed where they are: namespace and name.
    pub secrets: Vec<(String, String)>,
    /// How many objects were left out because the cluster, a controller or a tool makes them, by kind.
    pub left_out: BTreeMap<String, usize>,
    /// How many fields were left out because the server would fill them in with the same value.
    pub defaults: usize,
    /// What may not be read, or gave no answer.
    pub unread: Vec<Unread>,
}

/// A resource that was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Such as `deployments.apps`.
    pub resource: String,
    /// Why, in words.
    pub why: String,
}

/// Reads what is wanted, kind by kind. An error means that the server does not even say which kinds it has.
pub async fn pull(cluster: &Cluster, wanted: &Wanted) -> Result<Pulled, Refused> {
    let kinds = kinds::listed(cluster, wanted.namespace.is_some()).await?;
    let read: Vec<Result<Pulled, Unread>> =
        stream::iter(&kinds).map(|kind| read(cluster, kind, wanted)).buffered(AT_A_TIME).collect().await;
    let mut pulled = Pulled::default();
    for read in read {
        match read {
            Ok(mut read) => {
                pulled.objects.append(&mut read.objects);
                pulled.secrets.append(&mut read.secrets);
                pulled.defaults += read.defaults;
                for (kind, count) in read.left_out {
                    *pulled.left_out.entry(kind).or_default() += count;
                }
            }
            Err(unread) => pulled.unread.push(unread),
        }
    }
    Ok(pulled)
}

/// What becomes of an object that was read.
enum Read {
    Kept(Value, usize),
    Secret(String, String),
    MadeByItself,
}

/// Reads the objects of one kind, page by page, and keeps of each what somebody made of it.
async fn read(cluster: &Cluster, kind: &kinds::Kind, wanted: &Wanted) -> Result<Pulled, Unread> {
    let path = kind.resource.list(&kind.api_version, wanted.namespace.as_deref());
    let read = cluster.listed(&path, "", |object| Some(given(object, kind, wanted))).await;
    let read = read.map_err(|refused| Unread { resource: kind.name(), why: refused.words() })?;
    let mut pulled = Pulled::default();
    for read in read {
        match read {
            Read::Kept(object, defaults) => {
                pulled.objects.push(object);
                pulled.defaults += defaults;
            }
            Read::Secret(namespace, name) => pulled.secrets.push((namespace, name)),
            Read::MadeByItself => *pulled.left_out.entry(kind.kind.clone()).or_default() += 1,
        }
    }
    Ok(pulled)
}

fn given(mut object: Value, kind: &kinds::Kind, wanted: &Wanted) -> Read {
    name_kind(&mut object, &kind.api_version, &kind.kind);
    if kinds::is_made_by_itself(&object) {
        return Read::MadeByItself;
    }
    if kind.kind == "Secret" && kind.api_version == "v1" && !wanted.has_secrets {
        let text = |path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        return Read::Secret(text("/metadata/namespace"), text("/metadata/name"));
    }
    set::forget(&mut object);
    let mut object = owned::owned(object);
    let defaults = defaults::remove(&mut object);
    Read::Kept(object, defaults)
}
