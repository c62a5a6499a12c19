//! Models: a project with one of its own, the commands of `design model`, packages.

use std::path::Path;

use design_tests::{Project, files_below, repository};
use serde_json::Value;

/// A project with the files of the worked example.
fn example() -> Project {
    let root = repository().join("tests/fixtures/extending");
    let project = Project::new(&[]);
    for file in files_below(&root, &["yaml"], |_| true) {
        let path = file.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        project.write(&path, &std::fs::read_to_string(&file).unwrap());
    }
    project
}

#[test]
fn a_model_folder_beside_a_design_is_all_that_a_kind_needs() {
    let project = example();
    let run = project.design(&["check", "--fail-on", "warning"]).expect(0);
    // Of the shelf the model has no schema.
    assert!(run.stdout().contains("1 note in 4 components"), "{}", run.stdout());
    let graph: Value =
        serde_json::from_str(&project.design(&["graph", "--format", "json"]).expect(0).stdout()).unwrap();
    let edges: Vec<(&str, &str)> = graph["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| (edge["from"].as_str().unwrap(), edge["to"].as_str().unwrap()))
        .collect();
    let widget = "Widget.acme.example/store/bolts";
    for to in ["Shelf.acme.example//north", "ServiceAccount/store/counter", "Service/store/ledger"] {
        assert!(edges.contains(&(widget, to)), "{to} is not among {edges:?}");
    }
    project.design(&["model", "lint", "models"]).expect(0);
    let shown = project.design(&["model", "show", "Widget"]).expect(0).stdout();
    for said in ["edge/non-binding/mount: widget-to-shelf (spec.shelf)", "service-account-of-pods", "string (required)"]
    {
        assert!(shown.contains(said), "`{said}` is not in\n{shown}");
    }
    // Without the model nobody knows the kinds.
    std::fs::rename(project.path().join("models"), project.path().join("elsewhere")).unwrap();
    assert!(project.design(&["check"]).expect(1).stdout().contains("Widget"));
    project.design(&["check", "--model", "elsewhere", "--fail-on", "warning"]).expect(0);
}

#[test]
fn our_own_form_follows_its_published_schema() {
    let schema = std::fs::read_to_string(repository().join("schemas/model.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for file in [
        "models/kubernetes/relationships.yaml",
        "models/istio/relationships.yaml",
        "models/operators/relationships.yaml",
        "tests/fixtures/extending/models/acme/model.yaml",
    ] {
        let value: Value = serde_yaml::from_str(&std::fs::read_to_string(repository().join(file)).unwrap()).unwrap();
        let errors: Vec<String> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{file}: {errors:?}");
    }
    assert!(!schema.is_valid(&serde_json::json!({"kinds": [{"kind": "Widget"}]})), "the schema accepts anything");
}

const DEFINITION: &str = r"apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.acme.example}
spec:
  group: acme.example
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
    - name: v2
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          required: [spec, metadata]
          properties:
            apiVersion: {type: string}
            kind: {type: string}
            metadata: {type: object}
            spec:
              type: object
              required: [size]
              properties: {size: {type: integer}}
            status: {type: object}
    - {name: v1, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}
    - {name: v1alpha1, served: false, storage: false}
";

#[test]
fn a_definition_of_a_custom_resource_becomes_a_model_that_packs_to_the_same_bytes() {
    let project = Project::new(&[("crd.yaml", DEFINITION), ("other.yaml", "a: b\n")]);
    let generate = ["model", "generate", ".", "--model-version", "2.0.0"];
    let run = project.design(&generate).expect(0);
    assert!(run.stdout().contains("2 definitions in models/acme/2.0.0/v1.0.0"), "{}", run.stdout());
    assert!(
        run.stderr().contains("left out: crd.yaml:1:1: Widget acme.example/v1alpha1 is not served"),
        "{}",
        run.stderr()
    );
    assert!(run.stderr().contains("other.yaml:1:1"), "{}", run.stderr());
    let file = project.read("models/acme/2.0.0/v1.0.0/components/Widget.acme.example_v2.json").unwrap();
    let definition: Value = serde_json::from_str(&file).unwrap();
    assert_eq!(definition["metadata"]["isStorageVersion"], true);
    let schema: Value = serde_json::from_str(definition["component"]["schema"].as_str().unwrap()).unwrap();
    assert_eq!(schema["required"], serde_json::json!(["spec"]));
    assert_eq!(schema["properties"].as_object().unwrap().keys().collect::<Vec<_>>(), ["spec"]);

    let shown = project.design(&["model", "show", "acme.example/v2/Widget"]).expect(0).stdout();
    assert!(shown.contains("size") && shown.contains("number (required)"), "{shown}");
    let missing = project.design(&["model", "show", "Widgte"]).expect(2).stderr();
    assert!(missing.contains("did you mean `Widget`?"), "{missing}");

    let build = |output: &str| project.design(&["model", "build", "models/acme", "-o", output]).expect(0).stdout();
    let (first, second) = (build("a.tar.gz"), build("b.tar.gz"));
    assert_eq!(first.split_once("  ").unwrap().0, second.split_once("  ").unwrap().0);
    let bytes = |name: &str| std::fs::read(project.path().join(name)).unwrap();
    assert_eq!(bytes("a.tar.gz"), bytes("b.tar.gz"));
    let listed = project.design(&["model", "list", "--model", "a.tar.gz", "--format", "json"]).expect(0).stdout();
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let acme = listed["models"].as_array().unwrap().iter().find(|model| model["name"] == "acme").unwrap();
    assert_eq!((&acme["components"], &acme["upstreamVersion"]), (&2.into(), &"2.0.0".into()));
}

#[test]
fn an_openapi_document_becomes_a_model_with_schemas_that_stand_alone() {
    let document = r##"{"openapi": "3.0.0", "paths": {
        "/apis/acme.example/v1/namespaces/{namespace}/widgets":
            {"post": {"x-kubernetes-group-version-kind": {"group": "acme.example", "version": "v1", "kind": "Widget"}}}},
      "components": {"schemas": {
        "Widget": {"type": "object", "x-kubernetes-group-version-kind": [{"group": "acme.example", "version": "v1", "kind": "Widget"}],
          "properties": {"metadata": {"$ref": "#/components/schemas/Meta"}, "spec": {"$ref": "#/components/schemas/Spec"}}},
        "Spec": {"type": "object", "properties": {"size": {"type": "integer"}, "inner": {"$ref": "#/components/schemas/Spec"}}},
        "Meta": {"type": "object"},
        "WidgetList": {"type": "object", "x-kubernetes-group-version-kind": [{"group": "acme.example", "version": "v1", "kind": "WidgetList"}],
          "properties": {"items": {"type": "array"}}}}}}"##;
    let project = Project::new(&[("api.json", document)]);
    let run = project.design(&["model", "generate", "api.json", "-o", "out"]).expect(0);
    assert!(run.stdout().contains("1 definition in out/acme/v0.0.0/v1.0.0"), "{}", run.stdout());
    let definition: Value =
        serde_json::from_str(&project.read("out/acme/v0.0.0/v1.0.0/components/Widget.json").unwrap()).unwrap();
    let schema: Value = serde_json::from_str(definition["component"]["schema"].as_str().unwrap()).unwrap();
    assert_eq!(schema["$defs"].as_object().unwrap().keys().collect::<Vec<_>>(), ["Spec"]);
    let shown =
        project.design(&["model", "show", "Widget", "--model", "out", "--field", "spec.inner"]).expect(0).stdout();
    assert!(shown.contains("size"), "{shown}");
}

