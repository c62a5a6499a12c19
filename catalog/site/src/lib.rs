//! The website of a catalog, as documents: pages, pictures, manifests, charts, feeds, data.
//!
//! Everything but search and comparison is written once for a commit (`documents`), so a server hands out bytes that it has, and an
//! export is the same bytes as files. Pages work without script, name nothing on other hosts, and hold no time but that of commits.

mod chart;
mod data;
mod document;
mod pack;
mod page;
mod shelf;
mod words;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use design_index::{Catalog, Class, Facts, Files, Known, Looked, Memory, Pattern, Snapshot, Texts, Version};
use design_store::{Limits, Local};
use serde::{Deserialize, Serialize};

use crate::chart::{Charted, Charts};
use crate::document::Draft;
use crate::pack::Kept;
use crate::shelf::Left;

pub use data::lines;
pub use document::{Document, Lifetime, MediaType, Tag, hexadecimal};
pub use page::{Card, Site};
pub use shelf::Shelf;

/// What a catalog says of itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub description: String,
    /// The address at which it is reached, without a slash at the end. Links that leave the site are made of this and of nothing that a
    /// request says.
    pub url: String,
    /// The address of its repository, as everybody reaches it; `None` where nobody does.
    pub repository: Option<String>,
    /// Whether a server answers: then there are pages that take something.
    pub is_served: bool,
}

impl Settings {
    /// The path of the address, without a slash at the end: what each link begins with.
    pub fn root(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        rest.find('/').and_then(|start| rest.get(start..)).unwrap_or_default()
    }

    /// The address without its path.
    pub fn origin(&self) -> &str {
        self.url.strip_suffix(self.root()).unwrap_or(&self.url)
    }
}

/// The address of a version below that of the catalog.
pub fn version_path(version: &Version) -> String {
    format!("{}{}/", pattern_path(&version.metadata.publisher, &version.metadata.name), version.metadata.version)
}

/// The address of a pattern below that of the catalog.
pub fn pattern_path(publisher: &str, name: &str) -> String {
    format!("/patterns/{publisher}/{name}/")
}

/// All documents of a catalog at one commit.
#[derive(Debug)]
pub struct Written {
    /// Where the documents are, by address.
    documents: BTreeMap<Arc<str>, Kept>,
    /// What was written of each version.
    left: Left,
    /// Addresses that lead to others for as long as the commit is the newest.
    pub moved: BTreeMap<String, String>,
    /// Beginnings of addresses of what is not served any more.
    pub gone: BTreeSet<String>,
    /// What lists show of each pattern, by its position; `None` of one that is not listed.
    pub cards: Vec<Option<Card>>,
}

/// What was written before: by this process for an earlier commit, or by an earlier process.
#[derive(Debug)]
pub enum Earlier<'a> {
    /// What is served now.
    Served(&'a Written),
    /// What lay on a shelf.
    Shelved(&'a Shelved),
}

/// What an earlier process left.
#[derive(Debug)]
pub struct Shelved {
    left: Left,
    /// What it knew of the repository.
    pub memory: Memory,
}

impl Earlier<'_> {
    fn left(&self) -> &Left {
        match self {
            Self::Served(written) => &written.left,
            Self::Shelved(shelved) => &shelved.left,
        }
    }
}

impl Shelved {
    /// What lies on a shelf, if it is of this site and of this build of the program.
    pub fn on(shelf: &Shelf, site: &Site) -> Option<Self> {
        let (left, memory) = shelf.load(&site.identity())?;
        Some(Self { left, memory })
    }
}

/// What was written of a version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Part {
    documents: Vec<(Arc<str>, Kept)>,
    chart: Option<Charted>,
    known: Arc<Known>,
    /// What is searched of it; `None` of one that is not the latest.
    texts: Option<Kept>,
}

/// Where a catalog is read from, and written to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The repository.
    pub local: &'a Local,
    /// What reading it may cost.
    pub limits: &'a Limits,
    /// Where documents are kept.
    pub shelf: &'a Shelf,
}

