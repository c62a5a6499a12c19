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
        let (window, window_start) = lines_around(source.text(), start, end);
        let line = source.place(Span::new(first.file, u32::try_from(window_start).unwrap_or(0), 0)).line;
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

/// The whole lines that hold a range, and where they begin.
fn lines_around(text: &str, start: usize, end: usize) -> (&str, usize) {
    let window_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |position| position + 1);
    let window_end = text.get(end..).and_then(|after| after.find('\n')).map_or(text.len(), |length| end + length);
    (text.get(window_start..window_end).unwrap_or_default(), window_start)
}

fn range(source: &SourceText, span: Span) -> std::ops::Range<usize> {
    let length = source.text().len();
    let start = (span.start as usize).min(length);
    let end = (span.end as usize).min(length).max(start);
    // A value over many lines is pointed at by its first one.
    let first_line = source.text().get(start..end).and_then(|text| text.find('\n')).map_or(end, |line| start + line);
    start..first_line
}
