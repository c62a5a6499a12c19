//! What the folders of a repository have been, commit by commit.

use std::collections::BTreeSet;

use design_pipeline::Fetched;
use git2::{ObjectType, Oid, Repository, Sort, Tree};
use serde::{Deserialize, Serialize};

use crate::tree::{is_plain, mode_of};
use crate::{Limits, Local, tree};

/// How many commits are looked at, the newest ones.
const COMMITS: usize = 100_000;

/// A folder as one commit made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Its path from the root of the repository; empty for the root itself.
    pub path: String,
    /// The commit, as its whole id.
    pub commit: String,
    /// When it was committed, in seconds since 1970-01-01 UTC.
    pub time: i64,
    /// Which bytes and names it holds: equal of equal folders.
    pub tree: String,
}

/// The states of folders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The folder that was looked into; empty: all.
    pub below: String,
    /// The newest commit, as its whole id.
    pub head: String,
    /// Each state of each folder once, from the oldest commit on; of one commit by path.
    pub states: Vec<State>,
    /// The folders that are there now.
    pub present: BTreeSet<String>,
    /// Why some folders are not looked into: the path, and the reason.
    pub left_out: Vec<(String, String)>,
}

impl Local {
    /// What the folders below `below` (empty: the root) have been along a branch, each commit beside its first parent. Looked for are
    /// folders that hold a file with one of the names `markers`; what lies inside of one belongs to it. The error is one line.
    ///
    /// The cost grows with what the commits change, not with what the repository holds: a folder that a commit left alone is not opened.
    /// Where the branch goes on from what `earlier` knows of it, only what came after is looked at.
    pub fn history(
        &self,
        revision: &str,
        below: &str,
        markers: &[&str],
        limits: &Limits,
        earlier: Option<&History>,
    ) -> Result<History, String> {
        let words = |error: git2::Error| format!("the history of `{revision}` cannot be read: {}", error.message());
        let head = self.commit_of(revision)?;
        let mut walk = self.repository().revwalk().map_err(words)?;
        walk.set_sorting(Sort::TOPOLOGICAL).and_then(|()| walk.simplify_first_parent()).map_err(words)?;
        walk.push(head.id()).map_err(words)?;
        let earlier = earlier.filter(|earlier| earlier.below == below);
        let known = earlier.and_then(|earlier| Oid::from_str(&earlier.head).ok());
        let mut commits: Vec<Oid> = Vec::new();
        let mut goes_on = false;
        for commit in walk.take(COMMITS) {
            let commit = commit.map_err(words)?;
            goes_on = Some(commit) == known;
            if goes_on {
                break;
            }
            commits.push(commit);
        }
        commits.reverse();
        let look = |before: Option<Oid>, tree: Oid| -> Result<Changes<'_>, String> {
            let mut changes = Changes::of(self.repository(), markers, limits);
            changes.folder(before, tree, below, 0)?;
            Ok(changes)
        };
        let mut history = earlier.filter(|_| goes_on).cloned().unwrap_or_default();
        history.head = head.id().to_string();
        below.clone_into(&mut history.below);
        let mut before: Option<Oid> = match known.filter(|_| goes_on) {
            Some(known) => {
                let tree = self.repository().find_commit(known).and_then(|commit| commit.tree()).map_err(words)?;
                folder(self.repository(), &tree, below).map_err(words)?
            }
            None => None,
        };
        for id in commits {
            // The parents of the oldest commit of a shallow repository are not there, and are not asked for.
            let commit = self.repository().find_commit(id).map_err(words)?;
            let tree = folder(self.repository(), &commit.tree().map_err(words)?, below).map_err(words)?;
            let changes = match tree.filter(|tree| before != Some(*tree)) {
                Some(tree) => look(before, tree)?,
                None => Changes::of(self.repository(), markers, limits),
            };
            let state = |(path, tree): (String, Oid)| State {
                path,
                commit: id.to_string(),
                time: commit.time().seconds(),
                tree: tree.to_string(),
            };
            history.states.extend(changes.found.into_iter().map(state));
            history.left_out.extend(changes.left_out);
            before = tree;
        }
        history.present.clear();
        if let Some(tree) = before {
            history.present = look(None, tree)?.found.into_iter().map(|(path, _)| path).collect();
        }
        history.left_out.sort();
        history.left_out.dedup();
        Ok(history)
    }

    /// The folders with a file of one of these names that a commit makes other than its first parent had them. The error is one line.
    pub fn changed_folders(&self, commit: &str, markers: &[&str], limits: &Limits) -> Result<Vec<String>, String> {
        let commit = self.commit_of(commit)?;
        let before = commit.parent(0).ok().map(|parent| parent.tree_id());
        let mut changes = Changes::of(self.repository(), markers, limits);
        changes.folder(before, commit.tree_id(), "", 0)?;
        Ok(changes.found.into_iter().map(|(path, _)| path).collect())
    }

    /// The commit that a revision leads to, as its whole id. The error is one line.
    pub fn commit(&self, revision: &str) -> Result<String, String> {
        Ok(self.commit_of(revision)?.id().to_string())
    }

    /// When a commit was committed, in seconds since 1970-01-01 UTC. The error is one line.
    pub fn time(&self, commit: &str) -> Result<i64, String> {
        Ok(self.commit_of(commit)?.time().seconds())
    }

    /// The files of a state. The error is one line.
    pub fn files(&self, state: &State, limits: &Limits) -> Result<Fetched, String> {
        let words = |error: git2::Error| format!("`{}` cannot be read: {}", state.path, error.message());
        let tree = Oid::from_str(&state.tree).and_then(|id| self.repository().find_tree(id)).map_err(words)?;
        let mut fetched = tree::read(self.repository(), &tree, "", limits)?;
        fetched.commit.clone_from(&state.commit);
        Ok(fetched)
    }
}

