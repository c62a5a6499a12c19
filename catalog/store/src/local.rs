//! The repository around a folder: what its revisions hold. Nothing is checked out.

use std::path::Path;

use design_pipeline::{Fetched, World};
use git2::{Commit, Repository};

use crate::{GitWorld, Limits, check_library, tree};

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

    /// Whoever git says works here; where nobody has said, it is the program.
    pub fn user(&self) -> String {
        let signature = self.0.signature();
        signature.ok().and_then(|one| one.name().ok().map(str::to_owned)).unwrap_or_else(|| "design".to_owned())
    }

    /// The branch that a revision is. The error is one line: it is none.
    pub fn branch_of(&self, revision: &str) -> Result<String, String> {
        let none = || format!("`{revision}` is no branch of this repository");
        let name = match revision {
            "HEAD" => match self
                .0
                .find_reference("HEAD")
                .ok()
                .and_then(|head| head.symbolic_target().ok().flatten().map(str::to_owned))
            {
                Some(target) => target,
                None => return Err(none()),
            },
            revision => format!("refs/heads/{revision}"),
        };
        let found = self.0.find_reference(&name).ok().and(name.strip_prefix("refs/heads/"));
        found.map(str::to_owned).ok_or_else(none)
    }

    pub(crate) fn repository(&self) -> &Repository {
        &self.0
    }

    pub(crate) fn commit_of(&self, revision: &str) -> Result<Commit<'_>, String> {
        let found = self.0.revparse_single(revision).and_then(|object| object.peel_to_commit());
        found.map_err(|error| format!("`{revision}` is no revision of this repository: {}", error.message()))
    }
}
