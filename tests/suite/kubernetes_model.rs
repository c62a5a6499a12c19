//! The generated part of the Kubernetes model: what it lists, and that it is what the published documents say.

use std::collections::{BTreeMap, BTreeSet};

use design_regenerate::{Network, generate, module_folder};
use design_registry::definitions::Definitions;
use design_tests::{golden, has_part, repository};

/// A line for each kind and version of its group, with scope, names and the releases that serve it.
#[test]
fn the_kinds_of_every_release_are_listed() {
    let mut lines = BTreeSet::new();
    for definition in Definitions::builtin().all() {
        let scope = if definition.namespaced { "namespaced" } else { "cluster" };
        let names: Vec<&str> =
            [&definition.plural].into_iter().chain(&definition.short_names).map(String::as_str).collect();
        let releases: Vec<String> = definition.releases.iter().map(ToString::to_string).collect();
        lines.insert(format!(
            "{} {} {scope} {} {}\n",
            definition.api_version(),
            definition.kind,
            names.join(","),
            releases.join(",")
        ));
    }
    golden("tests/fixtures/kubernetes/kinds.txt", &lines.into_iter().collect::<String>());
}

#[test]
fn regenerating_the_model_changes_nothing() {
    let mut sources = BTreeMap::new();
    for release in Definitions::builtin().releases() {
        let folder = module_folder(&release.source, Network::Forbidden);
        let part = format!("the Go module k8s.io/kubernetes@v{} in the module cache", release.source);
        if !has_part(&part, folder.is_ok()) {
            return;
        }
        sources.insert(release.version, (release.source.clone(), folder.unwrap()));
    }
    let generated = generate(&sources).unwrap();
    let model = repository().join("models/kubernetes");
    let hint = "`cargo run -p design-regenerate` writes the model again";
    assert!(std::fs::read_to_string(model.join("definitions.json")).unwrap() == generated.list, "{hint}");
    assert!(std::fs::read(model.join("schemas.bin")).unwrap() == generated.archive, "{hint}");
}
