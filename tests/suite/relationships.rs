//! A pair of cases for every relationship definition: with its target, which is the last document of the fixture, the
//! field becomes an edge; without it, the reference is told of as missing. The same for every part that a field names: with
//! the part the edge says so, without it the part is told of.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use design_graph::{Edge, Graph, Missing};
use design_pipeline::{MemoryWorld, Request, compile};
use design_registry::{By, PartKind, Registry};
use design_tests::{Project, golden, repository};
use serde_json::Value;

fn graph(text: &str) -> Graph {
    let request = Request { relationships: true, ..Request::new(["objects.yaml"]) };
    let mut compilation = compile(&MemoryWorld::new([("objects.yaml", text)]), &request);
    let errors: Vec<_> =
        compilation.report.findings.iter().filter(|finding| finding.severity.as_str() == "error").collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    std::mem::take(&mut compilation.designs[0].graph)
}

/// What a fixture says of a definition: its edges, and its gaps with the part that is missing.
fn told(text: &str, name: &str) -> (Vec<Edge>, Vec<Missing>) {
    let graph = graph(text);
    let edges = graph.edges.into_iter().filter(|edge| edge.definition == Some(name));
    (edges.collect(), graph.missing.into_iter().filter(|missing| missing.definition == name).collect())
}

/// A pair in one text: the lines that end in `# dangling` belong to one of them only, those in `# resolved` to the other.
fn pair(file: &str) -> (String, String) {
    let text = std::fs::read_to_string(folder().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let without = |mark: &str| -> String {
        text.lines().filter(|line| !line.ends_with(mark)).map(|line| format!("{line}\n")).collect()
    };
    assert!(text.contains("# dangling") && text.contains("# resolved"), "{file} is no pair");
    (without("# dangling"), without("# resolved"))
}

fn folder() -> PathBuf {
    repository().join("tests/fixtures/relationships")
}

fn files(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file());
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_definition_has_a_resolved_and_a_dangling_case() {
    let definitions = &Registry::builtin().relationships().definitions;
    let mut known = BTreeSet::new();
    let mut selves = 0;
    for definition in definitions.iter().filter(|definition| definition.by != By::Within) {
        let name = &definition.name;
        let file = format!("{name}.yaml");
        known.insert(file.clone());
        if definition.to.own {
            // A component is not related to itself; what can be wrong is told of.
            let (resolved, dangling) = pair(&file);
            assert_eq!(told(&resolved, name), (vec![], vec![]), "{name}");
            let (edges, missing) = told(&dangling, name);
            assert_eq!((edges.len(), missing.len()), (0, 1), "{name}: {missing:?}");
            selves += 1;
            continue;
        }
        let text = std::fs::read_to_string(folder().join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let (edges, missing) = told(&text, name);
        assert_eq!((edges.len(), missing.len()), (1, 0), "{name}: {edges:?} {missing:?}");
        assert_eq!(
            (edges[0].kind.as_str(), edges[0].type_name.as_str(), edges[0].sub_type.as_str()),
            (definition.kind.as_str(), definition.type_name.as_str(), definition.sub_type.as_str())
        );
        let (without, _) = text.rsplit_once("\n---\n").unwrap();
        let (edges, missing) = told(without, name);
        assert_eq!(
            (edges.len(), missing.len()),
            (0, usize::from(!definition.elsewhere && definition.by != By::Definition)),
            "{name}: {edges:?} {missing:?}"
        );
        assert!(missing.iter().all(|missing| missing.part.is_none()), "{name}: {missing:?}");
    }
    assert_eq!(files(&folder()), known, "a fixture without a definition");
    println!(
        "{} kinds of edges and {selves} of selectors of own pods, each resolved and dangling",
        known.len() - selves
    );
}

#[test]
fn every_part_has_a_resolved_and_a_dangling_case() {
    let mut known = BTreeSet::new();
    for definition in &Registry::builtin().relationships().definitions {
        let name = &definition.name;
        for (position, field) in definition.parts.iter().enumerate() {
            let number = if position == 0 { String::new() } else { format!("-{}", position + 1) };
            let file = format!("{name}-{}{number}.yaml", field.part.as_str());
            let (resolved, dangling) = pair(&format!("parts/{file}"));
            let is_within = definition.by == By::Within;
            let (edges, missing) = told(&resolved, name);
            assert_eq!((edges.len(), missing.len()), (usize::from(!is_within), 0), "{file}: {edges:?} {missing:?}");
            for detail in edges.iter().map(|edge| edge.detail.as_deref().unwrap()) {
                let parts = match field.part {
                    PartKind::Key => &detail.keys,
                    PartKind::Port => &detail.ports,
                    PartKind::Section => &detail.sections,
                };
                assert!(!parts.is_empty(), "{file}: {detail:?}");
            }
            let (edges, missing) = told(&dangling, name);
            assert_eq!((edges.len(), missing.len()), (usize::from(!is_within), 1), "{file}: {edges:?} {missing:?}");
            assert_eq!(missing[0].part.as_ref().map(|part| part.kind), Some(field.part), "{file}");
            known.insert(file);
        }
    }
    assert_eq!(files(&folder().join("parts")), known, "a fixture without a definition");
    println!("{} kinds of parts, each resolved and dangling", known.len());
}

/// A consumer of a secret, a claim and a service, each made of another object.
const MADE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      containers:
      - name: web
        env:
        - {name: EVENTS_ADDR, value: \"events-kafka-bootstrap:9092\"}
        - {name: TOKEN, valueFrom: {secretKeyRef: {name: token, key: a}}}
        - {name: PASSWORD, valueFrom: {secretKeyRef: {name: sealed, key: password}}}
      volumes:
      - {name: data, persistentVolumeClaim: {claimName: data-db-0}}
";

const MAKERS: [(&str, &str); 4] = [
    (
        "environment-key-of-secret",
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: t, namespace: shop}\nspec: {target: {name: token}}\n",
    ),
    (
        "environment-key-of-secret",
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: sealed, namespace: shop}\nspec: {encryptedData: {password: AgB}}\n",
    ),
    (
        "volume-of-claim",
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: shop}\nspec: {template: {spec: {containers: [{name: a}]}}, volumeClaimTemplates: [{metadata: {name: data}}]}\n",
    ),
    (
        "host-in-environment",
        "apiVersion: kafka.strimzi.io/v1beta2\nkind: Kafka\nmetadata: {name: events, namespace: shop}\nspec: {}\n",
    ),
];