/// The tree of a folder; `None` where there is none.
fn folder(repository: &Repository, root: &Tree<'_>, path: &str) -> Result<Option<Oid>, git2::Error> {
    let mut tree = root.id();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let next = repository
            .find_tree(tree)?
            .get_name(part)
            .filter(|entry| entry.kind() == Some(ObjectType::Tree))
            .map(|entry| entry.id());
        let Some(next) = next else { return Ok(None) };
        tree = next;
    }
    Ok(Some(tree))
}

/// What one commit changes.
struct Changes<'a> {
    repository: &'a Repository,
    markers: &'a [&'a str],
    limits: &'a Limits,
    found: Vec<(String, Oid)>,
    left_out: Vec<(String, String)>,
    entries: usize,
}

impl<'a> Changes<'a> {
    /// None yet.
    fn of(repository: &'a Repository, markers: &'a [&'a str], limits: &'a Limits) -> Self {
        Self { repository, markers, limits, found: Vec::new(), left_out: Vec::new(), entries: 0 }
    }

    fn folder(&mut self, before: Option<Oid>, tree: Oid, path: &str, depth: usize) -> Result<(), String> {
        if before == Some(tree) {
            return Ok(());
        }
        if depth > self.limits.depth {
            self.left_out.push((path.to_owned(), format!("it lies in more than {} folders", self.limits.depth)));
            return Ok(());
        }
        let broken = |error: git2::Error| format!("`{path}` cannot be read: {}", error.message());
        let tree = self.repository.find_tree(tree).map_err(broken)?;
        let is_file =
            |name: &&str| tree.get_name(name).is_some_and(|entry| mode_of(entry.filemode()) == git2::FileMode::Blob);
        if self.markers.iter().any(is_file) {
            self.found.push((path.to_owned(), tree.id()));
            return Ok(());
        }
        let before = before.and_then(|id| self.repository.find_tree(id).ok());
        for entry in &tree {
            self.entries += 1;
            if self.entries > self.limits.folders {
                return Err(format!("there are more than {} files and folders in one commit", self.limits.folders));
            }
            if mode_of(entry.filemode()) != git2::FileMode::Tree {
                continue;
            }
            let Some(name) = std::str::from_utf8(entry.name_bytes()).ok().filter(|name| is_plain(name)) else {
                let shown = String::from_utf8_lossy(entry.name_bytes()).escape_debug().to_string();
                self.left_out.push((format!("{path}/{shown}"), "its name is no plain text".to_owned()));
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            let inner = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
            let was = before.as_ref().and_then(|before| before.get_name(name)).map(|entry| entry.id());
            self.folder(was, entry.id(), &inner, depth + 1)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use git2::{IndexAddOption, Signature, Time};

    use super::*;

    /// A repository whose commits each write some files; the n-th is committed n seconds after 1970.
    fn repository(commits: &[&[(&str, &str)]]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init(folder.path()).unwrap();
        let mut parent: Option<Oid> = None;
        for (number, files) in commits.iter().enumerate() {
            for (path, text) in *files {
                let path = folder.path().join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                if text.is_empty() { fs::remove_file(path).unwrap() } else { fs::write(path, text).unwrap() }
            }
            let mut index = repository.index().unwrap();
            index.add_all(["*"], IndexAddOption::DEFAULT, None).unwrap();
            index.update_all(["*"], None).unwrap();
            let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
            let who =
                Signature::new("one", "one@example.com", &Time::new(i64::try_from(number).unwrap() + 1, 0)).unwrap();
            let parents: Vec<_> = parent.iter().map(|id| repository.find_commit(*id).unwrap()).collect();
            let parents: Vec<_> = parents.iter().collect();
            parent = Some(repository.commit(Some("HEAD"), &who, &who, "more", &tree, &parents).unwrap());
        }
        folder
    }

    #[test]
    fn every_state_of_a_folder_is_there_once() {
        let folder = repository(&[
            &[("patterns/web/pattern.yaml", "1"), ("README.md", "a")],
            &[("README.md", "b")],
            &[("patterns/web/inner/pattern.yaml", "2"), ("patterns/queue/pattern.yaml", "1")],
            &[("patterns/queue/pattern.yaml", "")],
        ]);
        let local = Local::around(folder.path()).unwrap();
        let history = local.history("HEAD", "", &["pattern.yaml"], &Limits::default(), None).unwrap();
        let states: Vec<(&str, i64)> = history.states.iter().map(|state| (state.path.as_str(), state.time)).collect();
        // What a pattern holds belongs to it, and what is gone was there.
        assert_eq!(states, [("patterns/web", 1), ("patterns/queue", 3), ("patterns/web", 3)]);
        assert_eq!(history.present.iter().collect::<Vec<_>>(), ["patterns/web"]);
        assert_eq!(local.files(&history.states[0], &Limits::default()).unwrap().files.len(), 1);
        assert_eq!(local.files(&history.states[2], &Limits::default()).unwrap().files.len(), 2);
        let below = local.history("HEAD", "patterns/queue", &["pattern.yaml"], &Limits::default(), None).unwrap();
        assert_eq!((below.states.len(), below.present.len()), (1, 0));
        assert!(
            local.history("HEAD", "nowhere", &["pattern.yaml"], &Limits::default(), None).unwrap().states.is_empty()
        );
    }

    #[test]
    fn what_is_known_of_a_branch_that_goes_on_is_not_read_again() {
        let folder = repository(&[
            &[("patterns/web/pattern.yaml", "1")],
            &[("patterns/web/pattern.yaml", "2"), ("patterns/queue/pattern.yaml", "1")],
            &[("patterns/web/pattern.yaml", "3")],
        ]);
        let local = Local::around(folder.path()).unwrap();
        let read = |revision: &str, below: &str, earlier: Option<&History>| {
            local.history(revision, below, &["pattern.yaml"], &Limits::default(), earlier).unwrap()
        };
        let whole = read("HEAD", "", None);
        for revision in ["HEAD", "HEAD~1", "HEAD~2"] {
            assert_eq!(read("HEAD", "", Some(&read(revision, "", None))), whole, "{revision}");
        }
        // A branch that went back, and another folder, are read from the beginning.
        assert_eq!(read("HEAD~1", "", Some(&whole)), read("HEAD~1", "", None));
        assert_eq!(read("HEAD", "patterns", Some(&whole)), read("HEAD", "patterns", None));
        // What is known is taken for what it is.
        let mut told = read("HEAD~1", "", None);
        told.states.clear();
        assert_eq!(read("HEAD", "", Some(&told)).states.len(), 1);
    }

    #[test]
    fn too_much_is_refused() {
        let folder = repository(&[&[("a/b/c/pattern.yaml", "1"), ("d/pattern.yaml", "1")]]);
        let local = Local::around(folder.path()).unwrap();
        let shallow = Limits { depth: 2, ..Limits::default() };
        let history = local.history("HEAD", "", &["pattern.yaml"], &shallow, None).unwrap();
        assert_eq!((history.states.len(), history.left_out.len()), (1, 1));
        assert_eq!(history.left_out[0].0, "a/b/c");
        let few = Limits { folders: 1, ..Limits::default() };
        assert!(local.history("HEAD", "", &["pattern.yaml"], &few, None).unwrap_err().contains("more than 1 "));
    }
}
