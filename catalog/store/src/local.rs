//! The repository around a folder: what its revisions hold, and files that are added to a branch. Nothing is checked out.

use std::path::Path;
use std::time::{Duration, Instant};

use design_pipeline::{Fetched, World};
use git2::build::TreeUpdateBuilder;
use git2::{Commit, ErrorCode, FileMode, Oid, Repository, Signature, Transaction};

use crate::{GitWorld, Limits, check_library, tree};

/// How long somebody else may hold the lock of a branch.
const LOCKED: Duration = Duration::from_secs(10);

/// The repository around a folder.
pub struct Local(Repository);

impl std::fmt::Debug for Local {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Local").field(&self.0.path()).finish()
    }
}

impl Local {
    /// That of a folder, or of the nearest one above it. The error is one line: there is none.
    pub fn around(folder: &Path) -> Result<Self, String> {
        check_library(git2::Version::get().libgit2_version())?;
        let repository = Repository::discover(folder);
        repository.map(Self).map_err(|error| format!("there is no git repository here: {}", error.message()))
    }

    /// The address of `origin`, where the repository has one.
    pub fn address(&self) -> Option<String> {
        self.0.find_remote("origin").ok()?.url().ok().map(str::to_owned)
    }

    /// What a folder or file holds at a revision: a branch, a tag, a commit, or anything that leads to one. The error is one line.
    pub fn read(&self, revision: &str, path: &str, limits: &Limits) -> Result<Fetched, String> {
        let commit = self.commit_of(revision)?;
        let tree = commit.tree().map_err(|error| format!("`{revision}` cannot be read: {}", error.message()))?;
        let mut fetched = tree::read(&self.0, &tree, path, limits)?;
        fetched.commit = commit.id().to_string();
        Ok(fetched)
    }

