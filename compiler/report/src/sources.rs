//! The files of a run, by their number.

use std::sync::Arc;

use design_syntax::{Place, SourceText};
use design_vocabulary::{FileId, Span};

/// The files that findings point into. Numbers need not be contiguous and come in any order.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Option<Arc<SourceText>>>);

impl Sources {
    /// Adds a file under its own number.
    pub fn insert(&mut self, source: Arc<SourceText>) {
        let index = source.id().0 as usize;
        if self.0.len() <= index {
            self.0.resize(index + 1, None);
        }
        if let Some(slot) = self.0.get_mut(index) {
            *slot = Some(source);
        }
    }

    /// A file by its number.
    pub fn get(&self, file: FileId) -> Option<&Arc<SourceText>> {
        self.0.get(file.0 as usize)?.as_ref()
    }

    /// The files, by their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<SourceText>> {
        self.0.iter().flatten()
    }

    /// Path, lines and columns of a span.
    pub fn place(&self, span: Span) -> Option<(&str, Place)> {
        let source = self.get(span.file)?;
        Some((source.path(), source.place(span)))
    }
}
