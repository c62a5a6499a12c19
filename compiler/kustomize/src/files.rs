//! Where the files of a kustomization come from.

use std::sync::Arc;

use design_source::Traced;
use design_syntax::{Document, Limits, SourceText};

use crate::{ChartOrder, NotRendered, Problem};

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// A file that was read and parsed.
#[derive(Debug)]
pub struct Parsed {
    /// Its documents, in order.
    pub documents: Vec<Document>,
    /// The texts that could not be parsed; the documents around them are there.
    pub problems: Vec<design_syntax::Problem>,
}

/// The files that a kustomization may name. Paths have `/` between folders and no `..` that could be left out.
pub trait Files {
    /// What a path names; `None` where there is nothing.
    fn entry(&self, path: &str) -> Option<Entry>;

    /// Reads and parses files, in any order; the answers are in the order of the paths. A file that cannot be read gives
    /// the reason.
    fn parse(&mut self, paths: &[String]) -> Vec<Result<Parsed, String>>;

    /// The bytes of a file, and the text that places in it are told by: its own, or an empty one where it is no text.
    fn bytes(&mut self, path: &str) -> Result<(Vec<u8>, Arc<SourceText>), String>;

    /// Where a copy of something on another machine lies that an entry of the kustomization in a folder names: the folder
    /// of the whole copy and the path in it, or why the copy cannot be used. `None` where there is none.
    fn copied(&mut self, _folder: &str, _address: &str) -> Option<Result<(String, String), String>> {
        None
    }

    /// Renders a chart: its objects, with the places of their values.
    fn chart(&mut self, _order: &ChartOrder) -> Result<Vec<Traced>, NotRendered> {
        Err(NotRendered::Failed("nothing here renders charts".to_owned()))
    }

    /// What reading may cost.
    fn limits(&self) -> Limits;
}

/// The names of a kustomization's file, in the order in which they are looked for.
pub const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A relative path from a folder, without `.` and `..` where they can be resolved. The root is the empty path.
pub(crate) fn join(folder: &str, relative: &str) -> String {
    let absolute = relative.starts_with('/') || folder.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    let from = if relative.starts_with('/') { "" } else { folder };
    for part in from.split('/').chain(relative.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    if absolute { format!("/{path}") } else { path }
}

/// Whether a path lies inside a folder or is that folder.
pub(crate) fn is_inside(path: &str, folder: &str) -> bool {
    match path.strip_prefix(folder) {
        _ if folder.is_empty() => !path.starts_with("..") && !path.starts_with('/'),
        Some(rest) => rest.is_empty() || rest.starts_with('/') || folder == "/",
        None => false,
    }
}

/// Whether an entry names something on another machine: a URL, or a repository in one of the forms that kustomize takes.
pub(crate) fn is_remote(entry: &str) -> bool {
    let hosts = ["github.com/", "github.com:", "gitlab.com/", "bitbucket.org/", "git::", "gh:", "git@"];
    entry.contains("://") || entry.contains("?ref=") || hosts.iter().any(|host| entry.starts_with(host))
}

/// What went wrong on the way, collected while a build goes on.
pub(crate) type Problems = Vec<Problem>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved_and_compared_part_by_part() {
        for (folder, relative, joined) in [
            ("a/b", "../c", "a/c"),
            ("a", "../../c", "../c"),
            ("", "./x.yaml", "x.yaml"),
            ("/a/b", "../../..", "/"),
            ("a", "/etc/x", "/etc/x"),
            ("../a", "../b", "../b"),
        ] {
            assert_eq!(join(folder, relative), joined);
        }
        assert!(is_inside("a/b", "a") && is_inside("a", "") && is_inside("/x", "/"));
        assert!(!is_inside("ab", "a") && !is_inside("../a", ""));
    }
}
