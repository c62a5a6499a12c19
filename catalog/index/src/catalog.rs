//! What git says of a catalog, and everything about each version, one after the other.

use std::sync::Arc;

use design_pipeline::{PATTERN_FILES, PATTERN_STATUS_FILE, digest};
use design_store::{Limits, Local};
use rayon::prelude::*;

use crate::facts::{Facts, facts};
use crate::known::{Known, Texts};
use crate::memory::Memory;
use crate::versions::{Gathered, Pattern, Version, gather};
use crate::{FOLDER, Files, Origin};

/// How many versions are looked at before what came of them is passed on: their facts are large, and are not kept.
const AT_ONCE: usize = 32;

/// What is kept of a version, and what is searched of it where it is the latest.
pub type Looked = (Arc<Known>, Texts);

/// What git says of a catalog at one commit.
#[derive(Debug)]
pub struct Catalog {
    /// The commit, as its whole id.
    pub commit: String,
    /// When it was committed, in seconds since 1970.
    pub time: i64,
    /// The patterns, their versions, and what is wrong with some.
    pub gathered: Gathered,
    /// What the next reading need not read again.
    pub memory: Memory,
}

impl Catalog {
    /// Reads it; what an earlier reading of the same origin left spares reading that again. The error is one line: the repository cannot
    /// be read.
    pub fn open(local: &Local, origin: &Origin, limits: &Limits, earlier: Option<&Memory>) -> Result<Self, String> {
        let known = earlier.map(|earlier| &earlier.history);
        let read = |folder: &str| local.history(&origin.revision, folder, &PATTERN_FILES, limits, known);
        let mut history = read(origin.folder.as_deref().unwrap_or(FOLDER))?;
        if origin.folder.is_none() && history.states.is_empty() {
            history = read("")?;
        }
        let (gathered, clean) = gather(local, &history, &origin.owner, limits, earlier);
        let time = local.time(&history.head)?;
        Ok(Self { commit: history.head.clone(), time, gathered, memory: Memory { history, clean } })
    }

    /// How many patterns are listed.
    pub fn listed(&self) -> usize {
        self.gathered.patterns.iter().filter(|pattern| pattern.latest().is_some()).count()
    }

    /// Looks at every version of which nothing is known yet, as `before` has it: `each` makes something of its files and facts, on all threads;
    /// `keep` takes that, in the order of patterns and versions. `address` gives the address of a file of a version. Returns what is kept of
    /// all versions, with the texts of the latest ones. The error is one line.
    pub fn look<T: Send>(
        &self,
        (local, limits): (&Local, &Limits),
        before: impl Fn(&Pattern, &Version) -> Option<Looked>,
        address: impl Fn(&Version, &str) -> String + Sync,
        each: impl Fn(&Pattern, &Version, &Files, &Facts) -> Result<T, String> + Sync,
        mut keep: impl FnMut(&Pattern, &Version, &Looked, T) -> Result<(), String>,
    ) -> Result<Vec<Vec<Looked>>, String> {
        let patterns = &self.gathered.patterns;
        let mut known: Vec<Vec<Option<Looked>>> = patterns
            .iter()
            .map(|pattern| pattern.versions.iter().map(|version| before(pattern, version)).collect())
            .collect();
        let mut new: Vec<(usize, usize, &Pattern, &Version)> = Vec::new();
        for (position, (pattern, known)) in patterns.iter().zip(&known).enumerate() {
            let versions = pattern.versions.iter().zip(known).enumerate().filter(|(_, (_, known))| known.is_none());
            new.extend(versions.map(|(number, (version, _))| (position, number, pattern, version)));
        }
        for some in new.chunks(AT_ONCE) {
            // The repository is read by one thread.
            let contents: Vec<Files> =
                some.iter().map(|(.., version)| content_of(local, version, limits)).collect::<Result<_, _>>()?;
            let made: Vec<(Looked, T)> = some
                .par_iter()
                .zip(contents)
                .map(|((_, number, pattern, version), files)| {
                    let is_there = |path: &str| files.iter().any(|(file, _)| file == path);
                    let file = |path: &str| is_there(path).then(|| address(version, path));
                    let facts = facts(&version.metadata.title, &files, &file);
                    let is_latest = pattern.latest_position() == Some(*number);
                    let texts = if is_latest { Texts::of(&facts) } else { Texts::default() };
                    Ok(((Arc::new(Known::of(&facts)), texts), each(pattern, version, &files, &facts)?))
                })
                .collect::<Result<_, String>>()?;
            for ((position, number, pattern, version), (of_version, made)) in some.iter().zip(made) {
                keep(pattern, version, &of_version, made)?;
                if let Some(slot) = known.get_mut(*position).and_then(|all| all.get_mut(*number)) {
                    *slot = Some(of_version);
                }
            }
        }
        Ok(known.into_iter().map(|all| all.into_iter().flatten().collect()).collect())
    }
}

/// The files of a version, without its status. The error is one line.
pub fn content_of(local: &Local, version: &Version, limits: &Limits) -> Result<Files, String> {
    Ok(without_status(local.files(&version.folder, limits)?.files))
}

/// The files that a version is made of: all but what is said of it later.
pub(crate) fn without_status(mut files: Files) -> Files {
    files.retain(|(path, _)| path != PATTERN_STATUS_FILE);
    files
}

/// The digest of the files that a version is made of.
pub(crate) fn digest_of(files: &Files) -> String {
    let files = files.iter().filter(|(path, _)| path != PATTERN_STATUS_FILE);
    digest(files.map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
}
