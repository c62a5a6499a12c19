//! `design evaluate`: what it prints, what it writes, and that the written design has nothing left to do.

use design_tests::{Project, golden};

const SHOP: &str = include_str!("../fixtures/evaluate/shop.yaml");

#[test]
fn relationships_patches_and_actions_are_shown_with_their_reasons() {
    let project = Project::new(&[("shop.yaml", SHOP)]);
    let run = project.design(&["evaluate", "shop.yaml", "--trace"]).expect(0);
    golden("tests/fixtures/evaluate/shop.txt", &run.stdout());
    let run = project.design(&["evaluate", "shop.yaml", "--format", "json", "--trace"]).expect(0);
    let schema = std::fs::read_to_string(design_tests::repository().join("schemas/evaluation.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let value: serde_json::Value = serde_json::from_str(&run.stdout()).unwrap();
    let errors: Vec<String> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn a_written_design_has_nothing_left_to_do_and_keeps_its_ids() {
    let project = Project::new(&[("shop.yaml", SHOP)]);
    project.design(&["evaluate", "shop.yaml", "-o", "once.yaml"]).expect(0);
    let once = project.read("once.yaml").unwrap();
    let run = project.design(&["evaluate", "once.yaml", "-o", "twice.yaml"]).expect(0);
    assert!(run.stdout().contains("nothing to do"), "{}", run.stdout());
    assert_eq!(project.read("twice.yaml").unwrap(), once);
    // The ids are those that a plain conversion gives.
    let converted = project.design(&["fmt", "--to", "v1beta3", "--stdout", "shop.yaml"]).expect(0).stdout();
    let id = converted.lines().find(|line| line.trim_start().starts_with("id: ")).unwrap();
    assert!(once.contains(id), "{id}");
    assert_eq!(project.read("shop.yaml").unwrap(), SHOP);
}

#[test]
fn a_renamed_mutator_is_followed_by_evaluate_and_by_build() {
    let project = Project::new(&[("shop.yaml", SHOP)]);
    project.design(&["evaluate", "shop.yaml", "-o", "once.yaml"]).expect(0);
    let renamed = project.read("once.yaml").unwrap().replace("displayName: settings", "displayName: options");
    project.write("renamed.yaml", &renamed);
    let run = project.design(&["evaluate", "renamed.yaml"]).expect(0);
    assert!(run.stdout().contains("configMapRef.name: \"settings\" -> \"options\""), "{}", run.stdout());
    let built = project.design(&["build", "renamed.yaml"]).expect(0);
    assert!(!built.stdout().contains("settings"), "{}", built.stdout());
    assert!(built.stderr().contains("D0501"), "{}", built.stderr());
}

#[test]
fn definitions_of_a_model_count_too() {
    let definition = r#"{"schemaVersion": "relationships.meshery.io/v1alpha3", "kind": "edge", "type": "non-binding",
        "subType": "annotation", "model": {"name": "kubernetes"}, "selectors": [{"allow": {
        "from": [{"kind": "Service", "patch": {"mutatorRef": [["displayName"]]}}],
        "to": [{"kind": "Deployment", "patch": {"mutatedRef": [["displayName"]]}}]}}]}"#;
    let project = Project::new(&[("shop.yaml", SHOP), ("ours/relationships/same-name.json", definition)]);
    let with = project.design(&["evaluate", "shop.yaml", "--model", "ours"]).expect(0).stdout();
    assert!(with.contains("edge/non-binding/annotation"), "{with}");
}
