//! What a catalog knows of its patterns.
//!
//! A pattern is a folder of a git repository (`content`), and what it was at each commit says which versions there are (`versions`): a
//! version is what its number was committed with first, and never changes. Each is compiled, checked and drawn (`facts`), and all of
//! them can be searched (`search`). Nothing here has a clock: times are those of commits.

use std::sync::Arc;

mod catalog;
mod compare;
mod content;
mod facts;
mod known;
mod memory;
mod offer;
mod readme;
mod search;
mod secrets;
mod status;
mod totals;
mod versions;

pub use catalog::{Catalog, Looked, content_of};
pub use compare::{Compared, ManifestDifference, compare};
pub use content::{Class, Metadata, slug};
pub use facts::{
    ComponentFact, Facts, FindingFact, ManifestFact, POLICY_SETS, ParameterFact, PolicyFact, RelationshipFact,
    ReleaseFact, facts, request,
};
pub use known::{Known, Texts};
pub use memory::Memory;
pub use offer::Offer;
pub use search::{Entry, Found, Search};
pub use status::{State, Status};
pub use totals::Totals;
pub use versions::{Gathered, Pattern, Version, is_uuid};

/// The folder of a repository that patterns are looked for in, where it is there.
pub const FOLDER: &str = "catalog/patterns";

/// The files of a version: their paths in its folder, and their bytes.
pub type Files = Vec<(String, Vec<u8>)>;

/// Where the patterns of a catalog come from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// A revision of the repository: a branch, a tag or a commit.
    pub revision: String,
    /// The folder with the patterns; `None`: `catalog/patterns`, or the whole repository where it has no such folder.
    pub folder: Option<String>,
    /// Who publishes what names no publisher.
    pub owner: String,
}

/// A catalog at one commit: all that is kept of it.
#[derive(Debug)]
pub struct Snapshot {
    /// What git says.
    pub catalog: Catalog,
    /// What is kept of each version, in the order of the patterns and of their versions.
    pub known: Vec<Vec<Arc<Known>>>,
    search: Search,
    /// The positions of the patterns that are searched.
    searched: Vec<usize>,
}

impl Snapshot {
    /// Makes the search over what is known.
    pub fn new(catalog: Catalog, known: Vec<Vec<Looked>>) -> Self {
        let patterns = catalog.gathered.patterns.iter().enumerate();
        let searched: Vec<usize> =
            patterns.filter(|(_, pattern)| pattern.latest().is_some()).map(|(position, _)| position).collect();
        let entry = |position: &usize| {
            let pattern = catalog.gathered.patterns.get(*position)?;
            let number = pattern.latest_position()?;
            Some(entry(pattern, pattern.versions.get(number)?, known.get(*position)?.get(number)?))
        };
        let search = Search::new(searched.iter().filter_map(entry).collect());
        // The index has the texts.
        let known = known.into_iter().map(|all| all.into_iter().map(|(known, _)| known).collect()).collect();
        Self { catalog, known, search, searched }
    }

    /// What is kept of a version.
    pub fn known_of(&self, pattern: usize, version: usize) -> Option<&Known> {
        self.known.get(pattern)?.get(version).map(Arc::as_ref)
    }

    /// What is kept of the latest version of a pattern, and that version.
    pub fn latest(&self, pattern: usize) -> Option<(&Version, &Known)> {
        let found = self.catalog.gathered.patterns.get(pattern)?;
        let number = found.latest_position()?;
        Some((found.versions.get(number)?, self.known_of(pattern, number)?))
    }

    /// The patterns that a query means, the best first, with the counts of facets.
    pub fn find(&self, query: &str, chosen: &[(String, String)]) -> Found {
        let mut found = self.search.find(query, chosen);
        let position = |entry: &usize| self.searched.get(*entry).copied();
        found.entries = found.entries.iter().filter_map(position).collect();
        found
    }
}

/// A pattern as it is searched: its latest version.
fn entry(pattern: &Pattern, latest: &Version, (known, texts): &Looked) -> Entry {
    let metadata = &latest.metadata;
    let class = match metadata.class {
        Class::Community => 0.0,
        Class::Verified => 0.1,
        Class::Official => 0.2,
        Class::ReferenceArchitecture => 0.3,
    };
    let is_active = latest.state == State::Active;
    let mut facets = vec![
        ("publisher".to_owned(), pattern.publisher.clone()),
        ("class".to_owned(), metadata.class.as_str().to_owned()),
        ("state".to_owned(), latest.state.as_str().to_owned()),
        ("checks".to_owned(), if known.is_sound { "pass" } else { "fail" }.to_owned()),
    ];
    facets.extend(metadata.keywords.iter().map(|keyword| ("keyword".to_owned(), keyword.clone())));
    facets.extend(known.kinds.iter().map(|kind| ("kind".to_owned(), kind.clone())));
    Entry {
        name: pattern.name.clone(),
        title: metadata.title.clone(),
        keywords: metadata.keywords.clone(),
        description: metadata.description.clone(),
        components: texts.parts.clone(),
        readme: texts.readme.clone(),
        facets,
        standing: class + if known.is_sound { 0.2 } else { 0.0 } + if is_active { 0.3 } else { 0.0 },
    }
}
