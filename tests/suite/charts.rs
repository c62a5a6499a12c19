//! Charts, read by Helm itself: what they render is what `design build` writes, whatever the values are.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use design_pipeline::{MemoryWorld, Request, SourceKind, compile};
use design_registry::definitions::Definitions;
use design_tests::{Project, Run, golden, repository, tool};
use serde_json::{Value, json};

fn boutique() -> String {
    repository().join("catalog/patterns/boutique").to_string_lossy().into_owned()
}

/// Helm, with a home that holds nothing.
fn run_helm(project: &Project, helm: &Path, arguments: &[&str]) -> Run {
    let home = project.path().join("home");
    project.run(
        Command::new(helm)
            .args(arguments)
            .env("HELM_CACHE_HOME", home.join("cache"))
            .env("HELM_CONFIG_HOME", home.join("config"))
            .env("HELM_DATA_HOME", home.join("data"))
            .env("KUBECONFIG", home.join("none")),
    )
}

/// The objects of a stream of manifests, by what they are, each as the text that it has when it is written again.
fn objects(text: &str) -> BTreeMap<String, String> {
    let world = MemoryWorld::new([("manifests.yaml", text)]);
    let request = Request { source: Some(SourceKind::Manifests), ..Request::new(["manifests.yaml"]) };
    let compilation = compile(&world, &request);
    let named = compilation.designs.iter().flat_map(|design| {
        design.artifacts().map(|artifact| {
            let id = design.graph.nodes.get(artifact.component).unwrap().id.clone();
            let value: Value = serde_yaml::from_str(&artifact.text).unwrap();
            // Keys in order: Helm sorts those of a value that is a mapping.
            (id, serde_json::to_string_pretty(&value).unwrap())
        })
    });
    named.collect()
}

fn equal(ours: &str, theirs: &str) {
    let (ours, theirs) = (objects(ours), objects(theirs));
    assert!(!ours.is_empty());
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    for (id, object) in &ours {
        let other = &theirs[id];
        let mut lines = object.lines().zip(other.lines());
        assert!(object == other, "{id}: {:?}", lines.find(|(ours, theirs)| ours != theirs));
    }
}

#[test]
fn the_boutique_as_a_chart() {
    let Some(helm) = tool("helm") else { return };
    let project = Project::new(&[]);
    project.design(&["build", &boutique(), "-t", "helm", "-o", "boutique"]).expect(0);
    let lint = run_helm(&project, &helm, &["lint", "--strict", "boutique"]).expect(0);
    assert!(!lint.stdout().contains("WARNING"), "{}", lint.stdout());
    let built = project.design(&["build", &boutique()]).expect(0).stdout();
    equal(&built, &run_helm(&project, &helm, &["template", "shop", "boutique", "--include-crds"]).expect(0).stdout());

    let refused = run_helm(&project, &helm, &["template", "shop", "boutique", "--set", "replicaz=3"]).expect(1);
    assert!(refused.stderr().contains("replicaz"), "{}", refused.stderr());
    run_helm(&project, &helm, &["template", "shop", "boutique", "--set", "cart.replicas=none"]).expect(1);

    let set = ["--set", "cart.replicas=7", "--set", "host=shop.example", "--set", "cartStore.memory=200mb"];
    let built = project.design(&[&["build", &boutique()], &set as &[&str]].concat()).expect(0).stdout();
    let rendered = run_helm(&project, &helm, &[&["template", "shop", "boutique"], &set as &[&str]].concat()).expect(0);
    assert!(built.contains("replicas: 7") && built.contains("maxmemory 200mb"), "{built}");
    equal(&built, &rendered.stdout());
}

#[test]
fn labels_and_tests_come_when_a_value_asks_for_them() {
    let Some(helm) = tool("helm") else { return };
    let project = Project::new(&[]);
    project.design(&["build", &boutique(), "-t", "helm", "-o", "boutique"]).expect(0);
    let set = ["template", "shop", "boutique", "--set", "recommendedLabels=true,tests.enabled=true"];
    let text = run_helm(&project, &helm, &set).expect(0).stdout();
    let rendered = objects(&text);
    let labels = |id: &str| -> Value {
        let object: Value = serde_json::from_str(&rendered[id]).unwrap();
        object["metadata"]["labels"].clone()
    };
    let cart = labels("Deployment.apps/boutique/cart");
    assert_eq!(cart["app.kubernetes.io/name"], "cart", "what an object says stays");
    assert_eq!(cart["app.kubernetes.io/managed-by"], "Helm");
    assert_eq!(cart["helm.sh/chart"], "boutique-1.0.0");
    let cart: Value = serde_json::from_str(&rendered["Deployment.apps/boutique/cart"]).unwrap();
    assert_eq!(cart["spec"]["selector"]["matchLabels"], json!({"app.kubernetes.io/name": "cart"}));
    let pod: Value = serde_json::from_str(&rendered["Pod//shop-boutique-test-connection"]).unwrap();
    assert_eq!(pod["spec"]["containers"][0]["command"][4], "storefront.boutique");
    let lint = ["lint", "--strict", "boutique", "--set", "recommendedLabels=true,tests.enabled=true"];
    run_helm(&project, &helm, &lint).expect(0);
}

