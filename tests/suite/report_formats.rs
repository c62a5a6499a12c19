//! The formats of `design check` that other programs read.

use std::path::Path;

use design_tests::{Project, golden, repository};
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

fn read(file: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}
