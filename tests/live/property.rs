//! A plan says what the server would do, whoever else has changed the objects in between.

use std::fmt::Write as _;

use design_cluster::Method;
use serde_json::{Value, json};

use crate::place::{Place, place};

const TURNS: u64 = 40;

/// Numbers that look random and are the same each time (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

/// A deployment, a service and a config map with fields chosen anew: some are there or not, lists have other orders, and
/// quantities other spellings.
fn desired(numbers: &mut Numbers) -> Vec<Value> {
    let container = |numbers: &mut Numbers, name: &str| {
        let mut container = json!({"name": name, "image": numbers.one_of(&["web:1", "web:2"])});
        if numbers.below(2) == 0 {
            container["resources"] = json!({"limits": {"cpu": numbers.one_of(&["1", "1000m", "500m"])}});
        }
        if numbers.below(2) == 0 {
            container["env"] =
                json!([{"name": "A", "value": numbers.one_of(&["1", "2"])}, {"name": "B", "value": "b"}]);
        }
        if numbers.below(2) == 0 {
            container["ports"] = json!([{"containerPort": 80, "name": "http"}]);
        }
        container
    };
    let mut containers = vec![container(numbers, "one")];
    if numbers.below(2) == 0 {
        containers.push(container(numbers, "two"));
        if numbers.below(2) == 0 {
            containers.reverse();
        }
    }
    let mut deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "labels": {"app": "web"}},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers}},
        },
    });
    if numbers.below(2) == 0 {
        deployment["spec"]["replicas"] = json!(0);
    }
    if numbers.below(2) == 0 {
        deployment["metadata"]["annotations"] = json!({"example.com/a": numbers.one_of(&["x", "y"])});
    }
    let mut service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80}]},
    });
    if numbers.below(2) == 0 {
        service["spec"]["ports"] = json!([{"name": "http", "port": 80, "targetPort": 8080}, {"name": "b", "port": 81}]);
    }
    let mut map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "data"}, "data": {"a": "1"}});
    if numbers.below(2) == 0 {
        map["data"]["b"] = json!(numbers.one_of(&["2", "3"]));
    }
    if numbers.below(4) == 0 {
        map["metadata"]["finalizers"] = json!(["example.com/b", "example.com/a"]);
    }
    vec![deployment, service, map]
}

const PATHS: [&str; 3] = ["/apis/apps/v1 deployments/web", "/api/v1 services/web", "/api/v1 configmaps/data"];

/// Somebody else changes something.
fn edit(place: &Place<'_>, numbers: &mut Numbers) {
    let edits = [
        (0, json!({"spec": {"replicas": 0, "paused": true}})),
        (0, json!({"spec": {"paused": null, "minReadySeconds": 3}})),
        (0, json!({"spec": {"template": {"spec": {"containers": [{"name": "one", "image": "web:3"}]}}}})),
        (0, json!({"spec": {"template": {"spec": {"containers": [{"name": "side", "image": "side:1"}]}}}})),
        (0, json!({"metadata": {"labels": {"app": "other", "more": "label"}}})),
        (0, json!({"metadata": {"annotations": {"example.com/a": null}}})),
        (1, json!({"spec": {"ports": [{"port": 80, "name": "http", "targetPort": 9090}]}})),
        (1, json!({"spec": {"selector": {"app": "web", "more": "x"}}})),
        (2, json!({"data": {"a": "9"}})),
        (2, json!({"data": {"b": null, "c": "4"}})),
        (2, json!({"metadata": {"finalizers": ["example.com/a", "example.com/b"]}})),
    ];
    let (object, patch) = numbers.one_of(&edits);
    let manager = numbers.one_of(&["kubectl-edit", "operator"]);
    let url = format!("{}?fieldManager={manager}", place.path(PATHS[*object]));
    let answer = if numbers.below(2) == 0 {
        place.cluster.send(Method::PATCH, &url, "application/strategic-merge-patch+json", patch)
    } else {
        let mut whole = patch.clone();
        let live = place.get(PATHS[*object]);
        whole["apiVersion"] = live["apiVersion"].clone();
        whole["kind"] = live["kind"].clone();
        place.cluster.send(Method::PATCH, &format!("{url}&force=true"), "application/apply-patch+yaml", &whole)
    };
    // Some are refused, as a selector with other labels than the pods: then nobody has changed anything.
    assert!(answer.unwrap().status < 500);
}

/// What the server's own dry run of an object says.
fn expected(place: &Place<'_>, path: &str, object: &Value, set: &Value) -> &'static str {
    let mut whole = object.clone();
    whole["metadata"]["namespace"] = Value::from(place.namespace.as_str());
    if whole["metadata"]["labels"].is_null() {
        whole["metadata"]["labels"] = json!({});
    }
    whole["metadata"]["labels"]["applyset.kubernetes.io/part-of"] = set.clone();
    let live = place.get(path);
    let path = format!("{}?fieldManager=design&dryRun=All&fieldValidation=Strict", place.path(path));
    let answer = place.cluster.send(Method::PATCH, &path, "application/apply-patch+yaml", &whole).unwrap();
    if !answer.is_success() {
        return "blocked";
    }
    let plain = |mut object: Value| {
        let metadata = object["metadata"].as_object_mut().unwrap();
        for name in ["managedFields", "resourceVersion", "generation"] {
            metadata.remove(name);
        }
        object.as_object_mut().unwrap().remove("status");
        object
    };
    if plain(live) == plain(answer.body) { "keep" } else { "update" }
}

#[test]
fn a_plan_says_what_the_server_would_do() {
    let Some(place) = place("property", "") else { return };
    let mut numbers = Numbers(7);
    let mut said = [0; 3];
    for turn in 0..TURNS {
        let objects = desired(&mut numbers);
        let mut text = String::new();
        for object in &objects {
            writeln!(text, "---\n{object}").unwrap();
        }
        place.project.write("app.yaml", &text);
        if turn % 2 == 0 {
            place.run(&["apply", "--force-conflicts", "--wait=never"]).expect(0);
        }
        for _ in 0..numbers.below(3) {
            edit(&place, &mut numbers);
        }
        let set = place.get(PATHS[2])["metadata"]["labels"]["applyset.kubernetes.io/part-of"].clone();
        let run = place.run(&["plan", "--format", "json"]);
        let plan: Value = serde_json::from_str(&run.stdout()).unwrap();
        let steps = plan["steps"].as_array().unwrap();
        for (object, path) in objects.iter().zip(PATHS) {
            let kind = object["kind"].as_str().unwrap();
            let step = steps.iter().find(|step| step["id"].as_str().unwrap().starts_with(kind)).unwrap();
            let expected = expected(&place, path, object, &set);
            assert_eq!(step["action"], expected, "turn {turn}: {object}\n{step:#}\n{:#}", place.get(path));
            let has_changes = !step["changes"].as_array().unwrap().is_empty();
            assert!(has_changes || expected != "update", "turn {turn}: {step:#}");
            let number = ["keep", "update", "blocked"].iter().position(|name| *name == expected).unwrap();
            said[number] += 1;
        }
    }
    // All three answers were asked for, often.
    assert!(said.iter().all(|count| *count >= 10), "{said:?}");
    place.kubectl(&["patch", "configmap", "data", "--type=merge", "-p", r#"{"metadata":{"finalizers":null}}"#]);
}
