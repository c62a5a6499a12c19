//! Fields that hold what the server fills in by itself: one file of rules (`defaults.yaml`).

use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value};

/// What the server fills in below some paths of some kinds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// The kinds, as `Kind.group`.
    kinds: Vec<String>,
    /// Where its fields are, `*` standing for every element; empty for the object itself.
    #[serde(default)]
    below: Vec<String>,
    /// The values by their paths below that.
    fields: Map<String, Value>,
}

/// Removes the fields that hold what the server would fill in. Returns how many.
pub fn remove(object: &mut Value) -> usize {
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let kind = match text("apiVersion").split_once('/') {
        Some((group, _)) => format!("{}.{group}", text("kind")),
        None => text("kind").to_owned(),
    };
    let mut removed = 0;
    for rule in rules().iter().filter(|rule| rule.kinds.contains(&kind)) {
        let roots: Vec<&str> =
            if rule.below.is_empty() { vec![""] } else { rule.below.iter().map(String::as_str).collect() };
        for root in roots {
            for (path, value) in &rule.fields {
                let whole: Vec<&str> = root.split('.').chain(path.split('.')).filter(|step| !step.is_empty()).collect();
                removed += remove_at(object, &whole, value);
            }
        }
    }
    removed += implied(object);
    removed
}

fn rules() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    // A test reads them; a file that is part of the program is as it was then.
    RULES.get_or_init(|| serde_yaml::from_str(include_str!("defaults.yaml")).unwrap_or_default())
}

fn remove_at(value: &mut Value, path: &[&str], default: &Value) -> usize {
    match (path, value) {
        (["*", rest @ ..], Value::Array(elements)) => {
            elements.iter_mut().map(|element| remove_at(element, rest, default)).sum()
        }
        ([last], Value::Object(object)) => {
            if object.get(*last) == Some(default) {
                object.remove(*last);
                return 1;
            }
            0
        }
        ([first, rest @ ..], Value::Object(object)) => {
            object.get_mut(*first).map_or(0, |inner| remove_at(inner, rest, default))
        }
        _ => 0,
    }
}

/// What follows from another field: the policy of pulling from the tag of the image, the target of a port from the port.
fn implied(object: &mut Value) -> usize {
    let mut removed = 0;
    for path in ["/spec", "/spec/template/spec", "/spec/jobTemplate/spec/template/spec"] {
        for list in ["containers", "initContainers"] {
            let Some(Value::Array(containers)) = object.pointer_mut(&format!("{path}/{list}")) else { continue };
            for container in containers {
                let image = container.get("image").and_then(Value::as_str).unwrap_or_default();
                let is_latest = !image.contains('@') && {
                    let last = image.rsplit('/').next().unwrap_or_default();
                    last.split_once(':').is_none_or(|(_, tag)| tag == "latest")
                };
                let policy = if is_latest { "Always" } else { "IfNotPresent" };
                removed += remove_at(container, &["imagePullPolicy"], &Value::from(policy));
            }
        }
    }
    let is_service = object.get("kind").and_then(Value::as_str) == Some("Service");
    if let Some(Value::Array(ports)) = object.pointer_mut("/spec/ports").filter(|_| is_service) {
        for port in ports {
            if let Some(number) = port.get("port").cloned() {
                removed += remove_at(port, &["targetPort"], &number);
            }
        }
    }
    removed
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_rules_are_read() {
        let read: Result<Vec<Rule>, _> = serde_yaml::from_str(include_str!("defaults.yaml"));
        assert!(read.is_ok_and(|rules| rules.len() > 5));
    }

    #[test]
    fn defaults_go_and_other_values_stay() {
        let mut object = json!({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {
        "revisionHistoryLimit": 10, "progressDeadlineSeconds": 300,
        "template": {"spec": {"dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "containers": [
            {"name": "a", "image": "r:5000/web", "imagePullPolicy": "Always", "terminationMessagePolicy": "File"},
            {"name": "b", "image": "web:1", "imagePullPolicy": "Always", "ports": [{"containerPort": 1, "protocol": "UDP"}]},
        ]}}}});
        assert_eq!(remove(&mut object), 5);
        assert_eq!(
            object["spec"],
            json!({"progressDeadlineSeconds": 300, "template": {"spec": {"containers": [
                {"name": "a", "image": "r:5000/web"},
                {"name": "b", "image": "web:1", "imagePullPolicy": "Always", "ports": [{"containerPort": 1, "protocol": "UDP"}]},
            ]}}})
        );
        let mut service = json!({"apiVersion": "v1", "kind": "Service", "spec": {"type": "ClusterIP",
            "ports": [{"port": 80, "targetPort": 80}, {"port": 81, "targetPort": "http"}]}});
        assert_eq!(remove(&mut service), 2);
    }
}
