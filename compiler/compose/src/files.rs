//! Where the files of a project come from.

use std::sync::Arc;

use design_syntax::SourceText;

/// Files by path, with `/` between folders.
pub trait Files {
    /// The text of a file, under an identity of its own so that findings can point into it.
    fn read(&mut self, path: &str) -> Result<Arc<SourceText>, Unreadable>;

    /// The bytes of a file that may be no text.
    fn bytes(&mut self, path: &str) -> Result<Vec<u8>, Unreadable>;

    /// The names of what lies in a folder, sorted, each with whether it is a folder itself; `None` where there is no such
    /// folder.
    fn list(&mut self, folder: &str) -> Option<Vec<(String, bool)>>;
}

/// Why there is no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// There is no such file.
    Absent,
    /// What else is in the way.
    Other(String),
}

/// A path seen from a folder, without `.` and `..` where they can be resolved. A path that begins with `/` or `~` stays.
pub fn join(folder: &str, path: &str) -> String {
    if path.starts_with(['/', '~']) {
        return path.to_owned();
    }
    let is_absolute = folder.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (is_absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// The folder of a file; empty for one in the folder that everything is relative to.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| if folder.is_empty() { "/" } else { folder })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_their_folder() {
        for (folder, path, joined) in [
            ("", "./a", "a"),
            ("x/y", "../a", "x/a"),
            ("x", "..", "."),
            ("", "../a", "../a"),
            ("/srv/app", "./.env", "/srv/app/.env"),
            ("x", "/etc/a", "/etc/a"),
            ("x", ".", "x"),
        ] {
            assert_eq!(join(folder, path), joined, "{folder} {path}");
        }
    }
}
