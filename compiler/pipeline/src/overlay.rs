//! A World with some texts in the place of what its files hold: what an editor has not saved, what a fix would write.

use std::collections::BTreeMap;

use design_definitions::Stamp;

use crate::{ChartTask, Entry, EntryKind, Fetched, Stopped, Unfetched, Unrendered, Wanted, World, WorldError};

/// Another World, but for some texts.
pub struct Overlay<W> {
    below: W,
    texts: BTreeMap<String, String>,
}

impl<W: World> Overlay<W> {
    /// A World over which nothing lies yet.
    pub fn new(below: W) -> Self {
        Self { below, texts: BTreeMap::new() }
    }

    /// Lays a text over a file.
    pub fn insert(&mut self, path: &str, text: String) {
        self.texts.insert(path.to_owned(), text);
    }

    /// Takes a text away: what lies below counts again.
    pub fn remove(&mut self, path: &str) {
        self.texts.remove(path);
    }

    /// Lays another text over a file, or none. Returns the one that lay there.
    pub fn replace(&mut self, path: &str, text: Option<String>) -> Option<String> {
        match text {
            Some(text) => self.texts.insert(path.to_owned(), text),
            None => self.texts.remove(path),
        }
    }

    /// The texts that lie over files, by path.
    pub fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }
}

impl<W: World> World for Overlay<W> {
    fn kind(&self, path: &str) -> Result<EntryKind, WorldError> {
        if self.texts.contains_key(path) { Ok(EntryKind::File) } else { self.below.kind(path) }
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, WorldError> {
        self.below.list(folder)
    }

    fn stamps(&self, folder: &str) -> Result<Vec<(Entry, Option<Stamp>)>, WorldError> {
        self.below.stamps(folder)
    }

    fn stamp(&self, path: &str) -> Option<Stamp> {
        if self.texts.contains_key(path) { None } else { self.below.stamp(path) }
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, WorldError> {
        match self.texts.get(path) {
            Some(text) if text.len() as u64 > limit => Err(WorldError::TooLarge),
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.below.read(path, limit),
        }
    }

    fn render_chart(&self, chart: &ChartTask) -> Result<String, Unrendered> {
        self.below.render_chart(chart)
    }

    fn repository(&self, wanted: &Wanted<'_>) -> Result<Fetched, Unfetched> {
        self.below.repository(wanted)
    }

    fn judge(&self, task: &[Vec<u8>]) -> Result<Vec<u8>, Stopped> {
        self.below.judge(task)
    }
}
