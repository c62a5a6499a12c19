//! Component definitions of Kubernetes: what each of its releases serves, and the JSON Schema of every kind.
//!
//! `models/kubernetes/definitions.json` lists the kinds, `models/kubernetes/schemas.bin` holds their schemas, compressed.
//! `cargo run -p design-regenerate` writes both from a release of Kubernetes. The list is read the first time that
//! somebody asks for it, and a schema the first time that somebody asks for that one.

mod archive;
mod lifecycle;
mod schema;
mod version;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

pub use archive::{Archive, ArchiveError, ArchiveWriter, SchemaSet};
pub use lifecycle::Lifecycle;
pub use schema::{Field, ListType, Schema};
pub use version::{KubernetesVersion, NotAVersion};

/// The file that lists what each release serves.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct DefinitionList {
    /// The digest of the archive with the schemas, as `sha256:` and hexadecimal digits: the two files belong together.
    pub digest: String,
    /// The releases, oldest first.
    pub releases: Vec<Release>,
    /// The definitions, sorted by group, kind and version.
    pub definitions: Vec<ComponentDefinition>,
}

/// A release of Kubernetes and the groups that it serves.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Release {
    /// The release.
    pub version: KubernetesVersion,
    /// The version of the source that its definitions were made from, such as `1.36.3`.
    pub source: String,
    /// The groups by name.
    pub groups: Vec<Group>,
}

/// An API group of a release.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Group {
    /// The name; empty for the core group.
    pub name: String,
    /// The versions, the preferred one first. Alpha and beta versions are among them, though most clusters serve them only
    /// where somebody turned them on.
    pub versions: Vec<String>,
}

/// What Kubernetes says of one kind in one version of its group.
///
/// Where releases differ in these facts, each difference is a definition of its own.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ComponentDefinition {
    /// The API group; empty for the core group.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// The kind, such as `Deployment`.
    pub kind: String,
    /// The version of the group, such as `v1`.
    pub version: String,
    /// The resource name in URLs, such as `deployments`.
    pub plural: String,
    /// The name of one, such as `deployment`.
    pub singular: String,
    /// The abbreviations that kubectl takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub short_names: Vec<String>,
    /// The sets of kinds that it belongs to, such as `all`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Whether objects live in a namespace.
    pub namespaced: bool,
    /// What the API server can do with objects of the kind. Some can only be created (reviews), some only be read.
    pub verbs: Vec<String>,
    /// Resources below an object, such as `scale` and `status`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subresources: Vec<String>,
    /// The releases that serve it so, oldest first.
    pub releases: Vec<KubernetesVersion>,
}

impl ComponentDefinition {
    /// Group and version as a file writes them.
    pub fn api_version(&self) -> String {
        api_version(&self.group, &self.version)
    }

    /// Whether a release serves the kind in this version.
    pub fn is_served_by(&self, release: KubernetesVersion) -> bool {
        self.releases.contains(&release)
    }

    /// Whether objects of the kind can be created, as a design does.
    pub fn is_creatable(&self) -> bool {
        self.verbs.iter().any(|verb| verb == "create")
    }
}

/// Group and version as a file writes them: `apps/v1`, and `v1` for the core group.
pub fn api_version(group: &str, version: &str) -> String {
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}

/// The component definitions of a model, release by release.
#[derive(Debug)]
pub struct Definitions {
    list: DefinitionList,
    /// The places in the list of the definitions of a kind, by its name.
    by_kind: HashMap<String, Vec<usize>>,
    packed: Cow<'static, [u8]>,
    archive: OnceLock<Option<Archive>>,
}