impl Written {
    /// Writes everything about a catalog, and what is kept of it. What `earlier` has of versions that are what they were is taken from there.
    /// The error is one line: the repository cannot be read, or something cannot be written.
    pub fn new(
        site: &Site,
        catalog: Catalog,
        place: Place<'_>,
        earlier: Option<&Earlier<'_>>,
    ) -> Result<(Self, Snapshot), String> {
        let earlier = earlier.map(Earlier::left).filter(|left| !left.is_spoilt());
        let pack = match earlier {
            Some(earlier) => Arc::clone(&earlier.pack),
            None => Arc::new(place.shelf.pack()?),
        };
        let made = Made::of(site, &catalog);
        let mut parts: HashMap<String, Arc<Part>> = HashMap::new();
        let known = {
            let root = site.settings().root();
            let address = |version: &Version, path: &str| format!("{root}{}files/{path}", version_path(version));
            let before = |pattern: &Pattern, version: &Version| {
                let part = earlier?.parts.get(&made.key(pattern, version))?;
                let texts = match &part.texts {
                    Some(kept) => serde_json::from_slice(&pack.read("", kept)?.body()).ok()?,
                    None => Texts::default(),
                };
                Some((Arc::clone(&part.known), texts))
            };
            let each = |pattern: &Pattern, version: &Version, files: &Files, facts: &Facts| {
                if version.state.as_str() == "blocked" {
                    return Ok((Vec::new(), None));
                }
                of_version(site, pattern, version, files, facts)
            };
            let keep =
                |pattern: &Pattern, version: &Version, (known, texts): &Looked, (documents, chart): OfVersion| {
                    let kept = |document: Document| Ok((document.path.as_str().into(), pack.keep(&document)?));
                    let documents = documents.into_iter().map(kept).collect::<Result<_, String>>()?;
                    let text = serde_json::to_vec(texts).unwrap_or_default();
                    let texts = (*texts != Texts::default())
                        .then(|| pack.keep_draft(&Draft::new("", MediaType::Json, Lifetime::Forever, text)))
                        .transpose()?;
                    parts.insert(
                        made.key(pattern, version),
                        Arc::new(Part { documents, chart, known: Arc::clone(known), texts }),
                    );
                    Ok(())
                };
            catalog.look((place.local, place.limits), before, address, each, keep)?
        };
        let (mut documents, mut charts) = (BTreeMap::new(), Charts::default());
        for pattern in &catalog.gathered.patterns {
            for version in &pattern.versions {
                let part = match parts.entry(made.key(pattern, version)) {
                    Entry::Occupied(part) => part.into_mut(),
                    Entry::Vacant(place) => {
                        let Some(part) = earlier.and_then(|earlier| earlier.parts.get(place.key())) else { continue };
                        place.insert(Arc::clone(part))
                    }
                };
                charts.extend(part.chart.clone());
                documents.extend(part.documents.iter().cloned());
            }
        }
        let left = Left { parts, pack };
        let mut written = Self { documents, left, moved: BTreeMap::new(), gone: BTreeSet::new(), cards: Vec::new() };
        let snapshot = Snapshot::new(catalog, known);
        for (position, pattern) in snapshot.catalog.gathered.patterns.iter().enumerate() {
            written.cards.push(Card::of(&snapshot, position));
            let blocked = pattern.versions.iter().filter(|version| version.state.as_str() == "blocked");
            written.gone.extend(blocked.map(version_path));
            written.pattern(&snapshot, position, pattern)?;
        }
        written.lists(site, &snapshot)?;
        for draft in data::documents(site, &snapshot, &written.cards, &charts).into_iter().chain(site.assets()) {
            written.add(draft)?;
        }
        Ok((written, snapshot))
    }

    /// Keeps what was written for the next start. The error is one line.
    pub fn save(&self, site: &Site, memory: &Memory, place: &Shelf) -> Result<(), String> {
        place.save(&site.identity(), &self.left, memory)
    }

    /// The document at an address.
    pub fn get(&self, path: &str) -> Option<Document> {
        self.left.pack.read(path, self.documents.get(path)?)
    }

    /// What the document at an address is, and its entity tag, without its bytes.
    pub fn tag(&self, path: &str) -> Option<(MediaType, Lifetime, Tag)> {
        self.documents.get(path).map(Kept::kind)
    }

    /// Whether there is a document at an address.
    pub fn has(&self, path: &str) -> bool {
        self.documents.contains_key(path)
    }

    /// The addresses of all documents, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.documents.keys().map(|path| &**path)
    }

    fn add(&mut self, draft: Draft) -> Result<(), String> {
        let kept = self.left.pack.keep_draft(&draft)?;
        self.documents.insert(draft.path.into(), kept);
        Ok(())
    }

    /// What there is of a pattern beside its versions.
    fn pattern(&mut self, snapshot: &Snapshot, position: usize, pattern: &Pattern) -> Result<(), String> {
        let path = pattern_path(&pattern.publisher, &pattern.name);
        let Some((latest, known)) = snapshot.latest(position) else {
            if pattern.versions.iter().all(|version| version.state.as_str() == "blocked") {
                self.gone.insert(path);
            } else if let Some(first) = pattern.versions.first() {
                self.moved.insert(path, version_path(first));
            }
            return Ok(());
        };
        let to = version_path(latest);
        self.moved.insert(format!("{path}latest/"), to.clone());
        self.moved.insert(path.clone(), to);
        let badge = page::badge(&latest.metadata.version.to_string(), known.is_sound);
        self.add(Draft::new(format!("{path}badge.svg"), MediaType::Svg, Lifetime::Snapshot, badge))
    }

    /// Pages that list patterns, and those that are about the catalog.
    fn lists(&mut self, site: &Site, snapshot: &Snapshot) -> Result<(), String> {
        let cards: Vec<&Card> = self.cards.iter().flatten().collect();
        let ranked = snapshot.find("", &[]).entries;
        let best: Vec<&Card> = ranked.iter().filter_map(|position| self.cards.get(*position)?.as_ref()).collect();
        let mut pages = vec![
            ("/".to_owned(), site.home_page(&best)?),
            ("/publish/".to_owned(), site.publish_page()?),
            ("/status/".to_owned(), site.status_page(snapshot)?),
            ("/search/".to_owned(), site.all_page(&best)?),
        ];
        let mut publishers: BTreeMap<&str, Vec<&Card>> = BTreeMap::new();
        let mut keywords: BTreeMap<&str, Vec<&Card>> = BTreeMap::new();
        for card in &cards {
            publishers.entry(&card.publisher).or_default().push(card);
            for keyword in &card.keywords {
                keywords.entry(keyword).or_default().push(card);
            }
        }
        for (publisher, cards) in publishers {
            let path = format!("/publishers/{publisher}/");
            pages.push((path.clone(), site.list_page(&path, publisher, "Patterns of this publisher.", &cards)?));
        }
        for (keyword, cards) in keywords {
            let path = format!("/keywords/{keyword}/");
            pages.push((path.clone(), site.list_page(&path, keyword, "Patterns with this keyword.", &cards)?));
        }
        for class in Class::ALL {
            let path = format!("/classes/{}/", class.as_str());
            let cards: Vec<&Card> = cards.iter().filter(|card| card.class == class.as_str()).copied().collect();
            let heading = format!("Class: {}", page::class_words(class));
            pages.push((path.clone(), site.list_page(&path, &heading, page::class_meaning(class), &cards)?));
        }
        for (path, page) in pages {
            self.add(Draft::new(path, MediaType::Html, Lifetime::Snapshot, page))?;
        }
        Ok(())
    }
}

