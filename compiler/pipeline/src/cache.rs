//! What a compilation leaves for the next one of nearly the same files.
//!
//! Nothing here is part of an answer: a compilation with a cache gives what one without gives. A file is parsed again when
//! its text differs, its objects are read and looked at again when it was parsed again, an object is held against its schema
//! again when it differs, and what its fields name is looked for again when it differs or what they name does.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use design_check::Context;
use design_definitions::Stamp;
use design_graph::Memory;
use design_source::Loaded;
use design_syntax::Document;
use design_vocabulary::{FileId, Finding};

use crate::files::File;
use crate::judged::Judged;
use crate::told::Told;

/// What is kept between compilations under the same limits.
#[derive(Debug, Default)]
pub struct Cache {
    files: Mutex<HashMap<String, CachedFile>>,
    objects: Mutex<HashMap<(FileId, u32), CachedObjects>>,
    judged: Mutex<Judged>,
    /// What the fields of each design name, by its position and whether its graph was closed.
    named: Mutex<BTreeMap<(usize, bool), Memory>>,
    /// What was told of the single objects of each design, by its position.
    told: Mutex<BTreeMap<usize, Told>>,
}

/// The documents of a part of a file, and the objects in them.
type CachedObjects = (Vec<Document>, Arc<Loaded>);

/// A file as it was read.
#[derive(Clone, Debug)]
struct CachedFile {
    stamp: Option<Stamp>,
    file: File,
}

impl Cache {
    /// A file as it was read under that number and stamp; also the file of that text, however old, once it is known.
    pub(crate) fn file(
        &self,
        path: &str,
        id: FileId,
        is_current: impl Fn(Option<Stamp>, &str) -> bool,
    ) -> Option<File> {
        let files = lock(&self.files);
        let cached = files.get(path).filter(|cached| cached.file.source.id() == id)?;
        is_current(cached.stamp, cached.file.source.text()).then(|| cached.file.clone())
    }

    /// Keeps a file.
    pub(crate) fn keep_file(&self, path: &str, stamp: Option<Stamp>, file: &File) {
        lock(&self.files).insert(path.to_owned(), CachedFile { stamp, file: file.clone() });
    }

    /// The objects of a part of the documents of a file, read by `read` where that was not done before.
    pub(crate) fn objects(
        &self,
        key: (FileId, u32),
        documents: Vec<Document>,
        read: impl FnOnce(Vec<Document>) -> Loaded,
    ) -> Loaded {
        let is_same = |known: &[Document]| {
            known.len() == documents.len() && known.iter().zip(&documents).all(|(known, given)| known.is_same(given))
        };
        let known =
            lock(&self.objects).get(&key).filter(|(known, _)| is_same(known)).map(|(_, loaded)| Arc::clone(loaded));
        if let Some(known) = known {
            return Loaded::clone(&known);
        }
        let loaded = read(documents.clone());
        lock(&self.objects).insert(key, (documents, Arc::new(loaded.clone())));
        loaded
    }
}

impl Cache {
    /// What is known of objects that were held against their schemas.
    pub(crate) fn judged(&self) -> MutexGuard<'_, Judged> {
        lock(&self.judged)
    }
}

impl Cache {
    /// Lends what is known of the fields of a design, by its position among those of a compilation.
    pub(crate) fn with_memory(&self, design: usize, closed: bool, relate: impl FnOnce(&mut Memory)) {
        relate(lock(&self.named).entry((design, closed)).or_default());
    }

    /// What the rules about single objects find in a design, by its position among those of a compilation.
    pub(crate) fn tell(&self, design: usize, context: &Context<'_>) -> Vec<Finding> {
        lock(&self.told).entry(design).or_default().check(context)
    }
}

/// A value is put in whole, so a thread that panicked elsewhere left none half made.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
