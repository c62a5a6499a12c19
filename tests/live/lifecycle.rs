//! `design plan`, `apply`, `status` and `delete` against a real control plane.

use std::path::Path;

use design_cluster::{Method, User};
use design_tests::repository;
use serde_json::{Value, json};

use crate::place::{APPLICATION, place, run};

const EXTRA: &str = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\ndata: {a: b}\n";

#[test]
fn a_design_is_planned_applied_watched_and_deleted() {
    let Some(place) = place("lifecycle", &format!("{APPLICATION}{EXTRA}")) else { return };
    let planned = place.run(&["plan", "--exit-code"]).expect(1);
    assert!(planned.stdout().contains("4 to create, 0 to update"), "{}", planned.stdout());
    let reason = format!(
        "after ConfigMap//settings, because of {} at app.yaml:18:43",
        "spec.template.spec.containers[0].envFrom[0].configMapRef.name"
    );
    assert!(planned.stdout().contains(&reason), "{}", planned.stdout());

    let rights = "get, create, patch of configmaps, deployments.apps, services\n";
    let rights = format!("needs in namespace {}: {rights}", place.namespace);
    assert!(planned.stdout().ends_with(&rights), "{}", planned.stdout());

    let plan: Value = serde_json::from_str(&place.run(&["plan", "--format", "json"]).expect(0).stdout()).unwrap();
    let schema = std::fs::read_to_string(repository().join("schemas/plan.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    assert!(schema.is_valid(&plan), "{plan:#}");

    let applied = place.run(&["apply", "--wait"]).expect(0);
    assert!(applied.stderr().starts_with(&format!("context test, namespace {}\n", place.namespace)));
    assert!(applied.stdout().contains("4 created"), "{}", applied.stdout());
    let status = place.run(&["status"]).expect(0);
    assert!(status.stdout().contains("4 of 4 healthy, 0 with other fields"), "{}", status.stdout());
    place.run(&["plan", "--exit-code"]).expect(0);
    assert!(place.run(&["apply"]).expect(0).stdout().contains("4 as they were"));

    // Somebody else sets a field: it is named with its manager, and nobody takes it over without being asked.
    place.kubectl(&["patch", "deployment", "web", "--field-manager=somebody", "-p", r#"{"spec":{"replicas":5}}"#]);
    let status = place.run(&["status"]).expect(1);
    assert!(status.stdout().contains("spec.replicas: 5 -> 2 (set by somebody)"), "{}", status.stdout());
    let refused = place.run(&["apply"]).expect(1);
    assert!(
        refused.stderr().contains("`spec.replicas` of Deployment.apps//web belongs to `somebody`"),
        "{}",
        refused.stderr()
    );
    assert!(refused.stderr().contains("app.yaml:10:13"), "{}", refused.stderr());
    place.run(&["apply", "--force-conflicts"]).expect(0);
    assert_eq!(place.get("/apis/apps/v1 deployments/web")["spec"]["replicas"], 2);

    // What leaves the design is deleted, once that is allowed.
    place.project.write("app.yaml", APPLICATION);
    assert!(place.run(&["plan"]).expect(0).stdout().contains("- delete ConfigMap/"));
    place.run(&["apply"]).expect(1);
    assert_eq!(place.get("/api/v1 configmaps/extra")["data"]["a"], "b");
    place.run(&["apply", "--yes"]).expect(0);
    assert_eq!(place.get("/api/v1 configmaps/extra")["code"], 404);

    place.run(&["delete", "--yes"]).expect(0);
    for path in ["/apis/apps/v1 deployments/web", "/api/v1 services/web", "/api/v1 configmaps/settings"] {
        assert_eq!(place.get(path)["code"], 404, "{path}");
    }
    let left = place.get("/api/v1 configmaps");
    let names: Vec<&str> =
        left["items"].as_array().unwrap().iter().filter_map(|one| one["metadata"]["name"].as_str()).collect();
    assert_eq!(names, ["kube-root-ca.crt"]);
}

#[test]
fn what_fails_withholds_what_depends_on_it_and_nothing_else() {
    let text =
        APPLICATION.replace("labels: {app: web}}\n    spec", "labels: {app: web, test.design/pod: crash}}\n    spec");
    let later = "\
---
apiVersion: v1
kind: Service
metadata: {name: other}
spec: {selector: {app: other}, ports: [{name: http, port: 80}]}
";
    let Some(place) = place("failing", &format!("{text}{later}")) else { return };
    let failed = place.run(&["apply", "--wait", "--timeout", "2m"]).expect(1);
    assert!(failed.stderr().contains("CrashLoopBackOff"), "{}", failed.stderr());
    assert_eq!(place.get("/api/v1 services/other")["metadata"]["name"], "other");
    place.project.write("app.yaml", &format!("{APPLICATION}{later}"));
    let mended = place.run(&["apply", "--wait"]).expect(0);
    assert!(mended.stdout().contains("1 updated"), "{}", mended.stdout());
}

#[test]
fn one_run_brings_a_kind_a_namespace_and_what_lives_in_them() {
    let Some(place) = place("whole", "") else { return };
    let namespace = format!("{}-own", place.namespace);
    let text = format!("\
apiVersion: example.com/v1
kind: Widget
metadata: {{name: one, namespace: {namespace}}}
spec: {{size: 3}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: widgets.example.com}}
spec:
  group: example.com
  scope: Namespaced
  names: {{kind: Widget, plural: widgets, singular: widget}}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema: {{type: object, properties: {{spec: {{type: object, properties: {{size: {{type: integer}}}}}}}}}}
---
apiVersion: v1
kind: Namespace
metadata: {{name: {namespace}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {{name: worker, namespace: {namespace}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {{name: reader, namespace: {namespace}}}
rules: [{{apiGroups: [''], resources: [configmaps], verbs: [get]}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: reader, namespace: {namespace}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}}
subjects: [{{kind: ServiceAccount, name: worker, namespace: {namespace}}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: closed, namespace: {namespace}}}
spec: {{podSelector: {{}}, policyTypes: [Ingress]}}
");
    place.project.write("app.yaml", &text);
    let planned = place.run(&["plan"]).expect(0);
    assert!(planned.stdout().contains("7 to create"), "{}", planned.stdout());
    let applied = place.run(&["apply"]).expect(0);
    assert!(applied.stdout().contains("7 created"), "{}", applied.stdout());
    place.run(&["status"]).expect(0);
    place.run(&["delete", "--yes"]).expect(0);
    assert_eq!(
        place
            .cluster
            .get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com")
            .unwrap()
            .status,
        404
    );
}

#[test]
fn rights_and_namespaces_are_looked_at_before_anything_is_written() {
    let Some(place) = place("rights", APPLICATION) else { return };
    let guest = run(&place.project, &place.cluster.kubeconfig(User::Guest), &place.namespace, &["apply"]).expect(1);
    for missing in ["get configmaps", "patch configmaps", "create services", "get deployments.apps"] {
        assert!(guest.stderr().contains(&format!("you may not {missing}")), "{missing}\n{}", guest.stderr());
    }
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "guest"},
        "rules": [{"apiGroups": [""], "resources": ["configmaps", "services"], "verbs": ["*"]},
                  {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list", "create"]}]});
    let binding = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "guest"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "guest"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": User::Guest.name()}]});
    for (plural, object) in [("roles", role), ("rolebindings", binding)] {
        let path = place.path(&format!("/apis/rbac.authorization.k8s.io/v1 {plural}"));
        assert!(place.cluster.send(Method::POST, &path, "application/json", &object).unwrap().is_success());
    }
    let guest = run(&place.project, &place.cluster.kubeconfig(User::Guest), &place.namespace, &["apply"]).expect(1);
    assert!(guest.stderr().contains("you may not patch deployments.apps"), "{}", guest.stderr());
    assert_eq!(place.get("/api/v1 configmaps/settings")["code"], 404);

    let nowhere = run(&place.project, &place.cluster.kubeconfig(User::Admin), "not-there", &["apply"]).expect(1);
    assert!(nowhere.stderr().contains("the cluster has no namespace `not-there`"), "{}", nowhere.stderr());
    let no_kubeconfig = run(&place.project, Path::new("/not/there"), "default", &["apply"]).expect(3);
    assert!(no_kubeconfig.stderr().contains("build -t compose"), "{}", no_kubeconfig.stderr());
}

#[test]
fn what_the_server_refuses_is_said_where_it_is_written() {
    let text = APPLICATION.replace("port: 80, targetPort: 8080", "port: 80, nodePort: 80");
    let Some(place) = place("refused", &text) else { return };
    let refused = place.run(&["apply"]).expect(1);
    assert!(refused.stderr().contains("the server refuses Service//web"), "{}", refused.stderr());
    assert!(refused.stderr().contains("app.yaml:25:44"), "{}", refused.stderr());
    assert_eq!(place.get("/api/v1 configmaps/settings")["data"]["greeting"], "hello");
}

#[test]
fn what_stands_in_the_way_is_told_apart() {
    let unknown = "---\napiVersion: nope.example.com/v1\nkind: Nope\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\n\
                   metadata: {generateName: any-}\n";
    let text = APPLICATION.replace("greeting: hello", "'a/b': hello");
    let Some(place) = place("told", &format!("{text}{unknown}")) else { return };
    let told = place.run(&["apply"]).expect(1);
    for words in [
        "error[D0970]: the server refuses ConfigMap//settings: data[a/b]",
        "error[D0973]: the cluster serves no `Nope` of `nope.example.com/v1`",
        "error[D0975]: Deployment.apps//web was withheld: it needs ConfigMap//settings",
        "error[D0978]: ",
    ] {
        assert!(told.stderr().contains(words), "{words}\n{}", told.stderr());
    }
    assert!(
        told.stdout().contains("1 created, 0 updated, 0 deleted, 0 as they were, 4 not applied"),
        "{}",
        told.stdout()
    );
}

#[test]
fn sets_of_others_and_copied_labels_are_left_alone() {
    let Some(place) = place("owners", APPLICATION) else { return };
    place.run(&["apply"]).expect(0);
    let set = place.get("/api/v1 configmaps/settings")["metadata"]["labels"]["applyset.kubernetes.io/part-of"].clone();
    let copied = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "copied",
        "labels": {"applyset.kubernetes.io/part-of": set}}});
    let configmaps = place.path("/api/v1 configmaps");
    assert!(place.cluster.send(Method::POST, &configmaps, "application/json", &copied).unwrap().is_success());
    let again = place.run(&["apply", "--yes"]).expect(0);
    assert!(again.stderr().contains("somebody may have copied the label"), "{}", again.stderr());
    assert_eq!(place.get("/api/v1 configmaps/copied")["metadata"]["name"], "copied");

    place.kubectl(&[
        "label",
        "configmap",
        "settings",
        "--overwrite",
        "applyset.kubernetes.io/part-of=applyset-other-v1",
    ]);
    let other = place.run(&["apply"]).expect(1);
    assert!(other.stderr().contains("belongs to another set, `applyset-other-v1`"), "{}", other.stderr());
    place.run(&["apply", "--adopt"]).expect(0);
    let parent = ["configmap", "-l", "applyset.kubernetes.io/id"];
    let tool = ["--overwrite", "applyset.kubernetes.io/tooling=kubectl/v1.36"];
    place.kubectl(&[&["annotate"], parent.as_slice(), tool.as_slice()].concat());
    let stranger = place.run(&["apply"]).expect(2);
    assert!(stranger.stderr().contains("is the inventory of another tool: kubectl/v1.36"), "{}", stranger.stderr());
}

#[test]
fn objects_of_meshery_are_adopted_where_they_are() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: of-meshery}\ndata: {greeting: hi}\n";
    let Some(place) = place("adopted", text) else { return };
    let theirs = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"greeting": "hello", "other": "x"},
        "metadata": {"name": "of-meshery", "labels": {"design.meshery.io/id": "1"}}});
    let path = "/api/v1/namespaces/default/configmaps?fieldManager=meshery";
    assert!(place.cluster.send(Method::POST, path, "application/json", &theirs).unwrap().is_success());
    for command in ["plan", "apply"] {
        let refused = place.run(&[command, "--adopt"]).expect(1);
        assert!(refused.stderr().contains("error[D0981]"), "{}", refused.stderr());
        assert!(refused.stderr().contains("--namespace default"), "{}", refused.stderr());
    }
    let admin = place.cluster.kubeconfig(User::Admin);
    let there = |arguments: &[&str]| run(&place.project, &admin, "default", arguments);
    let planned = there(&["plan", "--adopt"]).expect(0);
    assert!(planned.stdout().contains("data.greeting: hello -> hi (set by meshery)"), "{}", planned.stdout());
    there(&["apply", "--adopt"]).expect(0);
    let object = place.cluster.get("/api/v1/namespaces/default/configmaps/of-meshery").unwrap().body;
    // What only the other tool wrote stays.
    assert_eq!(object["data"], json!({"greeting": "hi", "other": "x"}));
    there(&["delete", "--yes"]).expect(0);
}

#[test]
fn what_lies_in_several_namespaces_is_asked_for_at_once() {
    let Some(place) = place("spread", "") else { return };
    let namespaces: Vec<String> = (0..3).map(|_| place.cluster.namespace("spread").unwrap()).collect();
    let object = |namespace: &str, number: usize| {
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{number}, namespace: {namespace}}}\ndata: {{a: b}}\n"
        )
    };
    let all: Vec<String> = namespaces.iter().flat_map(|one| (0..5).map(|number| object(one, number))).collect();
    place.project.write("app.yaml", &all.concat());
    place.run(&["apply"]).expect(0);
    // Somebody copies the label to where the design never was.
    let set = place.cluster.get(&format!("/api/v1/namespaces/{}/configmaps/c0", namespaces[0])).unwrap().body;
    let label = set["metadata"]["labels"]["applyset.kubernetes.io/part-of"].clone();
    let elsewhere = place.cluster.namespace("elsewhere").unwrap();
    let copied = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "copied",
        "labels": {"applyset.kubernetes.io/part-of": label}}});
    let path = format!("/api/v1/namespaces/{elsewhere}/configmaps");
    assert!(place.cluster.send(Method::POST, &path, "application/json", &copied).unwrap().is_success());

    let proxy = place.cluster.proxy(User::Admin).unwrap();
    let again = run(&place.project, proxy.kubeconfig(), &place.namespace, &["apply"]).expect(0);
    assert!(again.stdout().contains("15 as they were"), "{}", again.stdout());
    let lists = proxy.seen().iter().filter(|seen| seen.path.contains("/configmaps?")).count();
    assert_eq!(lists, 1, "{:?}", proxy.seen());

    place.project.write("app.yaml", &all[1..].concat());
    let pruned = place.run(&["apply", "--yes"]).expect(0);
    assert!(pruned.stdout().contains("1 deleted, 14 as they were"), "{}", pruned.stdout());
    place.run(&["delete", "--yes"]).expect(0);
    assert_eq!(place.cluster.get(&format!("{path}/copied")).unwrap().status, 200);
}
