//! The command line as a whole: help, usage, exit codes, settings, and the commands that only print.

use design_tests::{Project, golden, repository};

#[test]
fn the_help_of_every_command_is_what_the_reference_holds() {
    let project = Project::new(&[]);
    let mut reference =
        String::from("# Command reference\n\nWhat `design --help` and `design COMMAND --help` print.\n");
    for command in [
        "",
        "init",
        "build",
        "check",
        "graph",
        "why",
        "diff",
        "fmt",
        "list",
        "explain",
        "lsp",
        "schema",
        "completions",
        "man",
        "model",
        "model list",
        "model show",
        "model lint",
        "model build",
        "model generate",
        "pattern search",
        "pattern show",
        "pattern verify",
        "pattern add",
        "pattern update",
        "pattern publish",
        "pattern approve",
        "pattern deprecate",
        "pattern yank",
        "catalog serve",
        "catalog export",
        "catalog index",
        "catalog verify",
        "catalog token",
    ] {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let help = project.design(&arguments).expect(0).stdout();
        assert!(help.contains("Examples:"), "`design {command} --help` has no examples");
        let title = ["design", command].join(" ");
        reference.push_str(&format!("\n## {}\n\n```text\n{}\n```\n", title.trim(), help.trim_end()));
    }
    golden("docs/command-reference.md", &reference);
}

