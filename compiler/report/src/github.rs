//! The report as workflow commands of GitHub Actions, which become annotations of a pull request.

use design_vocabulary::{Finding, Severity};

use crate::{Report, Sources, text};

/// How many annotations of one severity GitHub takes from a step; it drops the rest without a word.
const ANNOTATIONS: usize = 10;

/// A command a finding, errors first, and a last line with the counts, which also says how many GitHub will not show.
/// What comes from the input is escaped, so that it is never a command of its own.
pub fn render(report: &Report, sources: &Sources) -> String {
    let mut rendered = String::new();
    let mut hidden = 0;
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let of_severity = report.findings.iter().filter(|finding| finding.severity == severity);
        for (number, finding) in of_severity.enumerate() {
            rendered.push_str(&command(finding, sources));
            rendered.push('\n');
            hidden += usize::from(number >= ANNOTATIONS);
        }
    }
    rendered.push_str(&text::summary(report));
    if hidden > 0 {
        rendered
            .push_str(&format!("; {hidden} of them are only in this log, GitHub shows {ANNOTATIONS} of a severity"));
    }
    rendered.push('\n');
    rendered
}

fn command(finding: &Finding, sources: &Sources) -> String {
    let name = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut message = finding.message.clone();
    for related in &finding.related {
        let place = sources.place(related.span);
        let place =
            place.map_or_else(String::new, |(file, place)| format!(" ({file}:{}:{})", place.line, place.column));
        message.push_str(&format!("\n{}{place}", related.message));
    }
    if let Some(help) = &finding.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    let place = sources.place(finding.primary).map_or_else(String::new, |(file, place)| {
        // Columns count only within one line.
        let columns = if place.line == place.end_line && place.end_column > place.column {
            format!(",col={},endColumn={}", place.column, place.end_column)
        } else {
            String::new()
        };
        format!("file={},line={},endLine={}{columns},", property(file), place.line, place.end_line)
    });
    format!("::{name} {place}title={}::{}", finding.code, data(&message))
}

/// Text behind a command (the escapes of the runner's `toCommandValue`).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which a comma or a colon would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use design_syntax::SourceText;
    use design_vocabulary::{Code, FileId, Span};

    use super::*;

    #[test]
    fn nothing_of_the_input_becomes_a_command() {
        let mut sources = Sources::default();
        sources.insert(SourceText::new(FileId(0), "a,b:c\n::error::.yaml", "a: 1\n"));
        let span = Span::new(FileId(0), 0, 1);
        let finding = Finding::new(Code("D0102"), Severity::Note, "100% of\r\n::error::it", span).help("x\n::y::");
        let report = Report { findings: vec![finding], components: 1, ..Report::default() };
        assert_eq!(
            render(&report, &sources),
            "::notice file=a%2Cb%3Ac%0A%3A%3Aerror%3A%3A.yaml,line=1,endLine=1,col=1,endColumn=2,title=D0102::100%25 \
             of%0D%0A::error::it%0Ahelp: x%0A::y::\n1 note in 1 component\n"
        );
    }

    #[test]
    fn what_will_not_be_shown_is_told() {
        let finding = Finding::new(Code("D0102"), Severity::Error, "it", Span::new(FileId(0), 0, 1));
        let report = Report { findings: vec![finding; 12], components: 1, ..Report::default() };
        let text = render(&report, &Sources::default());
        assert!(text.ends_with("; 2 of them are only in this log, GitHub shows 10 of a severity\n"), "{text}");
    }
}
