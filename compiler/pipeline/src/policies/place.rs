//! Where something about a policy stands.

use std::collections::HashMap;

use design_policy::{Place, TemplateText};
use design_syntax::SourceText;
use design_vocabulary::{Path, Segment, Span};

/// A line of a text, both counted from 1, from a column on; a column of 0 is where the text of the line begins.
pub(super) fn line_of(source: &SourceText, first: usize, line: u32, column: u32) -> Span {
    let mut start = first;
    let mut lines = source.text().get(first..).unwrap_or_default().split_inclusive('\n');
    for skipped in lines.by_ref().take(line.saturating_sub(1) as usize) {
        start += skipped.len();
    }
    let text = lines.next().unwrap_or_default();
    let length = text.trim_end().len();
    let offset = match column {
        0 => length - text.trim().len(),
        column => text.char_indices().nth(column as usize - 1).map_or(length, |(offset, _)| offset).min(length),
    };
    let at = |offset: usize| u32::try_from(start + offset).unwrap_or(u32::MAX);
    Span::new(source.id(), at(offset), at(length))
}

/// A line of a value that is a block of lines in YAML; of any other value the whole.
pub(super) fn line_of_block(source: &SourceText, whole: Span, line: u32) -> Span {
    let text = source.slice(whole.start, whole.end);
    match text.find('\n') {
        Some(header) if text.starts_with('|') => line_of(source, whole.start as usize + header + 1, line, 0),
        _ => whole,
    }
}

/// The line of a place that a policy names itself; `None` where it names a file that was not read.
pub(super) fn find_place(files: &HashMap<&str, &SourceText>, place: &Place) -> Option<Span> {
    Some(line_of(files.get(place.file.as_str())?, 0, place.line, 0))
}

/// Where a text of a template lies in it.
pub(super) fn path_of(text: TemplateText) -> Path {
    let mut path: Path = ["configuration", "spec", "targets"].map(Segment::from).to_vec();
    path.push(0.into());
    let rest: Path = match text {
        TemplateText::Rego => vec!["rego".into()],
        TemplateText::Library(library) => vec!["libs".into(), library.into()],
        TemplateText::Code(code) => vec!["code".into(), code.into(), "source".into(), "rego".into()],
        TemplateText::CodeLibrary(code, library) => {
            vec!["code".into(), code.into(), "source".into(), "libs".into(), library.into()]
        }
    };
    path.extend(rest);
    path
}
