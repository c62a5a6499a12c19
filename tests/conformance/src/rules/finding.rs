//! `finding`: a file that its own name calls faulty gives a finding.

use super::Fault;
use crate::case::Subject;

/// How the suites name files that are wrong on purpose.
const FAULTY: [&str; 4] = ["invalid", "missing-", "no-", "empty"];

/// Looks at the name of the file and at nothing else.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Fault> {
    let is_faulty = FAULTY.iter().any(|start| subject.case.name().starts_with(start));
    if is_faulty && subject.findings().is_empty() {
        return vec![Fault::new("a finding, as the name of the file says", "none")];
    }
    Vec::new()
}
