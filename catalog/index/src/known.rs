//! What is kept of a version once everything about it was written: enough for lists, search and data.

use serde::{Deserialize, Serialize};

use crate::facts::{Facts, FindingFact};

/// What is kept of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Known {
    /// Whether all checks pass on all releases.
    pub is_sound: bool,
    /// The releases that it was checked against, the newest first, and how many errors there are on each.
    pub releases: Vec<(String, usize)>,
    /// The errors on the newest release.
    pub errors: Vec<FindingFact>,
    /// How many components it has.
    pub components: usize,
    /// The kinds of its components, each once, sorted.
    pub kinds: Vec<String>,
    /// The kinds and names of its components as text.
    pub parts: String,
    /// Its README as text.
    pub readme: String,
    /// The paths of its files.
    pub files: Vec<String>,
}

impl Known {
    /// What is kept of facts; `is_latest`: whether its text is searched.
    pub fn of(facts: &Facts, is_latest: bool) -> Self {
        let mut kinds: Vec<String> = facts.components.iter().map(|one| one.kind.clone()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let newest = facts.releases.first();
        let errors =
            newest.into_iter().flat_map(|release| &release.findings).filter(|finding| finding.severity == "error");
        let parts =
            || facts.components.iter().map(|one| format!("{} {}", one.kind, one.name)).collect::<Vec<_>>().join(" ");
        Self {
            is_sound: facts.is_sound(),
            releases: facts.releases.iter().map(|release| (release.release.clone(), release.errors)).collect(),
            errors: errors.cloned().collect(),
            components: facts.components.len(),
            parts: if is_latest { parts() } else { String::new() },
            readme: if is_latest { facts.readme_text.clone() } else { String::new() },
            kinds,
            files: facts.files.iter().map(|(path, _)| path.clone()).collect(),
        }
    }
}
