//! `fixed-point`: writing a design and reading it again changes nothing, with and without its comments.

use std::fmt::Debug;

use design_source::{Form, canonical, classify, lower_design, read_design};
use design_syntax::{Document, Rules, layout_of, print, to_yaml};
use design_vocabulary::{Design, Object, Value};

use super::{Fault, conversion};
use crate::case::{Subject, parse_text};
use crate::compare::difference;

/// Judges each document of the file that is a design.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Fault> {
    let Some(text) = subject.text else { return Vec::new() };
    let mut faults = Vec::new();
    for document in parse_text(text).documents {
        if matches!(classify(&document), Form::Design | Form::LegacyDesign) {
            let span = document.span();
            let text = document.source().slice(span.start, span.end);
            // Of equal keys all count when the form is told, and one when it is written: the form may change.
            let original = design_of(text).filter(|_| subject.found(&["duplicate-key"]) == 0);
            judge(document, original.as_ref(), &mut faults);
        }
    }
    faults
}

fn judge(document: Document, original: Option<&Design>, faults: &mut Vec<Fault>) {
    let Some((document, design)) = read_document(document) else {
        faults.push(Fault::new("a design that is a mapping", "another value"));
        return;
    };
    let value = Value::Object(canonical(&design));
    faults.extend(plain(&value, original));
    // `design fmt` leaves a file with anchors as it is.
    if !document.has_anchors() {
        faults.extend(with_comments(&document, &value, original));
    }
    conversion::judge(&document, &design, faults);
}

/// Under the rules of designs: the document, and its value where that is a mapping.
fn read_document(mut document: Document) -> Option<(Document, Object)> {
    document.set_rules(Rules::Core);
    match lower_design(document.root()?.resolved(), &mut Vec::new()) {
        Value::Object(object) => Some((document, object)),
        _ => None,
    }
}

/// The only document of a text that was written here, and its value; the fault says what came instead.
pub(super) fn read_back(what: &str, text: &str) -> Result<(Document, Object), Fault> {
    let parsed = parse_text(text);
    if let Some(problem) = parsed.problems.first() {
        return Err(Fault::new(format!("{what}: text that can be read"), format!("{problem:?}")));
    }
    let count = parsed.documents.len();
    let only = parsed.documents.into_iter().next().filter(|_| count == 1);
    only.and_then(read_document).ok_or_else(|| Fault::new(format!("{what}: one mapping"), format!("{count} documents")))
}

/// The fault where a value that was read back is not the one that was written: in what it says, or in the order of its
/// keys.
pub(super) fn changed(what: &str, written: &Value, read: &Value) -> Option<Fault> {
    if let Some(found) = difference(written, read) {
        return Some(Fault::new(format!("{what}: {} = {}", found.path, found.expected), found.got));
    }
    (written != read).then(|| Fault::new(format!("{what}: the same order of keys"), "another order"))
}

/// The fault where two texts differ: their first line that does.
pub(super) fn other_text(what: &str, first: &str, second: &str) -> Option<Fault> {
    if first == second {
        return None;
    }
    let mut lines = first.lines().zip(second.lines()).enumerate();
    let (number, (one, two)) =
        lines.find(|(_, (one, two))| one != two).unwrap_or((0, ("a longer or shorter text", "")));
    Some(Fault::new(format!("{what}: line {} `{one}`", number + 1), format!("`{two}`")))
}

/// The design that a text is read as.
fn design_of(text: &str) -> Option<Design> {
    parse_text(text).documents.into_iter().next().map(|document| read_design(document, "").design)
}

/// The fault where a text that was written here is read as another design than the one that it came from. Versions are
/// read as they are spelled, which the values alone do not show.
fn other_design(what: &str, before: &Design, text: &str) -> Option<Fault> {
    let after = design_of(text).unwrap_or_default();
    let fault = |field: &str, before: &dyn Debug, after: &dyn Debug| {
        Some(Fault::new(format!("{what}: {field} {before:?}"), format!("{after:?}")))
    };
    if before.name != after.name {
        return fault("name", &before.name, &after.name);
    }
    if before.version != after.version {
        return fault("version", &before.version, &after.version);
    }
    let changed = before.components.iter().zip(&after.components).find(|(before, after)| before != after);
    if let Some((before, after)) = changed {
        return fault("component", before, after);
    }
    (*before != after).then(|| Fault::new(format!("{what}: the same design"), "another"))
}

/// The canonical form without comments.
fn plain(value: &Value, design: Option<&Design>) -> Vec<Fault> {
    const WHAT: &str = "canonical form read again";
    let Ok(text) = to_yaml(value) else { return vec![Fault::new("a value that can be written", "an error")] };
    let again = match read_back(WHAT, &text) {
        Ok((_, again)) => again,
        Err(fault) => return vec![fault],
    };
    let mut faults: Vec<Fault> = changed(WHAT, value, &Value::Object(again.clone())).into_iter().collect();
    let second = to_yaml(&Value::Object(canonical(&again))).unwrap_or_default();
    faults.extend(other_text("canonical form written again", &text, &second));
    faults.extend(design.and_then(|design| other_design(WHAT, design, &text)));
    faults
}

/// The canonical form with comments, as `design fmt` writes it.
fn with_comments(document: &Document, value: &Value, design: Option<&Design>) -> Vec<Fault> {
    const WHAT: &str = "formatted text read again";
    let layout = layout_of(document);
    let Ok(text) = print(value, &layout) else { return vec![Fault::new("a value that can be printed", "an error")] };
    let (printed, again) = match read_back(WHAT, &text) {
        Ok(read) => read,
        Err(fault) => return vec![fault],
    };
    let mut faults: Vec<Fault> = changed(WHAT, value, &Value::Object(again.clone())).into_iter().collect();
    let second = print(&Value::Object(canonical(&again)), &layout_of(&printed)).unwrap_or_default();
    faults.extend(other_text("formatted twice", &text, &second));
    faults.extend(design.and_then(|design| other_design(WHAT, design, &text)));
    if layout.lost(value) == 0 {
        let (before, after) = (comments(document), comments(&printed));
        let lost = before.iter().find(|comment| !after.contains(comment));
        if let Some(lost) = lost {
            faults.push(Fault::new(format!("formatted text with the comment `{lost}`"), "no such comment"));
        } else if before.len() != after.len() {
            faults.push(Fault::new(format!("formatted text with {} comments", before.len()), after.len().to_string()));
        }
    }
    faults
}

fn comments(document: &Document) -> Vec<&str> {
    let source = document.source();
    document.comments().iter().map(|comment| source.slice(comment.span.start, comment.span.end).trim_end()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_named() {
        let (_, one) = read_back("x", "a: 1\nb: 2\n").unwrap();
        let (_, two) = read_back("x", "b: 2\na: 1\n").unwrap();
        let (one, two) = (Value::Object(one), Value::Object(two));
        assert_eq!(changed("x", &one, &one), None);
        assert_eq!(changed("x", &one, &two).unwrap().got, "another order");
        assert_eq!(other_text("x", "a\nb\n", "a\nc\n").unwrap(), Fault::new("x: line 2 `b`", "`c`"));
        assert_eq!(read_back("x", "a: 1\n---\nb: 2\n").unwrap_err().got, "2 documents");
        assert!(read_back("x", "a: [\n").is_err());
    }
}
