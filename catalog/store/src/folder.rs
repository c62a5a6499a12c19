//! A folder of the working directory, as it would be committed.

use std::fs;
use std::path::Path;

use crate::tree::is_plain;
use crate::{Limits, Local};

/// Files by their paths, and what is left out of them: the path, and why.
pub type FolderContent = (Vec<(String, Vec<u8>)>, Vec<(String, String)>);

/// Reads the files of a folder of the disk, as [`Local::files`] reads those of a commit: regular ones, within limits, sorted; names that
/// begin with a dot are left out without a word. The error is one line.
pub fn read_folder(folder: &Path, limits: &Limits) -> Result<FolderContent, String> {
    let mut content = FolderContent::default();
    walk(folder, "", limits, 1, &mut content)?;
    content.0.sort();
    content.1.sort();
    let total: u64 = content.0.iter().map(|(_, bytes)| bytes.len() as u64).sum();
    if total > limits.total {
        return Err(format!("its files have more than {} KiB", limits.total >> 10));
    }
    Ok(content)
}

fn walk(folder: &Path, prefix: &str, limits: &Limits, depth: usize, content: &mut FolderContent) -> Result<(), String> {
    let unreadable = |error: std::io::Error| format!("{} cannot be read: {error}", folder.display());
    if depth > limits.depth {
        return Err(format!("`{prefix}` lies in more than {} folders", limits.depth));
    }
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let shown = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let Some(name) = entry.file_name().to_str().filter(|name| is_plain(name)).map(str::to_owned) else {
            content.1.push((shown, "its name is no plain text".to_owned()));
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        let (path, kind) = (entry.path(), entry.file_type().map_err(unreadable)?);
        if kind.is_dir() {
            walk(&path, &format!("{shown}/"), limits, depth + 1, content)?;
        } else if !kind.is_file() {
            content.1.push((shown, "it is no regular file".to_owned()));
        } else if entry.metadata().map_err(unreadable)?.len() > limits.file {
            content.1.push((shown, format!("it has more than {} KiB", limits.file >> 10)));
        } else {
            content.0.push((shown, fs::read(&path).map_err(unreadable)?));
            if content.0.len() > limits.entries {
                return Err(format!("it has more than {} files", limits.entries));
            }
        }
    }
    Ok(())
}

impl Local {
    /// The path of a folder from the root of the repository, with `/` between folders. The error is one line.
    pub fn inner(&self, folder: &Path) -> Result<String, String> {
        let root = self.repository().workdir().ok_or("the repository has no working directory")?;
        let whole =
            |path: &Path| path.canonicalize().map_err(|error| format!("{} cannot be read: {error}", path.display()));
        let (root, folder) = (whole(root)?, whole(folder)?);
        let inner = folder.strip_prefix(&root).map_err(|_| format!("{} is not in the repository", folder.display()))?;
        let parts: Vec<String> =
            inner.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        if parts.is_empty() {
            Err("a pattern is a folder of the repository, not all of it".to_owned())
        } else {
            Ok(parts.join("/"))
        }
    }
}
