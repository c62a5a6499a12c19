//! Charts that designs use, and what charts are given: values of an entry of `uses`, of environments, and the cluster that
//! their templates see.

use design_tests::{Project, Run, tool};

const TEMPLATE: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: '{{ .Release.Name }}-settings', namespace: '{{ .Release.Namespace }}'}
data:
  copies: '{{ .Values.copies }}'
  level: {{ .Values.log.level }}
  version: {{ .Capabilities.KubeVersion.Version }}
  minor: '{{ .Capabilities.KubeVersion.Minor }}'
  thing: '{{ .Capabilities.APIVersions.Has \"example.com/v1/Thing\" }}'
";

const SCHEMA: &str =
    r#"{"type": "object", "properties": {"copies": {"type": "integer", "maximum": 9}, "log": {"type": "object"}}}"#;

const DESIGN: &str = "\
name: shop
version: 1.0.0
parameters:
  copies: {type: integer, default: 3}
  password: {type: string, secret: true}
uses:
- name: cache
  design: chart
  parameters:
    copies: $(parameters.copies)
    log: {level: debug}
- name: Second_One
  design: chart
components: []
";

fn project() -> Project {
    Project::new(&[
        ("chart/Chart.yaml", "apiVersion: v2\nname: redis\nversion: 1.0.0\n"),
        ("chart/values.yaml", "copies: 1\nlog: {level: info, format: json}\n"),
        ("chart/values.schema.json", SCHEMA),
        ("chart/templates/settings.yaml", TEMPLATE),
        ("chart/environments/base.yaml", "values: {copies: 5}\n"),
        ("chart/environments/production.yaml", "extends: base\nnamespace: shop\nvalues: {log: {level: warn}}\n"),
        ("design.yaml", DESIGN),
    ])
}

/// A run by the engine that is built in.
fn built(project: &Project, arguments: &[&str]) -> Run {
    project.design(&[arguments, &["--chart-renderer", "builtin"]].concat())
}

#[test]
fn what_a_design_gives_are_values_of_its_chart() {
    let project = project();
    let set = ["--set", "password=x"];
    let text = built(&project, &[&["build", "design.yaml"][..], &set].concat()).expect(0).stdout();
    assert!(text.contains("name: cache-settings\n") && text.contains("copies: \"3\"\n"), "{text}");
    assert!(text.contains("level: debug\n") && text.contains("name: release-name-settings\n"), "{text}");
    let text = built(&project, &[&["build", "design.yaml", "--set", "copies=7"][..], &set].concat()).expect(0).stdout();
    assert!(text.contains("copies: \"7\"\n"), "{text}");
    // What the schema of the chart refuses is told of where it stands, and what a chart cannot pass on is as well.
    let run = built(&project, &[&["build", "design.yaml", "--set", "copies=10"][..], &set].concat()).expect(1);
    let error = run.stderr();
    assert!(error.contains("D0867") && error.contains("design.yaml:10:13"), "{error}");
    let run = built(&project, &[&["build", "design.yaml", "-t", "helm", "-o", "out"][..], &set].concat()).expect(0);
    let warning = run.stderr();
    assert!(warning.contains("D0937") && warning.contains("design.yaml:10:13"), "{warning}");
    assert_eq!(warning.matches("D0937").count(), 1, "{warning}");
    // A secret reaches no template.
    project.write("design.yaml", &DESIGN.replace("log: {level: debug}", "log: $(parameters.password)"));
    let run = built(&project, &["build", "design.yaml", "--set", "password=correct-horse"]).expect(1);
    assert!(run.stderr().contains("D0933") && !run.stdout().contains("correct-horse"), "{}", run.stderr());
    assert!(run.stdout().contains("level: info\n"), "{}", run.stdout());
}

#[test]
fn environments_and_the_cluster_are_given_to_a_chart_whoever_renders_it() {
    let Some(helm) = tool("helm") else { return };
    let project = project();
    let settings = "charts: {kubeVersion: 1.33, apiVersions: [example.com/v1/Thing]}\n";
    for (arguments, settings, said) in [
        (&[][..], "", ["copies: \"1\"", "level: info", "version: v1.36.0", "thing: \"false\""]),
        (&["-e", "production"], "", ["copies: \"5\"", "level: warn", "namespace: shop", "name: release-name-settings"]),
        (&["-e", "production", "--set", "copies=6"], "", ["copies: \"6\"", "level: warn", "", ""]),
        (
            &["--kube-version", "1.30", "--api-versions", "example.com/v1/Thing,other/v1"],
            "",
            ["version: v1.30", "minor: \"30\"", "thing: \"true\"", ""],
        ),
        (&[], settings, ["version: v1.33", "minor: \"33\"", "thing: \"true\"", ""]),
        (&["--kube-version", "v1.31.2"], settings, ["version: v1.31.2", "minor: \"31\"", "thing: \"true\"", ""]),
        (&[], "kubernetesVersions: [1.36, 1.34]\n", ["version: v1.34", "minor: \"34\"", "", ""]),
    ] {
        project.write(".design.yaml", settings);
        let own = built(&project, &[&["build", "chart"], arguments].concat()).expect(0).stdout();
        for said in said {
            assert!(own.contains(said), "{arguments:?} {settings}: {said}\n{own}");
        }
        let mut command = std::process::Command::new(design_tests::binary());
        command.args(["build", "chart", "--chart-renderer", "helm"]).args(arguments);
        let theirs = project.run(command.env("PATH", helm.parent().unwrap())).expect(0).stdout();
        assert_eq!(own, theirs, "{arguments:?} {settings}");
    }
    let run = built(&project, &["build", "chart", "--kube-version", "new"]);
    assert!(run.code() == 2 && run.stderr().contains("1.34"), "{}", run.stderr());
    project.write(".design.yaml", "charts: {kubeVersion: new}\n");
    assert!(built(&project, &["build", "chart"]).stderr().contains("D0110"));
}
