//! A folder that builds write to again and again.
//!
//! `.design-index` lists what the last build wrote, a line `SHA-256  path` each: `sha256sum -c .design-index` verifies the
//! folder. A build removes what an earlier one wrote and it did not, unless someone has changed the file since, and it
//! never overwrites a file that no build wrote. The index has no ending that a GitOps controller would read.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::exit::Failure;

const INDEX: &str = ".design-index";

/// A folder during a build.
pub struct OutputFolder {
    root: PathBuf,
    /// What earlier builds wrote: path and digest.
    earlier: BTreeMap<String, String>,
    written: BTreeMap<String, String>,
}

/// What a build did to the folder.
pub struct Done {
    /// Files that are there now because of this build.
    pub written: usize,
    /// Files of earlier builds that are gone.
    pub removed: usize,
    /// Files of earlier builds that were changed since and stay.
    pub kept: Vec<String>,
}

impl OutputFolder {
    /// Opens the folder and makes it where it is missing.
    pub fn open(root: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(root).map_err(|error| Failure::system("make the folder", root, &error))?;
        let index = root.join(INDEX);
        let earlier = match fs::read_to_string(&index) {
            Ok(text) => text
                .lines()
                .filter_map(|line| line.split_once("  "))
                .map(|(digest, path)| (path.to_owned(), digest.to_owned()))
                .collect(),
            Err(error) if error.kind() == ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(Failure::system("read", &index, &error)),
        };
        Ok(Self { root: root.to_owned(), earlier, written: BTreeMap::new() })
    }

    /// Writes one file; `path` has `/` between folders. A file with the same content is left alone, so that its time
    /// stays.
    pub fn write(&mut self, path: &str, content: impl AsRef<[u8]>) -> Result<(), Failure> {
        let file = self.root.join(path);
        let new = digest(content.as_ref());
        match fs::read(&file) {
            Ok(present) if digest(&present) == new => {
                self.written.insert(path.to_owned(), new);
                return Ok(());
            }
            Ok(_) if !self.earlier.contains_key(path) => {
                return Err(Failure::Environment(format!(
                    "{} exists and no build wrote it; move it away, or choose another folder",
                    file.display()
                )));
            }
            _ => {}
        }
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(|error| Failure::system("make the folder", folder, &error))?;
        }
        fs::write(&file, content.as_ref()).map_err(|error| Failure::system("write", &file, &error))?;
        self.written.insert(path.to_owned(), new);
        Ok(())
    }

    /// Removes stale files where the build was complete, and writes the index.
    pub fn finish(self, complete: bool) -> Result<Done, Failure> {
        let mut done = Done { written: self.written.len(), removed: 0, kept: Vec::new() };
        let mut index = self.written;
        for (path, digest_then) in self.earlier {
            if index.contains_key(&path) || !is_inside(&path) {
                continue;
            }
            let file = self.root.join(&path);
            if !complete {
                index.insert(path, digest_then);
                continue;
            }
            match fs::read(&file) {
                Ok(present) if digest(&present) == digest_then => {
                    fs::remove_file(&file).map_err(|error| Failure::system("remove", &file, &error))?;
                    done.removed += 1;
                    // A folder that is empty now was made for this file; one that is not stays.
                    if let Some(folder) = file.parent().filter(|folder| *folder != self.root) {
                        let _ = fs::remove_dir(folder);
                    }
                }
                Ok(_) => done.kept.push(path),
                Err(_) => {}
            }
        }
        let lines: String = index.iter().map(|(path, digest)| format!("{digest}  {path}\n")).collect();
        let file = self.root.join(INDEX);
        let new = self.root.join(".design-index.new");
        fs::write(&new, lines).map_err(|error| Failure::system("write", &new, &error))?;
        fs::rename(&new, &file).map_err(|error| Failure::system("write", &file, &error))?;
        Ok(done)
    }
}

/// An index is a file that anyone can edit: a path that leads out of the folder is none of ours.
fn is_inside(path: &str) -> bool {
    Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// The SHA-256 of bytes in hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
