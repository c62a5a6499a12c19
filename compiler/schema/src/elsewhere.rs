//! Schemas of kinds that Kubernetes does not define.

use design_registry::definitions::KubernetesVersion;
use serde_json::Value;

pub use crate::translated::Dialect;

/// Where the schemas of custom resources come from: definitions in the input, models, folders.
pub trait Schemas {
    /// The schema of a kind, as it is for a release of Kubernetes.
    fn find(&self, release: KubernetesVersion, api_version: &str, kind: &str) -> Found;
}

/// What is known of a kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Its schema.
    Schema(KindSchema),
    /// It is defined, and no schema with it: everything is allowed.
    Anything,
    /// It is defined, but not in this version: in these, which are served.
    OtherVersions(Vec<String>),
    /// There is a schema, and it cannot be read: where, and why.
    Unreadable {
        /// Where it stands.
        origin: String,
        /// Why it cannot be read, in words.
        reason: String,
    },
    /// Nothing.
    Nothing,
}

/// The schema of a kind.
#[derive(Clone, Debug, PartialEq)]
pub struct KindSchema {
    /// The schema of the whole object.
    pub schema: Value,
    /// What it means where it says nothing.
    pub dialect: Dialect,
    /// Where it comes from, for people. Two schemas of a kind from the same place are the same.
    pub origin: String,
    /// That this version of the kind is deprecated, with what its author says of that.
    pub deprecated: Option<String>,
}

/// No schemas at all.
impl Schemas for () {
    fn find(&self, _release: KubernetesVersion, _api_version: &str, _kind: &str) -> Found {
        Found::Nothing
    }
}