#[test]
fn what_a_controller_makes_leads_to_what_it_is_made_of() {
    let gaps = |text: &str| -> usize { graph(text).missing.len() };
    assert_eq!(gaps(MADE), 4);
    for (definition, maker) in MAKERS {
        let text = format!("{MADE}---\n{maker}");
        assert_eq!(told(&text, definition).0.len(), 1, "{maker}");
        assert_eq!(gaps(&text), 3, "{maker}");
        // It is made in the namespace of its object.
        let elsewhere = text.replace(maker, &maker.replace("namespace: shop", "namespace: team"));
        assert_eq!(gaps(&elsewhere), 4, "{maker}");
    }
    // A sealed secret lists its keys; a set keeps its claims for itself.
    let other_key = format!("{MADE}---\n{}", MAKERS[1].1.replace("password:", "pass:"));
    assert_eq!(graph(&other_key).missing.iter().filter(|missing| missing.part.is_some()).count(), 1);
    let by_template = format!("{}---\n{}", MADE.replace("data-db-0", "data"), MAKERS[2].1);
    assert_eq!(gaps(&by_template), 4);
}

const SHOP: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        env:
        - {name: CART_ADDR, value: \"cart:7070\"}
        - {name: HELP_ADDR, value: \"assistant:80\"}
---
apiVersion: v1
kind: Service
metadata: {name: cart}
spec: {selector: {app: cart}}
";

#[test]
fn the_graph_is_shown_in_every_format_with_places() {
    let project = Project::new(&[("shop.yaml", SHOP)]);
    for (format, ending) in
        [("text", "txt"), ("json", "json"), ("dot", "dot"), ("mermaid", "mmd"), ("svg", "svg"), ("html", "html")]
    {
        let run = project.design(&["graph", "shop.yaml", "--format", format]).expect(0);
        golden(&format!("tests/fixtures/graph/shop.{ending}"), &run.stdout());
    }
}

/// Calls with ports and keys, one gap in each, and what comes from outside.
const OUTSIDE: &str = "\
# design: external Service/shop/mail the other team's
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      containers:
      - name: web
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {port: htpp}}
        env:
        - {name: CART_URL, value: \"https://cart\"}
        - {name: CART_ADMIN_ADDR, value: \"cart:8080\"}
        - {name: MAIL_ADDR, value: \"mail:25\"}
        - {name: TOKEN, valueFrom: {secretKeyRef: {name: shop-token, key: token}}} # design: external Secret/shop-*
        - {name: MOTTO, valueFrom: {configMapKeyRef: {name: texts, key: motto}}}
        - {name: GREETING, valueFrom: {configMapKeyRef: {name: texts, key: greeting, optional: true}}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {ports: [{port: 443}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: texts, namespace: shop}
data: {motto: \"# design: external Secret/not-a-comment\"}
";

#[test]
fn parts_gaps_and_what_comes_from_outside_are_shown_in_every_format() {
    let project = Project::new(&[("shop.yaml", OUTSIDE)]);
    for (format, ending) in [("text", "txt"), ("json", "json"), ("dot", "dot"), ("mermaid", "mmd")] {
        let run = project.design(&["graph", "shop.yaml", "--format", format]).expect(0);
        golden(&format!("tests/fixtures/graph/outside.{ending}"), &run.stdout());
    }
    golden("tests/fixtures/graph/outside.why.txt", &project.design(&["why", "web", "shop.yaml"]).expect(0).stdout());
}

#[test]
fn the_json_graph_follows_the_published_schema() {
    let schema = std::fs::read_to_string(repository().join("schemas/graph.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let pattern = repository().join("catalog/patterns/boutique");
    let project = Project::new(&[("shop.yaml", SHOP), ("outside.yaml", OUTSIDE)]);
    for path in ["shop.yaml", "outside.yaml", pattern.to_str().unwrap()] {
        let graph: Value =
            serde_json::from_str(&project.design(&["graph", path, "--format", "json"]).expect(0).stdout()).unwrap();
        let errors: Vec<String> = schema.iter_errors(&graph).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{path}: {errors:?}");
    }
    assert!(!schema.is_valid(&serde_json::json!({"nodes": []})), "the schema accepts anything");
}

#[test]
fn the_order_of_the_input_changes_nothing() {
    let (first, second) = SHOP.split_once("---\n").unwrap();
    let project = Project::new(&[("a/1.yaml", first), ("a/2.yaml", second), ("b/1.yaml", second), ("b/2.yaml", first)]);
    let shown = |folder: &str| {
        let graph: Value =
            serde_json::from_str(&project.design(&["graph", folder, "--format", "json"]).expect(0).stdout()).unwrap();
        let strip = |items: &Value| -> Vec<(Value, Value, Value)> {
            items
                .as_array()
                .unwrap()
                .iter()
                .map(|item| (item["from"].clone(), item["to"].clone(), item["fieldPath"].clone()))
                .collect()
        };
        (strip(&graph["edges"]), strip(&graph["unresolved"]))
    };
    assert_eq!(shown("a"), shown("b"));
}

#[test]
fn why_says_what_a_component_names_and_who_names_it() {
    let project = Project::new(&[("shop.yaml", SHOP)]);
    golden("tests/fixtures/graph/why.txt", &project.design(&["why", "web", "shop.yaml"]).expect(0).stdout());
    let by_kind = project.design(&["why", "service/cart", "shop.yaml"]).expect(0).stdout();
    assert!(by_kind.contains("named by\n  Deployment.apps//web"), "{by_kind}");
    let unknown = project.design(&["why", "carts", "shop.yaml"]).expect(2);
    assert!(unknown.stderr().contains("did you mean `cart`?"), "{}", unknown.stderr());
}

#[test]
fn two_designs_are_compared_as_graphs() {
    let changed = SHOP.replace("cart:7070", "basket:7070").replace("name: cart}", "name: basket}");
    let changed = changed.replace("{name: web}", "{name: web, labels: {tier: front}}");
    let project = Project::new(&[("old.yaml", SHOP), ("new.yaml", &changed)]);
    for (format, ending) in [("text", "txt"), ("mermaid", "mmd"), ("svg", "svg")] {
        let run = project.design(&["diff", "old.yaml", "new.yaml", "--format", format]).expect(0);
        golden(&format!("tests/fixtures/graph/diff.{ending}"), &run.stdout());
    }
    project.design(&["diff", "old.yaml", "new.yaml", "--exit-code"]).expect(1);
    let same = project.design(&["diff", "old.yaml", "old.yaml", "--exit-code"]).expect(0);
    assert_eq!(same.stdout(), "no difference\n");
    let schema = std::fs::read_to_string(repository().join("schemas/diff.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let json = project.design(&["diff", "old.yaml", "new.yaml", "--format", "json"]).expect(0).stdout();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert!(schema.is_valid(&json), "{json}");
}

#[test]
fn why_tells_what_blocks_a_component_itself_and_through_what_it_needs() {
    let text = "\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccountName: robot
  volumes: [{name: settings, configMap: {name: gone}}, {name: more, configMap: {name: perhaps, optional: true}}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
imagePullSecrets: [{name: pull}]
";
    let project = Project::new(&[("pod.yaml", text)]);
    golden("tests/fixtures/graph/blocked.txt", &project.design(&["why", "web", "pod.yaml"]).expect(0).stdout());
}
