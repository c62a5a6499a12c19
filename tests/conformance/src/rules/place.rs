//! `place`: every finding, and everything that belongs to one, lies inside a file.

use design_vocabulary::{Finding, Span};

use super::Fault;
use crate::case::Subject;

/// Looks at the primary and the related places of each finding.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for finding in subject.findings() {
        let spans = std::iter::once(finding.primary).chain(finding.related.iter().map(|related| related.span));
        faults.extend(spans.filter_map(|span| wrong(subject, finding, span)));
    }
    faults
}

fn wrong(subject: &Subject<'_>, finding: &Finding, span: Span) -> Option<Fault> {
    let fault = |expected: &str, got: String| Some(Fault::new(format!("{expected} for {}", finding.code), got));
    let sources = &subject.compilation.sources;
    let Some((path, place)) = sources.place(span) else {
        return fault("a file", format!("file number {}", span.file.0));
    };
    if path.is_empty() {
        return fault("a file", "a file without a name".to_owned());
    }
    let text = sources.get(span.file).map(|source| source.text()).unwrap_or_default();
    let (start, end) = (span.start as usize, span.end as usize);
    if text.get(start..end).is_none() {
        return fault("a range of its text", format!("bytes {start} to {end} of {}", text.len()));
    }
    let (first, last) = ((place.line, place.column), (place.end_line, place.end_column));
    if place.line < 1 || place.column < 1 || last < first {
        return fault("a line and a column from 1", format!("{first:?} to {last:?}"));
    }
    None
}
