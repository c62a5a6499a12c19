//! The report as `JUnit` XML, which build servers show as tests.

use std::collections::BTreeMap;
use std::io;

use design_vocabulary::{Finding, Severity};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::{Report, Sources, text};

/// A suite a file, in the order of their paths, and in it a case a finding; a file without findings has one case that
/// passes. Findings as heavy as `fails_from` or heavier are failures, lighter ones pass and say what they found. It fails
/// only if writing to memory does.
pub fn render(report: &Report, sources: &Sources, fails_from: Option<Severity>) -> io::Result<String> {
    let mut suites: BTreeMap<&str, Vec<&Finding>> = sources.iter().map(|source| (source.path(), Vec::new())).collect();
    for finding in &report.findings {
        let file = sources.get(finding.primary.file).map_or("", |source| source.path());
        suites.entry(file).or_default().push(finding);
    }
    let fails = |finding: &Finding| fails_from.is_some_and(|least| finding.severity <= least);
    let failures = |findings: &[&Finding]| findings.iter().filter(|finding| fails(finding)).count().to_string();
    let cases = |findings: &[&Finding]| findings.len().max(1);
    let tests: usize = suites.values().map(|findings| cases(findings)).sum();
    let all: Vec<&Finding> = report.findings.iter().collect();
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer
        .create_element("testsuites")
        .with_attributes([("name", "design"), ("tests", &tests.to_string()), ("failures", &failures(&all))])
        .write_inner_content(|writer| {
            for (file, findings) in &suites {
                let file = shown(file);
                writer
                    .create_element("testsuite")
                    .with_attributes([
                        ("name", file.as_str()),
                        ("tests", &cases(findings).to_string()),
                        ("failures", &failures(findings)),
                        ("errors", "0"),
                    ])
                    .write_inner_content(|writer| suite(writer, &file, findings, sources, &fails))?;
            }
            Ok(())
        })?;
    let mut xml = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    xml.push('\n');
    Ok(xml)
}

fn suite(
    writer: &mut Writer<Vec<u8>>,
    file: &str,
    findings: &[&Finding],
    sources: &Sources,
    fails: &impl Fn(&Finding) -> bool,
) -> io::Result<()> {
    if findings.is_empty() {
        writer
            .create_element("testcase")
            .with_attributes([("name", "no findings"), ("classname", file)])
            .write_empty()?;
    }
    for finding in findings {
        let place = sources.place(finding.primary).map(|(_, place)| place);
        let (line, column) = place.map_or((1, 1), |place| (place.line, place.column));
        let name = format!("{} at {line}:{column}", finding.code);
        let one = Report { findings: vec![(*finding).clone()], ..Report::default() };
        let plain = text::Style { colour: false, width: 120 };
        let detail = shown(text::findings(&one, sources, plain).trim_end());
        writer
            .create_element("testcase")
            .with_attributes([
                ("name", name.as_str()),
                ("classname", file),
                ("file", file),
                ("line", &line.to_string()),
            ])
            .write_inner_content(|writer| {
                let content = BytesText::new(&detail);
                if fails(finding) {
                    let message = shown(&finding.message);
                    writer
                        .create_element("failure")
                        .with_attributes([("type", finding.severity.as_str()), ("message", message.as_str())])
                        .write_text_content(content)?;
                } else {
                    writer.create_element("system-out").write_text_content(content)?;
                }
                Ok(())
            })?;
    }
    Ok(())
}

/// Text without the characters that XML 1.0 (2.2) has no way to write.
fn shown(text: &str) -> String {
    let is_allowed = |character: char| {
        matches!(character, '\t' | '\n' | '\r') || (character >= ' ' && !matches!(character, '\u{fffe}' | '\u{ffff}'))
    };
    text.chars().map(|character| if is_allowed(character) { character } else { '\u{fffd}' }).collect()
}

#[cfg(test)]
mod tests {
    use design_syntax::SourceText;
    use design_vocabulary::{Code, FileId, Span};

    use super::*;

    #[test]
    fn the_threshold_decides_what_fails_and_markup_stays_text() {
        let mut sources = Sources::default();
        sources.insert(SourceText::new(FileId(0), "a&<b>\u{1}.yaml", "a: \"<x>\"\n"));
        sources.insert(SourceText::new(FileId(1), "sound.yaml", "a: 1\n"));
        let finding = Finding::new(Code("D0102"), Severity::Warning, "a \"<x>\" & more", Span::new(FileId(0), 3, 8));
        let report = Report { findings: vec![finding], components: 1, ..Report::default() };
        let xml = render(&report, &sources, Some(Severity::Warning)).unwrap();
        assert!(xml.contains("<testsuites name=\"design\" tests=\"2\" failures=\"1\">"), "{xml}");
        assert!(
            xml.contains("a&amp;&lt;b&gt;\u{fffd}.yaml") && xml.contains("&quot;&lt;x&gt;&quot; &amp; more"),
            "{xml}"
        );
        assert!(xml.contains("<testcase name=\"no findings\" classname=\"sound.yaml\"/>"), "{xml}");
        let lenient = render(&report, &sources, Some(Severity::Error)).unwrap();
        assert!(lenient.contains("failures=\"0\"") && lenient.contains("<system-out>"), "{lenient}");
    }
}
