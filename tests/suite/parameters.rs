//! Parameters from the command line: values, environments, and secrets that nobody sees.

use design_tests::Project;

const DESIGN: &str = "\
name: shop
version: 1.0.0
parameters:
  replicas: {type: integer, minimum: 1, default: 2}
  tag: {type: string, default: '1.10'}
  password: {type: string, minLength: 8, secret: true}
components:
- displayName: web
  component: {kind: Deployment}
  configuration:
    spec:
      replicas: $(parameters.replicas)
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
          - name: web
            image: web:$(parameters.tag)
            env:
            - {name: PASSWORD, valueFrom: {secretKeyRef: {name: login, key: password}}}
- displayName: login
  component: {kind: Secret}
  configuration:
    stringData: {password: $(parameters.password), url: \"redis://:$(parameters.password)@redis\"}
";

const SECRET: &str = "correct-horse-battery";

fn project() -> Project {
    Project::new(&[
        ("design.yaml", DESIGN),
        ("environments/base.yaml", "values: {replicas: 3, tag: base}\n"),
        ("environments/production.yaml", "extends: base\nvalues: {replicas: 5}\n"),
        ("password", SECRET),
    ])
}

#[test]
fn each_source_of_values_goes_over_the_one_before_it() {
    let project = project();
    let build = |more: &[&str]| {
        let arguments = [&["build", "--set-file", "password=password"], more].concat();
        project.design(&arguments).expect(0).stdout()
    };
    let says = |text: &str, replicas: &str, tag: &str| {
        assert!(text.contains(&format!("replicas: {replicas}\n")) && text.contains(&format!("web:{tag}\n")), "{text}");
    };
    says(&build(&[]), "2", "1.10");
    says(&build(&["-e", "base"]), "3", "base");
    says(&build(&["-e", "production"]), "5", "base");
    says(&build(&["-e", "production", "-e", "base"]), "3", "base");
    says(&build(&["-e", "production", "--set", "replicas=7", "--set", "tag=7"]), "7", "7");
    says(&build(&["--set", "replicas=7", "--set", "replicas=8"]), "8", "1.10");
}

#[test]
fn the_value_of_a_secret_is_in_its_secret_and_nowhere_else() {
    let project = project();
    let set = format!("password={SECRET}");
    let built = project.design(&["build", "--set", &set]).expect(0);
    assert!(built.stdout().contains(&format!("password: {SECRET}")), "{}", built.stdout());
    assert!(built.stdout().contains(&format!("redis://:{SECRET}@redis")), "{}", built.stdout());
    project.write("leaky.yaml", &DESIGN.replace("web:$(parameters.tag)", "web:$(parameters.password)"));
    project.write("wrong.yaml", &DESIGN.replace("minLength: 8", "minLength: 80"));
    project.write("written.yaml", &DESIGN.replace("secret: true", &format!("secret: true, default: {SECRET}")));
    let evaluated = ["evaluate", "-o", "-"];
    for file in ["design.yaml", "leaky.yaml", "wrong.yaml", "written.yaml"] {
        for command in [
            &["check", "--format", "text"] as &[&str],
            &["check", "--format", "json"],
            &["check", "--format", "sarif"],
            &["check", "--format", "markdown"],
            &["graph", "--format", "json"],
            &["graph", "--format", "html"],
            &["evaluate", "--format", "json", "--trace"],
            &evaluated,
            &["why", "login"],
        ] {
            // A design that holds a secret is written again with what it holds.
            if file == "written.yaml" && *command == evaluated {
                continue;
            }
            let run = project.design(&[command, &["--set", &set, file]].concat());
            let said = run.stdout() + &run.stderr();
            assert!(!said.contains(SECRET), "{command:?} {file}: {said}");
            assert!(!said.is_empty(), "{command:?} {file}");
        }
    }
    for file in ["leaky.yaml", "wrong.yaml"] {
        let run = project.design(&["build", "--set", &set, file]).expect(1);
        assert!(!run.stderr().contains(SECRET), "{}", run.stderr());
    }
    let diff = project.design(&["diff", "--set", &set, "design.yaml", "leaky.yaml"]);
    assert!(!(diff.stdout() + &diff.stderr()).contains(SECRET), "{}", diff.stdout());
    let chart = project.design(&["build", "--set", &set, "-t", "helm", "-o", "chart", "design.yaml"]).expect(0);
    assert!(!chart.stderr().contains(SECRET));
    for file in ["values.yaml", "values.schema.json", "templates/secret-login.yaml"] {
        let text = project.read(&format!("chart/{file}")).unwrap();
        assert!(!text.contains(SECRET), "{file}: {text}");
    }
}

#[test]
fn the_four_findings_have_their_places() {
    let project = project();
    let places = |arguments: &[&str]| -> Vec<String> {
        let arguments = [&["check", "--format", "json"], arguments].concat();
        let report: serde_json::Value = serde_json::from_str(&project.design(&arguments).expect(1).stdout()).unwrap();
        let findings = report["findings"].as_array().unwrap().iter().map(|finding| {
            let at = &finding["primary"];
            let code = finding["code"].as_str().unwrap();
            format!("{code} {}:{}:{}", at["file"].as_str().unwrap(), at["line"], at["column"])
        });
        findings.filter(|place| place.starts_with("D09")).collect()
    };
    assert_eq!(places(&["design.yaml"]), ["D0902 design.yaml:6:3"]);
    assert_eq!(places(&["--set", &format!("password={SECRET}"), "--set", "replicas=none"]), ["D0903 --set:1:10"]);
    assert_eq!(places(&["--set", &format!("password={SECRET}"), "--set", "replicaz=3"]), ["D0904 --set:1:1"]);
    project.write("design.yaml", &DESIGN.replace("$(parameters.tag)", "$(parameters.password)"));
    let leaked = places(&["--set", &format!("password={SECRET}")]);
    assert_eq!(leaked, ["D0911 design.yaml:5:3", "D0905 design.yaml:19:24"]);
}

#[test]
fn a_design_for_meshery_keeps_its_parameters() {
    let project = project();
    let build = |file: &str| {
        project.design(&["build", "--set-file", "password=password", "--set", "replicas=4", file]).expect(0).stdout()
    };
    let before = build("design.yaml");
    let converted = project.design(&["fmt", "--stdout", "--to", "v1beta3", "design.yaml"]).expect(0).stdout();
    project.write("meshery/design.yaml", &converted);
    assert_eq!(build("meshery/design.yaml"), before);
    project.write("canonical/design.yaml", &project.design(&["fmt", "--stdout", "design.yaml"]).expect(0).stdout());
    assert_eq!(build("canonical/design.yaml"), before);
}

#[test]
fn wrong_options_are_wrong_usage() {
    let project = project();
    for option in ["--set=replicas", "--set==3", "--set=a..b=3", "--set-file=password"] {
        project.design(&["build", option]).expect(2);
    }
    let run = project.design(&["build", "--set-file", "password=absent"]).expect(1);
    assert!(run.stderr().contains("--set-file:1:10"), "{}", run.stderr());
}
