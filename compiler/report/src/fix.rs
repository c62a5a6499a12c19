//! The changes that findings carry, made in the texts of their files.

use std::collections::BTreeMap;

use design_vocabulary::{Edit, FileId, Finding};

use crate::Sources;

/// What the certain fixes of findings make of their files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The files that change, with their new text.
    pub files: BTreeMap<FileId, String>,
    /// The findings whose fixes were made, by their position.
    pub made: Vec<usize>,
    /// Findings with a certain fix that lies over one that was made, by their position: another run makes it.
    pub refused: Vec<usize>,
}

/// Makes the certain fixes of findings: those of errors before those of warnings, then those that stand first in the list. Only the bytes of the edits change:
/// comments, anchors and layout stay. Two findings that want the same change get it once; a fix that overlaps an earlier
/// one is refused as a whole.
pub fn fix(findings: &[Finding], sources: &Sources) -> Fixed {
    let mut fixed = Fixed::default();
    let mut accepted: BTreeMap<FileId, BTreeMap<(u32, u32), &str>> = BTreeMap::new();
    let mut ordered: Vec<(usize, &Finding)> = findings.iter().enumerate().collect();
    ordered.sort_by_key(|(_, finding)| finding.severity);
    for (number, finding) in ordered {
        let Some(fix) = finding.fix.as_ref().filter(|fix| fix.is_certain && !fix.edits.is_empty()) else { continue };
        let is_free = |edit: &Edit| {
            let is_in_text = sources.get(edit.span.file).is_some_and(|source| {
                let range = edit.span.start as usize..edit.span.end as usize;
                source.text().get(range).is_some()
            });
            is_in_text && accepted.get(&edit.span.file).is_none_or(|edits| is_free(edits, edit))
        };
        if !fix.edits.iter().all(is_free) {
            fixed.refused.push(number);
            continue;
        }
        for edit in &fix.edits {
            accepted.entry(edit.span.file).or_default().insert((edit.span.start, edit.span.end), &edit.text);
        }
        fixed.made.push(number);
    }
    fixed.made.sort_unstable();
    fixed.refused.sort_unstable();
    for (file, edits) in accepted {
        let Some(source) = sources.get(file) else { continue };
        let mut text = source.text().to_owned();
        // From the end, so that the places in front stay where they are.
        for ((start, end), replacement) in edits.into_iter().rev() {
            text.replace_range(start as usize..end as usize, replacement);
        }
        fixed.files.insert(file, text);
    }
    fixed
}

/// Whether an edit touches no bytes of others, or is one of them.
fn is_free(edits: &BTreeMap<(u32, u32), &str>, edit: &Edit) -> bool {
    let (start, end) = (edit.span.start, edit.span.end);
    if let Some(text) = edits.get(&(start, end)) {
        return *text == edit.text;
    }
    let before = edits.range(..(start, end)).next_back().is_none_or(|((_, before), _)| *before <= start);
    // Of two edits that begin at one place it is not known which comes first.
    let after = edits.range((start, end)..).next().is_none_or(|((after, _), _)| *after >= end && *after > start);
    before && after && edits.range((start, 0)..=(start, u32::MAX)).next().is_none()
}

#[cfg(test)]
mod tests {
    use design_syntax::SourceText;
    use design_vocabulary::{Code, Fix, Severity, Span};

    use super::*;

    fn finding(start: u32, end: u32, text: &str) -> Finding {
        let span = Span::new(FileId(0), start, end);
        Finding::new(Code("D0602"), Severity::Error, "x", span).fix(Some(Fix::certain(span, text)))
    }

    fn fixed(findings: &[Finding]) -> Fixed {
        let mut sources = Sources::default();
        sources.insert(SourceText::new(FileId(0), "a.yaml", "replcas: 1 # ü\nname: 5\n"));
        fix(findings, &sources)
    }

    #[test]
    fn only_the_bytes_of_the_edits_change() {
        let made = fixed(&[finding(22, 23, "\"5\""), finding(0, 7, "replicas"), finding(0, 7, "replicas")]);
        assert_eq!(made.files[&FileId(0)], "replicas: 1 # ü\nname: \"5\"\n");
        assert_eq!((made.made, made.refused), (vec![0, 1, 2], vec![]));
    }

    #[test]
    fn what_overlaps_and_what_is_outside_the_text_is_refused() {
        let made = fixed(&[
            finding(0, 7, "replicas"),
            finding(2, 4, "x"),
            finding(0, 7, "other"),
            finding(0, 0, "- "),
            finding(6, 9, "x"),
            finding(14, 16, "inside a character"),
            finding(90, 91, "x"),
            finding(7, 8, ":"),
        ]);
        assert_eq!((made.made, made.refused), (vec![0, 7], vec![1, 2, 3, 4, 5, 6]));
        assert_eq!(made.files[&FileId(0)], "replicas: 1 # ü\nname: 5\n");
        let possible = finding(0, 7, "x").fix(Some(Fix::possible(Span::new(FileId(0), 0, 7), "x")));
        assert_eq!(fixed(&[possible]), Fixed::default());
    }
}
