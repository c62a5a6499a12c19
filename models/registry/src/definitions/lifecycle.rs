//! When versions of kinds are deprecated and removed, and what takes their place: `models/kubernetes/lifecycle.yaml`.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::KubernetesVersion;

/// What is known of the end of one version of some kinds.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Lifecycle {
    /// Group and version as a file writes them.
    pub api_version: String,
    /// The kinds.
    pub kinds: Vec<String>,
    /// The first release in which the version is deprecated.
    pub deprecated: KubernetesVersion,
    /// The first release that does not serve it any more, or will not, as far as Kubernetes plans it.
    #[serde(default)]
    pub removed: Option<KubernetesVersion>,
    /// The apiVersion that takes its place; behind a blank the kind, where that is another one.
    #[serde(default)]
    replacement: Option<String>,
}

impl Lifecycle {
    /// What is known of a version of a kind; `None` where it is not known to end.
    pub fn of(api_version: &str, kind: &str) -> Option<&'static Self> {
        static BY_VERSION: OnceLock<HashMap<&'static str, Vec<&'static Lifecycle>>> = OnceLock::new();
        let by_version = BY_VERSION.get_or_init(|| {
            let mut by_version: HashMap<&str, Vec<&Self>> = HashMap::new();
            for entry in Self::all() {
                by_version.entry(&entry.api_version).or_default().push(entry);
            }
            by_version
        });
        by_version.get(api_version)?.iter().copied().find(|entry| entry.kinds.iter().any(|known| known == kind))
    }

    /// All that is known, in the order of the file; read once per process.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Lifecycle>> = OnceLock::new();
        ALL.get_or_init(|| {
            // A test reads the same text; a build whose model does not parse never ships.
            serde_json::from_str::<File>(FILE).map(|file| file.versions).unwrap_or_default()
        })
    }

    /// The apiVersion that takes its place, and the kind where that is another one.
    pub fn replacement(&self) -> Option<(&str, Option<&str>)> {
        let text = self.replacement.as_deref()?;
        Some(text.split_once(' ').map_or((text, None), |(api_version, kind)| (api_version, Some(kind))))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    versions: Vec<Lifecycle>,
}

const FILE: &str = embedded!("kubernetes-lifecycle.json");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::Definitions;
    use super::*;

    #[test]
    fn the_table_says_each_thing_once_and_agrees_with_what_releases_serve() {
        let file: File = serde_json::from_str(FILE).unwrap();
        let definitions = Definitions::builtin();
        let mut seen = BTreeSet::new();
        for entry in &file.versions {
            for kind in &entry.kinds {
                assert!(seen.insert((&entry.api_version, kind)), "{} {kind} stands twice", entry.api_version);
                for release in definitions.releases().iter().map(|release| release.version) {
                    let served = definitions.find(release, &entry.api_version, kind).is_some();
                    let gone = entry.removed.is_some_and(|removed| removed <= release);
                    assert!(!(served && gone), "{release} serves {} {kind}", entry.api_version);
                }
            }
            let newest = definitions.releases().last().unwrap().version;
            if let Some((api_version, kind)) = entry.replacement() {
                let kind = kind.unwrap_or(&entry.kinds[0]);
                let known = definitions.find(newest, api_version, kind).is_some();
                assert!(known || Lifecycle::of(api_version, kind).is_some(), "{api_version} {kind} leads nowhere");
            }
        }
    }

    #[test]
    fn every_alpha_and_beta_version_that_is_served_has_a_line() {
        let file: File = serde_json::from_str(FILE).unwrap();
        let known = |api_version: &str, kind: &str| {
            file.versions
                .iter()
                .any(|entry| entry.api_version == api_version && entry.kinds.iter().any(|one| one == kind))
        };
        let missing: Vec<String> = Definitions::builtin()
            .all()
            .iter()
            .filter(|definition| definition.is_creatable() && definition.version.contains("beta"))
            .filter(|definition| !known(&definition.api_version(), &definition.kind))
            .map(|definition| format!("{} {}", definition.api_version(), definition.kind))
            .collect();
        assert_eq!(missing, Vec::<String>::new());
    }

    #[test]
    fn a_replacement_may_be_another_kind() {
        let endpoints = Lifecycle::of("v1", "Endpoints").unwrap();
        assert_eq!(endpoints.replacement(), Some(("discovery.k8s.io/v1", Some("EndpointSlice"))));
        assert_eq!(endpoints.removed, None);
        let ingress = Lifecycle::of("extensions/v1beta1", "Ingress").unwrap();
        assert_eq!(
            (ingress.replacement(), ingress.removed),
            (Some(("networking.k8s.io/v1", None)), "1.22".parse().ok())
        );
        assert_eq!(Lifecycle::of("v1", "Pod"), None);
    }
}
