//! What a tree of the object database holds.

use std::collections::BTreeSet;

use design_pipeline::Fetched;
use git2::{FileMode, ObjectType, Odb, Oid, Repository, Tree};

use crate::Limits;

/// What a file begins with that stands for one of Git LFS.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Reads the regular files below a path of a tree. The error says why the whole is refused.
pub(crate) fn read(repository: &Repository, root: &Tree<'_>, path: &str, limits: &Limits) -> Result<Fetched, String> {
    let odb = repository.odb().map_err(|error| broken(&error))?;
    let mut walk = Walk { repository, odb, limits, fetched: Fetched::default(), entries: 0, total: 0 };
    let mut tree = root.clone();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    for (position, part) in parts.iter().enumerate() {
        let entry = tree.get_name(part).map(|entry| (entry.id(), mode_of(entry.filemode())));
        let absent = || format!("there is no `{path}` in it");
        let (id, mode) = entry.ok_or_else(absent)?;
        match mode {
            FileMode::Tree => tree = repository.find_tree(id).map_err(|error| broken(&error))?,
            FileMode::Blob if position + 1 == parts.len() => {
                walk.file(part, id)?;
                walk.fetched.is_file = true;
                return Ok(walk.fetched);
            }
            _ => return Err(absent()),
        }
    }
    walk.folder(&tree, "", 1)?;
    let mut fetched = walk.fetched;
    fetched.files.sort();
    fetched.left_out.sort();
    Ok(fetched)
}

/// What an entry is; a file is a blob whether it may be run or not.
pub(crate) fn mode_of(bits: i32) -> FileMode {
    match bits {
        0o040_000 => FileMode::Tree,
        0o120_000 => FileMode::Link,
        0o160_000 => FileMode::Commit,
        0o100_644 | 0o100_755 | 0o100_664 => FileMode::Blob,
        _ => FileMode::Unreadable,
    }
}

fn broken(error: &git2::Error) -> String {
    format!("an object of it cannot be read: {}", error.message())
}

struct Walk<'a> {
    repository: &'a Repository,
    odb: Odb<'a>,
    limits: &'a Limits,
    fetched: Fetched,
    entries: usize,
    total: u64,
}

