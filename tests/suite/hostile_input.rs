//! Input that is made to hurt: a finding each, soon, in bounded memory.

use design_tests::{Project, binary};
use std::fs::File;
use std::process::Command;

/// Runs the check under a limit on the address space, and ends it where it hangs. The inputs are so large that anything but
/// linear cost would.
fn check(project: &Project, file: &str) -> String {
    let script = format!("ulimit -v 1500000; exec timeout 300 '{}' check --format json {file}", binary().display());
    project.run(Command::new("bash").arg("-c").arg(script)).expect(1).stdout()
}

#[test]
fn an_alias_bomb_is_a_finding() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..40 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    text.push_str("---\napiVersion: v1\nkind: Pod\nmetadata: {name: Sound}\n");
    let project = Project::new(&[("bomb.yaml", &text)]);
    let report = check(&project, "bomb.yaml");
    assert!(report.contains("\"D0103\"") && report.contains("\"D0301\""), "{report}");
}

#[test]
fn many_small_bombs_share_one_budget() {
    let one =
        "---\na: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n";
    let project = Project::new(&[("bombs.yaml", &one.repeat(20_000))]);
    let report = check(&project, "bombs.yaml");
    assert!(report.contains("\"D0103\""));
}

#[test]
fn nested_brackets_are_a_finding() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", "")] {
        let project =
            Project::new(&[("deep.yaml", &format!("a:\n  {}1{}\n", open.repeat(20_000), close.repeat(20_000)))]);
        let report = check(&project, "deep.yaml");
        assert!(report.contains("\"D0103\"") || report.contains("\"D0101\""), "{report}");
    }
}

#[test]
fn a_sparse_gigabyte_is_a_finding() {
    let project = Project::new(&[]);
    File::create(project.path().join("sparse.yaml")).unwrap().set_len(1 << 30).unwrap();
    let report = check(&project, "sparse.yaml");
    assert!(report.contains("the file is larger than 256 MiB"), "{report}");
}

#[test]
fn many_keys_and_many_equal_objects_cost_no_square() {
    let keys: String = (0..150_000).map(|number| format!("  key{number}: x\n")).collect();
    let objects = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: same}\n".repeat(40_000);
    let project = Project::new(&[(
        "many.yaml",
        &format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n{keys}{objects}"),
    )]);
    let report = check(&project, "many.yaml");
    assert_eq!(report.matches("\"D0303\"").count(), 39_999);
}

#[test]
fn selectors_that_each_select_everything_are_bounded() {
    let objects: String = (0..1_200)
        .map(|number| {
            format!(
                "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{number}, labels: {{app: web}}}}\n---\napiVersion: v1\n\
                 kind: Service\nmetadata: {{name: s{number}}}\nspec: {{selector: {{app: web}}}}\n"
            )
        })
        .collect();
    let project = Project::new(&[("many.yaml", &objects)]);
    let report = check(&project, "many.yaml");
    assert!(report.contains("declare more than 1000000 relationships"), "{report}");
    assert!(report.contains("\"line\": 7506"), "{report}");
}
