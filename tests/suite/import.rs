//! `design import`: what a source says, a design file says as well.

use design_tests::{Project, repository};

/// Builds a source, imports it, builds the design file, and compares.
fn goes_round(source: &str, kind: &str) {
    let project = Project::new(&[]);
    let build = |path: &str, kind: &str| {
        let run = project.design(&["build", path, "--source", kind]);
        (run.code(), run.stdout())
    };
    let expected = build(source, kind);
    let import = project.design(&["import", source, "--source", kind, "-o", "imported.yaml"]);
    assert_eq!(import.code(), expected.0, "{source}: {}", import.stderr());
    let found = build("imported.yaml", "design");
    assert!(found.1 == expected.1, "{source} differs\n--- expected\n{}\n--- found\n{}", expected.1, found.1);
}

#[test]
fn sources_of_every_kind_go_round() {
    let fixtures = repository().join("tests/fixtures");
    let fixture = |path: &str| fixtures.join(path).to_string_lossy().into_owned();
    for (source, kind) in [
        (fixture("check/sound-manifests-folder"), "manifests"),
        (fixture("check/sound-compose-folder"), "compose"),
        (fixture("check/sound-application-folder"), "oam"),
        (fixture("check/sound-score-folder"), "score"),
        (fixture("check/D0890-from-a-cluster/dump.yaml"), "manifests"),
        (fixture("ordering.yaml"), "manifests"),
        (fixture("awkward-strings.json"), "manifests"),
    ] {
        goes_round(&source, kind);
    }
    for entry in std::fs::read_dir(fixtures.join("kustomize")).unwrap() {
        let folder = entry.unwrap().path();
        if folder.join("kustomization.yaml").is_file() {
            goes_round(&folder.to_string_lossy(), "kustomization");
        }
    }
}

#[test]
fn texts_that_read_like_references_stay_texts() {
    let project = Project::new(&[(
        "a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: $(parameters.x) $$(parameters.y) $(#ref.z) $(POD)\n  b: '014'\n  c: 'yes'\n",
    )]);
    let expected = project.design(&["build", "a.yaml"]).expect(0).stdout();
    project.design(&["import", "a.yaml", "-o", "design.yaml"]).expect(0);
    assert_eq!(project.design(&["build", "design.yaml"]).expect(0).stdout(), expected);
    let again = project.design(&["import", "a.yaml", "-o", "design.yaml"]).expect(2);
    assert!(again.stderr().contains("there already"), "{}", again.stderr());
}

#[test]
fn comments_that_are_lost_are_counted_and_those_of_designs_stay() {
    let manifest = "# one\napiVersion: v1 # two\nkind: Pod\nmetadata: {name: a}\n# design: external Secret/x/tls\n";
    let project = Project::new(&[
        ("a.yaml", manifest),
        (
            "design.yaml",
            "name: a # why\nversion: 1.0.0\nparameters: {x: {default: 1}}\ncomponents:\n- component: {kind: ConfigMap}\n  displayName: a\n  configuration: {data: {x: $(parameters.x)}}\n",
        ),
    ]);
    let import = project.design(&["import", "a.yaml"]).expect(0);
    assert!(import.stderr().contains("D0896") && import.stderr().contains("2 comments"), "{}", import.stderr());
    assert!(import.stdout().contains("externals:\n"), "{}", import.stdout());
    let design = project.design(&["import", "design.yaml"]).expect(0).stdout();
    assert!(design.contains("# why") && design.contains("$(parameters.x)"), "{design}");
}

#[test]
fn a_design_is_packed_as_an_image_and_read_from_it() {
    let design = "name: shop\nversion: 1.0.0\ncomponents:\n- displayName: a\n  component: {kind: ConfigMap}\n  configuration: {data: {a: b}}\n";
    let project = Project::new(&[("design.yaml", design)]);
    let expected = project.design(&["build"]).expect(0).stdout();
    let said = project.design(&["import", "design.yaml", "-o", "one.tar"]).expect(0).stdout();
    let again = project.design(&["import", "design.yaml", "-o", "two.tar"]).expect(0).stdout();
    assert!(said.starts_with("sha256:") && said[..71] == again[..71], "{said}{again}");
    let bytes = |name: &str| std::fs::read(project.path().join(name)).unwrap();
    assert_eq!(bytes("one.tar"), bytes("two.tar"));
    assert_eq!(project.design(&["build", "one.tar"]).expect(0).stdout(), expected);
    // As Meshery takes it: the layer of an image that `manifest.json` names, with a file `design.yml`.
    let script = "mkdir out && tar -xf one.tar -C out && cd out \
        && layer=$(sed 's/.*\"Layers\":\\[\"\\([^\"]*\\)\".*/\\1/' manifest.json) && tar -xzOf \"$layer\" design.yml";
    let held = project.run(std::process::Command::new("sh").args(["-c", script])).expect(0).stdout();
    assert!(held.starts_with("name: shop\n"), "{held}");
}

#[test]
fn hostile_packages_are_refused_and_read_nothing_outside() {
    let project = Project::new(&[
        ("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: stolen}\n"),
        (
            "in/design.yaml",
            "name: shop\nversion: 1.0.0\nuses:\n- {name: a, design: ../../secret.yaml}\ncomponents: []\n",
        ),
        ("broken.tar", "this is no archive"),
    ]);
    let script = "ln -s ../secret.yaml in/link.yaml && tar -cf hostile.tar -C in design.yaml link.yaml && \
        tar -rPf hostile.tar --transform 's,secret,../secret,' secret.yaml";
    project.run(std::process::Command::new("sh").args(["-c", script])).expect(0);
    let run = project.design(&["build", "hostile.tar"]).expect(1);
    assert_eq!(run.stderr().matches("D0892").count(), 2, "{}", run.stderr());
    assert!(run.stderr().contains("D0923") && !run.stdout().contains("stolen"), "{}", run.stderr());
    let run = project.design(&["build", "broken.tar"]).expect(1);
    assert!(run.stderr().contains("D0893"), "{}", run.stderr());
}
