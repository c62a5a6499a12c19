//! A World with repositories and packages in it: what was read of them lies below folders of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError, RwLock};

use design_definitions::Stamp;

use crate::{
    ChartTask, Entry, EntryKind, Fetched, MemoryWorld, Stopped, Unfetched, Unrendered, Wanted, World, WorldError,
};

/// Another World, and repositories and packages beside it.
pub(crate) struct Mounted<'a> {
    below: &'a dyn World,
    state: RwLock<State>,
    /// The files below such folders that were read.
    read: Mutex<BTreeSet<String>>,
}

#[derive(Default)]
struct State {
    /// What repositories and packages hold, by the folder that stands for each.
    repositories: BTreeMap<String, MemoryWorld>,
    /// The one that is being read: nothing outside of it is seen.
    inside: Option<String>,
}

impl<'a> Mounted<'a> {
    /// A World without repositories.
    pub fn new(below: &'a dyn World) -> Self {
        Self { below, state: RwLock::default(), read: Mutex::default() }
    }

    /// Puts the files of a repository or package below a folder.
    pub fn mount(&self, folder: &str, files: Vec<(String, Vec<u8>)>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.repositories.entry(folder.to_owned()).or_default().extend(files);
    }

    /// The repository or package that a file is one of.
    pub fn holding(&self, path: &str) -> Option<String> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let is_in = |folder: &&String| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
        state.repositories.keys().rev().find(is_in).cloned()
    }

    /// Sees only what lies below one such folder from now on, or everything. Returns what was seen before.
    pub fn enter(&self, folder: Option<String>) -> Option<String> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut state.inside, folder)
    }

    /// The one that is being read.
    pub fn inside(&self) -> Option<String> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).inside.clone()
    }

    /// The files below a folder that were read, by their paths from there.
    pub fn read_below(&self, folder: &str) -> Vec<String> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let below = |path: &String| Some(path.strip_prefix(folder)?.strip_prefix('/')?.to_owned());
        read.iter().filter_map(below).collect()
    }

    /// Asks whoever knows a path.
    fn ask<T>(
        &self,
        path: &str,
        repository: impl FnOnce(&MemoryWorld, &str) -> Result<T, WorldError>,
        below: impl FnOnce() -> Result<T, WorldError>,
    ) -> Result<T, WorldError> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        if state.repositories.is_empty() {
            drop(state);
            return below();
        }
        let inner = |folder: &str| {
            let rest = path.strip_prefix(folder)?;
            if rest.is_empty() { Some(".") } else { rest.strip_prefix('/') }
        };
        if let Some(inside) = &state.inside {
            let found = state.repositories.get(inside).zip(inner(inside));
            let outside = || WorldError::Failed("it lies outside of the repository or package".to_owned());
            return found.ok_or_else(outside).and_then(|(world, path)| repository(world, path));
        }
        // Of folders inside each other the innermost knows.
        let mut mounted = state.repositories.iter().rev();
        if let Some((world, path)) = mounted.find_map(|(folder, world)| Some((world, inner(folder)?))) {
            return repository(world, path);
        }
        drop(state);
        below()
    }
}

impl World for Mounted<'_> {
    fn kind(&self, path: &str) -> Result<EntryKind, WorldError> {
        self.ask(path, World::kind, || self.below.kind(path))
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, WorldError> {
        self.ask(folder, World::list, || self.below.list(folder))
    }

    fn stamps(&self, folder: &str) -> Result<Vec<(Entry, Option<Stamp>)>, WorldError> {
        self.ask(folder, World::stamps, || self.below.stamps(folder))
    }

    fn stamp(&self, path: &str) -> Option<Stamp> {
        self.ask(path, |_, _| Ok(None), || Ok(self.below.stamp(path))).ok().flatten()
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, WorldError> {
        let of_repository = |world: &MemoryWorld, inner: &str| {
            let bytes = world.read(inner, limit)?;
            self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
            Ok(bytes)
        };
        self.ask(path, of_repository, || self.below.read(path, limit))
    }

    fn repository(&self, wanted: &Wanted<'_>) -> Result<Fetched, Unfetched> {
        self.below.repository(wanted)
    }

    fn download(&self, address: &str, limit: u64) -> Result<Vec<u8>, Unfetched> {
        self.below.download(address, limit)
    }

    fn judge(&self, task: &[Vec<u8>]) -> Result<Vec<u8>, Stopped> {
        self.below.judge(task)
    }

    fn render_chart(&self, chart: &ChartTask) -> Result<String, Unrendered> {
        self.below.render_chart(chart)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_seen_from_outside_and_sees_nothing_outside() {
        let below = MemoryWorld::new([("secret.yaml", "below")]);
        let world = Mounted::new(&below);
        world.mount("git.example/a@v1", vec![("x/design.yaml".to_owned(), b"a".to_vec())]);
        world.mount("git.example/b@v1", vec![("design.yaml".to_owned(), b"b".to_vec())]);
        assert_eq!(world.read("git.example/a@v1/x/design.yaml", 9).as_deref(), Ok(&b"a"[..]));
        assert_eq!(world.kind("git.example/a@v1"), Ok(EntryKind::Folder));
        assert_eq!(world.read("secret.yaml", 9).as_deref(), Ok(&b"below"[..]));
        assert_eq!(world.enter(Some("git.example/a@v1".to_owned())), None);
        assert_eq!(world.read("git.example/a@v1/x/design.yaml", 9).as_deref(), Ok(&b"a"[..]));
        for outside in ["secret.yaml", "git.example/b@v1/design.yaml", "../secret.yaml", "/etc/passwd"] {
            assert!(world.read(outside, 9).is_err(), "{outside}");
            assert!(world.kind(outside).is_err() && world.list(outside).is_err(), "{outside}");
        }
    }
}
