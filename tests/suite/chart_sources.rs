//! Charts as sources: cases for what templates can do, with what the real Helm prints for them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use design_helm::{Answer, answer};
use design_pipeline::{ChartOptions, Compilation, Given, MemoryWorld, Request, compile};
use design_source::Located;
use design_syntax::{Limits, SourceText, lower, parse};
use design_tests::{binary, files_in, golden, repository, tool};
use design_vocabulary::{FileId, Segment, Value};

use crate::objects::{by_identity, objects};

const FOLDER: &str = "tests/fixtures/charts";

/// The folders of the cases: each holds `chart`, `expected.yaml` and, where the command line says more, `arguments`.
fn cases() -> Vec<String> {
    let entries = std::fs::read_dir(repository().join(FOLDER)).unwrap();
    let folders = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let mut names: Vec<String> = folders.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The arguments of a case: options and what they take, a line each.
fn arguments(case: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(repository().join(FOLDER).join(case).join("arguments")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.chunks(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect()
}

fn rendered(case: &str) -> Compilation {
    let files = files_in(&repository().join(FOLDER).join(case));
    let arguments = arguments(case);
    let all = |option: &str| -> Vec<String> {
        arguments.iter().filter(|(name, _)| name == option).map(|(_, value)| value.clone()).collect()
    };
    let values = all("--values").into_iter().map(|file| format!("chart/{file}")).collect();
    let request = Request {
        chart: ChartOptions { values, ..ChartOptions::default() },
        given: Given { set: all("--set"), ..Given::default() },
        ..Request::new(["chart"])
    };
    compile(&MemoryWorld::new(files), &request)
}

/// The objects of a text, those of lists among them.
fn read(text: &str) -> Vec<Value> {
    let parsed = parse(&SourceText::new(FileId(0), "expected.yaml", text), &Limits::default());
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    let documents = parsed.documents.iter().map(|document| lower(document.root().unwrap(), &mut Vec::new()));
    documents
        .filter(|value| !value.is_null())
        .flat_map(|value| match value.get("items") {
            Some(Value::Array(items)) => items.iter().cloned().collect(),
            _ => vec![value],
        })
        .collect()
}

#[test]
fn every_case_comes_to_the_objects_that_helm_prints() {
    for case in cases() {
        let expected = std::fs::read_to_string(repository().join(FOLDER).join(&case).join("expected.yaml")).unwrap();
        let compilation = rendered(&case);
        let (got, expected) = (by_identity(objects(&compilation)), by_identity(read(&expected)));
        for (identity, object) in &expected {
            let other = got.get(identity).unwrap_or_else(|| panic!("{case}: there is no {identity}"));
            if let (Some(Value::Object(data)), Some(other)) = (object.get("data"), other.get("data")) {
                for (key, value) in data.iter() {
                    assert_eq!(other.get(key), Some(value), "{case}: {identity}: {key}");
                }
            }
            assert_eq!(other, object, "{case}: {identity}");
        }
        assert_eq!(got.len(), expected.len(), "{case}");
        let faults = compilation.report.findings.iter().filter(|finding| finding.code.0.starts_with("D08"));
        let faults: Vec<_> = faults.filter(|fault| !matches!(fault.code.0, "D0860" | "D0868")).collect();
        assert!(faults.is_empty(), "{case}: {faults:?}");
    }
}

#[test]
fn what_is_expected_is_what_helm_prints() {
    let Some(helm) = tool("helm") else { return };
    for case in cases() {
        let folder = repository().join(FOLDER).join(&case);
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(&helm);
        command.current_dir(folder.join("chart")).args(["template", "release-name", ".", "--include-crds"]);
        for (option, value) in arguments(&case) {
            command.args([option, value]);
        }
        for variable in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "KUBECONFIG"] {
            command.env(variable, home.path().join(variable));
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{case}: {}", String::from_utf8_lossy(&output.stderr));
        golden(&format!("{FOLDER}/{case}/expected.yaml"), &String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn helm_renders_where_it_is_on_the_path_and_places_stay() {
    let Some(helm) = tool("helm") else { return };
    let folder = repository().join(FOLDER);
    let run = |case: &str, path: &Path, arguments: &[&str]| {
        let mut command = Command::new(binary());
        command.current_dir(folder.join(case)).env("PATH", path).args(arguments).output().unwrap()
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (tools, nowhere) = (helm.parent().unwrap(), Path::new("/nowhere"));
    for case in cases() {
        let own = run(&case, nowhere, &["build", "chart"]);
        let theirs = run(&case, tools, &["build", "chart", "--chart-renderer", "auto"]);
        assert_eq!(text(&own.stdout), text(&theirs.stdout), "{case}");
        assert!(text(&own.stderr).contains("D0860") && !text(&theirs.stderr).contains("D0860"), "{case}");
    }
    // A hook is named at its annotation, whoever rendered it.
    let places = |path: &Path| {
        let output = run("crds-and-hooks", path, &["check", "chart", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().clone();
        findings.into_iter().filter(|finding| finding["code"] != "D0860").collect::<Vec<_>>()
    };
    assert_eq!(places(tools), places(nowhere));
    let only = run("helpers", nowhere, &["build", "chart", "--chart-renderer", "helm"]);
    assert!(text(&only.stderr).contains("D0872") && only.status.code() == Some(1));
}

/// The words in backticks of the part of a page between two headings.
fn words<'a>(page: &'a str, from: &str, to: &str) -> BTreeSet<&'a str> {
    let (_, rest) = page.split_once(from).unwrap();
    let (part, _) = rest.split_once(to).unwrap_or((rest, ""));
    let is_name =
        |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    part.split('`').skip(1).step_by(2).filter(is_name).collect()
}

#[test]
fn every_function_of_helm_is_known_or_refused_and_the_page_says_which() {
    let names = std::fs::read_to_string(repository().join(FOLDER).join("functions.txt")).unwrap();
    let page = std::fs::read_to_string(repository().join("docs/charts.md")).unwrap();
    let known = words(&page, "## What the engine knows", "## What is refused");
    let refused = words(&page, "## What is refused", "\n[The cases]");
    for name in names.lines() {
        let answer = answer(name);
        assert_ne!(answer, Answer::Unknown, "{name}");
        assert_eq!(known.contains(name), answer == Answer::Known, "{name} on the page");
        let is_refused = matches!(answer, Answer::NotCovered | Answer::NotDeterministic);
        assert!(refused.contains(name) || !is_refused, "{name} is not among what is refused");
    }
    let all: BTreeSet<&str> = names.lines().collect();
    let invented: Vec<_> = known.difference(&all).collect();
    assert!(invented.is_empty(), "Helm has no {invented:?}");
    assert_eq!(answer("nosuchthing"), Answer::Unknown);
}

/// File and line of a field of the first component of a kind.
fn place(compilation: &Compilation, kind: &str, path: &[Segment]) -> (String, u32) {
    let compiled = &compilation.designs[0];
    let component = compiled.design.components.iter().position(|component| component.kind == kind).unwrap();
    let path = [&["configuration".into()], path].concat();
    let span = compiled.map.locate(component, &path).map(Located::best).unwrap();
    let (file, place) = compilation.sources.place(span).unwrap();
    (file.to_owned(), place.line)
}

#[test]
fn a_value_stands_where_it_was_written() {
    let compilation = rendered("helpers");
    let at = |path: &[&str]| {
        let path: Vec<Segment> = path.iter().map(|key| Segment::from(*key)).collect();
        place(&compilation, "ConfigMap", &path)
    };
    let file = |name: &str, line| (format!("chart/{name}"), line);
    // What a helper wrote stands in the helper, what was put in verbatim in the values or in Chart.yaml.
    assert_eq!(at(&["metadata", "name"]), file("templates/_helpers.tpl", 3));
    assert_eq!(at(&["metadata", "labels", "app"]), file("values.yaml", 1));
    assert_eq!(at(&["metadata", "labels", "chart"]), file("templates/_helpers.tpl", 8));
    assert_eq!(at(&["metadata", "annotations", "checksum"]), file("templates/a.yaml", 9));
    assert_eq!(at(&["data", "late"]), file("values.yaml", 6));
    assert_eq!(at(&["data", "missing"]), file("templates/_helpers.tpl", 3));
    assert_eq!(at(&["data", "block"]), file("values.yaml", 1));
    assert_eq!(at(&["data"]), file("templates/a.yaml", 11));
}
