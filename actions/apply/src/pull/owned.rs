//! An object with only the fields that somebody gave.
//!
//! `metadata.managedFields` names the manager of every field that came with a request. A field that has none was filled in by
//! the server. What only controllers set (replicas of an autoscaler, annotations of the controller of deployments, status)
//! was not given by anybody either. Of what `kubectl apply` wrote in its older way, which claims what the server filled in as
//! well, the annotation that it left says what it was given.

use serde_json::{Map, Value};

/// Managers that are parts of a cluster.
const CONTROLLERS: [&str; 6] = [
    "cloud-controller-manager",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "vpa-recommender",
];

/// The manager of `kubectl apply` without `--server-side`, and what it was given the last time.
const CLIENT_SIDE: &str = "kubectl-client-side-apply";
const LAST_APPLIED: &str = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";

/// What tells who an object is, and that it comes from a cluster.
const IDENTITY: [&str; 3] = ["name", "namespace", "uid"];

/// What somebody gave of an object. One whose managers nobody noted stays as it is.
pub fn owned(mut object: Value) -> Value {
    let entries = object.pointer("/metadata/managedFields").and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let applied: Option<Value> =
        object.pointer(LAST_APPLIED).and_then(Value::as_str).and_then(|text| serde_json::from_str(text).ok());
    let mut trees: Vec<&Map<String, Value>> = Vec::new();
    let mut has_applied = false;
    for entry in &entries {
        let manager = text(entry, "manager");
        if text(entry, "subresource") == "status" || CONTROLLERS.contains(&manager.as_str()) {
            continue;
        }
        if manager == CLIENT_SIDE && applied.is_some() {
            has_applied = true;
            continue;
        }
        trees.extend(entry.get("fieldsV1").and_then(Value::as_object));
    }
    let given = applied.filter(|_| has_applied);
    if trees.is_empty() && given.is_none() {
        return object;
    }
    let Some(fields) = object.as_object_mut() else { return object };
    let identity: Map<String, Value> = IDENTITY
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), fields.get("metadata")?.get(*key)?.clone())))
        .collect();
    let heads: Vec<(String, Value)> =
        ["apiVersion", "kind"].iter().filter_map(|key| Some(((*key).to_owned(), fields.get(*key)?.clone()))).collect();
    // Who gave `stringData` is noted as its manager, and the server made `data` of it.
    let is_secret = fields.get("kind").and_then(Value::as_str) == Some("Secret");
    let data = fields.get("data").filter(|_| is_secret).cloned();
    let mut kept = kept(&Value::Object(std::mem::take(fields)), &trees, given.as_ref()).unwrap_or_default();
    if !kept.is_object() {
        kept = Value::Object(Map::new());
    }
    if let Some(kept) = kept.as_object_mut() {
        kept.extend(heads);
        kept.extend(data.map(|data| ("data".to_owned(), data)));
        let metadata = kept.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
        if let Some(metadata) = metadata.as_object_mut() {
            metadata.extend(identity);
        }
    }
    kept
}

/// What of a value the trees of its managers name, or what was applied has. `None` where nothing is left.
fn kept(value: &Value, trees: &[&Map<String, Value>], given: Option<&Value>) -> Option<Value> {
    if trees.iter().any(|tree| tree.keys().all(|key| key == ".")) && !is_open(value, trees) {
        return Some(value.clone());
    }
    match value {
        Value::Object(fields) => {
            let mut left = Map::new();
            for (key, value) in fields {
                let name = format!("f:{key}");
                let inner: Vec<&Map<String, Value>> =
                    trees.iter().filter_map(|tree| tree.get(&name)?.as_object()).collect();
                let given = given.and_then(|given| given.get(key));
                if inner.is_empty() && given.is_none() {
                    continue;
                }
                left.extend(kept(value, &inner, given).map(|value| (key.clone(), value)));
            }
            (!left.is_empty() || trees.iter().any(|tree| tree.contains_key(".")) || given.is_some())
                .then_some(Value::Object(left))
        }
        Value::Array(elements) => {
            let given = given.and_then(Value::as_array);
            let mut left = Vec::new();
            for (index, element) in elements.iter().enumerate() {
                let inner: Vec<&Map<String, Value>> =
                    trees.iter().filter_map(|tree| of_element(tree, element)).collect();
                let given = given.and_then(|given| given_element(given, element, index, elements.len()));
                if inner.is_empty() && given.is_none() {
                    continue;
                }
                left.extend(kept(element, &inner, given));
            }
            (!left.is_empty() || given.is_some()).then_some(Value::Array(left))
        }
        scalar => Some(scalar.clone()),
    }
}

