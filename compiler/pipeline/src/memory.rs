//! A World in memory: for tests, for text that an editor has not saved, for a pasted design.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Entry, EntryKind, World, WorldError};

/// Files by path.
#[derive(Clone, Debug, Default)]
pub struct MemoryWorld(BTreeMap<String, Vec<u8>>);

impl MemoryWorld {
    /// A World of these files; folders are whatever the paths name.
    pub fn new<P: Into<String>, T: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        Self(files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect())
    }

    /// Adds files that are not there yet.
    pub(crate) fn extend(&mut self, files: impl IntoIterator<Item = (String, Vec<u8>)>) {
        for (path, bytes) in files {
            self.0.entry(path).or_insert(bytes);
        }
    }

    fn prefix(folder: &str) -> String {
        match folder.trim_end_matches('/') {
            "" | "." => String::new(),
            folder => format!("{folder}/"),
        }
    }
}

impl World for MemoryWorld {
    fn kind(&self, path: &str) -> Result<EntryKind, WorldError> {
        let prefix = Self::prefix(path);
        if self.0.contains_key(path) {
            Ok(EntryKind::File)
        } else if self.0.keys().any(|file| file.starts_with(&prefix)) {
            Ok(EntryKind::Folder)
        } else {
            Err(WorldError::NotFound)
        }
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, WorldError> {
        let prefix = Self::prefix(folder);
        let mut seen = BTreeSet::new();
        for rest in self.0.keys().filter_map(|path| path.strip_prefix(&prefix)) {
            match rest.split_once('/') {
                Some((folder, _)) => seen.insert((folder.to_owned(), true)),
                None => seen.insert((rest.to_owned(), false)),
            };
        }
        let kind = |is_folder| if is_folder { EntryKind::Folder } else { EntryKind::File };
        Ok(seen.into_iter().map(|(name, is_folder)| Entry { name, kind: kind(is_folder) }).collect())
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, WorldError> {
        let bytes = self.0.get(path).ok_or(WorldError::NotFound)?;
        if bytes.len() as u64 > limit { Err(WorldError::TooLarge) } else { Ok(bytes.clone()) }
    }
}
