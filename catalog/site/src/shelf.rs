//! What is kept from one start to the next: the documents of each version, and what says where they are.
//!
//! A folder has two files: the documents, to which is only added, and an index of them. The index takes the place of the last one as a whole,
//! after the documents that it names are on the disk, so a process that dies at any moment leaves the old state or the new one. What stands
//! behind the last document of the index is from such a process, and is written over.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use design_index::Memory;
use serde::{Deserialize, Serialize};

use crate::Part;
use crate::pack::{Pack, Place};

/// The index, and what the next one is called before it takes its place.
const INDEX: &str = "index.json";
const NEXT: &str = "index.json.next";

/// A pack may have so many bytes that nobody asks for any more; one with more, and more than half of it such, is begun again.
const SPOILT: u64 = 64 << 20;

/// A folder for documents.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    /// Held for as long as this process uses the folder; `None`: nothing stays there.
    lock: Option<File>,
}

/// What was written of versions, and where it is.
#[derive(Debug)]
pub(crate) struct Left {
    /// By what each was made of.
    pub parts: HashMap<String, Arc<Part>>,
    /// The documents.
    pub pack: Arc<Pack>,
}

/// The index as it is written. What is written is borrowed, what is read is owned.
#[derive(Serialize, Deserialize)]
struct Index<Parts, Known> {
    identity: String,
    pack: String,
    length: u64,
    places: Vec<Place>,
    parts: Parts,
    memory: Known,
}

impl Left {
    /// Whether most of the pack is of no use any more.
    pub fn is_spoilt(&self) -> bool {
        let documents = self.parts.values().flat_map(|part| &part.documents);
        let asked_for: u64 = documents.map(|(_, kept)| kept.size()).sum();
        let size = self.pack.size();
        size.saturating_sub(asked_for) > SPOILT && size > 2 * asked_for
    }
}

impl Shelf {
    /// One on which nothing stays when the process ends: documents lie in files of the folder that have no name.
    pub fn passing(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), lock: None }
    }

    /// One on which documents stay. Where another process uses the folder, or it cannot be written, nothing does.
    pub fn lasting(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        let made = fs::create_dir_all(&folder).and_then(|()| File::create(folder.join("lock")));
        let lock = made.ok().filter(|file| file.try_lock().is_ok());
        if lock.is_none() {
            let above = folder.parent().filter(|above| above.is_dir()).map(Path::to_path_buf);
            return Self::passing(above.unwrap_or_else(std::env::temp_dir));
        }
        Self { folder, lock }
    }

    /// An empty pack. The error is one line.
    pub(crate) fn pack(&self) -> Result<Pack, String> {
        let words = |error: std::io::Error| format!("{} cannot be written: {error}", self.folder.display());
        fs::create_dir_all(&self.folder).map_err(words)?;
        if self.lock.is_none() {
            return tempfile::tempfile_in(&self.folder).map(Pack::nameless).map_err(words);
        }
        // The one that the index names stays until another index does not.
        let named: Vec<String> = self.packs();
        let free = (0..=named.len()).map(|number| format!("documents-{number}")).find(|name| !named.contains(name));
        let name = free.unwrap_or_default();
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(self.folder.join(&name));
        file.map(|file| Pack::new(file, &name)).map_err(words)
    }

    fn packs(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| name.starts_with("documents-")).collect()
    }

    /// What the last process left, if it was the same program and `identity` is what it was. What cannot be read is made again.
    pub(crate) fn load(&self, identity: &str) -> Option<(Left, Memory)> {
        self.lock.as_ref()?;
        let bytes = fs::read(self.folder.join(INDEX)).ok()?;
        let index: Index<HashMap<String, Arc<Part>>, Memory> = serde_json::from_slice(&bytes).ok()?;
        if index.identity != whole(identity) || !self.packs().contains(&index.pack) {
            return None;
        }
        let file = OpenOptions::new().read(true).write(true).open(self.folder.join(&index.pack)).ok()?;
        if file.metadata().ok()?.len() < index.length {
            return None;
        }
        let pack = Pack::new(file, &index.pack);
        pack.take_over(index.length, index.places);
        Some((Left { parts: index.parts, pack: Arc::new(pack) }, index.memory))
    }

    /// Keeps what a process has for the next one. The error is one line.
    pub(crate) fn save(&self, identity: &str, left: &Left, memory: &Memory) -> Result<(), String> {
        if self.lock.is_none() {
            return Ok(());
        }
        let write = || {
            let length = left.pack.sync()?;
            let places = left.pack.places(length);
            let index = Index {
                identity: whole(identity),
                pack: left.pack.name().to_owned(),
                length,
                places,
                parts: &left.parts,
                memory,
            };
            let next = self.folder.join(NEXT);
            let mut file = BufWriter::new(File::create(&next)?);
            serde_json::to_writer(&mut file, &index)?;
            file.flush()?;
            file.get_ref().sync_data()?;
            fs::rename(&next, self.folder.join(INDEX))?;
            for name in self.packs().iter().filter(|name| *name != left.pack.name()) {
                fs::remove_file(self.folder.join(name))?;
            }
            Ok(())
        };
        write().map_err(|error: std::io::Error| format!("{} cannot be written: {error}", self.folder.display()))
    }
}

/// What documents are made of, and by what: another build of the program may write others.
fn whole(identity: &str) -> String {
    let program = std::env::current_exe().and_then(fs::metadata);
    let built = program.as_ref().ok().map(|program| {
        let time = program.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        (program.len(), time.map(|time| time.as_nanos()))
    });
    crate::document::hexadecimal(format!("{identity} {built:?}").as_bytes())
}
