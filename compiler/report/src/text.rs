//! The report for people: each finding with its source line, and a summary.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use design_syntax::SourceText;
use design_vocabulary::{Finding, Severity, Span};

use crate::{Report, Sources};

/// How the text looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to colour it for a terminal.
    pub colour: bool,
    /// How many columns a line may have.
    pub width: usize,
}

/// The findings one after the other, an empty line behind each; empty where there are none.
pub fn findings(report: &Report, sources: &Sources, style: Style) -> String {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() }.term_width(style.width);
    let mut text = String::new();
    for finding in &report.findings {
        text.push_str(&renderer.render(&groups(finding, sources)));
        text.push_str("\n\n");
    }
    text
}

/// One line such as `2 errors and 1 warning in 12 components`.
pub fn summary(report: &Report) -> String {
    let summary = report.summary();
    let count = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    let parts: Vec<String> = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.notes, "note")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| count(number, noun))
        .collect();
    let found = match parts.as_slice() {
        [] => "no findings".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    let relationships = match summary.relationships {
        0 => String::new(),
        number => format!(" and {}", count(number, "relationship")),
    };
    let suppressed = match summary.suppressed {
        0 => String::new(),
        number => format!("; {number} more ignored by comments"),
    };
    format!("{found} in {}{relationships}{suppressed}", count(summary.components, "component"))
}

fn groups<'a>(finding: &'a Finding, sources: &'a Sources) -> Vec<Group<'a>> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = Group::with_title(level.primary_title(finding.message.as_str()).id(finding.code.0));
    let related = finding.related.iter().map(|related| (related.span, Some(related.message.as_str())));
    let mut marks: Vec<(Span, Option<&str>)> = std::iter::once((finding.primary, None)).chain(related).collect();
    // Places that lie close together share a picture; the primary one comes first.
    while let Some((first, _)) = marks.first().copied() {
        let (near, far): (Vec<_>, Vec<_>) = marks
            .into_iter()
            .partition(|(span, _)| span.file == first.file && span.start.abs_diff(first.start) < WINDOW);
        marks = far;
        let Some(source) = sources.get(first.file) else {
            continue;
        };
        if source.text().is_empty() {
            group = group.element(Origin::path(source.path()));
            continue;
        }
        let ranges: Vec<_> = near.iter().map(|(span, _)| range(source, *span)).collect();
        let start = ranges.iter().map(|range| range.start).min().unwrap_or(0);
        let end = ranges.iter().map(|range| range.end).max().unwrap_or(start);
        let (from, to) = source.lines(offset(start), offset(end));
        if to - from > LONGEST {
            for (span, label) in near {
                group = excerpt(group, source, span, label);
            }
            continue;
        }
        let (window, window_start) = (source.slice(from, to), from as usize);
        let line = source.place(Span::new(first.file, from, from)).line;
        let mut snippet = Snippet::source(window).path(source.path()).line_start(line as usize).fold(true);
        for (range, (_, mark_label)) in ranges.into_iter().zip(near) {
            let kind = if mark_label.is_none() { AnnotationKind::Primary } else { AnnotationKind::Context };
            let mut annotation = kind.span(range.start - window_start..range.end - window_start);
            if let Some(label) = mark_label {
                annotation = annotation.label(label);
            }
            snippet = snippet.annotation(annotation);
        }
        group = group.element(snippet);
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    vec![group]
}

/// Bytes between two places beyond which each gets a picture of its own.
const WINDOW: u32 = 8 << 10;

/// Lines of more bytes are not shown as a whole: files that programs write may be one line.
const LONGEST: u32 = 1 << 10;

/// As much of a long line is shown on both sides of a place, and of the place itself.
const SHOWN: u32 = 60;

/// Adds a place in a long line: where it is, and what stands around it.
fn excerpt<'a>(group: Group<'a>, source: &'a SourceText, span: Span, label: Option<&'a str>) -> Group<'a> {
    let range = range(source, span);
    let (from, to) = source.lines(offset(range.start), offset(range.start));
    let is_boundary = |place: &u32| source.text().is_char_boundary(*place as usize);
    let start = (offset(range.start).saturating_sub(SHOWN).max(from)..=to).find(is_boundary).unwrap_or(from);
    let end = (offset(range.start).saturating_add(2 * SHOWN).min(to)..=to).find(is_boundary).unwrap_or(to);
    let dots = |is_cut: bool| if is_cut { "…" } else { "" };
    let shown = format!("{}{}{}", dots(start > from), source.slice(start, end), dots(end < to));
    let place = source.place(span);
    let origin = Origin::path(source.path()).line(place.line as usize).char_column(place.column as usize);
    let note = format!("{}: {shown}", label.unwrap_or("in this line"));
    group.element(origin).element(Level::NOTE.message(note))
}

fn offset(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn range(source: &SourceText, span: Span) -> std::ops::Range<usize> {
    let length = source.text().len();
    let start = (span.start as usize).min(length);
    let end = (span.end as usize).min(length).max(start);
    // A value over many lines is pointed at by its first one.
    let first_line = source.text().get(start..end).and_then(|text| text.find('\n')).map_or(end, |line| start + line);
    start..first_line
}

#[cfg(test)]
mod tests {
    use design_vocabulary::{Code, FileId};

    use super::*;

    /// What programs write may be one line of many megabytes: of it is shown what stands around the place, with its column.
    #[test]
    fn of_a_long_line_a_part_is_shown() {
        let text = format!("[{}\"ä\", \"wrong\", {}\"other\"]", "\"x\", ".repeat(600), "\"y\", ".repeat(600));
        let source = SourceText::new(FileId(0), "a.json", text.as_str());
        let span = |word: &str| {
            let start = offset(text.find(word).unwrap());
            Span::new(FileId(0), start, start + offset(word.len()))
        };
        let finding = Finding::new(Code("D0101"), Severity::Error, "it is wrong", span("wrong"));
        let report = Report { findings: vec![finding.related("this is as well", span("other"))], ..Report::default() };
        let mut sources = Sources::default();
        sources.insert(source);
        let shown = findings(&report, &sources, Style { colour: false, width: 100 });
        assert!(shown.contains("a.json:1:3008\n") && shown.contains("a.json:1:6017\n"), "{shown}");
        assert!(shown.contains("\"ä\", \"wrong\", \"y\""), "{shown}");
        assert!(shown.contains("this is as well: …") && shown.contains("\"other\"]"), "{shown}");
        assert!(shown.len() < 1200, "{} bytes", shown.len());
    }
}