#[test]
fn wrong_usage_is_2_and_says_what_is_wrong() {
    let project = Project::new(&[]);
    assert!(project.design(&["build", "nowhere"]).expect(2).stderr().contains("there is no file or folder `nowhere`"));
    assert!(project.design(&["explain", "D9999"]).expect(2).stderr().contains("no rule"));
    project.design(&["bulid"]).expect(2);
    project.design(&["man", "nothing"]).expect(2);
    project.write(".design.yaml", "failOnn: error\n");
    project.write("map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    let run = project.design(&["check"]).expect(1);
    assert!(run.stdout().contains("failOnn") && run.stdout().contains(".design.yaml:1:1"), "{}", run.stdout());
    project.design(&["check", "--config", "nowhere.yaml"]).expect(2);
}

#[test]
fn a_path_that_holds_nothing_is_an_error_whatever_it_is_said_to_be() {
    let project = Project::new(&[("notes.txt", "nothing here"), ("empty.yaml", "# only a remark\n")]);
    for (arguments, message) in [
        (&["check", "."][..], "`.` holds no design, manifest or other source"),
        (&["check", "--source", "manifests", "."], "`.` holds no manifests"),
        (&["check", "--source", "design", "empty.yaml"], "`empty.yaml` holds no designs"),
    ] {
        let run = project.design(arguments).expect(1);
        assert!(run.stdout().contains(&format!("error[D0201]: {message}")), "{}", run.stdout());
    }
}

#[test]
fn a_first_design_builds_and_checks() {
    let project = Project::new(&[]);
    let run = project.design(&["init", "My Shop"]).expect(0);
    assert!(run.stdout().contains("written  My Shop/design.yaml"), "{}", run.stdout());
    project.design(&["check", "My Shop", "--fail-on", "warning"]).expect(0);
    assert!(project.design(&["build", "My Shop"]).expect(0).stdout().contains("name: my-shop\n"));
    project.design(&["fmt", "--check", "My Shop"]).expect(0);
    project.write("My Shop/design.yaml", "mine");
    let again = project.design(&["init", "My Shop"]).expect(0);
    assert!(again.stdout().contains("kept     My Shop/.design.yaml"), "{}", again.stdout());
    assert_eq!(project.read("My Shop/design.yaml").as_deref(), Some("mine"));
}

#[test]
fn a_check_is_for_the_newest_release_or_for_those_that_are_named() {
    let claim = "apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata: {name: a}\nspec: {}\n";
    let project = Project::new(&[("claim.yaml", claim)]);
    project.design(&["check", "claim.yaml"]).expect(0);
    project.design(&["check", "claim.yaml", "--kubernetes-version", "1.34.4"]).expect(0);
    let run = project.design(&["check", "claim.yaml", "--kubernetes-version", "1.36,v1.33"]).expect(1);
    assert!(run.stdout().contains("Kubernetes 1.33 does not serve"), "{}", run.stdout());
    let run = project.design(&["check", "claim.yaml", "--kubernetes-version", "1.12"]).expect(2);
    assert!(run.stderr().contains("1.33, 1.34, 1.35, 1.36"), "{}", run.stderr());
    project.design(&["check", "claim.yaml", "--kubernetes-version", "newest"]).expect(2);
}

#[test]
fn init_in_a_repository_leaves_what_is_there() {
    let project = Project::new(&[("k8s/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n")]);
    let run = project.design(&["init"]).expect(0);
    assert!(run.stdout().contains("manifests") && run.stdout().contains("k8s"), "{}", run.stdout());
    assert!(project.read("design.yaml").is_none() && project.read(".design.yaml").is_some());
}

#[test]
fn settings_choose_the_threshold_and_what_is_left_out() {
    let project = Project::new(&[
        ("good/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"),
        ("bad/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: A}\n"),
    ]);
    project.design(&["check"]).expect(1);
    project.design(&["check", "--fail-on", "never"]).expect(0);
    project.write(".design.yaml", "failOn: never\n");
    project.design(&["check"]).expect(0);
    project.design(&["check", "--fail-on", "error"]).expect(1);
    project.write(".design.yaml", "exclude: [bad]\n");
    project.design(&["check"]).expect(0);
    project.write("other.yaml", "failOn: error\n");
    project.design(&["check", "--config", "other.yaml"]).expect(1);
    project.write("other.yaml", "rules: {D0301: note}\n");
    assert!(project.design(&["check", "--config", "other.yaml"]).expect(0).stdout().contains("1 note in"));
    project.write("other.yaml", "rules: {invalid-nam: ignore}\n");
    let run = project.design(&["check", "--config", "other.yaml", "good"]).expect(1);
    assert!(run.stdout().contains("did you mean `invalid-name`?"), "{}", run.stdout());
    project.write("other.yaml", "include: [good/]\n");
    project.design(&["check", "--config", "other.yaml"]).expect(0);
    project.write("other.yaml", "include: [good/, bad/]\nexclude: [bad]\n");
    project.design(&["check", "--config", "other.yaml"]).expect(0);
}

#[test]
fn the_schema_of_settings_takes_what_the_program_takes() {
    let schema = std::fs::read_to_string(repository().join("schemas/settings.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let page = std::fs::read_to_string(repository().join("docs/settings.md")).unwrap();
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";
    let project = Project::new(&[("pod.yaml", pod), ("policies/main.rego", "package main\n")]);
    project.design(&["init"]).expect(0);
    let written = project.read(".design.yaml").unwrap();
    let example = page.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let cases = [
        (written.as_str(), true),
        (example, true),
        ("{}", true),
        ("rules: {D0301: fatal}", false),
        ("failOn: note", false),
        ("policies: x", false),
        ("exclude: x", false),
        ("include: [apps/, pod.yaml]", true),
        ("kubernetesVersions: [1.34, \"1.36\"]", true),
        ("kubernetesVersions: 1.34", false),
        ("schemas: [policies]", true),
        ("schemas: policies", false),
        ("exclud: []", false),
        ("charts: {renderer: builtin, release: shop, values: [pod.yaml]}", true),
        ("charts: {renderer: docker}", false),
    ];
    for (text, is_sound) in cases {
        let value: serde_json::Value = serde_yaml::from_str(text).unwrap();
        assert_eq!(schema.is_valid(&value), is_sound, "the schema and {text}");
        project.write(".design.yaml", text);
        project.design(&["check"]).expect(i32::from(!is_sound));
        for key in value.as_object().unwrap().keys().filter(|_| is_sound) {
            assert!(page.contains(&format!("| `{key}` |")), "docs/settings.md says nothing of {key}");
        }
    }
}

#[test]
fn a_baseline_knows_what_was_there_and_only_that() {
    let project = Project::new(&[("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: A}\n")]);
    project.design(&["check", "--write-baseline", "known.json", "pod.yaml"]).expect(0);
    let run = project.design(&["check", "--baseline", "known.json", "pod.yaml"]).expect(0);
    assert!(run.stderr().contains("known from the baseline: 1, gone: 0\n"), "{}", run.stderr());
    project.write("pod.yaml", "# moved\napiVersion: v1\nkind: Pod\nmetadata: {name: A}\n---\nkind: Pod\n");
    let run = project.design(&["check", "--baseline", "known.json", "pod.yaml"]).expect(1);
    assert!(!run.stdout().contains("D0301") && run.stdout().contains("D0204"), "{}", run.stdout());
    project.write("known.json", "[]");
    project.design(&["check", "--baseline", "known.json", "pod.yaml"]).expect(2);
}

#[test]
fn a_report_names_code_place_and_way_out() {
    let project = Project::new(&[("app.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  name: b\n")]);
    let run = project.design(&["check", "app.yaml"]).expect(1);
    golden("tests/fixtures/report.txt", &run.stdout());
    let verbose = project.design(&["check", "app.yaml", "-v"]).expect(1);
    assert!(verbose.stderr().contains("read as manifests"), "{}", verbose.stderr());
    assert_eq!(run.stderr(), "");
}

#[test]
fn sources_are_listed_by_their_roots() {
    let project = Project::new(&[
        ("a/design.yaml", "name: a\nversion: 1.0.0\ncomponents: []\n"),
        ("b/Chart.yaml", "name: b\n"),
        ("b/templates/x.yaml", "apiVersion: v1\nkind: Pod\n"),
    ]);
    assert_eq!(project.design(&["list"]).expect(0).stdout(), "design         a\nchart          b\n");
    let json = project.design(&["list", "--format", "json"]).expect(0).stdout();
    let list: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(list["sources"][1], serde_json::json!({"path": "b", "kind": "chart"}));
}

#[test]
fn completions_and_manual_pages_are_printed() {
    let project = Project::new(&[]);
    assert!(project.design(&["completions", "bash"]).expect(0).stdout().contains("_design()"));
    assert!(project.design(&["man"]).expect(0).stdout().contains(".TH design 1"));
    assert!(project.design(&["man", "build"]).expect(0).stdout().contains("design\\-build"));
    assert!(project.design(&["explain"]).expect(0).stdout().contains("D0102  error    duplicate-key"));
    assert!(project.design(&["explain", "duplicate-key"]).expect(0).stdout().starts_with("# D0102: duplicate-key"));
    assert_eq!(project.design(&["--version"]).expect(0).stdout(), format!("design {}\n", env!("CARGO_PKG_VERSION")));
}
