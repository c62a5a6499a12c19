//! Documents in a file: what is served lies on the disk, and the system keeps in memory what is asked for.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::document::{Document, Lifetime};

/// Where a document is.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    media_type: &'static str,
    lifetime: Lifetime,
    tag: Box<str>,
    start: u64,
    length: u32,
}

/// A file of documents, to which is only added. Equal bytes are there once.
#[derive(Debug)]
pub(crate) struct Pack {
    file: File,
    added: Mutex<Added>,
}

#[derive(Debug, Default)]
struct Added {
    end: u64,
    /// Where bytes are, by their tag.
    known: HashMap<Box<str>, (u64, u32)>,
}

impl Kept {
    /// How many bytes it takes.
    pub(crate) fn size(&self) -> u64 {
        u64::from(self.length)
    }
}

impl Pack {
    /// An empty one: a file without a name, which goes away with it. The error is one line.
    pub(crate) fn new(folder: &Path) -> Result<Self, String> {
        let made = std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder));
        let file = made.map_err(|error| format!("{} cannot be written: {error}", folder.display()))?;
        Ok(Self { file, added: Mutex::default() })
    }

    /// Adds a document. The error is one line.
    pub(crate) fn keep(&self, document: &Document) -> Result<Kept, String> {
        let tag: Box<str> = document.tag.as_str().into();
        let mut added = self.added.lock().unwrap_or_else(PoisonError::into_inner);
        let place = if let Some(place) = added.known.get(&tag) {
            *place
        } else {
            let bytes = &document.compressed;
            let length = u32::try_from(bytes.len()).map_err(|_| format!("{} is too large", document.path))?;
            let written = self.file.write_all_at(bytes, added.end);
            written.map_err(|error| format!("a page cannot be kept: {error}"))?;
            let place = (added.end, length);
            added.end += u64::from(length);
            added.known.insert(tag.clone(), place);
            place
        };
        Ok(Kept { media_type: document.media_type, lifetime: document.lifetime, tag, start: place.0, length: place.1 })
    }

    /// How many bytes it has, those of documents that nobody asks for any more among them.
    pub(crate) fn size(&self) -> u64 {
        self.added.lock().unwrap_or_else(PoisonError::into_inner).end
    }

    /// A document; `None` where the disk fails.
    pub(crate) fn read(&self, path: &str, kept: &Kept) -> Option<Document> {
        let mut compressed = vec![0; kept.length as usize];
        self.file.read_exact_at(&mut compressed, kept.start).ok()?;
        Some(Document {
            path: path.to_owned(),
            media_type: kept.media_type,
            lifetime: kept.lifetime,
            compressed,
            tag: kept.tag.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_come_back_and_equal_bytes_are_there_once() {
        let folder = tempfile::tempdir().unwrap();
        let pack = Pack::new(folder.path()).unwrap();
        let one = Document::new("/a", "text/plain", Lifetime::Forever, b"abc");
        let same = Document::new("/b", "text/html", Lifetime::Snapshot, b"abc");
        let other = Document::new("/c", "text/plain", Lifetime::Forever, b"def");
        let kept: Vec<Kept> = [&one, &same, &other].into_iter().map(|document| pack.keep(document).unwrap()).collect();
        assert_eq!(kept[0].start, kept[1].start);
        assert_eq!(pack.read("/a", &kept[0]), Some(one));
        assert_eq!(pack.read("/b", &kept[1]), Some(same));
        assert_eq!(pack.read("/c", &kept[2]), Some(other));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