    /// The files at a revision as a World, in which paths mean what they mean in a folder of the working directory. What is no reading of
    /// files is done by `rest`. The error is one line.
    pub fn world<'a>(&self, revision: &str, folder: &Path, rest: &'a dyn World) -> Result<GitWorld<'a>, String> {
        let words = |why: &dyn std::fmt::Display| format!("`{revision}` cannot be read: {why}");
        let root = self.0.workdir().ok_or_else(|| words(&"the repository has no working directory"))?;
        let root = root.canonicalize().map_err(|error| words(&error))?;
        let folder = folder.canonicalize().map_err(|error| words(&error))?;
        let commit = self.commit_of(revision)?;
        let repository = Repository::open(self.0.path()).map_err(|error| words(&error.message()))?;
        GitWorld::new(repository, commit.tree_id(), root, &folder, rest).map_err(|why| words(&why))
    }

    /// The commit at which two revisions parted, as its id. Where they share none, or one of them is not fetched deep enough to tell, it
    /// is the first of them. The error is one line.
    pub fn merge_base(&self, one: &str, other: &str) -> Result<String, String> {
        let (one, other) = (self.commit_of(one)?.id(), self.commit_of(other)?.id());
        Ok(self.0.merge_base(one, other).unwrap_or(one).to_string())
    }

    pub(crate) fn repository(&self) -> &Repository {
        &self.0
    }

    pub(crate) fn commit_of(&self, revision: &str) -> Result<Commit<'_>, String> {
        let found = self.0.revparse_single(revision).and_then(|object| object.peel_to_commit());
        found.map_err(|error| format!("`{revision}` is no revision of this repository: {}", error.message()))
    }

    /// Who commits. On a machine where nobody has said who they are, such as that of a workflow, it is the program.
    pub(crate) fn signature(&self) -> Result<Signature<'static>, git2::Error> {
        self.0.signature().or_else(|_| Signature::now("design", "design@localhost"))
    }

    /// Adds a file to a branch, which is made where there is none, and returns its path. `name` says what the file is called beside those
    /// that its folder has (an empty folder is the root): never as one of them. What somebody else adds meanwhile stays. The error is
    /// one line.
    pub fn append(
        &self,
        branch: &str,
        folder: &str,
        message: &str,
        name: &dyn Fn(&[String]) -> String,
        content: &[u8],
    ) -> Result<String, String> {
        let words = |error: &git2::Error| format!("the branch `{branch}` cannot be written: {}", error.message());
        let reference = reference(branch)?;
        let is_checked_out = self.0.head().is_ok_and(|head| head.name() == Ok(reference.as_str())) && !self.0.is_bare();
        if is_checked_out {
            return Err(format!("the branch `{branch}` is checked out, and its files would not be"));
        }
        // The lock of the branch is held while it is read and written: what somebody else adds stays.
        let mut transaction = self.locked(&reference).map_err(|error| words(&error))?;
        let tip = match self.0.find_reference(&reference) {
            Ok(found) => Some(found.peel_to_commit().map_err(|error| words(&error))?),
            Err(error) if error.code() == ErrorCode::NotFound => None,
            Err(error) => return Err(words(&error)),
        };
        let path = self.path(tip.as_ref(), folder, name).map_err(|error| words(&error))?;
        let commit = self.write(tip.as_ref(), &path, message, content).map_err(|error| words(&error))?;
        let written = transaction.set_target(&reference, commit, None, message).and_then(|()| transaction.commit());
        written.map(|()| path).map_err(|error| words(&error))
    }

    /// Takes the lock of a reference, and waits for others that have it.
    fn locked(&self, reference: &str) -> Result<Transaction<'_>, git2::Error> {
        let before = Instant::now();
        loop {
            let mut transaction = self.0.transaction()?;
            match transaction.lock_ref(reference) {
                Ok(()) => return Ok(transaction),
                Err(error) if error.code() == ErrorCode::Locked && before.elapsed() < LOCKED => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The path of a new file.
    fn path(
        &self,
        tip: Option<&Commit<'_>>,
        folder: &str,
        name: &dyn Fn(&[String]) -> String,
    ) -> Result<String, git2::Error> {
        let folder = folder.trim_matches('/');
        let mut names = Vec::new();
        if let Some(tip) = tip {
            let root = tip.tree()?;
            let tree = match folder {
                "" => Some(root),
                folder => match root.get_path(Path::new(folder)) {
                    Ok(entry) => Some(self.0.find_tree(entry.id())?),
                    Err(error) if error.code() == ErrorCode::NotFound => None,
                    Err(error) => return Err(error),
                },
            };
            let entries = tree.iter().flat_map(|tree| tree.iter());
            names = entries.map(|entry| String::from_utf8_lossy(entry.name_bytes()).into_owned()).collect();
        }
        let name = name(&names);
        Ok(if folder.is_empty() { name } else { format!("{folder}/{name}") })
    }

    fn write(&self, tip: Option<&Commit<'_>>, path: &str, message: &str, content: &[u8]) -> Result<Oid, git2::Error> {
        let before = match tip {
            Some(tip) => tip.tree()?,
            None => self.0.find_tree(self.0.treebuilder(None)?.write()?)?,
        };
        let blob = self.0.blob(content)?;
        let tree = TreeUpdateBuilder::new().upsert(path, blob, FileMode::Blob).create_updated(&self.0, &before)?;
        let tree = self.0.find_tree(tree)?;
        let who = self.signature()?;
        let parents: Vec<&Commit<'_>> = tip.into_iter().collect();
        self.0.commit(None, &who, &who, message, &tree, &parents)
    }
}

/// The reference of a branch. The error is one line: it is no name of one.
pub(crate) fn reference(branch: &str) -> Result<String, String> {
    let reference = format!("refs/heads/{branch}");
    let is_valid = git2::Reference::is_valid_name(&reference);
    if is_valid { Ok(reference) } else { Err(format!("`{branch}` is no name of a branch")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(names: &[String]) -> String {
        format!("{}.json", names.len() + 1)
    }

    #[test]
    fn what_is_appended_is_read_back_and_nothing_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init(folder.path()).unwrap();
        let local = Local::around(folder.path()).unwrap();
        assert!(local.read("results", "", &Limits::default()).unwrap_err().contains("no revision"));
        let one = local.append("results", "shop/main", "one", &numbered, b"1").unwrap();
        let two = local.append("results", "/shop/main/", "two", &numbered, b"2").unwrap();
        let three = local.append("results", "", "three", &numbered, b"3").unwrap();
        assert_eq!((one.as_str(), two.as_str(), three.as_str()), ("shop/main/1.json", "shop/main/2.json", "2.json"));
        let found = local.read("results", "shop/main", &Limits::default()).unwrap();
        assert_eq!(found.files, [("1.json".to_owned(), b"1".to_vec()), ("2.json".to_owned(), b"2".to_vec())]);
        // Nothing is checked out, and every step is a commit.
        assert!(!folder.path().join("shop").exists());
        let mut walk = repository.revwalk().unwrap();
        walk.push_ref("refs/heads/results").unwrap();
        assert_eq!(walk.count(), 3);
    }

    #[test]
    fn several_writers_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        Repository::init(folder.path()).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let local = Local::around(folder.path()).unwrap();
                    for _ in 0..5 {
                        local.append("results", "", "more", &numbered, b"x").unwrap();
                    }
                });
            }
        });
        let local = Local::around(folder.path()).unwrap();
        assert_eq!(local.read("results", "", &Limits::default()).unwrap().files.len(), 20);
    }

    #[test]
    fn a_branch_that_is_checked_out_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut options = git2::RepositoryInitOptions::new();
        Repository::init_opts(folder.path(), options.initial_head("main")).unwrap();
        let local = Local::around(folder.path()).unwrap();
        local.append("results", "", "one", &numbered, b"1").unwrap();
        local.0.set_head("refs/heads/results").unwrap();
        let refused = local.append("results", "", "two", &numbered, b"2").unwrap_err();
        assert!(refused.contains("checked out"), "{refused}");
        assert!(local.append("a..b", "", "two", &numbered, b"2").unwrap_err().contains("no name"));
    }
}
