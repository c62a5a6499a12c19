//! One case: a file, what the compiler makes of it, and what another reader makes of it.

use design_pipeline::{Compilation, Compiled, MemoryWorld, Request, SourceKind, compile};
use design_syntax::{Limits, Parsed, SourceText, parse};
use design_vocabulary::{FileId, Finding, Value};

use crate::independent::{Reading, read};

/// A file of a suite.
#[derive(Debug)]
pub(crate) struct Case {
    /// Its path below the folder of the suites, with `/` between folders.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Case {
    /// The name without the folders.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Puts the file, and nothing else, through the compiler.
    pub fn compile(&self) -> Compilation {
        let world = MemoryWorld::new([(self.path.as_str(), self.bytes.clone())]);
        compile(&world, &Request::new([self.path.as_str()]))
    }
}

/// Puts a text through the compiler as a file of its own.
pub(crate) fn compile_text(text: &str) -> Compilation {
    Case { path: "case.yaml".to_owned(), bytes: text.into() }.compile()
}

/// Parses a text under a name of no importance.
pub(crate) fn parse_text(text: &str) -> Parsed {
    parse(&SourceText::new(FileId(0), "case.yaml", text), &Limits::default())
}

/// A case with everything that the rules look at.
pub(crate) struct Subject<'a> {
    /// The file.
    pub case: &'a Case,
    /// Its text; `None` where it is not UTF-8.
    pub text: Option<&'a str>,
    /// What the compiler makes of it.
    pub compilation: &'a Compilation,
    /// Its documents as another reader sees them, or why that reader gave up.
    pub input: Result<Vec<Value>, String>,
}

impl<'a> Subject<'a> {
    /// Reads the file a second time, without the compiler.
    pub fn new(case: &'a Case, compilation: &'a Compilation) -> Self {
        let text = std::str::from_utf8(&case.bytes).ok();
        // Design files are YAML 1.2, whatever reaches a cluster is read as kubectl reads it.
        let reading = match compilation.kind {
            Some(SourceKind::Design) => Reading::Core,
            _ => Reading::Kubernetes,
        };
        let input = text.map_or_else(|| Err("it is not UTF-8".to_owned()), |text| read(text, reading));
        Self { case, text, compilation, input }
    }

    /// All findings.
    pub fn findings(&self) -> &'a [Finding] {
        &self.compilation.report.findings
    }

    /// The findings of the rules with these names.
    pub fn of(&self, names: &'static [&'static str]) -> impl Iterator<Item = &'a Finding> {
        self.findings().iter().filter(|finding| names.iter().any(|name| is_of(finding, name)))
    }

    /// The number of findings of the rules with these names.
    pub fn found(&self, names: &'static [&'static str]) -> usize {
        self.of(names).count()
    }

    /// The designs that came out.
    pub fn designs(&self) -> &'a [Compiled] {
        &self.compilation.designs
    }
}

/// Whether a finding is one of the rule with a name.
fn is_of(finding: &Finding, name: &str) -> bool {
    design_check::find_rule(name).is_some_and(|rule| rule.code == finding.code)
}
