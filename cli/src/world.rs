//! The World on a real disk.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::time::UNIX_EPOCH;

use design_definitions::Stamp;
use design_pipeline::{
    ChartTask, Entry, EntryKind, Fetched, Stopped, Unfetched, Unrendered, Wanted, World, WorldError,
};
use design_store::Store;

use crate::args::Options;
use crate::cache::Cache;
use crate::{helm, judge};

/// Files of this machine, relative to the working directory; `-` is standard input.
pub struct DiskWorld {
    store: Option<Store>,
}

impl DiskWorld {
    /// The disk alone: no repository is read.
    pub fn new() -> Self {
        Self { store: None }
    }

    /// The disk, and repositories that are fetched where the options allow it.
    pub fn with_repositories(options: &Options) -> Self {
        let folder = Cache::new(options).folder("git");
        Self { store: Some(Store::new(folder, options.offline)) }
    }
}

impl World for DiskWorld {
    fn kind(&self, path: &str) -> Result<EntryKind, WorldError> {
        if path == "-" {
            return Ok(EntryKind::File);
        }
        let metadata = fs::metadata(at(path)).map_err(|error| fault(&error))?;
        // A pipe (`<(…)` of a shell) is read like a file.
        Ok(if metadata.is_dir() { EntryKind::Folder } else { EntryKind::File })
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, WorldError> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(at(folder)).map_err(|error| fault(&error))? {
            let entry = entry.map_err(|error| fault(&error))?;
            entries.push(entry_of(&entry).map_err(|error| fault(&error))?);
        }
        Ok(entries)
    }

    fn stamps(&self, folder: &str) -> Result<Vec<(Entry, Option<Stamp>)>, WorldError> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(at(folder)).map_err(|error| fault(&error))? {
            let entry = entry.map_err(|error| fault(&error))?;
            let described = entry_of(&entry).map_err(|error| fault(&error))?;
            let stamp = match described.kind {
                // The metadata of an entry is that of a link, not of what it leads to.
                EntryKind::File if entry.file_type().is_ok_and(|kind| kind.is_symlink()) => {
                    fs::metadata(entry.path()).ok().as_ref().and_then(stamp_of)
                }
                EntryKind::File => entry.metadata().ok().as_ref().and_then(stamp_of),
                _ => None,
            };
            entries.push((described, stamp));
        }
        Ok(entries)
    }

    fn stamp(&self, path: &str) -> Option<Stamp> {
        fs::metadata(at(path)).ok().filter(fs::Metadata::is_file).as_ref().and_then(stamp_of)
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, WorldError> {
        if path == "-" {
            return read_up_to(std::io::stdin().lock(), 0, limit);
        }
        let file = File::open(at(path)).map_err(|error| fault(&error))?;
        let length = file.metadata().map_err(|error| fault(&error))?.len();
        if length > limit {
            return Err(WorldError::TooLarge);
        }
        read_up_to(file, length, limit)
    }

    fn repository(&self, wanted: &Wanted<'_>) -> Result<Fetched, Unfetched> {
        let nothing = || Unfetched::Failed("this command reads no repositories".to_owned());
        self.store.as_ref().ok_or_else(nothing)?.repository(wanted)
    }

    fn download(&self, address: &str, limit: u64) -> Result<Vec<u8>, Unfetched> {
        let nothing = || Unfetched::Failed("this command fetches no files".to_owned());
        self.store.as_ref().ok_or_else(nothing)?.download(address, limit)
    }

    fn judge(&self, task: &[Vec<u8>]) -> Result<Vec<u8>, Stopped> {
        judge::in_another_process(task)
    }

    fn render_chart(&self, chart: &ChartTask) -> Result<String, Unrendered> {
        helm::template(chart)
    }
}

/// Reads to the end, but no more than the limit and one byte: a pipe does not say its length beforehand.
fn read_up_to(source: impl Read, length: u64, limit: u64) -> Result<Vec<u8>, WorldError> {
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    source.take(limit + 1).read_to_end(&mut bytes).map_err(|error| fault(&error))?;
    if bytes.len() as u64 > limit { Err(WorldError::TooLarge) } else { Ok(bytes) }
}

fn at(path: &str) -> &Path {
    Path::new(if path.is_empty() { "." } else { path })
}

fn entry_of(entry: &fs::DirEntry) -> std::io::Result<Entry> {
    let kind = entry.file_type()?;
    let kind = if kind.is_symlink() { linked(&entry.path()) } else { kind_of(kind) };
    Ok(Entry { name: entry.file_name().to_string_lossy().into_owned(), kind })
}

/// `None` for a file from before 1970: it is read each time.
fn stamp_of(metadata: &fs::Metadata) -> Option<Stamp> {
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(Stamp { bytes: metadata.len(), modified: u64::try_from(modified).ok()? })
}

fn linked(path: &Path) -> EntryKind {
    match fs::metadata(path) {
        Ok(target) if target.is_dir() => EntryKind::LinkedFolder,
        Ok(target) if target.is_file() => EntryKind::File,
        _ => EntryKind::Other,
    }
}

fn kind_of(kind: fs::FileType) -> EntryKind {
    if kind.is_dir() {
        EntryKind::Folder
    } else if kind.is_file() {
        EntryKind::File
    } else {
        EntryKind::Other
    }
}

fn fault(error: &std::io::Error) -> WorldError {
    match error.kind() {
        std::io::ErrorKind::NotFound => WorldError::NotFound,
        _ => WorldError::Failed(error.to_string()),
    }
}
