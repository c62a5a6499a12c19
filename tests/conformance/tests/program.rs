//! The program and its library over the fixtures beside this file.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use design_conformance::{Differences, Row, Rule, SUITES, run, run_with};

fn fixtures(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn program(arguments: &[&Path]) -> io::Result<Output> {
    // Without the programs that this machine may have, so that the rows are the same everywhere.
    let mut command = Command::new(env!("CARGO_BIN_EXE_design-conformance"));
    command.args(arguments).env_remove("DESIGN_TOOLS").env("PATH", "").output()
}

#[test]
fn a_row_a_suite_and_nothing_else_where_all_agree() {
    let output = program(&[&fixtures("sound")]).unwrap();
    let expected = "\
suite           cases  agree  deliberate differences  disagree
designs             3      3                       0         0
designs-legacy      1      1                       0         0
k8s-examples        3      3                       0         0
ordering            1      1                       0         0
references          1      1                       0         0
gatekeeper          4      4                       0         0
health              2      2                       0         0
kustomize           1      1                       0         0
crds: skipped, the folder does not hold it
models: skipped, the folder does not hold it
analyzers: skipped, the folder does not hold it
meshery-fixtures: skipped, the folder does not hold it
kompose: skipped, the folder does not hold it
awesome-compose: skipped, the folder does not hold it
oam: skipped, the folder does not hold it
apps: skipped, the folder does not hold it
smp: skipped, the folder does not hold it
overlays: skipped, the folder does not hold it
as-charts: skipped, helm is not there
charts: skipped, helm is not there
kubeconform: skipped, kubeconform is not there
server: skipped, control-plane is not there
";
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_wrong_expectation_is_noticed() {
    let output = program(&[&fixtures("wrong")]).unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    let last = text.lines().last().unwrap();
    assert_eq!(
        last,
        "designs/invalid-in-name-only.yaml: finding: expected a finding, as the name of the file says, got none"
    );
}

#[test]
fn a_sample_that_is_judged_otherwise_is_noticed() {
    let outcome = run(&fixtures("judged-otherwise"));
    let told: Vec<String> = outcome.disagreements.iter().map(ToString::to_string).collect();
    let sample = |name: &str| format!("gatekeeper/labels/samples/team/{name}.yaml: verdict");
    assert_eq!(
        told,
        [
            format!("{}: expected violations: 0, got 1, the first: nobody owns web", sample("example_allowed")),
            format!("{}: expected some violations, got nothing", sample("example_disallowed")),
        ]
    );
}

#[test]
fn a_verdict_that_does_not_hold_is_noticed() {
    let outcome = run(&fixtures("unforeseen"));
    let told: Vec<String> = outcome.disagreements.iter().map(ToString::to_string).collect();
    let case = "references/dangling-networkpolicy.yml: references";
    let names = |labels: &str| format!("NetworkPolicy.networking.k8s.io//app names Pod//{labels} in spec.podSelector");
    let (written, found) = (names("app.kubernetes.io/name=app1"), names("app=web"));
    assert_eq!(
        told,
        [format!("{case}: expected {written}, got no such gap"), format!("{case}: expected no such gap, got {found}")]
    );
}

#[test]
fn wrong_usage_is_no_verdict() {
    let (sound, file) = (fixtures("sound"), fixtures("sound/designs/shop.yaml"));
    let no_suite = fixtures("sound/designs");
    for arguments in [vec![], vec![sound.as_path(), sound.as_path()], vec![file.as_path()], vec![no_suite.as_path()]] {
        let output = program(&arguments).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_listed_difference_is_deliberate() {
    let listed = Differences::parse("designs/invalid-in-name-only.yaml\tfinding\tit is sound on purpose\n");
    let outcome = run_with(&fixtures("wrong"), &listed);
    assert!(outcome.agrees(), "{outcome}");
    assert_eq!(outcome.rows, [Row { suite: "designs", cases: 1, agree: 0, deliberate: 1, disagree: 0 }]);
    let others = SUITES.iter().map(|suite| suite.name()).filter(|name| *name != "designs");
    assert!(others.into_iter().all(|name| outcome.skipped.contains(&name)), "{outcome}");
}

#[test]
fn a_difference_that_does_not_show_is_reported() {
    let listed = Differences::parse("designs/shop.yaml\tcount\tit once lost a component\n");
    let outcome = run_with(&fixtures("sound"), &listed);
    let [disagreement] = outcome.disagreements.as_slice() else { panic!("{outcome}") };
    assert_eq!((disagreement.case.as_str(), disagreement.rule), ("designs/shop.yaml", Rule::Count));
    assert_eq!(disagreement.got, "agreement");
    assert_eq!(outcome.rows[0], Row { suite: "designs", cases: 3, agree: 2, deliberate: 0, disagree: 1 });
}

#[test]
fn a_difference_of_another_folder_is_ignored() {
    let listed = Differences::parse("designs/not-here.yaml\tcount\tit lies elsewhere\n");
    assert!(run_with(&fixtures("sound"), &listed).agrees());
}

#[test]
fn a_difference_that_cannot_show_is_reported() {
    let listed = Differences::parse("elsewhere/file.yaml\tcount\tno suite holds it\nnonsense\n");
    let outcome = run_with(&fixtures("sound"), &listed);
    assert_eq!(outcome.disagreements, []);
    assert_eq!(outcome.faults.len(), 2, "{outcome}");
    assert!(!outcome.agrees());
}

#[test]
fn the_outcome_is_the_same_every_time() {
    let folder = fixtures("sound");
    assert_eq!(run(&folder).to_string(), run(&folder).to_string());
}
