//! A pair of cases for every relationship definition: with its target, which is the last document of the fixture, the
//! field becomes an edge; without it, the reference is told of as missing.

use std::collections::BTreeSet;

use design_graph::Graph;
use design_pipeline::{MemoryWorld, Request, compile};
use design_registry::Registry;
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

#[test]
fn every_definition_has_a_resolved_and_a_dangling_case() {
    let folder = repository().join("tests/fixtures/relationships");
    let definitions = &Registry::builtin().relationships().definitions;
    for definition in definitions {
        let file = folder.join(format!("{}.yaml", definition.name));
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let resolved = graph(&text);
        let edges: Vec<_> = resolved.edges.iter().filter(|edge| edge.definition == Some(&definition.name)).collect();
        assert_eq!(edges.len(), 1, "{}: {:?}", definition.name, resolved.edges);
        assert_eq!(
            (edges[0].kind.as_str(), edges[0].sub_type.as_str()),
            (definition.kind.as_str(), definition.sub_type.as_str())
        );
        assert!(resolved.missing.iter().all(|missing| missing.definition != definition.name), "{:?}", resolved.missing);
        let (without, _) = text.rsplit_once("\n---\n").unwrap();
        let dangling = graph(without);
        assert!(dangling.edges.iter().all(|edge| edge.definition != Some(&definition.name)), "{:?}", dangling.edges);
        let missing = dangling.missing.iter().filter(|missing| missing.definition == definition.name).count();
        assert_eq!(missing, usize::from(!definition.elsewhere), "{}: {:?}", definition.name, dangling.missing);
    }
    let files: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files.len(), definitions.len(), "a fixture without a definition");
    println!("{} kinds of edges, a resolved and a dangling case each", definitions.len());
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

#[test]
fn the_json_graph_follows_the_published_schema() {
    let schema = std::fs::read_to_string(repository().join("schemas/graph.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let pattern = repository().join("catalog/patterns/boutique");
    let project = Project::new(&[("shop.yaml", SHOP)]);
    for path in ["shop.yaml", pattern.to_str().unwrap()] {
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
    assert!(by_kind.contains("it is named by\n  Deployment.apps//web"), "{by_kind}");
    let unknown = project.design(&["why", "carts", "shop.yaml"]).expect(2);
    assert!(unknown.stderr().contains("did you mean `cart`?"), "{}", unknown.stderr());
}

#[test]
fn two_designs_are_compared_as_graphs() {
    let changed = SHOP.replace("cart:7070", "basket:7070").replace("name: cart}", "name: basket}");
    let changed = changed.replace("{name: web}", "{name: web, labels: {tier: front}}");
    let project = Project::new(&[("old.yaml", SHOP), ("new.yaml", &changed)]);
    golden("tests/fixtures/graph/diff.txt", &project.design(&["diff", "old.yaml", "new.yaml"]).expect(0).stdout());
    project.design(&["diff", "old.yaml", "new.yaml", "--exit-code"]).expect(1);
    let same = project.design(&["diff", "old.yaml", "old.yaml", "--exit-code"]).expect(0);
    assert_eq!(same.stdout(), "no difference\n");
    let schema = std::fs::read_to_string(repository().join("schemas/diff.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let json = project.design(&["diff", "old.yaml", "new.yaml", "--format", "json"]).expect(0).stdout();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert!(schema.is_valid(&json), "{json}");
}