/// Texts that a template, or YAML behind it, could take for something else.
const AWKWARD: &[&str] = &[
    "",
    " ",
    "a",
    "true",
    "null",
    "~",
    "1e3",
    "1000000",
    "0x1f",
    "1.0",
    "a: b",
    "- x",
    "# c",
    "x # c",
    "'q'",
    "\"d\"",
    "b\\c\\n",
    "x\ny",
    "\n",
    "x\n",
    "x\n\n",
    "\n\nx",
    " lead",
    "  lead\nless",
    "trail ",
    "tab\tx",
    "\ttab",
    "{{ .Values.x }}",
    "{{",
    "}}",
    "{{- x -}}",
    "%s %d %",
    "\u{e4}\u{20ac}\u{1f600}",
    "\u{7}bell",
    "`tick`",
    "$(X)",
    "a\n  b\n c",
    "---",
    "...",
    "a\n---\nb",
    "<&>",
    "|",
    "> x",
    "&a",
    "*a",
    "!t",
    "@x",
    "[a]",
    "{a: b}",
    "? x",
    "=",
    "<<",
    "yes",
    "2026-01-01",
];

fn awkward_design(default: impl Fn(usize) -> String) -> String {
    let (mut parameters, mut data) = (serde_json::Map::new(), serde_json::Map::new());
    for number in 0..AWKWARD.len() {
        let name = format!("p{number}");
        parameters.insert(name.clone(), json!({"type": "string", "default": default(number)}));
        data.insert(format!("{name}-whole"), json!(format!("$(parameters.{name})")));
        data.insert(format!("{name}-inside"), json!(format!("<$(parameters.{name})>")));
        data.insert(format!("{name}-first"), json!(format!("$(parameters.{name}) is first\n")));
        data.insert(format!("{name}-line"), json!(format!("begin\n  x: $(parameters.{name})\n{{{{ end }}}}\n")));
        data.insert(format!("{name}-last"), json!(format!("begin\n  x: $(parameters.{name})")));
    }
    let data: Value = data.into();
    json!({
        "name": "awkward", "version": "1.0.0", "parameters": parameters,
        "components": [
            {"displayName": "texts", "component": {"kind": "ConfigMap"}, "configuration": {"data": data}},
        ],
    })
    .to_string()
}

#[test]
fn awkward_values_arrive_as_they_are() {
    let Some(helm) = tool("helm") else { return };
    let project = Project::new(&[
        ("own.json", &awkward_design(|number| AWKWARD[number].to_owned())),
        ("plain.json", &awkward_design(|number| format!("plain {number}"))),
    ]);
    let built = project.design(&["build", "own.json"]).expect(0).stdout();
    project.design(&["build", "own.json", "-t", "helm", "-o", "own"]).expect(0);
    equal(&built, &run_helm(&project, &helm, &["template", "x", "own"]).expect(0).stdout());
    // The same values for a chart that was written with others. Lines of a block cannot hold control characters: YAML
    // refuses them, so Helm does.
    let given = AWKWARD.iter().enumerate().filter(|(_, text)| !text.contains('\u{7}'));
    let values: serde_json::Map<String, Value> =
        given.map(|(number, text)| (format!("p{number}"), json!(text))).collect();
    let bell = AWKWARD.iter().position(|text| text.contains('\u{7}')).unwrap();
    let replaced =
        awkward_design(|number| if number == bell { format!("plain {number}") } else { AWKWARD[number].to_owned() });
    project.write("replaced.json", &replaced);
    let built = project.design(&["build", "replaced.json"]).expect(0).stdout();
    project.write("values.json", &Value::from(values).to_string());
    project.design(&["build", "plain.json", "-t", "helm", "-o", "plain"]).expect(0);
    equal(&built, &run_helm(&project, &helm, &["template", "x", "plain", "-f", "values.json"]).expect(0).stdout());
}

