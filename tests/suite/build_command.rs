//! `design build`: streams, the output folder, determinism.

use design_tests::{Project, repository};

const TWO: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
apiVersion: v1
kind: Service
metadata: {name: b, namespace: shop}
spec: {ports: [{port: 80}]}
";

#[test]
fn the_first_pattern_builds_without_findings() {
    let pattern = repository().join("catalog/patterns/boutique");
    let run = Project::new(&[]).design(&["build", pattern.to_str().unwrap()]).expect(0);
    assert_eq!(run.stderr(), "");
    assert!(run.stdout().matches("\nkind: ").count() >= 11);
    assert!(run.stdout().starts_with("apiVersion: v1\nkind: Namespace\n"));
}

#[test]
fn manifests_go_to_standard_output_and_findings_to_standard_error() {
    let project = Project::new(&[("app.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: Bad}\n---\nkind: Pod\n")]);
    let run = project.design(&["build", "app.yaml"]).expect(1);
    assert_eq!(run.stdout(), "apiVersion: v1\nkind: Pod\nmetadata:\n  name: Bad\n");
    assert!(run.stderr().contains("error[D0301]") && run.stderr().contains("app.yaml:3:18"), "{}", run.stderr());
}

#[test]
fn a_second_build_removes_only_its_own_stale_files() {
    let project = Project::new(&[("in/app.yaml", TWO)]);
    let run = project.design(&["build", "in", "-o", "out"]).expect(0);
    assert_eq!(run.stdout(), "");
    assert_eq!(
        project.read("out/configmap-a.yaml").unwrap(),
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
    );
    assert!(project.read("out/shop/service-b.yaml").is_some());
    project.write("out/mine.yaml", "kept\n");
    project.write("in/app.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n");
    let run = project.design(&["build", "in", "-o", "out"]).expect(0);
    assert!(run.stderr().contains("1 file in out, 2 removed"), "{}", run.stderr());
    assert_eq!(project.read("out/configmap-a.yaml"), None);
    assert!(!project.path().join("out/shop").exists());
    assert_eq!(project.read("out/mine.yaml").as_deref(), Some("kept\n"));
    assert!(project.read("out/.design-index").unwrap().ends_with("  configmap-c.yaml\n"));
}

#[test]
fn with_errors_nothing_is_removed_and_a_file_changed_by_hand_stays() {
    let project = Project::new(&[("in/app.yaml", TWO)]);
    project.design(&["build", "in", "-o", "out"]).expect(0);
    project.write("in/app.yaml", "broken: [\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n");
    project.design(&["build", "in", "-o", "out"]).expect(1);
    assert!(project.read("out/configmap-a.yaml").is_some() && project.read("out/configmap-c.yaml").is_some());
    project.write("out/configmap-a.yaml", "changed\n");
    project.write("in/app.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n");
    let run = project.design(&["build", "in", "-o", "out"]).expect(0);
    assert!(run.stderr().contains("configmap-a.yaml was changed by hand"), "{}", run.stderr());
    assert_eq!(project.read("out/configmap-a.yaml").as_deref(), Some("changed\n"));
    assert_eq!(project.read("out/shop/service-b.yaml"), None);
}

#[test]
fn a_file_that_no_build_wrote_is_never_overwritten() {
    let project = Project::new(&[("in/app.yaml", TWO), ("out/configmap-a.yaml", "mine\n")]);
    let run = project.design(&["build", "in", "-o", "out"]).expect(3);
    assert!(run.stderr().contains("no build wrote it"), "{}", run.stderr());
    assert_eq!(project.read("out/configmap-a.yaml").as_deref(), Some("mine\n"));
}

#[test]
fn several_designs_get_folders_of_their_own() {
    let design = |name: &str| {
        format!(
            "name: {name}\nversion: 1.0.0\ncomponents:\n- displayName: web\n  component: {{kind: ServiceAccount}}\n"
        )
    };
    let project = Project::new(&[("in/a.yaml", &design("shop")), ("in/b.yaml", &design("admin"))]);
    project.design(&["build", "in", "-o", "out"]).expect(0);
    assert!(project.read("out/shop/serviceaccount-web.yaml").is_some());
    assert!(project.read("out/admin/serviceaccount-web.yaml").is_some());
}

#[test]
fn order_of_files_and_number_of_threads_change_nothing() {
    let object = |kind: &str, name: &str| format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}}}\n");
    let mut files = Vec::new();
    for number in 0..60 {
        files.push((
            format!("in/{number:02}.yaml"),
            format!("{}---\n{}", object("Service", &format!("s{number}")), object("Secret", "same")),
        ));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let project = Project::new(&files);
    let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
    let backwards: Vec<&str> = paths.iter().rev().copied().collect();
    let build = |paths: &[&str], jobs: &str| {
        let run = project.design(&[&["build", "--jobs", jobs], paths].concat()).expect(1);
        (run.stdout(), run.stderr())
    };
    let first = build(&paths, "1");
    assert_eq!(first, build(&backwards, "1"));
    assert_eq!(first, build(&backwards, "8"));
    assert_eq!(first.0.matches("kind: Service\n").count(), 60);
}

#[test]
fn standard_input_is_a_path() {
    let project = Project::new(&[("app.yaml", TWO)]);
    let mut command = std::process::Command::new("sh");
    let run = project.run(command.arg("-c").arg(format!("'{}' build - < app.yaml", design_tests::binary().display())));
    // The harness closes standard input; the shell opens its own.
    let run = run.expect(0);
    assert_eq!(run.stdout().matches("kind: ").count(), 2);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {text: \"0123456789012345678901234567890123456789\"}\n---\n";
    let project = Project::new(&[("big.yaml", &object.repeat(5000))]);
    let script = format!(
        "'{}' build -q big.yaml 2>/dev/null | head -n 1; echo \"${{PIPESTATUS[0]}}\"",
        design_tests::binary().display()
    );
    let run = project.run(std::process::Command::new("bash").arg("-c").arg(script)).expect(0);
    assert_eq!(run.stdout(), "apiVersion: v1\n0\n");
}
