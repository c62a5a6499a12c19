//! Reads the files of a chart, before anything is made of them.

use std::sync::Arc;

use design_syntax::SourceText;
use design_vocabulary::Span;

use crate::files::glob;
use crate::problem::{ChartFault, Problem};

/// Files that a chart may have.
const FILES: usize = 20_000;

/// Folders inside each other.
const DEPTH: usize = 24;

/// Bytes that packed charts may hold together.
const UNPACKED: usize = 256 << 20;

/// Where the files of a chart come from.
pub trait Files {
    /// What lies directly in a folder: names, and whether each is a folder. `None` where there is no such folder.
    fn list(&mut self, folder: &str) -> Option<Vec<(String, bool)>>;

    /// The bytes of a file, and its text for findings, which is empty where the bytes are no text; or why it cannot be read.
    fn read(&mut self, path: &str) -> Result<(Vec<u8>, Arc<SourceText>), String>;

    /// The files of a packed chart, with the reasons why others in it are refused; or why it cannot be unpacked.
    fn unpack(&mut self, file: &ChartFile) -> Result<(Vec<ChartFile>, Vec<String>), String>;
}

/// A file of a chart.
#[derive(Clone, Debug)]
pub struct ChartFile {
    /// Its path in the chart, with `/` between folders.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Its text, for findings.
    pub source: Arc<SourceText>,
}

