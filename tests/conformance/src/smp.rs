//! Documents of the SMP specification as people publish them: each is a profile or a result, is read without an error, and what is
//! written of it is read back the same.

use std::fs;
use std::path::{Path, PathBuf};

use design_perf::smp::{Dialect, Profile, TestResult, read, read_result, write, write_result};
use design_syntax::{Document, Limits, SourceText, parse};
use design_vocabulary::{FileId, Finding, Severity};

use crate::judge::{self, Judged};
use crate::rules::{Fault, Rule};

/// The name of the suite's folder.
pub(crate) const NAME: &str = "smp";

/// Judges the documents in a folder. `None` where the folder does not hold them; the error is one line.
pub(crate) fn judge(folder: &Path) -> Result<Option<Vec<Judged>>, String> {
    let root = folder.join(NAME);
    if !root.is_dir() {
        return Ok(None);
    }
    let failed = |error: std::io::Error| format!("{NAME}: cannot be read: {error}");
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(&root).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if matches!(ending, "yaml" | "yml" | "json") {
            files.push(path);
        }
    }
    files.sort();
    let mut judged = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).map_err(failed)?;
        let path = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
        let faults = judge::guarded(|| faults(&path, &text)).unwrap_or_else(|fault| vec![(Rule::Import, fault)]);
        judged.push(judge::judged(path, faults));
    }
    Ok(Some(judged))
}

fn with_document<T>(name: &str, text: &str, take: impl FnOnce(&Document) -> T) -> Option<T> {
    let parsed = parse(&SourceText::new(FileId(0), name, text), &Limits::default());
    parsed.documents.first().filter(|_| parsed.problems.is_empty()).map(take)
}

fn faults(name: &str, text: &str) -> Vec<(Rule, Fault)> {
    let Some((result, profile)) = with_document(name, text, |document| (read_result(document, None), read(document)))
    else {
        return vec![(Rule::Import, Fault::new("document", "none that can be read"))];
    };
    let wrong = |findings: &[Finding]| -> Vec<(Rule, Fault)> {
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| (Rule::Import, Fault::new(finding.code.0, &finding.message))).collect()
    };
    match (result.result, profile.profile) {
        (Some(found), _) => {
            let mut faults = wrong(&result.findings);
            faults.extend(result_again(name, &found));
            faults
        }
        (None, Some((found, _))) => {
            let mut faults = wrong(&profile.findings);
            faults.extend(
                [Dialect::Bare, Dialect::Wrapped, Dialect::Native]
                    .into_iter()
                    .filter_map(|dialect| profile_again(name, &found, dialect)),
            );
            faults
        }
        (None, None) => vec![(Rule::Import, Fault::new("document", "neither a profile nor a result"))],
    }
}

fn result_again(name: &str, result: &TestResult) -> Option<(Rule, Fault)> {
    let written = write_result(result)?;
    let again = with_document(name, &written, |document| read_result(document, None).result).flatten();
    let again = again.map(|again| TestResult { source: result.source, ..again });
    (again.as_ref() != Some(result)).then(|| (Rule::Import, Fault::new("round trip", &written)))
}

fn profile_again(name: &str, profile: &Profile, dialect: Dialect) -> Option<(Rule, Fault)> {
    // The mesh has no place in a test alone, and another form in each of the two others.
    let mesh = if dialect == Dialect::Bare { None } else { Some(serde_json::json!("istio")) };
    let profile = Profile { mesh, ..profile.clone() };
    let written = write(&profile, dialect)?;
    let again = with_document(name, &written, |document| read(document).profile).flatten();
    (again.map(|(again, _)| again).as_ref() != Some(&profile))
        .then(|| (Rule::Import, Fault::new("round trip", &written)))
}
