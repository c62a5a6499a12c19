//! The suites, and the files that are their cases.

use std::fs;
use std::io;
use std::path::Path;

use crate::case::Case;

/// A suite: a folder below the one that the program is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// Designs of Meshery's current format, and what its library tests with.
    Designs,
    /// Designs of the form with `services`.
    DesignsLegacy,
    /// Kubernetes manifests.
    Manifests,
    /// Custom resource definitions.
    Definitions,
    /// Large sets of objects that depend on each other.
    Ordering,
    /// Models of Meshery: definitions of kinds and of relationships.
    Models,
    /// Objects whose references are good or lead nowhere.
    References,
    /// Objects that fit each other or do not.
    Analyzers,
}

/// The suites in the order of the rows.
pub const SUITES: &[Suite] = &[
    Suite::Designs,
    Suite::DesignsLegacy,
    Suite::Manifests,
    Suite::Definitions,
    Suite::Ordering,
    Suite::Models,
    Suite::References,
    Suite::Analyzers,
];

impl Suite {
    /// The name of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Designs => "designs",
            Self::DesignsLegacy => "designs-legacy",
            Self::Manifests => "k8s-examples",
            Self::Definitions => "crds",
            Self::Ordering => "ordering",
            Self::Models => "models",
            Self::References => "references",
            Self::Analyzers => "analyzers",
        }
    }
}

/// The cases of a suite, sorted by path: its YAML and JSON files, in sub-folders too. `None` where the folder holds no
/// such suite; the error is one line that says what the disk said.
pub(crate) fn cases(folder: &Path, suite: Suite) -> Result<Option<Vec<Case>>, String> {
    let root = folder.join(suite.name());
    if !root.is_dir() {
        return Ok(None);
    }
    let mut cases = Vec::new();
    collect(&root, suite.name(), &mut cases).map_err(|error| format!("{}: cannot be read: {error}", suite.name()))?;
    cases.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Some(cases))
}

fn collect(folder: &Path, below: &str, cases: &mut Vec<Case>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let path = format!("{below}/{}", name.to_string_lossy());
        // Links to folders can form circles; the suites hold none.
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &path, cases)?;
        } else if is_case(&path) {
            cases.push(Case { path, bytes: fs::read(entry.path())? });
        }
    }
    Ok(())
}

fn is_case(path: &str) -> bool {
    let ending = Path::new(path).extension().unwrap_or_default();
    ["yaml", "yml", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}
