//! Which versions there are: from what folders have been, commit by commit.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use design_check::rules::{invalid_pattern, pattern_left_out, version_used_again};
use design_pipeline::{Fetched, PATTERN_FILES, PATTERN_STATUS_FILE};
use design_report::Sources;
use design_store::{History, Limits, Local, State as FolderState};
use design_syntax::SourceText;
use design_vocabulary::{FileId, Finding, Span};
use semver::Version as Semantic;

use crate::catalog::digest_of;
use crate::content::{self, Class, Metadata};
use crate::memory::{self, Clean, Memory};
use crate::offer::lack_of_class;
use crate::secrets;
use crate::status::{State, Status};

/// A version of a pattern.
#[derive(Clone, Debug)]
pub struct Version {
    /// What it says of itself.
    pub metadata: Arc<Metadata>,
    /// The digest of its files, `status.yaml` not among them, as `design.lock` has it.
    pub digest: String,
    /// The folder and the commit that published it.
    pub folder: FolderState,
    /// Whether it may be used.
    pub state: State,
}

/// A pattern with its versions.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Who publishes it.
    pub publisher: String,
    /// Its name.
    pub name: String,
    /// The folder that it comes from, above those of single versions.
    pub root: String,
    /// Whether the folder is still there in the newest commit.
    pub is_there: bool,
    /// Its versions, the latest first.
    pub versions: Vec<Version>,
}

impl Pattern {
    /// The version that is shown without being asked for: the latest one that is no pre-release and not withdrawn, else the latest of
    /// those not withdrawn; `None` where all are.
    pub fn latest(&self) -> Option<&Version> {
        self.versions.get(self.latest_position()?)
    }

    /// The position of that version.
    pub fn latest_position(&self) -> Option<usize> {
        let mut listed = self.versions.iter().enumerate().filter(|(_, version)| version.state.is_listed());
        let first = listed.clone().next();
        let found = listed.find(|(_, version)| version.metadata.version.pre.is_empty()).or(first);
        found.map(|(position, _)| position)
    }

    /// A version by its number.
    pub fn version(&self, version: &str) -> Option<&Version> {
        self.versions.iter().find(|one| one.metadata.version.to_string() == version)
    }
}

/// What a history holds.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The patterns, by publisher and name.
    pub patterns: Vec<Pattern>,
    /// What is wrong, in the files of `sources`.
    pub findings: Vec<Finding>,
    /// The files that findings point into.
    pub sources: Sources,
}

/// Reads the versions of a history. `owner` publishes what names no publisher. What an earlier reading for the same owner left is not read
/// again; what this one leaves is returned as well.
pub(crate) fn gather(
    local: &Local,
    history: &History,
    owner: &str,
    limits: &Limits,
    earlier: Option<&Memory>,
) -> (Gathered, HashMap<String, Clean>) {
    let mut gathering = Gathering {
        gathered: Gathered::default(),
        next: 0,
        owner,
        taken: BTreeMap::new(),
        found: BTreeMap::new(),
        statuses: BTreeMap::new(),
        read: Vec::new(),
        told: 0,
    };
    for (path, why) in &history.left_out {
        gathering.left_out(path, path, why);
    }
    gathering.keep_read();
    let mut all_clean = HashMap::new();
    for folder in &history.states {
        let key = memory::key(folder);
        let known = earlier.and_then(|earlier| earlier.clean.get(&key));
        let clean = match known.filter(|known| gathering.take_over(folder, known)) {
            Some(known) => Some(known.clone()),
            None => match local.files(folder, limits) {
                Ok(fetched) => gathering.state(folder, &fetched),
                Err(why) => {
                    gathering.left_out(&folder.path, &folder.path, &why);
                    None
                }
            },
        };
        all_clean.extend(clean.map(|clean| (key, clean)));
        gathering.keep_read();
    }
    (gathering.finish(history), all_clean)
}