impl Walk<'_> {
    fn folder(&mut self, tree: &Tree<'_>, prefix: &str, depth: usize) -> Result<(), String> {
        if depth > self.limits.depth {
            return Err(format!("`{prefix}` lies in more than {} folders", self.limits.depth));
        }
        // On some machines two names are one that differ only in case.
        let mut folded: BTreeSet<String> = BTreeSet::new();
        for entry in tree {
            self.entries += 1;
            if self.entries > self.limits.entries {
                return Err(format!("it has more than {} files and folders", self.limits.entries));
            }
            let shown = format!("{prefix}{}", String::from_utf8_lossy(entry.name_bytes()).escape_debug());
            let Some(name) = std::str::from_utf8(entry.name_bytes()).ok().filter(|name| is_plain(name)) else {
                self.leave_out(shown, "its name is no plain text");
                continue;
            };
            let path = format!("{prefix}{name}");
            if path.chars().count() > self.limits.path {
                self.leave_out(shown, "its path is too long");
                continue;
            }
            if !folded.insert(name.to_lowercase()) {
                self.leave_out(shown, "its name differs from another one only in case");
                continue;
            }
            match mode_of(entry.filemode()) {
                FileMode::Blob => self.file(&path, entry.id())?,
                FileMode::Tree => {
                    let tree = self.repository.find_tree(entry.id()).map_err(|error| broken(&error))?;
                    self.folder(&tree, &format!("{path}/"), depth + 1)?;
                }
                FileMode::Link => self.leave_out(shown, "it is a link"),
                FileMode::Commit => self.leave_out(shown, "it is another repository"),
                _ => self.leave_out(shown, "it is neither a file nor a folder"),
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &str, id: Oid) -> Result<(), String> {
        // The header tells the size before anything is unpacked.
        let (size, kind) = self.odb.read_header(id).map_err(|error| broken(&error))?;
        let size = size as u64;
        if kind != ObjectType::Blob {
            return Err(format!("`{path}` is no file"));
        }
        if size > self.limits.file {
            self.leave_out(path.to_owned(), &format!("it has more than {} KiB", self.limits.file >> 10));
            return Ok(());
        }
        self.total += size;
        if self.total > self.limits.total {
            return Err(format!("its files have more than {} KiB", self.limits.total >> 10));
        }
        let object = self.odb.read(id).map_err(|error| broken(&error))?;
        let bytes = object.data().to_vec();
        drop(object);
        if bytes.starts_with(POINTER) {
            self.leave_out(path.to_owned(), "it stands for a file of Git LFS, which is not fetched");
            return Ok(());
        }
        self.fetched.files.push((path.to_owned(), bytes));
        Ok(())
    }

    fn leave_out(&mut self, path: String, why: &str) {
        self.fetched.left_out.push((path, why.to_owned()));
    }
}

/// Whether a name means the same on every machine, and nothing beside itself.
pub(crate) fn is_plain(name: &str) -> bool {
    let is_special = matches!(name, "" | "." | "..") || name.eq_ignore_ascii_case(".git");
    !is_special && !name.chars().any(|letter| letter.is_control() || matches!(letter, '/' | '\\'))
}

/// Whether a path means the same file on every machine, and one below where it is put.
pub fn is_plain_path(path: &str) -> bool {
    path.split('/').all(is_plain) && path.chars().count() <= Limits::default().path
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository in a folder that goes away, and a tree of entries that no index would take.
    fn tree(entries: &[(&[u8], i32, &[u8])]) -> (tempfile::TempDir, Repository, Oid) {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init_bare(folder.path()).unwrap();
        let mut raw = Vec::new();
        for (name, mode, content) in entries {
            let kind = if *mode == 0o040_000 { ObjectType::Tree } else { ObjectType::Blob };
            let id = repository.odb().unwrap().write(kind, content).unwrap();
            raw.extend([format!("{mode:o} ").as_bytes(), name, b"\0", id.as_bytes()].concat());
        }
        let id = repository.odb().unwrap().write(ObjectType::Tree, &raw).unwrap();
        (folder, repository, id)
    }

    fn read_it(entries: &[(&[u8], i32, &[u8])], limits: &Limits) -> Result<Fetched, String> {
        let (_folder, repository, id) = tree(entries);
        read(&repository, &repository.find_tree(id).map_err(|error| broken(&error))?, "", limits)
    }

    #[test]
    fn what_is_no_plain_file_is_left_out_and_said() {
        let large = vec![b'x'; 2 << 20];
        let entries: &[(&[u8], i32, &[u8])] = &[
            (b"README.md", 0o100_644, b"other"),
            (b"a.yaml", 0o100_644, b"a: 1\n"),
            (b"b\\..\\c", 0o100_644, b"x"),
            (b"bell\x07", 0o100_644, b"x"),
            (b"large.bin", 0o100_644, &large),
            (b"latin\xe9", 0o100_644, b"x"),
            (b"lfs", 0o100_644, b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
            (b"link", 0o120_000, b"/etc/passwd"),
            (b"module", 0o160_000, b"x"),
            (b"readme.md", 0o100_644, b"again"),
            (b"run.sh", 0o100_755, b"#!/bin/sh\n"),
        ];
        let fetched = read_it(entries, &Limits::default()).unwrap();
        let files: Vec<&str> = fetched.files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(files, ["README.md", "a.yaml", "run.sh"]);
        assert_eq!(fetched.left_out.len(), 8, "{:?}", fetched.left_out);
    }

    #[test]
    fn names_that_lead_elsewhere_never_become_paths() {
        for name in [&b".."[..], b".", b".git", b".GIT", b"a/b"] {
            // Where the library itself refuses the tree, nothing is read either.
            if let Ok(fetched) = read_it(&[(name, 0o100_644, b"x")], &Limits::default()) {
                assert!(fetched.files.is_empty(), "{name:?}");
                assert_eq!(fetched.left_out.len(), 1);
            }
        }
    }

    #[test]
    fn sizes_numbers_and_depths_are_bounded() {
        let small = Limits { entries: 3, total: 10, depth: 2, path: 8, ..Limits::default() };
        let names: Vec<Vec<u8>> = (0..4).map(|number| format!("f{number}").into_bytes()).collect();
        let many: Vec<(&[u8], i32, &[u8])> = names.iter().map(|name| (name.as_slice(), 0o100_644, &b"x"[..])).collect();
        assert!(read_it(&many, &small).unwrap_err().contains("more than 3 files"));
        assert!(read_it(&[(b"f", 0o100_644, b"more than ten")], &small).unwrap_err().contains("files have more than"));
        let left_out = read_it(&[(b"longer-than-eight", 0o100_644, b"x")], &small).unwrap().left_out;
        assert_eq!(left_out, [("longer-than-eight".to_owned(), "its path is too long".to_owned())]);
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init_bare(folder.path()).unwrap();
        let odb = repository.odb().unwrap();
        let mut id = odb.write(ObjectType::Blob, b"x").unwrap();
        for (depth, mode) in (0..4).zip(["100644", "40000", "40000", "40000"]) {
            let raw = [format!("{mode} d{depth}\0").as_bytes(), id.as_bytes()].concat();
            id = odb.write(ObjectType::Tree, &raw).unwrap();
        }
        let deep = repository.find_tree(id).unwrap();
        assert!(read(&repository, &deep, "", &small).unwrap_err().contains("more than 2 folders"));
        assert_eq!(read(&repository, &deep, "d3/d2/d1", &small).unwrap().files.len(), 1);
        assert!(read(&repository, &deep, "d3/none", &small).unwrap_err().contains("there is no"));
    }
}
