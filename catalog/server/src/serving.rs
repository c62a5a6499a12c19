//! What is served, and the pointer to it.

use std::sync::{Arc, PoisonError, RwLock};

use design_index::{Catalog, Compared, Facts, Files, Memory, Pattern, Snapshot, Version, compare, content_of, facts};
use design_site::{Earlier, Place, Shelved, Site, Written};
use design_store::{Limits, Local};

use crate::Options;

/// A catalog at one commit, ready to be served.
#[derive(Debug)]
pub struct Served {
    /// What writes its pages.
    pub site: Site,
    /// What it knows.
    pub snapshot: Snapshot,
    /// Its documents.
    pub written: Written,
}

impl Served {
    /// Reads and writes everything; what `earlier` has of versions that are what they were is taken from there, without that what lies on
    /// the shelf. The error is one line.
    pub fn read(options: &Options, earlier: Option<&Self>) -> Result<Self, String> {
        let local = Local::around(&options.repository)?;
        let limits = Limits::default();
        let site = Site::new(options.settings.clone())?;
        let place = Place { local: &local, limits: &limits, shelf: &options.shelf };
        let open = |memory: Option<&Memory>| Catalog::open(&local, &options.origin, &limits, memory);
        let (written, snapshot) = if let Some(served) = earlier {
            let catalog = open(Some(&served.snapshot.catalog.memory))?;
            Written::new(&site, catalog, place, Some(&Earlier::Served(&served.written)))?
        } else {
            let shelved = Shelved::on(&options.shelf, &site);
            let catalog = open(shelved.as_ref().map(|shelved| &shelved.memory))?;
            Written::new(&site, catalog, place, shelved.as_ref().map(Earlier::Shelved).as_ref())?
        };
        Ok(Self { site, snapshot, written })
    }

    /// Keeps what was made for the next start. The error is one line.
    pub fn save(&self, options: &Options) -> Result<(), String> {
        self.written.save(&self.site, &self.snapshot.catalog.memory, &options.shelf)
    }

    /// The commit, as its whole id.
    pub fn commit(&self) -> &str {
        &self.snapshot.catalog.commit
    }

    /// How many patterns are listed.
    pub fn listed(&self) -> usize {
        self.snapshot.catalog.listed()
    }

    fn patterns(&self) -> &[Pattern] {
        &self.snapshot.catalog.gathered.patterns
    }

    /// The pages that compare any two versions of a pattern that are served, by their addresses. The error is one line.
    pub fn comparisons(&self, options: &Options) -> Result<Vec<(String, String)>, String> {
        let mut pages = Vec::new();
        for pattern in self.patterns() {
            let versions: Vec<&Version> =
                pattern.versions.iter().rev().filter(|version| version.state.as_str() != "blocked").collect();
            for (position, old) in versions.iter().enumerate() {
                for new in versions.iter().skip(position + 1) {
                    let page = self.site.compare_page(pattern, old, new, &compared(options, old, new)?)?;
                    let (one, other) = (&old.metadata.version, &new.metadata.version);
                    pages.push((format!("/compare/{}/{}/{one}...{other}/", pattern.publisher, pattern.name), page));
                }
            }
        }
        Ok(pages)
    }

    /// How many versions there are.
    pub fn versions(&self) -> usize {
        self.patterns().iter().map(|pattern| pattern.versions.len()).sum()
    }

    /// Whether patterns lie below a folder of the repository.
    pub fn is_in(&self, folder: &str) -> bool {
        self.patterns()
            .iter()
            .any(|pattern| pattern.root.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }

    /// A pattern by publisher and name.
    pub fn pattern(&self, publisher: &str, name: &str) -> Option<&Pattern> {
        self.patterns().iter().find(|one| one.publisher == publisher && one.name == name)
    }
}

/// Compares two versions: both are compiled again. The error is one line.
pub(crate) fn compared(options: &Options, old: &Version, new: &Version) -> Result<Compared, String> {
    let local = Local::around(&options.repository)?;
    let limits = Limits::default();
    let read = |version: &Version| -> Result<(Files, Facts), String> {
        let files = content_of(&local, version, &limits)?;
        let facts = facts(&version.metadata.title, &files, &|_| None);
        Ok((files, facts))
    };
    let (old, new) = (read(old)?, read(new)?);
    Ok(compare((&old.0, &old.1), (&new.0, &new.1)))
}

/// The pointer to what is served.
#[derive(Debug)]
pub(crate) struct Serving(RwLock<Arc<Served>>);

impl Serving {
    pub(crate) fn new(served: Served) -> Self {
        Self(RwLock::new(Arc::new(served)))
    }

    /// What is served now; whoever asked keeps it for as long as it takes.
    pub(crate) fn now(&self) -> Arc<Served> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn swap(&self, served: Served) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(served);
    }
}