/// Whether a manager names single fields of a value, while another one only says that it is there.
fn is_open(value: &Value, trees: &[&Map<String, Value>]) -> bool {
    (value.is_object() || value.is_array()) && trees.iter().any(|tree| tree.keys().any(|key| key != "."))
}

/// What a tree says of an element: by its keys, or by its value where the list is a set.
fn of_element<'a>(tree: &'a Map<String, Value>, element: &Value) -> Option<&'a Map<String, Value>> {
    tree.iter()
        .find(|(key, _)| {
            if let Some(keys) = key.strip_prefix("k:") {
                let keys = serde_json::from_str::<Map<String, Value>>(keys).unwrap_or_default();
                return !keys.is_empty() && keys.iter().all(|(key, value)| element.get(key) == Some(value));
            }
            key.strip_prefix("v:")
                .is_some_and(|value| serde_json::from_str::<Value>(value).is_ok_and(|it| it == *element))
        })
        .and_then(|(_, inner)| inner.as_object())
}

/// The element that `kubectl apply` was given for a live one: that of the same name, or that in the same place where both
/// lists are as long.
fn given_element<'a>(given: &'a [Value], element: &Value, index: usize, count: usize) -> Option<&'a Value> {
    let keys = ["name", "mountPath", "containerPort", "port", "ip", "key", "topologyKey"];
    let same = |other: &&Value| {
        keys.iter().find_map(|key| Some(element.get(key)? == other.get(key)?)).unwrap_or(*other == element)
    };
    given.iter().find(same).or_else(|| given.get(index).filter(|_| given.len() == count))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn live(entries: &Value) -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "shop", "uid": "1", "generation": 2, "managedFields": entries,
                "annotations": {"deployment.kubernetes.io/revision": "1"}},
            "spec": {"replicas": 3, "revisionHistoryLimit": 10, "template": {"spec": {"volumes": [{"name": "tmp", "emptyDir": {}}],
                "containers": [{"name": "web", "image": "web:1", "ports": [{"containerPort": 80, "protocol": "TCP"}],
                    "imagePullPolicy": "Always"}]}}},
            "status": {"replicas": 3},
        })
    }

    #[test]
    fn only_what_a_manager_gave_is_left() {
        let container = json!({".": {}, "f:name": {}, "f:image": {},
            "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}}});
        let entries = json!([
            {"manager": "somebody", "operation": "Apply", "fieldsV1": {"f:spec": {"f:template": {"f:spec": {
                "f:volumes": {"k:{\"name\":\"tmp\"}": {".": {}, "f:name": {}, "f:emptyDir": {}}},
                "f:containers": {"k:{\"name\":\"web\"}": container}}}}}},
            {"manager": "kube-controller-manager", "operation": "Update", "subresource": "scale",
                "fieldsV1": {"f:spec": {"f:replicas": {}}}},
            {"manager": "kube-controller-manager", "operation": "Update", "fieldsV1": {"f:metadata": {"f:annotations": {
                ".": {}, "f:deployment.kubernetes.io/revision": {}}}}},
        ]);
        assert_eq!(
            owned(live(&entries)),
            json!({
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": {"name": "web", "namespace": "shop", "uid": "1"},
                "spec": {"template": {"spec": {"volumes": [{"name": "tmp", "emptyDir": {}}],
                    "containers": [{"name": "web", "image": "web:1", "ports": [{"containerPort": 80}]}]}}},
            })
        );
    }

    #[test]
    fn what_kubectl_was_given_counts_and_not_what_it_claims() {
        let entries = json!([{"manager": CLIENT_SIDE, "operation": "Update", "fieldsV1": {"f:spec": {"f:replicas": {},
            "f:revisionHistoryLimit": {}, "f:template": {}}}}]);
        let mut live = live(&entries);
        let given =
            json!({"spec": {"replicas": 2, "template": {"spec": {"containers": [{"image": "web:0", "name": "web"}]}}}});
        live["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] = given.to_string().into();
        let found = owned(live);
        // The live value counts, of the fields that were given.
        assert_eq!(
            found["spec"],
            json!({"replicas": 3, "template": {"spec": {"containers": [{"name": "web", "image": "web:1"}]}}})
        );
    }

    #[test]
    fn the_values_of_a_secret_come_however_they_were_given() {
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "data": {"a": "eA=="}, "metadata": {"name": "s",
            "managedFields": [{"manager": "somebody", "operation": "Apply", "fieldsV1": {"f:stringData": {"f:a": {}}}}]}});
        assert_eq!(owned(secret)["data"], json!({"a": "eA=="}));
    }

    #[test]
    fn an_object_without_managers_stays_as_it_is() {
        let object = live(&json!([]));
        assert_eq!(owned(object.clone()), object);
    }
}