#[test]
fn values_of_every_type_arrive_as_they_are() {
    let Some(helm) = tool("helm") else { return };
    let case = repository().join("tests/fixtures/check/sound-parameters").to_string_lossy().into_owned();
    let project = Project::new(&[]);
    let set =
        ["-e", "production", "--set", "limits={cpu: 200m}", "--set", "password=s3cr3t!", "--set", "ratio=1000000"];
    let built = project.design(&[&["build", &case], &set as &[&str]].concat()).expect(0).stdout();
    project.design(&[&["build", &case, "-t", "helm", "-o", "chart"], &set as &[&str]].concat()).expect(0);
    // A chart holds no secret, so it asks for one.
    run_helm(&project, &helm, &["template", "x", "chart"]).expect(1);
    let rendered = run_helm(&project, &helm, &["template", "x", "chart", "--set", "password=s3cr3t!"]).expect(0);
    equal(&built, &rendered.stdout());
    for file in
        ["values.yaml", "values.schema.json", "templates/deployment.apps-web.yaml", "templates/configmap-settings.yaml"]
    {
        golden(&format!("tests/fixtures/chart/{file}"), &project.read(&format!("chart/{file}")).unwrap());
    }
}

#[test]
fn verify_reads_the_chart_by_helm() {
    let Some(helm) = tool("helm") else { return };
    let project = Project::new(&[]);
    let mut command = Command::new(design_tests::binary());
    let path = helm.parent().unwrap().to_string_lossy().into_owned();
    let run = project.run(command.args(["build", "--verify", "-o", "out", &boutique()]).env("PATH", path)).expect(0);
    assert!(!run.stderr().contains("D09"), "{}", run.stderr());
    let mut command = Command::new(design_tests::binary());
    let run = project.run(command.args(["build", "--verify", "-o", "out", &boutique()]).env("PATH", "")).expect(0);
    assert!(run.stderr().contains("D0931"), "{}", run.stderr());
}

#[test]
fn the_boutique_satisfies_kubeconform() {
    let Some(kubeconform) = tool("kubeconform") else { return };
    let project = Project::new(&[]);
    project.design(&["build", &boutique(), "-o", "out"]).expect(0);
    // The schemas of the model, closed as kubeconform's own strict ones are.
    let release = "1.36".parse().unwrap();
    for (api_version, kind) in [
        ("v1", "Namespace"),
        ("v1", "ServiceAccount"),
        ("v1", "ConfigMap"),
        ("v1", "Service"),
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("networking.k8s.io/v1", "Ingress"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
    ] {
        let schema = Definitions::builtin().schema(release, api_version, kind).unwrap();
        let mut schema = schema.value().clone();
        close(&mut schema);
        for (field, value) in [("apiVersion", json!({"type": "string"})), ("kind", json!({"type": "string"}))] {
            schema["properties"][field] = value;
        }
        project.write(&format!("schemas/{}.json", kind.to_lowercase()), &schema.to_string());
    }
    let location = project.path().join("schemas/{{.ResourceKind}}.json");
    let run = project
        .run(Command::new(kubeconform).args(["-strict", "-summary", "-schema-location"]).arg(location).arg("out"));
    let run = run.expect(0);
    assert!(run.stdout().contains("Invalid: 0, Errors: 0, Skipped: 0"), "{}", run.stdout());
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.contains_key("properties") && !fields.contains_key("additionalProperties") {
                fields.insert("additionalProperties".to_owned(), json!(false));
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(elements) => elements.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn tools_are_told_the_order() {
    let design = "\
name: shop
version: 1.0.0
components:
- displayName: web
  component: {kind: Pod}
  configuration:
    metadata: {namespace: shop, annotations: {argocd.argoproj.io/sync-wave: \"9\"}}
    spec: {containers: [{name: web, image: web, envFrom: [{configMapRef: {name: settings}}]}]}
- displayName: settings
  component: {kind: ConfigMap}
  configuration: {metadata: {namespace: shop}, data: {a: b}}
- displayName: shop
  component: {kind: Namespace}
";
    let project = Project::new(&[("design.yaml", design)]);
    let mut shown = String::new();
    for order in ["argo", "flux", "helm", "kpt"] {
        let text = project.design(&["build", "--order", order]).expect(0).stdout();
        shown.push_str(&format!("# --order {order}\n{text}---\n"));
    }
    golden("tests/fixtures/ordering.yaml", &shown);
    project.design(&["build", "--order", "flux", "-o", "out"]).expect(0);
    let second = project.read("out/flux/batch-02.yaml").unwrap();
    assert!(second.contains("dependsOn:\n  - name: shop-batch-01"), "{second}");
    assert!(project.read("out/batch-03/shop/pod-web.yaml").is_some());
}
