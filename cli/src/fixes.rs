//! What `design check --fix` changes: in memory until nothing is left to mend, then on the disk.

use std::collections::BTreeMap;
use std::path::Path;

use design_pipeline::{Overlay, World as _};
use design_report::{Report, Sources, fix};
use similar::TextDiff;

use crate::args::Options;
use crate::exit::Failure;
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// A fix can lay open the next finding, such as an unknown field behind an old version; a chain of more is a fault of ours.
const ROUNDS: usize = 8;

/// The changes so far.
pub struct Fixes {
    world: Overlay<DiskWorld>,
    /// One line a finding that was taken away.
    made: Vec<String>,
    rounds: usize,
}

impl Fixes {
    /// Nothing yet.
    pub fn new(options: &Options) -> Self {
        Self { world: Overlay::new(DiskWorld::with_repositories(options)), made: Vec::new(), rounds: 0 }
    }

    /// The disk with the changes.
    pub fn world(&self) -> &Overlay<DiskWorld> {
        &self.world
    }

    /// Makes the certain fixes of a report. Returns the paths of the files that change: where there are any, the input has
    /// to be checked again.
    pub fn make(&mut self, report: &Report, sources: &Sources) -> Vec<String> {
        if self.rounds == ROUNDS {
            return Vec::new();
        }
        self.rounds += 1;
        let fixed = fix(&report.findings, sources);
        for finding in fixed.made.iter().filter_map(|number| report.findings.get(*number)) {
            let Some((file, place)) = sources.place(finding.primary) else { continue };
            let changes = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| {
                let old = sources.get(edit.span.file).map_or("", |source| source.slice(edit.span.start, edit.span.end));
                format!("`{old}` is now `{}`", edit.text)
            });
            let changes = changes.collect::<Vec<_>>().join(", ");
            let (line, column, code) = (place.line, place.column, finding.code);
            self.made.push(format!("fixed {file}:{line}:{column}: {code} {}: {changes}\n", finding.message));
        }
        let mut paths = Vec::new();
        for (file, text) in fixed.files {
            let Some(source) = sources.get(file) else { continue };
            paths.push(source.path().to_owned());
            self.world.insert(source.path(), text);
        }
        paths
    }

    /// Writes the changed files, and tells on standard error of every change.
    pub fn write(&self, terminal: &mut Terminal) -> Result<(), Failure> {
        for (path, text) in self.world.texts() {
            std::fs::write(path, text).map_err(|error| Failure::system("write", Path::new(path), &error))?;
        }
        if !terminal.is_quiet() {
            let (findings, files) = (self.made.len(), self.world.texts().len());
            let count = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
            let total = match findings {
                0 => "nothing to fix\n".to_owned(),
                _ => format!("fixed {} in {}\n", count(findings, "finding"), count(files, "file")),
            };
            terminal.error(&(self.made.concat() + &total))?;
        }
        Ok(())
    }

    /// The changes as a unified diff; empty where nothing would change.
    pub fn diff(&self) -> String {
        let disk = DiskWorld::new();
        let texts: &BTreeMap<String, String> = self.world.texts();
        let of_file = |(path, text): (&String, &String)| {
            let old = disk.read(path, u64::MAX - 1).unwrap_or_default();
            let old = String::from_utf8_lossy(&old).into_owned();
            let shown = path.trim_start_matches("./").trim_start_matches('/');
            let diff = TextDiff::from_lines(&old, text);
            diff.unified_diff().header(&format!("a/{shown}"), &format!("b/{shown}")).to_string()
        };
        texts.iter().map(of_file).collect()
    }
}
