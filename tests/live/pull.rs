//! `design pull`: from a namespace to a design that changes nothing there; `design model generate --from-cluster`.

use design_cluster::User;
use serde_json::Value;

use crate::place::{APPLICATION, Place, place, run};

/// An application with what else a namespace has: a secret that is referred to and one that is not, an autoscaler, a job.
fn everything() -> String {
    let text = APPLICATION.replace(
        "envFrom: [{configMapRef: {name: settings}}]",
        "envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: key}}]\n          ports: [{containerPort: 8080}]\n          \
         readinessProbe: {httpGet: {path: /, port: 8080}}",
    );
    format!(
        "{text}---
apiVersion: v1
kind: Secret
metadata: {{name: key}}
stringData: {{password: do-not-show}}
---
apiVersion: v1
kind: Secret
metadata: {{name: unused}}
stringData: {{password: do-not-show}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: web}}
spec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}, minReplicas: 1, maxReplicas: 3}}
---
apiVersion: batch/v1
kind: Job
metadata: {{name: once}}
spec:
  template:
    spec: {{restartPolicy: Never, containers: [{{name: once, image: 'example.com/once:1'}}]}}
"
    )
}

/// Pulls the namespace of a place, and plans what was pulled for the same namespace, by a design of another name.
fn pulled(place: &Place<'_>, arguments: &[&str]) -> (String, Value) {
    let written = place.run(&[&["pull"], arguments].concat()).expect(0);
    place.project.write("pulled/design.yaml", &written.stdout());
    let planned = place.run(&["plan", "pulled", "--adopt", "--format", "json"]).expect(0);
    (written.stdout(), serde_json::from_str(&planned.stdout()).unwrap())
}

fn assert_nothing_changes(plan: &Value, objects: usize) {
    let steps = plan["steps"].as_array().unwrap();
    assert_eq!(steps.len(), objects, "{plan:#}");
    assert!(steps.iter().all(|step| step["action"] == "keep"), "{plan:#}");
}

#[test]
fn what_is_pulled_is_what_somebody_wrote_and_changes_nothing() {
    let Some(place) = place("pulled", &everything()) else { return };
    place.run(&["apply"]).expect(0);
    let (text, plan) = pulled(&place, &["--name", "copy"]);
    let read: Value = serde_yaml::from_str(&text).unwrap();
    let components = read["components"].as_array().unwrap();
    let named = |kind: &str| components.iter().find(|one| one["component"]["kind"] == kind);
    let web = &named("Deployment").unwrap()["configuration"]["spec"];
    assert!(web["replicas"].is_null() && web["revisionHistoryLimit"].is_null(), "{web:#}");
    assert_eq!(components.len(), 5, "{text}");
    assert_eq!(read["externals"][0]["name"], "key", "{text}");
    for absent in
        ["do-not-show", "ZG8tbm90LXNob3c", "unused", "uid", "managedFields", "applyset", "clusterIP", "kube-root-ca"]
    {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
    assert_nothing_changes(&plan, 5);
    let checked = place.run(&["check", "pulled"]);
    assert!(!checked.stdout().contains("Secret"), "{}", checked.stdout());

    let (text, plan) = pulled(&place, &["--name", "copy", "--secrets"]);
    assert!(text.contains("ZG8tbm90LXNob3c"), "{text}");
    assert_nothing_changes(&plan, 7);
}

#[test]
fn what_kubectl_applied_is_pulled_as_it_was_given() {
    let Some(place) = place("kubectl", &everything()) else { return };
    place.kubectl(&["apply", "-f", place.project.path().join("app.yaml").to_str().unwrap()]);
    let (text, plan) = pulled(&place, &[]);
    assert_nothing_changes(&plan, 5);
    for absent in ["revisionHistoryLimit", "terminationMessagePath", "last-applied", "protocol"] {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
    // What was made without either leaves less behind; it changes nothing all the same.
    place.kubectl(&["create", "deployment", "plain", "--image=nginx:1"]);
    let (text, plan) = pulled(&place, &[]);
    assert_nothing_changes(&plan, 6);
    assert!(!text.contains("terminationMessagePath"), "{text}");
}

#[test]
fn what_may_not_be_read_is_named() {
    let Some(place) = place("unread", APPLICATION) else { return };
    let guest = run(&place.project, &place.cluster.kubeconfig(User::Guest), &place.namespace, &["pull"]).expect(1);
    let words = "warning: configmaps were not read: configmaps is forbidden: User \"guest\" cannot list";
    assert!(guest.stderr().contains(words), "{}", guest.stderr());
    let file = place.project.path().join("there.yaml");
    std::fs::write(&file, "mine").unwrap();
    let refused = place.run(&["pull", "-o", "there.yaml"]).expect(2);
    assert!(refused.stderr().contains("is there already"), "{}", refused.stderr());
    assert_eq!(std::fs::read_to_string(file).unwrap(), "mine");
}

#[test]
fn a_model_is_made_of_what_a_cluster_serves() {
    let Some(place) = place("model", "") else { return };
    let arguments = ["model", "generate", "--from-cluster", "--group", "apps", "--name", "served"];
    let made = place.run(&arguments).expect(0);
    assert!(made.stdout().contains("StatefulSet"), "{}", made.stdout());
    let shown = place.run_plainly(&["model", "show", "served"]).expect(0);
    assert!(shown.stdout().contains("Deployment"), "{}", shown.stdout());
}
