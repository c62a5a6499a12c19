//! `design check --fix`: the bytes before and after, and that nothing else changes.

use design_tests::{Project, files_below, golden, repository};
use serde_json::Value;

const BEFORE: &str = "tests/fixtures/fix/before";

/// What is checked there, one after the other.
const INPUTS: [&str; 2] = ["app", "shop/design.yaml"];

/// The files of the fixture, with their bytes.
fn files() -> Vec<(String, String)> {
    let root = repository().join(BEFORE);
    let files = files_below(&root, &["yaml", "json"], |_| true);
    let file = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path.strip_prefix(&root).unwrap().to_string_lossy().into_owned(), text)
    };
    files.into_iter().map(file).collect()
}

fn project() -> (Project, Vec<(String, String)>) {
    let files = files();
    assert!(files.iter().any(|(path, _)| path == ".design.yaml"), "the settings are part of the fixture");
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    (Project::new(&borrowed), files)
}

#[test]
fn what_is_mechanical_is_mended_and_everything_else_stays() {
    let (project, files) = project();
    let said = INPUTS.map(|input| project.design(&["check", "--fix", input]).stderr());
    golden("tests/fixtures/fix/said.txt", &said.concat());
    for (path, before) in &files {
        let after = project.read(path).unwrap();
        golden(&format!("tests/fixtures/fix/after/{path}"), &after);
        let comments =
            |text: &str| text.lines().filter_map(|line| Some(line.split_once('#')?.1.to_owned())).collect::<Vec<_>>();
        assert_eq!(comments(before), comments(&after), "the comments of {path}");
        assert_eq!(before.lines().count(), after.lines().count(), "the lines of {path}");
        assert_eq!(before.matches("\r\n").count(), after.matches("\r\n").count(), "the line ends of {path}");
    }
    let again = INPUTS.map(|input| project.design(&["check", "--fix", input]));
    assert!(again.iter().all(|run| run.stderr() == "nothing to fix\n"), "{again:?}");
    for (path, _) in &files {
        golden(&format!("tests/fixtures/fix/after/{path}"), &project.read(path).unwrap());
    }
    // What only a person can choose is still told.
    assert!(again[0].stdout().contains("D0601"), "{}", again[0].stdout());
}

#[test]
fn a_preview_changes_nothing_and_says_all() {
    let (project, files) = project();
    let diffs = INPUTS.map(|input| project.design(&["check", "--fix", "--dry-run", input]).expect(1).stdout());
    golden("tests/fixtures/fix/preview.diff", &diffs.concat());
    for (path, before) in &files {
        assert_eq!(project.read(path).as_ref(), Some(before), "{path}");
    }
    for input in INPUTS {
        project.design(&["check", "--fix", input]);
        assert_eq!(project.design(&["check", "--fix", "--dry-run", input]).expect(0).stdout(), "");
    }
}

#[test]
fn standard_input_cannot_be_mended_and_what_is_meant_stays() {
    let (project, _) = project();
    assert!(project.design(&["check", "--fix", "-"]).expect(2).stderr().contains("standard input"));
    project.design(&["check", "--dry-run", "app"]).expect(2);
    let meant =
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels:\n    n: 7 # design: ignore D0302 as it is\n";
    project.write("meant.yaml", meant);
    project.design(&["check", "--fix", "--config", "shop/none.yaml", "meant.yaml"]).expect(2);
    project.write("none.yaml", "");
    project.design(&["check", "--fix", "--config", "none.yaml", "meant.yaml"]).expect(0);
    assert_eq!(project.read("meant.yaml").as_deref(), Some(meant));
}

#[test]
fn json_and_sarif_carry_the_changes() {
    let (project, _) = project();
    let read = |format: &str| -> Value {
        serde_json::from_str(&project.design(&["check", "--format", format, "app/crlf.yaml"]).expect(1).stdout())
            .unwrap()
    };
    let (json, sarif) = (read("json"), read("sarif"));
    let finding = json["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "D0302").unwrap();
    assert_eq!(finding["fix"]["certain"], true);
    let edit = &finding["fix"]["edits"][0];
    assert_eq!(
        (edit["text"].as_str(), edit["line"].as_u64(), edit["column"].as_u64()),
        (Some("\"7\""), Some(6), Some(12))
    );
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let result = results.iter().find(|result| result["ruleId"] == "D0302").unwrap();
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "app/crlf.yaml");
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "\"7\"");
    assert_eq!(change["replacements"][0]["deletedRegion"]["endColumn"], 13);
}
