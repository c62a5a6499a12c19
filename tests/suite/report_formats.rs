//! The formats of `design check` that other programs read.

use std::path::Path;

use design_check::RULES;
use design_report::{Report, Sources, sarif};
use design_syntax::SourceText;
use design_tests::{Project, golden, repository};
use design_vocabulary::{FileId, Span};
use serde_json::Value;

/// Files with an error and a related place, with warnings, and one without findings.
const FILES: [(&str, &str); 3] = [
    ("app.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  name: A_b\n"),
    ("odd [1].yaml", "apiVersion: apps/v1\nkind: Deploymnet\nmetadata: {name: web}\n"),
    ("sound/service.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"),
];

fn checked(format: &str) -> String {
    Project::new(&FILES).design(&["check", "--format", format, "."]).expect(1).stdout()
}

#[test]
fn every_format_is_written_as_its_golden_file_says() {
    for (format, ending) in [("sarif", "sarif"), ("junit", "xml"), ("github", "txt"), ("markdown", "md")] {
        golden(&format!("tests/fixtures/report_formats/report.{ending}"), &checked(format));
    }
}

#[test]
fn sarif_follows_the_published_schema() {
    let schema = sarif_schema();
    let report: Value = serde_json::from_str(&checked("sarif")).unwrap();
    let errors: Vec<String> = schema.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(!schema.is_valid(&serde_json::json!({"version": "2.1.0", "runs": [{}]})), "the schema accepts anything");
}

/// The published schema.
pub(crate) fn sarif_schema() -> jsonschema::Validator {
    let mut schema = read(&repository().join("tests/fixtures/published/sarif-2.1.0.schema.json"));
    // The published pattern of a language tag has a bracket too many, which only lenient readers of patterns take as text.
    for definition in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][definition]["properties"]["language"];
        assert!(language["pattern"].as_str().unwrap().ends_with("{2}]?$"), "the schema was mended");
        language["pattern"] = "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$".into();
    }
    jsonschema::validator_for(&schema).unwrap()
}

/// "SARIF support for code scanning" of GitHub: what it takes of a rule, and shows.
#[test]
fn what_rules_say_of_themselves_stays_within_the_limits_of_code_scanning() {
    let project = Project::new(&FILES);
    let pages: Vec<String> = RULES.iter().map(|rule| rule.document()).collect();
    let rules = RULES.iter().zip(&pages);
    let rules: Vec<sarif::Rule<'_>> = rules
        .map(|(rule, page)| sarif::Rule { code: rule.code.0, name: rule.name, severity: rule.severity, page })
        .collect();
    // One finding of each rule, so that each is described.
    let mut sources = Sources::default();
    sources.insert(SourceText::new(FileId(0), "a.yaml", "a: 1\n"));
    let findings = RULES.iter().map(|rule| rule.finding("it is wrong", Span::start_of(FileId(0)))).collect();
    let report = Report { findings, ..Report::default() };
    let program = sarif::Program { name: "design", version: "0.1.0" };
    let document: Value = serde_json::from_str(&sarif::render(&report, &sources, program, &rules).unwrap()).unwrap();
    let run = &document["runs"][0];
    let described = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(described.len(), RULES.len());
    for (number, rule) in described.iter().enumerate() {
        let length = |value: &Value| value.as_str().unwrap().chars().count();
        assert!(length(&rule["name"]) <= 255 && length(&rule["shortDescription"]["text"]) <= 1_024, "{rule}");
        assert!(length(&rule["fullDescription"]["text"]) <= 1_024 && length(&rule["help"]["markdown"]) > 50, "{rule}");
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10, "{rule}");
        assert_eq!(run["results"][number]["ruleIndex"], number);
    }
    let report: Value =
        serde_json::from_str(&project.design(&["check", "--format", "sarif", "."]).expect(1).stdout()).unwrap();
    let region = &report["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert!(region["endColumn"].as_u64() > region["startColumn"].as_u64(), "the region is that of the value");
}

fn read(file: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}
