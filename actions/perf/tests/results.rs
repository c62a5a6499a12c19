//! Results in all forms that are read: what is written of them, and what is found. `BLESS=1` writes the files `*.expected` beside them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use design_perf::smp::{TestResult, Unit, read_result, read_wrk, write_result};
use design_syntax::{Limits, SourceText, parse};
use design_vocabulary::FileId;

/// What is read of a text, and a line for each finding.
fn read(name: &str, text: &str, unit: Option<Unit>) -> (Option<TestResult>, String) {
    if let Some(result) = read_wrk(text) {
        return (Some(result), String::new());
    }
    let source = SourceText::new(FileId(0), name, text);
    let parsed = parse(&source, &Limits::default());
    let found = read_result(parsed.documents.first().unwrap(), unit);
    let line = |finding: &design_vocabulary::Finding| {
        let place = source.place(finding.primary);
        format!("{} {}:{} {}\n", finding.code.0, place.line, place.column, finding.message)
    };
    (found.result, found.findings.iter().map(line).collect())
}

fn inputs(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/results").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_none_or(|ending| ending != "expected"));
    files.sort();
    files
}

fn compare(input: &Path, found: &str) {
    let expected = PathBuf::from(format!("{}.expected", input.display()));
    if std::env::var_os("BLESS").is_some() {
        fs::write(&expected, found).unwrap();
    }
    assert_eq!(fs::read_to_string(&expected).unwrap(), found, "{}", input.display());
}

#[test]
fn every_form_is_read_and_written_as_the_specification_has_it() {
    for input in inputs("valid") {
        let name = input.to_string_lossy();
        let (result, findings) = read(&name, &fs::read_to_string(&input).unwrap(), None);
        let result = result.unwrap();
        let written = write_result(&result).unwrap();
        compare(&input, &format!("{findings}{written}"));
        // What is written is read back the same, but for who wrote it first.
        let (again, _) = read(&name, &written, None);
        let again = again.unwrap();
        assert_eq!(TestResult { source: result.source, ..again }, result, "{name}");
    }
}

#[test]
fn what_is_wrong_is_found() {
    for input in inputs("invalid") {
        let (_, findings) = read(&input.to_string_lossy(), &fs::read_to_string(&input).unwrap(), None);
        assert!(findings.contains("D1004"), "{}: {findings}", input.display());
        compare(&input, &findings);
    }
}

#[test]
fn seconds_are_what_somebody_says_they_are() {
    let text = "latencies_ms: {p50: 0.022, max: 0.35}";
    let (named, doubts) = read("a", text, None);
    assert!(doubts.contains("D1005"), "{doubts}");
    assert!((named.unwrap().latencies["max"] - 0.35).abs() < 1e-9);
    let (said, doubts) = read("a", text, Some(Unit::Seconds));
    assert_eq!(doubts, "");
    assert!((said.unwrap().latencies["max"] - 350.0).abs() < 1e-9);
}