struct Gathering<'a> {
    gathered: Gathered,
    next: u32,
    owner: &'a str,
    /// The folder that has a name, by publisher and name.
    taken: BTreeMap<(String, String), String>,
    /// The versions by publisher and name.
    found: BTreeMap<(String, String), Vec<Version>>,
    /// What is said of patterns, by their folders.
    statuses: BTreeMap<String, Status>,
    /// The files that were read of the state that is looked at.
    read: Vec<Arc<SourceText>>,
    /// How many findings there were before it.
    told: usize,
}

impl Gathering<'_> {
    fn source(&mut self, path: &str, text: &str) -> Arc<SourceText> {
        let source = SourceText::new(FileId(self.next), path, text);
        self.next += 1;
        self.read.push(Arc::clone(&source));
        source
    }

    /// Keeps the files that were read where a finding points into one of them: most have none, and would lie in memory for nothing.
    fn keep_read(&mut self) {
        let read = std::mem::take(&mut self.read);
        if self.gathered.findings.len() > self.told {
            for source in read {
                self.gathered.sources.insert(source);
            }
        }
        self.told = self.gathered.findings.len();
    }

    fn left_out(&mut self, place: &str, what: &str, why: &str) {
        let source = self.source(place, "");
        self.gathered.findings.push(pattern_left_out::finding(what, why, Span::start_of(source.id())));
    }

    /// Takes over what a state is known to say; `false` where there would be something to tell, for which it has to be read.
    fn take_over(&mut self, folder: &FolderState, known: &Clean) -> bool {
        if let Some((metadata, digest)) = &known.version {
            let mut metadata = Arc::clone(metadata);
            let Ok(key) = self.key(&mut metadata, root_of(&folder.path)) else { return false };
            match self.first(&key, &metadata) {
                Some(first) if first.digest != *digest => return false,
                Some(_) => {}
                None => self.add(key, metadata, digest.clone(), folder),
            }
        }
        self.say(folder, known.status.clone());
        true
    }

    /// What the last commit says of a pattern is what holds.
    fn say(&mut self, folder: &FolderState, status: Option<Status>) {
        match status {
            Some(status) => self.statuses.insert(folder.path.clone(), status),
            None => self.statuses.remove(&folder.path),
        };
    }

    /// The version with the same number that was there before.
    fn first(&self, key: &(String, String), metadata: &Metadata) -> Option<&Version> {
        self.found.get(key)?.iter().find(|one| one.metadata.version == metadata.version)
    }

    fn add(&mut self, key: (String, String), metadata: Arc<Metadata>, digest: String, folder: &FolderState) {
        let version = Version { metadata, digest, folder: folder.clone(), state: State::Active };
        self.found.entry(key).or_default().push(version);
    }

    /// Reads a state. Returns what it says where nothing is wrong with it.
    fn state(&mut self, folder: &FolderState, fetched: &Fetched) -> Option<Clean> {
        let before = self.gathered.findings.len();
        let at = |name: &str| if folder.path.is_empty() { name.to_owned() } else { format!("{}/{name}", folder.path) };
        let file = |name: &str| fetched.files.iter().find(|(path, _)| path == name);
        let status = file(PATTERN_STATUS_FILE).map(|(name, bytes)| {
            let source = self.source(&at(name), &String::from_utf8_lossy(bytes));
            Status::read(&source, &mut self.gathered.findings)
        });
        self.say(folder, status.clone());
        let is_clean = |gathering: &Self| gathering.gathered.findings.len() == before;
        let Some((name, bytes)) = PATTERN_FILES.iter().find_map(|name| file(name)) else {
            return is_clean(self).then_some(Clean { status, version: None });
        };
        let source = self.source(&at(name), &String::from_utf8_lossy(bytes));
        let inner = folder.path.rsplit('/').next().unwrap_or_default();
        let root = root_of(&folder.path);
        let named = if root == folder.path { inner } else { root.rsplit('/').next().unwrap_or_default() };
        let mut findings = Vec::new();
        let read = content::read(&source, named, &mut findings);
        let Some((mut metadata, span)) = read.filter(|(metadata, _)| !metadata.is_draft) else {
            self.gathered.findings.extend(findings);
            return is_clean(self).then_some(Clean { status, version: None });
        };
        if metadata.publisher.is_empty() {
            self.owner.clone_into(&mut metadata.publisher);
        }
        let digest = digest_of(&fetched.files);
        let said = Arc::new(metadata);
        let mut metadata = Arc::clone(&said);
        let key = match self.key(&mut metadata, root) {
            Ok(key) => key,
            Err(taken) => {
                if let Some((what, why)) = taken {
                    self.gathered.findings.push(pattern_left_out::finding(&what, &why, span));
                }
                return None;
            }
        };
        if let Some(first) = self.first(&key, &metadata) {
            if first.digest != digest {
                let name = format!("{}/{}", key.0, key.1);
                let version = metadata.version.to_string();
                let finding = version_used_again::finding(&name, &version, &first.folder.commit, &folder.commit, span);
                self.gathered.findings.push(finding);
            }
            return None;
        }
        // A class that it has no right to is not shown.
        if let Some(lack) = lack_of_class(&metadata, &fetched.files) {
            findings.push(invalid_pattern::finding(lack, false, span));
            Arc::make_mut(&mut metadata).class = Class::default();
        }
        // Of a version that was there before, all of this is told already.
        self.gathered.findings.extend(findings);
        for (path, why) in &fetched.left_out {
            self.left_out(&at(path), path, why);
        }
        let secrets = secrets::findings(&fetched.files, |path, text| self.source(&at(path), text).id());
        let has_secrets = !secrets.is_empty();
        self.gathered.findings.extend(secrets);
        if !has_secrets {
            self.add(key, metadata, digest.clone(), folder);
        }
        is_clean(self).then_some(Clean { status, version: Some((said, digest)) })
    }

    /// What a pattern is known by. A name belongs to the folder that had it first; of Meshery's folders, which are named by a number of
    /// their own, a later one is known by that as well.
    /// The error says what is left out and why, where that is to be told.
    fn key(&mut self, metadata: &mut Arc<Metadata>, root: &str) -> Result<(String, String), Option<(String, String)>> {
        let key = (metadata.publisher.clone(), metadata.name.clone());
        let taken = self.taken.entry(key.clone()).or_insert_with(|| root.to_owned());
        if taken == root {
            return Ok(key);
        }
        let name = root.rsplit('/').next().unwrap_or_default();
        if !is_uuid(name) {
            return Err(Some((format!("{}/{}", key.0, key.1), format!("`{taken}` has this name"))));
        }
        let short: String = name.chars().take(8).collect();
        let named = content::slug(&format!("{} {short}", metadata.name));
        let key = (key.0, named.clone());
        Arc::make_mut(metadata).name = named;
        let taken = self.taken.entry(key.clone()).or_insert_with(|| root.to_owned());
        if taken == root { Ok(key) } else { Err(None) }
    }

    fn finish(self, history: &History) -> Gathered {
        let Self { mut gathered, found, taken, statuses, .. } = self;
        for ((publisher, name), mut versions) in found {
            let root = taken.get(&(publisher.clone(), name.clone())).cloned().unwrap_or_default();
            for version in &mut versions {
                let status = statuses.get(&version.folder.path);
                let number = version.metadata.version.to_string();
                version.state = status.map(|status| status.of(&number)).unwrap_or_default();
            }
            versions.sort_by(|one, other| other.metadata.version.cmp(&one.metadata.version));
            // What lies inside of it stands from its own name with a slash on.
            let inside = format!("{root}/");
            let mut after = history.present.range(inside.clone()..);
            let is_there =
                history.present.contains(&root) || after.next().is_some_and(|path| path.starts_with(&inside));
            gathered.patterns.push(Pattern { publisher, name, root, is_there, versions });
        }
        gathered
    }
}

/// The folder of a pattern: that above a folder which is named like a version.
fn root_of(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((above, name)) if Semantic::parse(name.trim_start_matches('v')).is_ok() => above,
        _ => path,
    }
}

/// Whether a name is a UUID as Meshery names folders.
pub fn is_uuid(name: &str) -> bool {
    let lengths: Vec<usize> = name.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && name.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
