//! Policies: from the command line and the settings, in every format, from hostile hands, and as docs/policies.md has them.

use design_tests::{Project, Run, repository};

const APP: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: nginx:1.27
";

const DENY: &str = "package main\n\ndeny contains \"not today\" if input.kind == \"Deployment\"\n";

fn judged(policy: &str) -> Run {
    let project = Project::new(&[("app.yaml", APP), ("policy/main.rego", policy)]);
    project.design(&["check", "app.yaml", "--policy", "policy"])
}

#[test]
fn policies_are_named_by_option_and_by_setting() {
    let project = Project::new(&[("k8s/app.yaml", APP), ("k8s/policy/main.rego", DENY)]);
    project.design(&["check", "k8s"]).expect(0);
    let run = project.design(&["check", "k8s", "--policy", "k8s/policy"]).expect(1);
    assert!(run.stdout().contains("error[D0701]: not today"), "{}", run.stdout());
    project.design(&["check", "k8s", "--policy", "nowhere"]).expect(2);
    project.write(".design.yaml", "policies: [k8s/policy]\n");
    assert_eq!(project.design(&["check", "k8s"]).expect(1).stdout(), run.stdout());
    project.write(".design.yaml", "policies: [nowhere]\n");
    let run = project.design(&["check", "k8s"]).expect(1);
    assert!(run.stdout().contains("D0110") && run.stdout().contains("`nowhere`"), "{}", run.stdout());
}

#[test]
fn another_package_is_named_by_an_option() {
    let project = Project::new(&[("app.yaml", APP), ("policy/main.rego", &DENY.replace("main", "team.rules"))]);
    let run = project.design(&["check", "app.yaml", "--policy", "policy"]).expect(1);
    assert!(run.stdout().contains("error[D0706]"), "{}", run.stdout());
    let run = project.design(&["check", "app.yaml", "--policy", "policy", "--namespace", "team.rules"]).expect(1);
    assert!(run.stdout().contains("error[D0701]: not today"), "{}", run.stdout());
}

#[test]
fn every_format_tells_what_a_policy_says() {
    let project = Project::new(&[("app.yaml", APP), ("policy/main.rego", DENY)]);
    for format in ["text", "json", "sarif", "junit", "github", "markdown"] {
        let run = project.design(&["check", "app.yaml", "--policy", "policy", "--format", format]).expect(1);
        let text = run.stdout();
        assert!(text.contains("not today") && text.contains("D0701"), "{format}: {text}");
    }
}

#[test]
fn a_hostile_policy_is_a_finding() {
    let nested = format!("package main\n\ndeny contains \"x\" if {}{}\n", "[".repeat(5000), "]".repeat(5000));
    for (policy, reason) in [
        ("package main\n\ndeny contains \"x\" if count(numbers.range(1, 200000000)) > 3\n", "memory"),
        ("package main\n\ndeny contains \"x\" if bits.lsh(1, 4000000000) > 3\n", "memory"),
        ("package main\n\ndeny contains sprintf(\"%2000000000d\", [1]) if true\n", "memory"),
        ("package main\n\nf(x) := f(x + 1)\n\ndeny contains \"x\" if f(1) > 3\n", "its calls go too deep"),
        (
            "package main\n\nmany := numbers.range(1, 3000)\n\ndeny contains \"x\" if {\n\tsome a in many\n\tsome b in many\n\ta * b < 0\n}\n",
            "1 s of processor time",
        ),
        (&nested, "brackets are more than 64 levels deep"),
    ] {
        let run = judged(policy).expect(1);
        let text = run.stdout();
        assert!(text.contains("error[D0707]") && text.contains(reason), "{reason}: {text}");
        assert!(text.contains("policy/main.rego:"), "{text}");
    }
}

#[test]
fn the_examples_of_the_page_hold() {
    let page = std::fs::read_to_string(repository().join("docs/policies.md")).unwrap();
    let examples: Vec<&str> =
        page.split("```rego\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0)).collect();
    let [object, graph] = examples.as_slice() else { panic!("the page has {} examples", examples.len()) };
    let run = judged(object).expect(1);
    assert!(run.stdout().contains("the image of web is not pinned by its digest"), "{}", run.stdout());
    assert!(run.stdout().contains("app.yaml:11:18"), "{}", run.stdout());
    let run = judged(graph).expect(1);
    assert!(run.stdout().contains("nothing leads to web"), "{}", run.stdout());
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n\
                   spec: {selector: {app: web}, ports: [{port: 80}]}\n";
    let project = Project::new(&[("app.yaml", &format!("{APP}{service}")), ("policy/main.rego", graph)]);
    project.design(&["check", "app.yaml", "--policy", "policy"]).expect(0);
}
