//! A design for several places at once.

use design_cluster::{Method, User};
use serde_json::{Value, json};

use crate::place::{Place, place};

const DESIGN: &str = "\
name: shop
version: 1.0.0
parameters:
  greeting: {schema: {type: string}, default: hello}
components:
  - component: {kind: ConfigMap, version: v1}
    configuration:
      metadata: {name: settings}
      data: {greeting: $(parameters.greeting)}
";

const SHARED: &str = "  - component: {kind: ClusterRole, version: rbac.authorization.k8s.io/v1}
    configuration:
      metadata: {name: reads-of-shop}
      rules: [{apiGroups: [''], resources: [configmaps], verbs: [get]}]
";

/// Two environments, each with a namespace of its own, and one with nothing but values.
fn environments(place: &Place<'_>) -> [String; 2] {
    let namespaces = [(); 2].map(|()| place.cluster.namespace("environment").unwrap());
    for (name, namespace) in ["east", "west"].iter().zip(&namespaces) {
        let text = format!("context: test\nnamespace: {namespace}\nvalues: {{greeting: {name}}}\n");
        place.project.write(&format!("environments/{name}.yaml"), &text);
    }
    place.project.write("environments/polite.yaml", "values: {greeting: good morning}\n");
    place.project.write("design.yaml", DESIGN);
    namespaces
}

fn greeting(place: &Place<'_>, namespace: &str) -> Value {
    let path = format!("/api/v1/namespaces/{namespace}/configmaps/settings");
    place.cluster.get(&path).unwrap().body["data"]["greeting"].clone()
}

#[test]
fn environments_are_applied_side_by_side_with_their_own_values() {
    let Some(place) = place("sides", "") else { return };
    let [east, west] = environments(&place);
    let both = ["-e", "polite", "-e", "east", "-e", "west"];
    let planned = place.run_plainly(&[&["plan", "design.yaml", "--format", "json"], &both[..]].concat()).expect(0);
    let plans: Vec<Value> =
        serde_json::Deserializer::from_str(&planned.stdout()).into_iter().collect::<Result<_, _>>().unwrap();
    let said: Vec<&Value> = plans.iter().map(|plan| &plan["environment"]).collect();
    assert_eq!(said, ["east", "west"], "{planned:?}");
    let applied = place.run_plainly(&[&["apply", "design.yaml"], &both[..]].concat()).expect(0);
    assert!(applied.stdout().contains("[east] 1 created"), "{}", applied.stdout());
    assert!(applied.stderr().contains(&format!("[west] context test, namespace {west}")), "{}", applied.stderr());
    assert_eq!([greeting(&place, &east), greeting(&place, &west)], ["east", "west"]);

    // One environment is a place, too, and values of the command line go to all of them.
    let set = ["--set", "greeting=hi"];
    place.run_plainly(&[&["apply", "design.yaml", "-e", "west"], &set[..]].concat()).expect(0);
    assert_eq!([greeting(&place, &east), greeting(&place, &west)], ["east", "hi"]);
    let status = place.run_plainly(&[&["status", "design.yaml"], &both[..]].concat()).expect(1);
    assert!(status.stdout().contains("data.greeting: hi -> west"), "{}", status.stdout());
    let deleted = place.run_plainly(&[&["delete", "design.yaml", "--yes"], &both[..]].concat()).expect(0);
    assert!(deleted.stdout().contains("[west] 1 deleted"), "{}", deleted.stdout());
    assert!(greeting(&place, &east).is_null());
}

#[test]
fn objects_that_two_environments_would_share_are_found_before_anything_is_written() {
    let Some(place) = place("clash", "") else { return };
    let [east, _] = environments(&place);
    place.project.write("design.yaml", &format!("{DESIGN}{SHARED}"));
    let both = ["apply", "design.yaml", "-e", "east", "-e", "west"];
    let refused = place.run_plainly(&both).expect(1);
    let words =
        "error[D0980]: ClusterRole.rbac.authorization.k8s.io//reads-of-shop is the same object in the environments";
    assert!(refused.stderr().contains(words) && refused.stderr().contains("design.yaml:10:5"), "{}", refused.stderr());
    assert!(greeting(&place, &east).is_null());
    let wrong = place.run_plainly(&[&both[..], &["-n", "elsewhere"]].concat()).expect(2);
    assert!(wrong.stderr().contains("name their own places"), "{}", wrong.stderr());
    let role = "/apis/rbac.authorization.k8s.io/v1/clusterroles/reads-of-shop";
    let answer = place.cluster.ask(User::Admin, Method::DELETE, role, "application/json", json!({}).to_string().into());
    assert_eq!(answer.unwrap().status, 404);
}
