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
    /// The paths of its files.
    pub files: Vec<String>,
}

/// The long texts of a version that are searched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    /// The kinds and names of its components.
    pub parts: String,
    /// Its README.
    pub readme: String,
}

impl Texts {
    /// Those of facts.
    pub fn of(facts: &Facts) -> Self {
        let parts: Vec<String> = facts.components.iter().map(|one| format!("{} {}", one.kind, one.name)).collect();
        Self { parts: parts.join(" "), readme: facts.readme_text.clone() }
    }
}

impl Known {
    /// What is kept of facts.
    pub fn of(facts: &Facts) -> Self {
        let mut kinds: Vec<String> = facts.components.iter().map(|one| one.kind.clone()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let newest = facts.releases.first();
        let errors =
            newest.into_iter().flat_map(|release| &release.findings).filter(|finding| finding.severity == "error");
        Self {
            is_sound: facts.is_sound(),
            releases: facts.releases.iter().map(|release| (release.release.clone(), release.errors)).collect(),
            errors: errors.cloned().collect(),
            components: facts.components.len(),
            kinds,
            files: facts.files.iter().map(|(path, _)| path.clone()).collect(),
        }
    }
}
