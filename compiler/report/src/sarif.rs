//! The report as SARIF 2.1.0 (OASIS), as code scanning services take it.

use std::collections::BTreeMap;

use design_syntax::Place;
use design_vocabulary::{Finding, Severity, Span};
use serde::Serialize;
use serde_json::{Value, json};

use crate::fingerprint::{KEY, fingerprints};
use crate::{Report, Sources};

/// GitHub keeps 5,000 results of a run and 100 related places of a result ("SARIF support for code scanning"); the rest it
/// drops without a word, so it is left out here with one.
const RESULTS: usize = 5_000;
const RELATED: usize = 100;

/// Related places in a whole run. With the bound on texts this keeps the file below the 10 MB that GitHub takes compressed.
const ALL_RELATED: usize = 50_000;

/// Characters of a message; GitHub shows 1,024 of a rule's description and no more of a message than fits a comment. Texts of
/// the input can stand in messages, so that they have no bound of their own.
const TEXT: usize = 2_000;
const DESCRIPTION: usize = 1_024;

/// What a rule says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Rule<'a> {
    /// The code, such as `D0102`.
    pub code: &'a str,
    /// The name for people, such as `duplicate-key`.
    pub name: &'a str,
    /// How much its findings weigh.
    pub severity: Severity,
    /// Its page, as Markdown.
    pub page: &'a str,
}

/// The program that made the report.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its version, as `SemVer`.
    pub version: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixObject>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixObject {
    description: Message,
    artifact_changes: Vec<ArtifactChange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Message,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    justification: String,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    physical: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

/// Lines and columns from 1, columns in characters, the end exclusive.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

/// One run with the rules that fired, in the order of their codes. Of more findings than a service keeps, the first errors,
/// then warnings, then notes stay, and a notification says how many do not. It fails only if serde does.
pub fn render(
    report: &Report,
    sources: &Sources,
    program: Program<'_>,
    rules: &[Rule<'_>],
) -> Result<String, serde_json::Error> {
    let suppressed = report.suppressed.iter().map(|suppressed| (&suppressed.finding, Some(suppressed.reason.as_str())));
    let all: Vec<(&Finding, Option<&str>)> =
        report.findings.iter().map(|finding| (finding, None)).chain(suppressed).collect();
    let prints = fingerprints(all.iter().map(|(finding, _)| *finding), sources);
    let mut kept: Vec<(usize, _)> = all.iter().zip(prints).enumerate().collect();
    kept.sort_by_key(|(_, ((finding, reason), _))| (reason.is_some(), finding.severity));
    kept.truncate(RESULTS);
    kept.sort_unstable_by_key(|(number, _)| *number);
    let mut codes: Vec<&'static str> = kept.iter().map(|(_, ((finding, _), _))| finding.code.0).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut room = ALL_RELATED;
    let results: Vec<SarifResult> = kept
        .into_iter()
        .map(|(_, ((finding, reason), print))| {
            let result = result(finding, *reason, sources, &codes, print, RELATED.min(room));
            room -= result.related_locations.len();
            result
        })
        .collect();
    let left_out = all.len() - results.len();
    let notifications: Vec<Value> = (left_out > 0)
        .then(|| {
            let text = format!("{left_out} findings more than code scanning keeps are left out of this file");
            json!({"level": "warning", "message": {"text": text}})
        })
        .into_iter()
        .collect();
    let described: Vec<Value> = codes.iter().map(|code| describe(code, rules)).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": program.name, "semanticVersion": program.version, "rules": described}},
            "columnKind": "unicodeCodePoints",
            "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": notifications}],
            "results": serde_json::to_value(results)?,
        }],
    });
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}

fn describe(code: &str, rules: &[Rule<'_>]) -> Value {
    let Some(rule) = rules.iter().find(|rule| rule.code == code) else {
        return json!({"id": code});
    };
    let problem = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "recommendation",
    };
    let first = rule.page.lines().map(str::trim).find(|line| !line.is_empty() && !is_heading(line));
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": cut(first.unwrap_or(rule.name), DESCRIPTION)},
        "fullDescription": {"text": cut(first.unwrap_or(rule.name), DESCRIPTION)},
        "help": {"text": rule.page, "markdown": rule.page},
        "defaultConfiguration": {"level": rule.severity.as_str()},
        "properties": {"tags": ["design"], "precision": "very-high", "problem.severity": problem},
    })
}

/// A text of at most so many characters; one that was longer ends in dots.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}

/// Whether a line of a rule's page is its heading or says its severity, not what it is about.
fn is_heading(line: &str) -> bool {
    line.starts_with('#') || line.starts_with("Severity:")
}

