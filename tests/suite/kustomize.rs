//! Kustomizations: a case for each feature, with what the real kustomize makes of it.

use std::path::PathBuf;
use std::process::Command;

use design_pipeline::{Compilation, MemoryWorld, Request, compile};
use design_source::Located;
use design_syntax::{Limits, SourceText, lower, parse};
use design_tests::{files_in, golden, has_part, repository, runs, tool};
use design_vocabulary::{FileId, Segment, Value};

use crate::objects::{by_identity, objects};

const FOLDER: &str = "tests/fixtures/kustomize";

fn cases() -> Vec<String> {
    let entries = std::fs::read_dir(repository().join(FOLDER)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn root(case: &str) -> String {
    std::fs::read_to_string(repository().join(FOLDER).join(case).join("root")).unwrap().trim().to_owned()
}

fn built(case: &str) -> Compilation {
    let files = files_in(&repository().join(FOLDER).join(case).join("input"));
    compile(&MemoryWorld::new(files), &Request { relationships: true, ..Request::new([root(case)]) })
}

fn kustomize() -> PathBuf {
    let tools = std::env::var_os("DESIGN_TOOLS").map_or_else(PathBuf::new, PathBuf::from);
    let there = tools.join("kustomize");
    if there.is_file() { there } else { PathBuf::from("kustomize") }
}

fn read(text: &str) -> Vec<Value> {
    let parsed = parse(&SourceText::new(FileId(0), "expected.yaml", text), &Limits::default());
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    parsed.documents.iter().map(|document| lower(document.root().unwrap(), &mut Vec::new())).collect()
}

#[test]
fn every_feature_comes_to_the_objects_that_kustomize_makes() {
    for case in cases() {
        let expected = std::fs::read_to_string(repository().join(FOLDER).join(&case).join("expected.yaml")).unwrap();
        let compilation = built(&case);
        let expected = read(&expected);
        let order = |objects: &[Value]| -> Vec<String> {
            objects
                .iter()
                .map(|object| {
                    format!("{:?} {:?}", object.get("kind"), object.get("metadata").and_then(|m| m.get("name")))
                })
                .collect()
        };
        let got = objects(&compilation);
        assert_eq!(order(&got), order(&expected), "{case}: the order");
        let (got, expected) = (by_identity(got), by_identity(expected));
        for (identity, object) in &expected {
            assert_eq!(got.get(identity), Some(object), "{case}: {identity}");
        }
        assert_eq!(got.len(), expected.len(), "{case}");
        let faults = compilation.report.findings.iter().filter(|finding| finding.code.0.starts_with("D08"));
        // That a chart is rendered by the engine that is built in, and its hooks, are told of.
        let faults: Vec<_> = faults.filter(|fault| !matches!(fault.code.0, "D0816" | "D0860" | "D0868")).collect();
        assert!(faults.is_empty(), "{case}: {faults:?}");
    }
}

#[test]
fn what_is_expected_is_what_kustomize_prints() {
    let kustomize = kustomize();
    if !has_part("kustomize (DESIGN_TOOLS)", runs(&kustomize.to_string_lossy(), &["version"])) {
        return;
    }
    for case in cases() {
        let folder = repository().join(FOLDER).join(&case).join("input").join(root(&case));
        let mut command = Command::new(&kustomize);
        command.arg("build").arg(&folder);
        if let Some(helm) = tool("helm") {
            command.arg("--enable-helm").arg("--helm-command").arg(helm);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{case}: {}", String::from_utf8_lossy(&output.stderr));
        golden(&format!("{FOLDER}/{case}/expected.yaml"), &String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn the_page_lists_every_feature_with_its_case() {
    let page = std::fs::read_to_string(repository().join("docs/kustomize.md")).unwrap();
    let cases = cases();
    assert!(cases.len() >= 30);
    for case in cases {
        assert!(page.contains(&format!("(../{FOLDER}/{case})")), "docs/kustomize.md does not name {case}");
    }
}

/// File and line of a field of a component.
fn place(compilation: &Compilation, kind: &str, path: &[Segment]) -> (String, u32) {
    let compiled = &compilation.designs[0];
    let component = compiled.design.components.iter().position(|component| component.kind == kind).unwrap();
    let path = [&["configuration".into()], path].concat();
    let span = compiled.map.locate(component, &path).map(Located::best).unwrap();
    let (file, place) = compilation.sources.place(span).unwrap();
    (file.to_owned(), place.line)
}

#[test]
fn a_value_stands_in_the_file_that_it_comes_from() {
    let deployment = |rest: &[Segment]| -> Vec<Segment> {
        [&["spec".into(), "template".into(), "spec".into(), "containers".into()], rest].concat()
    };
    let file = |name: &str, line| (name.to_owned(), line);

    let patched = built("patch-file");
    // The patch names `web` first, so the container of the base stays first; its environment is merged.
    assert_eq!(place(&patched, "Deployment", &["spec".into(), "replicas".into()]), file("patch.yaml", 6));
    let env = |index: usize| deployment(&[0.into(), "env".into(), index.into(), "value".into()]);
    assert_eq!(place(&patched, "Deployment", &env(0)), file("patch.yaml", 12));
    assert_eq!(place(&patched, "Deployment", &env(1)), file("patch.yaml", 13));
    assert_eq!(place(&patched, "Deployment", &env(2)), file("web.yaml", 17));
    assert_eq!(place(&patched, "Deployment", &deployment(&[0.into(), "image".into()])), file("web.yaml", 15));
    assert_eq!(place(&patched, "Deployment", &deployment(&[1.into(), "image".into()])), file("patch.yaml", 15));

    let inline = built("patch-inline");
    assert_eq!(place(&inline, "Deployment", &["spec".into(), "replicas".into()]), file("kustomization.yaml", 8));

    let operations = built("patch-operations");
    assert_eq!(place(&operations, "Deployment", &env(0)), file("kustomization.yaml", 9));
    assert_eq!(place(&operations, "Deployment", &env(1)), file("web.yaml", 17));
    assert_eq!(
        place(&operations, "Deployment", &["metadata".into(), "labels".into(), "app".into()]),
        file("web.yaml", 5)
    );

    let labels = built("labels");
    assert_eq!(
        place(&labels, "Service", &["metadata".into(), "labels".into(), "team".into()]),
        file("kustomization.yaml", 2)
    );

    let generated = built("secret-generator");
    assert_eq!(place(&generated, "Secret", &["data".into(), "password".into()]), file("kustomization.yaml", 3));
}
