//! Git repositories of strangers, and files at addresses of their own.
//!
//! A [`Store`] keeps what was fetched in a folder, a bare repository a commit. Fetching is done by the `git` program, in an
//! environment of its own and within limits (`transport`); it only brings objects. What they hold is read by libgit2
//! from the object database (`tree`): nothing is ever checked out, so no link, hook, filter or submodule of a repository
//! means anything here.

mod branch;
mod download;
mod folder;
mod history;
mod limits;
mod local;
mod transport;
mod tree;
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use design_pipeline::{Fetched, Revision, Wanted};
use git2::{Oid, Repository, RepositoryInitOptions};
// Only so that libgit2 is linked with the zlib that is built with it.
use libz_sys as _;
use sha2::{Digest as _, Sha256};

use crate::transport::Depth;

pub use branch::{Branch, Write};
pub use design_pipeline::Unfetched;
pub use folder::{FolderContent, read_folder};
pub use history::{History, State};
pub use limits::Limits;
pub use local::Local;
pub use tree::is_plain_path;
pub use world::GitWorld;

/// The reference under which a fetched object is kept.
const REFERENCE: &str = "refs/design/wanted";

/// The reference that [`Store::mirror`] leaves.
pub const MIRRORED: &str = "refs/design/mirrored";

/// The first release of libgit2 that mends what was found in 2026: tiny deltas that ask for all memory among others.
const OLDEST: (u32, u32, u32) = (1, 9, 5);

/// What was fetched, and the way to more.
#[derive(Clone, Debug)]
pub struct Store {
    folder: Option<PathBuf>,
    is_offline: bool,
    limits: Limits,
}

impl Store {
    /// A store in a folder; without one, what is fetched is forgotten at once. `is_offline`: nothing is fetched.
    pub fn new(folder: Option<PathBuf>, is_offline: bool) -> Self {
        Self { folder, is_offline, limits: Limits::default() }
    }