/// What the documents of each pattern are made of, by publisher and name: the same text means the same documents.
struct Made<'a>(HashMap<(&'a str, &'a str), String>);

impl<'a> Made<'a> {
    fn of(site: &Site, catalog: &'a Catalog) -> Self {
        let identity = site.identity();
        let of_pattern = |pattern: &'a Pattern| {
            let mut text = format!("{identity}\n{}\n", pattern.is_there);
            // The page of each version lists all of them.
            for one in &pattern.versions {
                let state = serde_json::to_string(&one.state).unwrap_or_default();
                let folder = &one.folder;
                let name = version_path(one);
                text.push_str(&format!(
                    "{name} {} {state} {} {} {}\n",
                    one.digest, folder.path, folder.commit, folder.time
                ));
            }
            ((pattern.publisher.as_str(), pattern.name.as_str()), hexadecimal(text.as_bytes()))
        };
        Self(catalog.gathered.patterns.iter().map(of_pattern).collect())
    }

    /// The name of what a version is made of.
    fn key(&self, pattern: &Pattern, version: &Version) -> String {
        let of_pattern = self.0.get(&(pattern.publisher.as_str(), pattern.name.as_str()));
        format!("{} {}", of_pattern.map_or("", String::as_str), version.metadata.version)
    }
}

/// What comes of a version: its documents, and its chart as an index has it.
type OfVersion = (Vec<Document>, Option<Charted>);

/// The documents of a version.
fn of_version(
    site: &Site,
    pattern: &Pattern,
    version: &Version,
    files: &Files,
    facts: &Facts,
) -> Result<OfVersion, String> {
    let base = version_path(version);
    // The page says what the state is, which changes; what it is made of does not.
    let page = site.pattern_page(pattern, version, facts)?;
    let mut documents = vec![Document::new(&base, MediaType::Html, Lifetime::Snapshot, page.as_bytes())];
    let mut add = |name: &str, media_type: MediaType, body: &[u8]| {
        documents.push(Document::new(format!("{base}{name}"), media_type, Lifetime::Forever, body));
    };
    let manifests: Vec<&str> = facts.manifests.iter().map(|manifest| manifest.text.as_str()).collect();
    add("manifests.yaml", MediaType::Yaml, manifests.join("---\n").as_bytes());
    if !facts.picture.is_empty() {
        add("graph.svg", MediaType::Svg, page::picture_file(&facts.picture).as_bytes());
    }
    if !facts.compose.is_empty() {
        add("compose.yaml", MediaType::Yaml, facts.compose.as_bytes());
    }
    add("facts.json", MediaType::Json, &serde_json::to_vec(facts).unwrap_or_default());
    for (path, bytes) in files {
        // As text, whatever it is called: no file of a pattern runs in a reader's browser.
        let is_text = std::str::from_utf8(bytes).is_ok();
        let media_type = if is_text { MediaType::Text } else { MediaType::Bytes };
        add(&format!("files/{path}"), media_type, bytes);
    }
    let Some(archive) = chart::archive(facts) else { return Ok((documents, None)) };
    let path = format!("/helm/{}/{}", pattern.publisher, chart::file_name(version));
    documents.push(Document::new(&path, MediaType::Gzip, Lifetime::Forever, &archive));
    let address = format!("{}{path}", site.settings().url);
    let is_listed = version.state.is_listed();
    Ok((documents, is_listed.then(|| Charted::of(pattern, version, facts, &archive, address))))
}
