//! The World on a real disk.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use design_pipeline::{Entry, EntryKind, World, WorldError};

/// Files of this machine, relative to the working directory; `-` is standard input.
pub struct DiskWorld;

impl DiskWorld {
    /// The disk.
    pub fn new() -> Self {
        Self
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
            let kind = entry.file_type().map_err(|error| fault(&error))?;
            let kind = if kind.is_symlink() { linked(&entry.path()) } else { kind_of(kind) };
            entries.push(Entry { name: entry.file_name().to_string_lossy().into_owned(), kind });
        }
        Ok(entries)
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