impl Definitions {
    /// The definitions of the embedded Kubernetes model; the list is read once per process.
    pub fn builtin() -> &'static Self {
        static DEFINITIONS: OnceLock<Definitions> = OnceLock::new();
        DEFINITIONS.get_or_init(|| {
            // A test reads the same files; a build whose model does not parse never ships.
            let list = serde_json::from_str(include_str!("../../kubernetes/definitions.json"));
            let nothing = DefinitionList { digest: String::new(), releases: Vec::new(), definitions: Vec::new() };
            Self::new(list.unwrap_or(nothing), include_bytes!("../../kubernetes/schemas.bin").as_slice())
        })
    }

    /// Definitions from their list and the packed archive of their schemas, which is opened when a schema is asked for.
    pub fn new(list: DefinitionList, packed: impl Into<Cow<'static, [u8]>>) -> Self {
        let mut by_kind: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, definition) in list.definitions.iter().enumerate() {
            by_kind.entry(definition.kind.clone()).or_default().push(place);
        }
        Self { list, by_kind, packed: packed.into(), archive: OnceLock::new() }
    }

    /// The releases, oldest first.
    pub fn releases(&self) -> &[Release] {
        &self.list.releases
    }

    /// The digest of the archive with the schemas.
    pub fn digest(&self) -> &str {
        &self.list.digest
    }

    /// One release; `None` where the model does not hold it.
    pub fn release(&self, version: KubernetesVersion) -> Option<&Release> {
        self.list.releases.iter().find(|release| release.version == version)
    }

    /// All definitions, sorted by group, kind and version.
    pub fn all(&self) -> &[ComponentDefinition] {
        &self.list.definitions
    }

    /// The definitions of a kind in every group, version and release, in the order of the list.
    pub fn named(&self, kind: &str) -> impl Iterator<Item = &ComponentDefinition> {
        self.by_kind.get(kind).into_iter().flatten().filter_map(|place| self.list.definitions.get(*place))
    }

    /// The definitions that a release serves, in the order of the list.
    pub fn served_by(&self, release: KubernetesVersion) -> impl Iterator<Item = &ComponentDefinition> {
        self.list.definitions.iter().filter(move |definition| definition.is_served_by(release))
    }

    /// The definition of a kind in a release; `None` where the release does not serve it in that version.
    pub fn find(&self, release: KubernetesVersion, api_version: &str, kind: &str) -> Option<&ComponentDefinition> {
        let (group, version) = split(api_version);
        self.named(kind).find(|definition| {
            definition.group == group && definition.version == version && definition.is_served_by(release)
        })
    }

    /// The definition of a kind in the version that a release prefers among those of the group that have it; `None` where
    /// the release does not serve the kind.
    pub fn preferred(&self, release: KubernetesVersion, group: &str, kind: &str) -> Option<&ComponentDefinition> {
        let versions = &self.release(release)?.groups.iter().find(|candidate| candidate.name == group)?.versions;
        let rank = |definition: &ComponentDefinition| versions.iter().position(|name| *name == definition.version);
        self.named(kind)
            .filter(|definition| definition.group == group && definition.is_served_by(release))
            .min_by_key(|definition| rank(definition).unwrap_or(usize::MAX))
    }

    /// The releases that serve a kind in this version, oldest first. It is removed where older ones are among them and
    /// newer ones are not.
    pub fn served_in(&self, api_version: &str, kind: &str) -> Vec<KubernetesVersion> {
        let releases = self.list.releases.iter().map(|release| release.version);
        releases.filter(|release| self.find(*release, api_version, kind).is_some()).collect()
    }

    /// The first release that no longer serves a kind in this version though the one before it did; `None` where the
    /// newest release serves it, or none ever did.
    pub fn removed_in(&self, api_version: &str, kind: &str) -> Option<KubernetesVersion> {
        let last = *self.served_in(api_version, kind).last()?;
        self.list.releases.iter().map(|release| release.version).find(|release| *release > last)
    }

    /// The JSON Schema of a kind in a release; `None` where the release does not serve it in that version.
    ///
    /// Subresources that are kinds of their own (`autoscaling/v1` Scale, `policy/v1` Eviction) have schemas too. The first
    /// call for a kind takes about a millisecond; later ones find what the first made. Two releases whose schemas are the
    /// same share one.
    pub fn schema(&self, release: KubernetesVersion, api_version: &str, kind: &str) -> Option<&Schema> {
        // A test opens every schema; a build whose archive is damaged never ships.
        self.archive
            .get_or_init(|| Archive::open(self.packed.clone()).ok())
            .as_ref()?
            .schema(release, api_version, kind)
            .ok()?
    }
}

/// Group and version of an apiVersion.
fn split(api_version: &str) -> (&str, &str) {
    api_version.rsplit_once('/').unwrap_or(("", api_version))
}