#[test]
fn the_index_is_used_while_files_stay_and_not_longer() {
    let project = example();
    let list = |cache: &str| project.design(&["model", "list", "--cache-dir", cache, "-v"]).expect(0);
    // A file that was just written is read again: it may have changed within one tick of the clock.
    let old = std::time::SystemTime::now() - std::time::Duration::from_mins(1);
    for file in files_below(&project.path().join("models"), &["yaml"], |_| true) {
        std::fs::File::options().write(true).open(file).unwrap().set_modified(old).unwrap();
    }
    assert!(list("cache").stderr().contains("models: 3 files read"));
    let again = list("cache");
    assert!(again.stderr().contains("models: 3 files known from the cache"), "{}", again.stderr());
    assert_eq!(again.stdout(), list("fresh").stdout());
    project.write("models/acme/components/Shelf.yaml", &shelf());
    assert!(list("cache").stdout().contains("4 kinds"));
    // Whatever lies in the cache is no reason to fail.
    for file in std::fs::read_dir(project.path().join("cache/models")).unwrap() {
        std::fs::write(file.unwrap().path(), b"design-models-1\nrubbish").unwrap();
    }
    assert!(list("cache").stdout().contains("4 kinds"));
}

fn shelf() -> String {
    let path = repository().join("tests/fixtures/extending/models/acme/components/Widget.yaml");
    std::fs::read_to_string(path).unwrap().replace("acme.example/v1", "acme.example/v2")
}

/// Needs the folder of the suites; where it is not named, nothing is checked.
#[test]
fn what_is_wrong_with_published_models_is_told_with_places() {
    let corpus = std::env::var_os("DESIGN_CORPUS").unwrap_or_default();
    let models = Path::new(&corpus).join("models");
    if !design_tests::has_part("the corpus, which DESIGN_CORPUS names,", models.is_dir()) {
        return;
    }
    let project = Project::new(&[]);
    let run = project.design(&["model", "lint", &models.to_string_lossy(), "--format", "json"]).expect(1);
    let report: Value = serde_json::from_str(&run.stdout()).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.iter().all(|finding| finding["primary"]["line"].as_u64() > Some(1)), "a finding without a line");
    for code in ["D0403", "D0405", "D0406", "D0410"] {
        assert!(findings.iter().any(|finding| finding["code"] == code), "no {code}");
    }
}
