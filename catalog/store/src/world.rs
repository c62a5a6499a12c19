//! A World that is a commit: files are read from the object database, and nothing is checked out.

use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use design_pipeline::{
    ChartTask, Entry, EntryKind, Fetched, Stopped, Unfetched, Unrendered, Wanted, World, WorldError,
};
use git2::{FileMode, ObjectType, Oid, Repository};

use crate::tree::mode_of;

/// How many links may lead to each other.
const LINKS: usize = 8;

/// The files of a commit, by paths that mean what they mean in the working directory.
pub struct GitWorld<'a> {
    repository: Mutex<Repository>,
    tree: Oid,
    /// The working directory of the repository, and the folder within it that paths are relative to.
    root: PathBuf,
    folder: Vec<String>,
    /// What does everything that is no reading of files.
    rest: &'a dyn World,
}

/// What lies at a path.
struct Found {
    id: Oid,
    mode: FileMode,
}

impl<'a> GitWorld<'a> {
    /// The tree of a commit. `root` is the working directory of the repository, `folder` that within it, as whole paths.
    pub(crate) fn new(
        repository: Repository,
        tree: Oid,
        root: PathBuf,
        folder: &Path,
        rest: &'a dyn World,
    ) -> Result<Self, String> {
        let inner = folder.strip_prefix(&root).map_err(|_| format!("{} is not in the repository", folder.display()))?;
        let folder = inner.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        Ok(Self { repository: Mutex::new(repository), tree, root, folder, rest })
    }

    fn repository(&self) -> MutexGuard<'_, Repository> {
        self.repository.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The folders and the name that a path leads through, from the root of the tree; `None` where it leads out of it.
    fn parts(&self, path: &str) -> Option<Vec<String>> {
        let path = Path::new(path);
        if path.is_absolute() {
            return stepped(Vec::new(), path.strip_prefix(&self.root).ok()?);
        }
        stepped(self.folder.clone(), path)
    }

    fn find(&self, repository: &Repository, path: &str) -> Result<Found, WorldError> {
        let mut parts = self.parts(path).ok_or(WorldError::NotFound)?;
        for _ in 0..LINKS {
            match self.walk(repository, &parts)? {
                Ok(found) => return Ok(found),
                Err(target) => parts = target,
            }
        }
        Err(WorldError::Failed("too many links lead to each other".to_owned()))
    }

    /// What lies at the end of the parts; or where a link on the way leads.
    fn walk(&self, repository: &Repository, parts: &[String]) -> Result<Result<Found, Vec<String>>, WorldError> {
        let mut found = Found { id: self.tree, mode: FileMode::Tree };
        for (position, part) in parts.iter().enumerate() {
            if found.mode != FileMode::Tree {
                return Err(WorldError::NotFound);
            }
            let tree = repository.find_tree(found.id).map_err(|error| broken(&error))?;
            let entry = tree.get_name(part).ok_or(WorldError::NotFound)?;
            let mode = mode_of(entry.filemode());
            if mode == FileMode::Link {
                let blob = repository.find_blob(entry.id()).map_err(|error| broken(&error))?;
                let target = std::str::from_utf8(blob.content()).map_err(|_| WorldError::NotFound)?;
                let before = parts.get(..position).unwrap_or_default().to_vec();
                let mut target = if target.starts_with('/') { None } else { stepped(before, Path::new(target)) }
                    .ok_or(WorldError::NotFound)?;
                target.extend(parts.iter().skip(position + 1).cloned());
                return Ok(Err(target));
            }
            found = Found { id: entry.id(), mode };
        }
        Ok(Ok(found))
    }
}

/// Where a path leads from some folders; `None` where that is out of the tree.
fn stepped(mut from: Vec<String>, path: &Path) -> Option<Vec<String>> {
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                from.pop()?;
            }
            Component::Normal(name) => from.push(name.to_str()?.to_owned()),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(from)
}

fn broken(error: &git2::Error) -> WorldError {
    WorldError::Failed(format!("an object of the repository cannot be read: {}", error.message()))
}

fn kind(mode: FileMode) -> EntryKind {
    match mode {
        FileMode::Tree => EntryKind::Folder,
        FileMode::Blob => EntryKind::File,
        _ => EntryKind::Other,
    }
}

/// What a link is that leads there.
fn linked(kind: EntryKind) -> EntryKind {
    if kind == EntryKind::Folder { EntryKind::LinkedFolder } else { kind }
}

