//! Documents in a file: what is served lies on the disk, and the system keeps in memory what is asked for.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::document::{Document, Draft, Lifetime, MediaType, Tag};

/// Where a document is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    media_type: MediaType,
    lifetime: Lifetime,
    tag: Tag,
    start: u64,
    length: u32,
}

/// A file of documents, to which is only added. Equal bytes are there once.
#[derive(Debug)]
pub(crate) struct Pack {
    file: File,
    /// The name of the file; empty where it has none.
    name: String,
    added: Mutex<Added>,
}

/// Where bytes are: their tag, the first of them, and how many.
pub(crate) type Place = (Tag, u64, u32);

#[derive(Debug, Default)]
struct Added {
    end: u64,
    /// Where bytes are, by their tag.
    known: HashMap<Tag, (u64, u32)>,
}

impl Kept {
    /// What it is, without its bytes.
    pub(crate) fn kind(&self) -> (MediaType, Lifetime, Tag) {
        (self.media_type, self.lifetime, self.tag)
    }

    /// How many bytes it takes.
    pub(crate) fn size(&self) -> u64 {
        u64::from(self.length)
    }
}

impl Pack {
    /// One in an empty file.
    pub(crate) fn new(file: File, name: &str) -> Self {
        Self { file, name: name.to_owned(), added: Mutex::default() }
    }

    /// One in an empty file without a name, which goes away with it.
    pub(crate) fn nameless(file: File) -> Self {
        Self::new(file, "")
    }

    /// The name of its file.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Takes over what an earlier process has written: so many bytes, and in them these.
    pub(crate) fn take_over(&self, length: u64, places: Vec<Place>) {
        let mut added = self.added.lock().unwrap_or_else(PoisonError::into_inner);
        added.end = length;
        added.known = places.into_iter().map(|(tag, start, length)| (tag, (start, length))).collect();
    }

    /// Where bytes are, in the order of the file: of those that lie before `length`.
    pub(crate) fn places(&self, length: u64) -> Vec<Place> {
        let added = self.added.lock().unwrap_or_else(PoisonError::into_inner);
        let known = added.known.iter().map(|(tag, place)| (*tag, place.0, place.1));
        let mut places: Vec<Place> = known.filter(|(_, start, _)| *start < length).collect();
        places.sort_unstable_by_key(|(_, start, _)| *start);
        places
    }

    /// Waits until everything is on the disk; returns how many bytes that are.
    pub(crate) fn sync(&self) -> std::io::Result<u64> {
        let length = self.size();
        self.file.sync_data()?;
        Ok(length)
    }

    /// Adds a document. The error is one line.
    pub(crate) fn keep(&self, document: &Document) -> Result<Kept, String> {
        let mut added = self.added.lock().unwrap_or_else(PoisonError::into_inner);
        let place = if let Some(place) = added.known.get(&document.tag) {
            *place
        } else {
            let bytes = &document.compressed;
            let length = u32::try_from(bytes.len()).map_err(|_| format!("{} is too large", document.path))?;
            let written = self.file.write_all_at(bytes, added.end);
            written.map_err(|error| format!("a page cannot be kept: {error}"))?;
            let place = (added.end, length);
            added.end += u64::from(length);
            added.known.insert(document.tag, place);
            place
        };
        let Document { media_type, lifetime, tag, .. } = *document;
        Ok(Kept { media_type, lifetime, tag, start: place.0, length: place.1 })
    }

    /// Adds a document that is not compressed yet, and is not where its bytes are there already. The error is one line.
    pub(crate) fn keep_draft(&self, draft: &Draft) -> Result<Kept, String> {
        let Draft { media_type, lifetime, .. } = *draft;
        let tag = Tag::of(&draft.body);
        let known = self.added.lock().unwrap_or_else(PoisonError::into_inner).known.get(&tag).copied();
        match known {
            Some((start, length)) => Ok(Kept { media_type, lifetime, tag, start, length }),
            None => self.keep(&Document::new(draft.path.as_str(), media_type, lifetime, &draft.body)),
        }
    }

    /// How many bytes it has, those of documents that nobody asks for any more among them.
    pub(crate) fn size(&self) -> u64 {
        self.added.lock().unwrap_or_else(PoisonError::into_inner).end
    }

    /// A document; `None` where the disk fails.
    pub(crate) fn read(&self, path: &str, kept: &Kept) -> Option<Document> {
        let mut compressed = vec![0; kept.length as usize];
        self.file.read_exact_at(&mut compressed, kept.start).ok()?;
        let Kept { media_type, lifetime, tag, .. } = *kept;
        Some(Document { path: path.to_owned(), media_type, lifetime, compressed, tag })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_come_back_and_equal_bytes_are_there_once() {
        let pack = Pack::nameless(tempfile::tempfile().unwrap());
        let one = Document::new("/a", MediaType::Text, Lifetime::Forever, b"abc");
        let same = Document::new("/b", MediaType::Html, Lifetime::Snapshot, b"abc");
        let other = Document::new("/c", MediaType::Text, Lifetime::Forever, b"def");
        let kept: Vec<Kept> = [&one, &same, &other].into_iter().map(|document| pack.keep(document).unwrap()).collect();
        assert_eq!(kept[0].start, kept[1].start);
        assert_eq!(pack.read("/a", &kept[0]), Some(one));
        assert_eq!(pack.read("/b", &kept[1]), Some(same));
        assert_eq!(pack.read("/c", &kept[2]), Some(other));
        let draft = Draft::new("/d", MediaType::Text, Lifetime::Forever, b"def".to_vec());
        assert_eq!(
            (pack.keep_draft(&draft).unwrap().start, pack.size()),
            (kept[2].start, kept[2].start + kept[2].size())
        );
    }
}
