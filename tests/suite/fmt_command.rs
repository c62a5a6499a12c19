//! `design fmt`: the canonical form, conversions, and what it does to a repository.

use std::process::Command;

use design_tests::{Project, golden, has_part, repository, runs};

fn fixture(name: &str) -> String {
    std::fs::read_to_string(repository().join("tests/fixtures/fmt").join(name)).unwrap()
}

#[test]
fn keys_are_ordered_and_comments_stay_with_their_values() {
    let project = Project::new(&[("shop.yaml", &fixture("hand-written.yaml"))]);
    project.design(&["fmt", "--check", "shop.yaml"]).expect(1);
    project.design(&["fmt", "shop.yaml"]).expect(0);
    golden("tests/fixtures/fmt/hand-written.expected.yaml", &project.read("shop.yaml").unwrap());
    project.design(&["fmt", "--check", "shop.yaml"]).expect(0);
}

#[test]
fn conversions_keep_ids_and_lead_back() {
    let project = Project::new(&[
        ("shop.yaml", &fixture("hand-written.yaml")),
        ("legacy.yaml", &fixture("legacy.yaml")),
        ("meshery.yaml", &fixture("meshery.yaml")),
        // The designs are about form: they hold no more of an object than that needs.
        (".design.yaml", "rules: {missing-object-field: ignore}\n"),
    ]);
    let schema = jsonschema::validator_for(&serde_json::from_str(&fixture("meshery.schema.json")).unwrap()).unwrap();
    for file in ["shop.yaml", "legacy.yaml", "meshery.yaml"] {
        for version in ["v1beta1", "v1beta3"] {
            let run = project.design(&["fmt", "--to", version, "--stdout", file]).expect(0);
            let name = format!("tests/fixtures/fmt/{}.{version}.yaml", file.trim_end_matches(".yaml"));
            golden(&name, &run.stdout());
            project.write("converted.yaml", &run.stdout());
            let value: serde_json::Value = serde_yaml::from_str(&run.stdout()).unwrap();
            let errors: Vec<String> =
                schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{file} as {version}: {errors:#?}");
            project.design(&["check", "--fail-on", "warning", "converted.yaml"]).expect(0);
            assert_eq!(
                project.design(&["fmt", "--to", version, "--stdout", "converted.yaml"]).expect(0).stdout(),
                run.stdout()
            );
            let other = if version == "v1beta1" { "v1beta3" } else { "v1beta1" };
            project.design(&["fmt", "--to", other, "converted.yaml"]).expect(0);
            // Brackets may have become lines on the way, so the values are compared.
            let back = project.design(&["fmt", "--to", version, "--stdout", "converted.yaml"]).expect(0).stdout();
            let back: serde_json::Value = serde_yaml::from_str(&back).unwrap();
            assert_eq!(back, value);
            let built = |path: &str| project.design(&["build", "-q", path]).expect(0).stdout();
            assert_eq!(built("converted.yaml"), built(file));
        }
    }
}

#[test]
fn what_cannot_be_formatted_stays_as_it_is() {
    let anchored =
        "name: a\nversion: 1.0.0\ncomponents:\n- displayName: a\n  configuration: &x {}\n  component: {kind: Pod}\n";
    let broken = "name: a\ncomponents: [\n";
    let project = Project::new(&[("anchored.yaml", anchored), ("broken.yaml", broken), ("pod.yaml", "kind: Pod\n")]);
    assert!(project.design(&["fmt", "anchored.yaml"]).expect(0).stderr().contains("anchors"));
    project.design(&["fmt", "broken.yaml"]).expect(1);
    project.design(&["fmt", "pod.yaml"]).expect(2);
    assert_eq!(project.read("anchored.yaml").as_deref(), Some(anchored));
    assert_eq!(project.read("broken.yaml").as_deref(), Some(broken));
}

#[test]
fn edits_of_two_components_on_two_branches_merge() {
    if !has_part("git", runs("git", &["--version"])) {
        return;
    }
    let project = Project::new(&[(
        "design.yaml",
        &std::fs::read_to_string(repository().join("catalog/patterns/boutique/design.yaml")).unwrap(),
    )]);
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.test", "-c", "commit.gpgsign=false"];
        project.run(Command::new("git").args(identity).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null")).expect(0)
    };
    git(&["init", "--quiet", "--initial-branch", "main"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "base"]);
    let text = project.read("design.yaml").unwrap();
    for (branch, from, to) in [
        ("left", "save \"\"", "save debug"),
        ("right", "- displayName: storefront\n", "- description: changed\n  displayName: storefront\n"),
    ] {
        assert!(text.contains(from), "the pattern no longer holds `{from}`");
        git(&["checkout", "--quiet", "-b", branch, "main"]);
        project.write("design.yaml", &text.replacen(from, to, 1));
        project.design(&["fmt", "design.yaml"]).expect(0);
        git(&["commit", "--quiet", "--all", "--message", branch]);
    }
    git(&["merge", "--quiet", "--no-edit", "left"]);
    let merged = project.read("design.yaml").unwrap();
    assert!(merged.contains("debug") && merged.contains("description: changed"));
    project.design(&["fmt", "--check", "design.yaml"]).expect(0);
}