impl World for GitWorld<'_> {
    fn kind(&self, path: &str) -> Result<EntryKind, WorldError> {
        let found = self.find(&self.repository(), path)?;
        // As on a disk, a link that is named leads to what it leads to.
        Ok(kind(found.mode))
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, WorldError> {
        let repository = self.repository();
        let found = self.find(&repository, folder)?;
        if found.mode != FileMode::Tree {
            return Err(WorldError::Failed("this is no folder".to_owned()));
        }
        let tree = repository.find_tree(found.id).map_err(|error| broken(&error))?;
        let mut entries = Vec::new();
        for entry in &tree {
            let Ok(name) = std::str::from_utf8(entry.name_bytes()) else { continue };
            let kind = match mode_of(entry.filemode()) {
                FileMode::Link => self
                    .find(&repository, &format!("{}/{name}", if folder.is_empty() { "." } else { folder }))
                    .map_or(EntryKind::Other, |found| linked(kind(found.mode))),
                mode => kind(mode),
            };
            entries.push(Entry { name: name.to_owned(), kind });
        }
        Ok(entries)
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, WorldError> {
        let repository = self.repository();
        let found = self.find(&repository, path)?;
        if found.mode != FileMode::Blob {
            return Err(WorldError::Failed("this is no file".to_owned()));
        }
        let odb = repository.odb().map_err(|error| broken(&error))?;
        // The header tells the size before anything is unpacked.
        let (size, kind) = odb.read_header(found.id).map_err(|error| broken(&error))?;
        if kind != ObjectType::Blob {
            return Err(WorldError::Failed("this is no file".to_owned()));
        }
        if size as u64 > limit {
            return Err(WorldError::TooLarge);
        }
        Ok(odb.read(found.id).map_err(|error| broken(&error))?.data().to_vec())
    }

    fn repository(&self, wanted: &Wanted<'_>) -> Result<Fetched, Unfetched> {
        self.rest.repository(wanted)
    }

    fn download(&self, address: &str, limit: u64) -> Result<Vec<u8>, Unfetched> {
        self.rest.download(address, limit)
    }

    fn judge(&self, task: &[Vec<u8>]) -> Result<Vec<u8>, Stopped> {
        self.rest.judge(task)
    }

    fn render_chart(&self, chart: &ChartTask) -> Result<String, Unrendered> {
        self.rest.render_chart(chart)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use design_pipeline::MemoryWorld;

    use super::*;

    /// A repository with a commit, and a working directory that has moved on since.
    fn repository() -> (tempfile::TempDir, Oid) {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        fs::create_dir_all(at("shop/base")).unwrap();
        fs::write(at("shop/web.yaml"), "old").unwrap();
        fs::write(at("shop/base/all.yaml"), "base").unwrap();
        symlink("web.yaml", at("shop/linked.yaml")).unwrap();
        symlink("base", at("shop/linked")).unwrap();
        symlink("../../outside", at("shop/outside")).unwrap();
        symlink("circle", at("shop/circle")).unwrap();
        let repository = Repository::init(folder.path()).unwrap();
        let mut index = repository.index().unwrap();
        index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
        let tree = index.write_tree().unwrap();
        fs::write(at("shop/web.yaml"), "new").unwrap();
        fs::write(at("shop/later.yaml"), "later").unwrap();
        (folder, tree)
    }

    fn world<'a>(folder: &tempfile::TempDir, tree: Oid, inner: &str, rest: &'a MemoryWorld) -> GitWorld<'a> {
        let root = folder.path().canonicalize().unwrap();
        let inner = root.join(inner);
        GitWorld::new(Repository::open(folder.path()).unwrap(), tree, root, &inner, rest).unwrap()
    }

    #[test]
    fn a_commit_is_read_by_the_paths_of_the_working_directory() {
        let (folder, tree) = repository();
        let rest = MemoryWorld::default();
        let world = world(&folder, tree, "shop", &rest);
        for path in ["web.yaml", "./web.yaml", "base/../web.yaml", "../shop/web.yaml", "linked.yaml"] {
            assert_eq!(world.read(path, 100).unwrap(), b"old", "{path}");
        }
        let whole = folder.path().canonicalize().unwrap().join("shop/web.yaml");
        assert_eq!(world.read(whole.to_str().unwrap(), 100).unwrap(), b"old");
        assert_eq!(world.read("linked/all.yaml", 100).unwrap(), b"base");
        assert_eq!(world.read("web.yaml", 2), Err(WorldError::TooLarge));
        assert_eq!(world.read("later.yaml", 100), Err(WorldError::NotFound));
        assert!(world.read("base", 100).is_err());
        assert_eq!(world.kind(""), Ok(EntryKind::Folder));
        assert_eq!(world.kind("linked"), Ok(EntryKind::Folder));
    }

    #[test]
    fn folders_are_listed_and_links_lead_nowhere_else() {
        let (folder, tree) = repository();
        let rest = MemoryWorld::default();
        let world = world(&folder, tree, "", &rest);
        let kinds: Vec<(String, EntryKind)> =
            world.list("shop").unwrap().into_iter().map(|entry| (entry.name, entry.kind)).collect();
        let expected = [
            ("base", EntryKind::Folder),
            ("circle", EntryKind::Other),
            ("linked", EntryKind::LinkedFolder),
            ("linked.yaml", EntryKind::File),
            ("outside", EntryKind::Other),
            ("web.yaml", EntryKind::File),
        ];
        assert_eq!(kinds, expected.map(|(name, kind)| (name.to_owned(), kind)));
        for path in ["shop/outside", "../shop", "/etc/passwd", "shop/circle"] {
            assert!(world.kind(path).is_err(), "{path}");
        }
        assert!(world.list("shop/web.yaml").is_err());
    }
}
