//! The report as Markdown, for the summary of a workflow step or a comment.

use design_vocabulary::{Finding, Severity};

use crate::{Report, Sources, text};

/// A comment of GitHub has room for 65,536 characters; what goes around the report needs some of it.
const LONGEST: usize = 60_000;

/// A line with the counts and a table of the findings, errors first. Of more than a comment has room for, the first stay,
/// and a last line says how many do not. Text of the input is escaped: it mentions nobody and brings no markup.
pub fn render(report: &Report, sources: &Sources) -> String {
    let mut rendered = format!("**{}**\n", text::summary(report));
    if report.findings.is_empty() {
        return rendered;
    }
    rendered.push_str("\n| | code | place | finding |\n|---|---|---|---|\n");
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| finding.severity);
    // Counting characters anew for each row would cost the square of their number.
    let mut length = rendered.chars().count();
    for (number, finding) in findings.iter().enumerate() {
        let row = row(finding, sources);
        length += row.chars().count();
        if length > LONGEST {
            rendered.push_str(&format!("\n{} more findings are not shown here.\n", findings.len() - number));
            break;
        }
        rendered.push_str(&row);
    }
    rendered
}

fn row(finding: &Finding, sources: &Sources) -> String {
    let severity = match finding.severity {
        Severity::Error => "❌ error",
        Severity::Warning => "⚠️ warning",
        Severity::Note => "ℹ️ note",
    };
    let mut cell = inline(&finding.message);
    for related in &finding.related {
        let place = place(related.span, sources).map(|place| format!(" {place}")).unwrap_or_default();
        cell.push_str(&format!("<br>{}{place}", inline(&related.message)));
    }
    if let Some(help) = &finding.help {
        cell.push_str(&format!("<br>*help:* {}", inline(help)));
    }
    let place = place(finding.primary, sources).unwrap_or_default();
    format!("| {severity} | {} | {place} | {cell} |\n", finding.code)
}

fn place(span: design_vocabulary::Span, sources: &Sources) -> Option<String> {
    let (file, place) = sources.place(span)?;
    Some(inline(&format!("`{file}:{}:{}`", place.line, place.column)))
}

/// A sentence of ours, with its words in backticks as code. Where the backticks come from, the sentence or the input, does
/// not matter: what stands between two of them holds none, and nothing else is markup inside of code.
fn inline(sentence: &str) -> String {
    let parts: Vec<&str> = sentence.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped(sentence);
    }
    let part = |(number, part): (usize, &&str)| match (number % 2, part.is_empty()) {
        (1, false) => format!("`{}`", part.replace(['\n', '\r', '\t'], " ").replace('|', "\\|")),
        _ => escaped(part),
    };
    parts.iter().enumerate().map(part).collect()
}

/// Text that is shown as it is: what Markdown, tables and HTML read as markup is escaped, and an empty comment behind an
/// at sign keeps GitHub from mentioning somebody.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '@' => escaped.push_str("@<!-- -->"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '~' | '|' | '[' | ']' | '!' | '#' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use design_syntax::SourceText;
    use design_vocabulary::{Code, FileId, Span};

    use super::*;

    #[test]
    fn text_of_the_input_stays_text() {
        assert_eq!(
            escaped("@team <img src=x> | `a`\n![x](y) **b**"),
            "@<!-- -->team &lt;img src=x&gt; \\| \\`a\\` \\!\\[x\\](y) \\*\\*b\\*\\*"
        );
    }

    #[test]
    fn words_in_backticks_are_code_and_nothing_escapes_from_it() {
        assert_eq!(inline("the key `a|<b>` stands *twice*"), "the key `a\\|<b>` stands \\*twice\\*");
        assert_eq!(inline("the key `a`<b>` is"), "the key \\`a\\`&lt;b&gt;\\` is");
        assert_eq!(inline("`a` `<b>`"), "`a` `<b>`");
    }

    #[test]
    fn a_long_report_stays_within_a_comment() {
        let mut sources = Sources::default();
        sources.insert(SourceText::new(FileId(0), "a.yaml", "a: 1\n"));
        let finding = |number| {
            let severity = if number == 9_999 { Severity::Error } else { Severity::Note };
            Finding::new(Code("D0102"), severity, format!("number {number}"), Span::new(FileId(0), 0, 1))
        };
        let report = Report { findings: (0..10_000).map(finding).collect(), components: 1, ..Report::default() };
        let text = render(&report, &sources);
        assert!(text.chars().count() < 65_536);
        assert!(text.contains("number 9999 |") && text.ends_with("more findings are not shown here.\n"));
    }
}