/// Reads all files of a chart but those that `.helmignore` names, sorted by path.
pub(crate) fn read(files: &mut dyn Files, folder: &str, start: Span, problems: &mut Vec<Problem>) -> Vec<ChartFile> {
    let ignored = match files.read(&join(folder, ".helmignore")) {
        Ok((bytes, _)) => Ignored::read(&String::from_utf8_lossy(&bytes)),
        Err(_) => Ignored::read(""),
    };
    let mut found = Vec::new();
    let mut waiting = vec![(String::new(), 0)];
    while let Some((below, depth)) = waiting.pop() {
        let mut entries = files.list(&join(folder, &below)).unwrap_or_default();
        entries.sort();
        for (name, is_folder) in entries {
            let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
            if ignored.covers(&path, is_folder) {
                continue;
            }
            if is_folder {
                if depth < DEPTH {
                    waiting.push((path, depth + 1));
                } else {
                    problems
                        .push(Problem { fault: ChartFault::Limit { what: "folders inside each other" }, at: start });
                }
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    if found.len() > FILES {
        problems.push(Problem { fault: ChartFault::Limit { what: "files" }, at: start });
        found.truncate(FILES);
    }
    let mut read = Vec::with_capacity(found.len());
    for path in found {
        match files.read(&join(folder, &path)) {
            Ok((bytes, source)) => read.push(ChartFile { path, bytes, source }),
            Err(reason) => {
                let what = format!("`{path}` cannot be read: {reason}");
                problems.push(Problem { fault: ChartFault::File { what }, at: start });
            }
        }
    }
    read
}

/// Unpacks the charts that lie packed in `charts/`, and those in these: their files, each behind the path of its package.
pub(crate) fn unpack(files: &mut dyn Files, own: &[ChartFile], problems: &mut Vec<Problem>) -> Vec<ChartFile> {
    let mut unpacked: Vec<ChartFile> = Vec::new();
    let mut bytes = 0;
    let mut waiting: Vec<ChartFile> = own.iter().filter(|file| is_packed(&file.path)).rev().cloned().collect();
    while let Some(file) = waiting.pop() {
        let at = Span::start_of(file.source.id());
        if bytes > UNPACKED || unpacked.len() > FILES {
            problems.push(Problem { fault: ChartFault::Limit { what: "content of packed charts" }, at });
            break;
        }
        let mut problem = |reason: &str| {
            let what = format!("`{}` cannot be unpacked: {reason}", file.path);
            problems.push(Problem { fault: ChartFault::File { what }, at });
        };
        match files.unpack(&file) {
            Ok((inner, refused)) => {
                for reason in &refused {
                    problem(reason);
                }
                // All of it lies in a folder that has the name of the chart.
                let inner = inner.into_iter().filter_map(|one| {
                    let (_, path) = one.path.split_once('/')?;
                    Some(ChartFile { path: format!("{}/{path}", file.path), ..one })
                });
                for one in inner {
                    bytes += one.bytes.len();
                    if is_packed(&one.path) {
                        if one.path.matches('/').count() < 2 * DEPTH {
                            waiting.push(one);
                        } else {
                            let fault = ChartFault::Limit { what: "packages inside each other" };
                            problems.push(Problem { fault, at });
                        }
                    } else {
                        unpacked.push(one);
                    }
                }
            }
            Err(reason) => problem(&reason),
        }
    }
    unpacked
}

/// Whether a file is a packed sub-chart, of the chart itself or of one that lies in it.
pub(crate) fn is_packed(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let is_in_charts = parts.len().is_multiple_of(2) && parts.iter().step_by(2).all(|part| *part == "charts");
    is_in_charts && parts.last().is_some_and(|name| name.ends_with(".tgz") && !name.starts_with('_'))
}

fn join(folder: &str, path: &str) -> String {
    match (folder, path) {
        (_, "") => folder.to_owned(),
        ("" | ".", _) => path.to_owned(),
        _ => format!("{}/{path}", folder.trim_end_matches('/')),
    }
}

/// The rules of `.helmignore`.
struct Ignored(Vec<Rule>);

struct Rule {
    pattern: regex::Regex,
    /// Whether it says what stays.
    negated: bool,
    only_folders: bool,
    /// Whether the whole path has to match and not only the name.
    whole: bool,
}

impl Ignored {
    fn read(text: &str) -> Self {
        let lines = text.lines().chain(["templates/.?*"]);
        Self(lines.filter_map(Rule::read).collect())
    }

    fn covers(&self, path: &str, is_folder: bool) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        for rule in &self.0 {
            if rule.only_folders && !is_folder {
                // A rule about folders that says what stays leaves every file out, as in Helm.
                if rule.negated {
                    return true;
                }
                continue;
            }
            if rule.pattern.is_match(if rule.whole { path } else { name }) != rule.negated {
                return true;
            }
        }
        false
    }
}

impl Rule {
    fn read(line: &str) -> Option<Self> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || line.contains("**") {
            return None;
        }
        let (negated, line) = line.strip_prefix('!').map_or((false, line), |line| (true, line));
        let (only_folders, line) = line.strip_suffix('/').map_or((false, line), |line| (true, line));
        let whole = line.contains('/');
        let pattern = glob(line.strip_prefix('/').unwrap_or(line))?;
        Some(Self { pattern, negated, only_folders, whole })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_lie_in_charts_of_charts() {
        assert!(is_packed("charts/a-1.tgz") && is_packed("charts/a/charts/b.tgz"));
        assert!(is_packed("charts/a.tgz/charts/b.tgz/charts/c.tgz"));
        for other in ["a.tgz", "charts/_a.tgz", "charts/a/b.tgz", "files/a.tgz", "charts/a/files/b.tgz", "charts/a.zip"]
        {
            assert!(!is_packed(other), "{other}");
        }
    }

    #[test]
    fn files_are_left_out_as_helm_does() {
        let ignored = Ignored::read("# comment\n*.swp\n.git/\n/docs/*.md\nsecret\n");
        let covers = |path, is_folder| ignored.covers(path, is_folder);
        assert!(covers("a/b.swp", false) && covers(".git", true) && covers("docs/a.md", false));
        assert!(covers("templates/.hidden", false) && covers("x/secret", false));
        assert!(!covers(".git", false) && !covers("a/docs/b.md", false) && !covers("docs/a/b.md", false));
    }
}
