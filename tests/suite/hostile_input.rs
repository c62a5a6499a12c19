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

#[test]
fn a_chart_that_never_ends_is_a_finding_for_each_template_and_the_others_are_rendered() {
    let bomb: String = (1..30)
        .map(|level| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", ")))
        .collect();
    let templates = [
        ("include", "{{- define \"again\" }}{{ include \"again\" . }}{{ end }}{{ include \"again\" . }}".to_owned()),
        ("template", "{{- define \"more\" }}{{ template \"more\" . }}{{ end }}{{ template \"more\" . }}".to_owned()),
        ("tpl", "{{ tpl .Values.self . }}".to_owned()),
        ("text", "{{ $x := \"x\" }}{{ range until 60 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}{{ $x }}".to_owned()),
        ("list", "{{ $l := list 1 }}{{ range until 60 }}{{ $l = list $l $l }}{{ end }}{{ toJson $l }}".to_owned()),
        ("deep", "{{ $d := dict }}{{ range until 50000 }}{{ $d = dict \"d\" $d }}{{ end }}{{ toYaml $d }}".to_owned()),
        ("circle", "{{ $d := dict }}{{ $_ := set $d \"d\" (list $d) }}{{ toYaml $d }}".to_owned()),
        ("repeat", "{{ repeat 1000000000 \"x\" }}".to_owned()),
        ("until", "{{ until 1000000000 }}".to_owned()),
        ("indent", "{{ indent 1000000000 \"x\" }}".to_owned()),
        ("blocks", format!("{}{}", "{{ if 1 }}".repeat(5000), "{{ end }}".repeat(5000))),
        ("alternatives", format!("{{{{ if 0 }}}}{}{{{{ end }}}}", "{{ else if 0 }}".repeat(50_000))),
        ("parentheses", format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000))),
        ("pattern", "{{ regexMatch \"((a{1000}){1000}){1000}\" \"a\" }}".to_owned()),
        ("width", "{{ printf \"%999999999d\" 1 }}".to_owned()),
    ];
    let mut files = vec![
        ("chart/Chart.yaml".to_owned(), "apiVersion: v2\nname: shop\nversion: 1.0.0\n".to_owned()),
        ("chart/values.yaml".to_owned(), "self: '{{ tpl .Values.self . }}'\n".to_owned()),
        ("chart/charts/bomb/Chart.yaml".to_owned(), "apiVersion: v2\nname: bomb\nversion: 1.0.0\n".to_owned()),
        ("chart/charts/bomb/values.yaml".to_owned(), format!("a0: &a0 [x]\n{bomb}")),
        ("chart/templates/sound.yaml".to_owned(), "apiVersion: v1\nkind: Pod\nmetadata: {name: Sound}\n".to_owned()),
    ];
    files.extend(templates.iter().map(|(name, text)| (format!("chart/templates/{name}.yaml"), format!("a: {text}\n"))));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let report: serde_json::Value = serde_json::from_str(&check(&Project::new(&files), "chart")).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let has = |code: &str, file: &str| {
        findings.iter().any(|finding| finding["code"] == code && finding["primary"]["file"] == format!("chart/{file}"))
    };
    for (name, _) in &templates {
        let file = format!("templates/{name}.yaml");
        // What is wide is only written over more columns than a field may have, so it is no object.
        let told = ["D0863", "D0865"].iter().any(|code| has(code, &file));
        assert!(told || *name == "width" || (*name == "tpl" && has("D0865", "values.yaml")), "{name}: {findings:#?}");
    }
    assert!(has("D0103", "charts/bomb/values.yaml") && has("D0301", "templates/sound.yaml"), "{findings:#?}");
}