    /// The same store with other limits.
    #[must_use]
    pub fn limited(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// What a folder or file of a repository holds at a version. With a commit, what was fetched of it before is read
    /// again, and the repository is asked only where there is nothing.
    pub fn repository(&self, wanted: &Wanted<'_>) -> Result<Fetched, Unfetched> {
        check_library(git2::Version::get().libgit2_version()).map_err(Unfetched::Failed)?;
        if let Some(commit) = wanted.commit
            && let Some(folder) = self.kept(wanted.url, commit).filter(|folder| folder.is_dir())
        {
            return self.read(&folder, commit, wanted);
        }
        if self.is_offline {
            return Err(Unfetched::Offline);
        }
        self.fetch(wanted)
    }

    /// The bytes of a file at an address of its own, at most `limit` of them. It is fetched each time: nobody says what it was.
    pub fn download(&self, address: &str, limit: u64) -> Result<Vec<u8>, Unfetched> {
        self.ask(address, None, limit)
    }

    /// The same, for whoever has this token. Where the server points elsewhere, the token is not sent there.
    pub fn ask(&self, address: &str, token: Option<&str>, limit: u64) -> Result<Vec<u8>, Unfetched> {
        if self.is_offline {
            return Err(Unfetched::Offline);
        }
        download::download(address, token, limit, &self.limits).map_err(Unfetched::Failed)
    }

    /// Sends JSON to an address, for whoever has this token. Returns the status, and at most `limit` bytes of the answer.
    pub fn send(&self, address: &str, token: &str, body: &[u8], limit: u64) -> Result<(u16, Vec<u8>), Unfetched> {
        if self.is_offline {
            return Err(Unfetched::Offline);
        }
        download::send(address, token, body, limit, &self.limits).map_err(Unfetched::Failed)
    }

    /// Fetches a branch of a repository with its history into a bare repository of the store, and returns the folder of that. What was
    /// fetched before stays where it cannot be reached: then there is an error, and the folder is what it was. A branch of `None` is
    /// that which the repository names. The reference is [`MIRRORED`].
    pub fn mirror(&self, url: &str, branch: Option<&str>) -> Result<PathBuf, Unfetched> {
        check_library(git2::Version::get().libgit2_version()).map_err(Unfetched::Failed)?;
        let Some(folder) = &self.folder else {
            return Err(Unfetched::Failed("there is no folder for what is fetched".to_owned()));
        };
        if self.is_offline {
            return Err(Unfetched::Offline);
        }
        let source = branch.map_or(Ok("HEAD".to_owned()), branch::reference).map_err(Unfetched::Failed)?;
        let bare = folder.join(format!("mirror-{}", folder_name(url)));
        fs::create_dir_all(&bare)
            .map_err(|error| Unfetched::Failed(format!("the cache cannot be written: {error}")))?;
        let mut options = RepositoryInitOptions::new();
        options.bare(true).external_template(false);
        Repository::init_opts(&bare, &options)
            .map_err(|error| Unfetched::Failed(format!("the cache cannot be written: {}", error.message())))?;
        // What is fetched in one go counts, not what was there before.
        let refspec = format!("+{source}:{MIRRORED}");
        transport::fetch(&bare, url, &refspec, Depth::History, &self.limits).map_err(Unfetched::Failed)?;
        Ok(bare)
    }

    /// The folder of a commit; `None` where nothing is kept.
    fn kept(&self, url: &str, commit: &str) -> Option<PathBuf> {
        let is_id = matches!(commit.len(), 40 | 64) && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(self.folder.as_ref()?.join(folder_name(url)).join(commit)).filter(|_| is_id)
    }

    fn read(&self, folder: &Path, commit: &str, wanted: &Wanted<'_>) -> Result<Fetched, Unfetched> {
        let copied = Limits { total: self.limits.copied, ..self.limits };
        let limits = if wanted.is_copied { &copied } else { &self.limits };
        let damaged = |error: git2::Error| {
            Unfetched::Failed(format!("what was fetched cannot be read ({}); delete the cache", error.message()))
        };
        let id = oid(commit)?;
        let repository = Repository::open_bare(folder).map_err(damaged)?;
        let commit = repository.find_commit(id).map_err(damaged)?;
        let mut fetched = tree::read(&repository, &commit.tree().map_err(damaged)?, wanted.path, limits)
            .map_err(Unfetched::Failed)?;
        fetched.commit = id.to_string();
        Ok(fetched)
    }

    fn fetch(&self, wanted: &Wanted<'_>) -> Result<Fetched, Unfetched> {
        let failed = |error: std::io::Error| Unfetched::Failed(format!("the cache cannot be written: {error}"));
        let broken = |error: git2::Error| Unfetched::Failed(format!("what was fetched is broken: {}", error.message()));
        let temporary = match &self.folder {
            Some(folder) => {
                fs::create_dir_all(folder).map_err(failed)?;
                tempfile::Builder::new().prefix("fetch-").tempdir_in(folder).map_err(failed)?
            }
            None => tempfile::tempdir().map_err(failed)?,
        };
        let bare = temporary.path().join("git");
        let mut options = RepositoryInitOptions::new();
        options.bare(true).no_reinit(true).external_template(false);
        let repository = Repository::init_opts(&bare, &options).map_err(broken)?;
        let source = match wanted.revision {
            Revision::Tag(tag) => {
                let reference = format!("refs/tags/{tag}");
                if !git2::Reference::is_valid_name(&reference) {
                    return Err(Unfetched::Failed(format!("`{tag}` is no name of a tag")));
                }
                reference
            }
            Revision::Commit(commit) => oid(commit)?.to_string(),
        };
        let refspec = format!("+{source}:{REFERENCE}");
        transport::fetch(&bare, wanted.url, &refspec, Depth::Commit, &self.limits).map_err(Unfetched::Failed)?;
        let reference = repository.find_reference(REFERENCE).map_err(broken)?;
        let commit = reference
            .peel_to_commit()
            .map_err(|_| Unfetched::Failed(format!("{} leads to no commit", wanted.revision.words())))?;
        let id = commit.id().to_string();
        let fetched = self.read(&bare, &id, wanted)?;
        if let Some(kept) = self.kept(wanted.url, &id).filter(|kept| !kept.exists()) {
            let parent = kept.parent().map_or(Ok(()), fs::create_dir_all);
            // Another process may have been faster; what it left is the same.
            let moved = parent.and_then(|()| fs::rename(&bare, &kept));
            moved.or_else(|error| if kept.is_dir() { Ok(()) } else { Err(error) }).map_err(failed)?;
        }
        Ok(fetched)
    }
}

/// The name of the folder for what comes from an address.
fn folder_name(url: &str) -> String {
    Sha256::digest(url).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The id of an object. Names of objects that are to be looked up (`HEAD~1`, `:/text`) are none.
fn oid(text: &str) -> Result<Oid, Unfetched> {
    let is_id = |length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id(64) {
        return Err(Unfetched::Failed("repositories whose objects are named by SHA-256 are not read".to_owned()));
    }
    let id = Some(text).filter(|_| is_id(40)).and_then(|text| Oid::from_str(text).ok());
    id.ok_or_else(|| Unfetched::Failed(format!("`{text}` is no whole id of a commit")))
}

/// Whether the linked library is one that is fit for repositories of strangers.
fn check_library(linked: (u32, u32, u32)) -> Result<(), String> {
    if linked >= OLDEST {
        return Ok(());
    }
    let (major, minor, patch) = linked;
    Err(format!("this program is linked with libgit2 {major}.{minor}.{patch}, which is older than 1.9.5"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linked_library_is_new_enough_and_an_old_one_is_refused() {
        assert_eq!(check_library(git2::Version::get().libgit2_version()), Ok(()));
        assert!(check_library((1, 9, 4)).is_err() && check_library((2, 0, 0)).is_ok());
    }

    #[test]
    fn only_whole_ids_name_objects() {
        assert!(oid(&"a".repeat(40)).is_ok());
        for text in ["HEAD", ":/regex", "HEAD~1", "abc", &"g".repeat(40), &"a".repeat(64)] {
            assert!(oid(text).is_err(), "{text}");
        }
    }
}