fn result(
    finding: &Finding,
    reason: Option<&str>,
    sources: &Sources,
    codes: &[&'static str],
    print: String,
    most_related: usize,
) -> SarifResult {
    let text = match &finding.help {
        Some(help) => format!("{}. Help: {help}", finding.message),
        None => finding.message.clone(),
    };
    let related = finding.related.iter().take(most_related).enumerate();
    SarifResult {
        rule_id: finding.code.0,
        rule_index: codes.binary_search(&finding.code.0).unwrap_or_default(),
        level: finding.severity.as_str(),
        message: Message { text: cut(&text, TEXT) },
        locations: vec![Location { id: None, physical: physical(finding.primary, sources), message: None }],
        related_locations: related
            .map(|(number, related)| Location {
                id: Some(number),
                physical: physical(related.span, sources),
                message: Some(Message { text: cut(&related.message, TEXT) }),
            })
            .collect(),
        partial_fingerprints: BTreeMap::from([(KEY, print)]),
        fixes: fix(finding, sources).into_iter().collect(),
        suppressions: reason
            .map(|reason| Suppression { kind: "inSource", justification: cut(reason, TEXT) })
            .into_iter()
            .collect(),
    }
}

/// The change that a finding carries, file by file in the order of its edits.
fn fix(finding: &Finding, sources: &Sources) -> Option<FixObject> {
    let fix = finding.fix.as_ref()?;
    let mut changes: Vec<ArtifactChange> = Vec::new();
    for edit in &fix.edits {
        let (file, place) = sources.place(edit.span)?;
        let (uri, replacement) = (
            uri(file),
            Replacement { deleted_region: region(place), inserted_content: Message { text: edit.text.clone() } },
        );
        match changes.iter_mut().find(|change| change.artifact_location.uri == uri) {
            Some(change) => change.replacements.push(replacement),
            None => changes
                .push(ArtifactChange { artifact_location: ArtifactLocation { uri }, replacements: vec![replacement] }),
        }
    }
    let text = finding.help.clone().unwrap_or_else(|| "take the finding away".to_owned());
    Some(FixObject { description: Message { text }, artifact_changes: changes })
}

fn region(place: Place) -> Region {
    Region {
        start_line: place.line,
        start_column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
    }
}

fn physical(span: Span, sources: &Sources) -> PhysicalLocation {
    let Some((file, place)) = sources.place(span) else {
        return PhysicalLocation { artifact_location: ArtifactLocation { uri: ".".to_owned() }, region: None };
    };
    PhysicalLocation { artifact_location: ArtifactLocation { uri: uri(file) }, region: Some(region(place)) }
}

/// A path as a relative reference, or a `file` URI for one from the root (RFC 3986: what is not unreserved is escaped; a
/// colon in the first segment would begin a scheme).
fn uri(path: &str) -> String {
    let mut text = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.trim_start_matches("./").bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use design_syntax::SourceText;
    use design_vocabulary::{Code, FileId};

    use super::*;

    const PROGRAM: Program<'_> = Program { name: "design", version: "0.1.0" };

    fn rendered(count: usize) -> Value {
        let mut sources = Sources::default();
        sources.insert(SourceText::new(FileId(0), "a b/ü:1.yaml", "a: 1\n"));
        let span = Span::new(FileId(0), 3, 4);
        let severity = |number| if number == count - 1 { Severity::Error } else { Severity::Warning };
        let findings =
            (0..count).map(|number| Finding::new(Code("D0102"), severity(number), "it is wrong", span)).collect();
        let report = Report { findings, ..Report::default() };
        serde_json::from_str(&render(&report, &sources, PROGRAM, &[]).unwrap()).unwrap()
    }

    #[test]
    fn paths_are_escaped_and_equal_findings_have_prints_of_their_own() {
        let run = &rendered(2)["runs"][0];
        let place = &run["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a%20b/%C3%BC%3A1.yaml");
        assert_eq!(place["region"]["startColumn"], 4);
        assert_ne!(run["results"][0]["partialFingerprints"], run["results"][1]["partialFingerprints"]);
    }

    #[test]
    fn long_texts_are_cut_and_related_places_are_bounded() {
        let mut sources = Sources::default();
        sources.insert(SourceText::new(FileId(0), "a.yaml", "a: 1\n"));
        let span = Span::new(FileId(0), 3, 4);
        let mut finding = Finding::new(Code("D0102"), Severity::Error, "ü".repeat(9_000), span);
        for _ in 0..300 {
            finding = finding.related("x".repeat(9_000), span);
        }
        let report = Report { findings: vec![finding; 600], ..Report::default() };
        let document: Value = serde_json::from_str(&render(&report, &sources, PROGRAM, &[]).unwrap()).unwrap();
        let results = document["runs"][0]["results"].as_array().unwrap();
        let text = results[0]["message"]["text"].as_str().unwrap();
        assert_eq!((text.chars().count(), text.ends_with('…')), (TEXT, true));
        let related = |result: &Value| result["relatedLocations"].as_array().map_or(0, Vec::len);
        assert_eq!((related(&results[0]), related(&results[599])), (RELATED, 0));
        assert_eq!(results.iter().map(related).sum::<usize>(), ALL_RELATED);
    }

    #[test]
    fn fingerprints_stay_when_lines_move() {
        let print = |text: &str| {
            let mut sources = Sources::default();
            sources.insert(SourceText::new(FileId(0), "a.yaml", text));
            let at = u32::try_from(text.find('1').unwrap()).unwrap();
            let finding = Finding::new(Code("D0102"), Severity::Error, "x", Span::new(FileId(0), at, at + 1));
            let report = Report { findings: vec![finding], ..Report::default() };
            let document: Value = serde_json::from_str(&render(&report, &sources, PROGRAM, &[]).unwrap()).unwrap();
            let result = &document["runs"][0]["results"][0];
            (result["partialFingerprints"].clone(), result["locations"].clone())
        };
        let (before, after) = (print("a: 1\n"), print("# moved\n\na: 1\n"));
        assert_eq!(before.0, after.0);
        assert_ne!(before.1, after.1);
    }

    #[test]
    fn of_too_many_findings_the_worst_stay_and_the_rest_is_told() {
        let run = &rendered(RESULTS + 7)["runs"][0];
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), RESULTS);
        assert_eq!(results.last().unwrap()["level"], "error");
        let told = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
        assert!(told.as_str().unwrap().starts_with("7 findings"), "{told}");
    }
}
