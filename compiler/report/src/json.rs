//! The report for programs: `schemas/findings.schema.json` describes it.

use design_vocabulary::{Finding, Span};
use serde::Serialize;

use crate::{Report, Sources, Summary};

/// The version of the shape. Fields are removed only with a new major version.
pub const SCHEMA_VERSION: &str = "findings.design/v1";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    findings: Vec<Item<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressed: Vec<SuppressedItem<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Item<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    primary: Location<'a>,
    related: Vec<RelatedItem<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixItem<'a>>,
}

/// The change that takes a finding away.
#[derive(Serialize)]
struct FixItem<'a> {
    certain: bool,
    edits: Vec<EditItem<'a>>,
}

#[derive(Serialize)]
struct EditItem<'a> {
    text: &'a str,
    #[serde(flatten)]
    location: Location<'a>,
}

#[derive(Serialize)]
struct SuppressedItem<'a> {
    #[serde(flatten)]
    item: Item<'a>,
    reason: &'a str,
}

#[derive(Serialize)]
struct RelatedItem<'a> {
    message: &'a str,
    #[serde(flatten)]
    location: Location<'a>,
}

/// Lines and columns from 1, columns in characters, the end exclusive.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

/// The whole report as one JSON document with a line break at its end. It fails only if serde does.
pub fn render(report: &Report, sources: &Sources) -> Result<String, serde_json::Error> {
    let findings = report.findings.iter().map(|finding| item(finding, sources)).collect();
    let suppressed = report
        .suppressed
        .iter()
        .map(|suppressed| SuppressedItem { item: item(&suppressed.finding, sources), reason: &suppressed.reason });
    let suppressed = suppressed.collect();
    let document = Document { schema_version: SCHEMA_VERSION, findings, suppressed, summary: report.summary() };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}

fn item<'a>(finding: &'a Finding, sources: &'a Sources) -> Item<'a> {
    let related = finding.related.iter();
    let related =
        related.map(|related| RelatedItem { message: &related.message, location: location(related.span, sources) });
    Item {
        code: finding.code.0,
        severity: finding.severity.as_str(),
        message: &finding.message,
        help: finding.help.as_deref(),
        primary: location(finding.primary, sources),
        related: related.collect(),
        fix: finding.fix.as_ref().map(|fix| {
            let edits = fix.edits.iter();
            let edits = edits.map(|edit| EditItem { text: &edit.text, location: location(edit.span, sources) });
            FixItem { certain: fix.is_certain, edits: edits.collect() }
        }),
    }
}

fn location(span: Span, sources: &Sources) -> Location<'_> {
    let Some((file, place)) = sources.place(span) else {
        return Location { file: "", line: 1, column: 1, end_line: 1, end_column: 1 };
    };
    Location { file, line: place.line, column: place.column, end_line: place.end_line, end_column: place.end_column }
}
