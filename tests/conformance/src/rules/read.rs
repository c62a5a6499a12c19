//! `read`: a file is read without a crash, its report can be written, and one without content gives a finding.

use design_report::{json, text};

use super::Fault;
use crate::case::Subject;

/// The crash itself is caught around the compiler; what is left is the report and the silence.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let compilation = subject.compilation;
    // Writing a report slices texts at the places of the findings, so it is part of surviving a file.
    let printed = text::findings(&compilation.report, &compilation.sources, text::Style { colour: false, width: 120 });
    if printed.is_empty() != subject.findings().is_empty() {
        faults.push(Fault::new("a printed finding for each that was found", "an empty report"));
    }
    if let Err(error) = json::render(&compilation.report, &compilation.sources) {
        faults.push(Fault::new("a report as JSON", error.to_string()));
    }
    let is_empty = subject.text.is_some_and(|text| text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty());
    if is_empty && subject.findings().is_empty() {
        faults.push(Fault::new("a finding that the file is empty", "none"));
    }
    faults
}
