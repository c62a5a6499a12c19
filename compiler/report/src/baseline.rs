//! A baseline: findings that are known, so that a report tells only of new ones.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::fingerprint::fingerprints;
use crate::{Report, Sources};

/// The version of the file's shape.
const SCHEMA_VERSION: &str = "baseline.design/v1";

/// Findings that are known.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Baseline {
    schema_version: String,
    findings: Vec<Known>,
}

/// A finding that is known. Only its fingerprint is compared; the rest is for whoever reads the file.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Known {
    fingerprint: String,
    code: String,
    file: String,
    message: String,
}

/// What a baseline said of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Findings of the report that are known and were taken out of it.
    pub known: usize,
    /// Findings of the baseline that the report does not have any more.
    pub gone: usize,
}

impl Baseline {
    /// The baseline in which every finding of a report is known.
    pub fn of(report: &Report, sources: &Sources) -> Self {
        let known = |(finding, fingerprint): (&design_vocabulary::Finding, String)| Known {
            fingerprint,
            code: finding.code.0.to_owned(),
            file: sources.get(finding.primary.file).map_or("", |source| source.path()).to_owned(),
            message: finding.message.clone(),
        };
        let findings = report.findings.iter().zip(fingerprints(report.findings.iter(), sources)).map(known).collect();
        Self { schema_version: SCHEMA_VERSION.to_owned(), findings }
    }

    /// Reads a baseline from the text of its file. The error says in words what is wrong with it.
    pub fn read(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if baseline.schema_version != SCHEMA_VERSION {
            return Err(format!("it is a `{}`, not a `{SCHEMA_VERSION}`", baseline.schema_version));
        }
        Ok(baseline)
    }

    /// The text of the file. It fails only if serde does.
    pub fn write(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Takes the findings that are known out of a report.
    pub fn apply(&self, report: &mut Report, sources: &Sources) -> Compared {
        let mut waiting: BTreeSet<&str> = self.findings.iter().map(|known| known.fingerprint.as_str()).collect();
        let before = report.findings.len();
        let mut prints = fingerprints(report.findings.iter(), sources).into_iter();
        report.findings.retain(|_| prints.next().is_none_or(|print| !waiting.remove(print.as_str())));
        Compared { known: before - report.findings.len(), gone: waiting.len() }
    }
}

#[cfg(test)]
mod tests {
    use design_syntax::SourceText;
    use design_vocabulary::{Code, FileId, Finding, Severity, Span};

    use super::*;

    fn report(starts: &[(u32, &str)]) -> Report {
        let finding = |(start, message): &(u32, &str)| {
            Finding::new(Code("D0301"), Severity::Error, *message, Span::new(FileId(0), *start, *start))
        };
        Report { findings: starts.iter().map(finding).collect(), ..Report::default() }
    }

    #[test]
    fn what_is_known_stays_known_when_it_moves_and_a_second_one_is_new() {
        let mut sources = Sources::default();
        sources.insert(SourceText::new(FileId(0), "a.yaml", "a: 1\nb: 2\n"));
        let text = Baseline::of(&report(&[(0, "x"), (1, "y")]), &sources).write().unwrap();
        let baseline = Baseline::read(&text).unwrap();
        let mut moved = report(&[(5, "x"), (6, "x"), (7, "z")]);
        assert_eq!(baseline.apply(&mut moved, &sources), Compared { known: 1, gone: 1 });
        assert_eq!(moved, report(&[(6, "x"), (7, "z")]));
        assert!(Baseline::read("{}").is_err());
        assert!(Baseline::read(&text.replace("design/v1", "design/v9")).is_err());
    }
}
