//! Fields of live objects: who owns them, and how two states of an object differ.
//!
//! A live object says in `metadata.managedFields` which manager applied which field (`fieldsV1` of the structured merge of
//! KEP-555): `f:` stands before a key, `k:` before the keys of an element of an associative list, `v:` before the value of an
//! element of a set. That tells where a list is merged and where it is replaced, without any schema.

use serde_json::{Map, Value};

use crate::request::MANAGER;

/// A difference in one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The field, such as `spec.replicas`.
    pub path: String,
    /// What it is; `None` where it is not there.
    pub from: Option<Value>,
    /// What it becomes; `None` where it goes.
    pub to: Option<Value>,
    /// The manager, other than this program, that owns the field; `None` where there is none.
    pub manager: Option<String>,
}

/// What stands in the place of a value that nobody may see.
const REDACTED: &str = "(secret)";

/// The keys by which an element of an associative list is known.
pub(crate) fn element_keys(key: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(key.strip_prefix("k:")?).ok()
}

pub(crate) fn has_keys(element: &Value, keys: &Map<String, Value>) -> bool {
    keys.iter().all(|(key, value)| element.get(key) == Some(value))
}

pub(crate) fn managers(live: &Value) -> impl Iterator<Item = &Value> {
    live.pointer("/metadata/managedFields").and_then(Value::as_array).into_iter().flatten()
}

/// Whether this program has applied a live object.
pub fn is_applied(live: &Value) -> bool {
    managers(live).any(|entry| entry.get("manager").and_then(Value::as_str) == Some(MANAGER))
}

/// What of an object the server writes by itself: no difference in it is anybody's.
const OF_THE_SERVER: [&str; 6] =
    ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"];

/// How a live object becomes another state of itself, field by field. Values of Secrets are not shown.
pub fn changes(live: &Value, after: &Value) -> Vec<Change> {
    let owners: Vec<(&str, &Value)> = managers(live)
        .filter_map(|entry| Some((entry.get("manager")?.as_str()?, entry.get("fieldsV1")?)))
        .filter(|(manager, _)| *manager != MANAGER)
        .collect();
    let mut found = Vec::new();
    compare(String::new(), Some(live), Some(after), &owners, &mut found);
    if live.get("kind").or_else(|| after.get("kind")).and_then(Value::as_str) == Some("Secret") {
        for change in &mut found {
            if ["data", "stringData"].iter().any(|field| change.path.starts_with(field)) {
                change.from = change.from.take().map(|_| Value::from(REDACTED));
                change.to = change.to.take().map(|_| Value::from(REDACTED));
            }
        }
    }
    found
}

fn compare(path: String, from: Option<&Value>, to: Option<&Value>, owners: &[(&str, &Value)], found: &mut Vec<Change>) {
    if from == to {
        return;
    }
    match (from, to) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let keys = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
            for key in keys {
                let is_outside = path.is_empty() && key == "status";
                if is_outside || (path == "metadata" && OF_THE_SERVER.contains(&key.as_str())) {
                    continue;
                }
                let inner = below(owners, |tree| tree.get(format!("f:{key}")));
                compare(joined(&path, key), before.get(key), after.get(key), &inner, found);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) if by_name(before) && by_name(after) => {
            let named =
                |elements: &[Value], name: &Value| elements.iter().position(|one| one.get("name") == Some(name));
            for (index, element) in before.iter().enumerate() {
                let Some(name) = element.get("name") else { continue };
                let other = named(after, name).and_then(|index| after.get(index));
                let inner = below(owners, |tree| of_element(tree, element));
                compare(format!("{path}[{index}]"), Some(element), other, &inner, found);
            }
            for (index, element) in after.iter().enumerate() {
                if element.get("name").is_some_and(|name| named(before, name).is_none()) {
                    compare(format!("{path}[{index}]"), None, Some(element), &[], found);
                }
            }
            let kept = |elements: &[Value], others: &[Value]| -> Vec<Value> {
                let all = elements.iter().filter_map(|element| element.get("name"));
                all.filter(|name| named(others, name).is_some()).cloned().collect()
            };
            let (from, to) = (kept(before, after), kept(after, before));
            if from != to {
                let manager = owners.first().map(|(manager, _)| (*manager).to_owned());
                found.push(Change {
                    path: format!("{path}[*].name"),
                    from: Some(from.into()),
                    to: Some(to.into()),
                    manager,
                });
            }
        }
        _ => {
            let manager = owners.first().map(|(manager, _)| (*manager).to_owned());
            found.push(Change { path, from: from.cloned(), to: to.cloned(), manager });
        }
    }
}

fn below<'a>(
    owners: &[(&'a str, &'a Value)],
    step: impl Fn(&'a Value) -> Option<&'a Value>,
) -> Vec<(&'a str, &'a Value)> {
    owners.iter().filter_map(|(manager, tree)| Some((*manager, step(tree)?))).collect()
}

/// What a tree of fields says of an element of a list.
fn of_element<'a>(tree: &'a Value, element: &Value) -> Option<&'a Value> {
    let elements = tree.as_object()?.iter();
    elements
        .into_iter()
        .find(|(key, _)| element_keys(key).is_some_and(|keys| has_keys(element, &keys)))
        .map(|(_, inner)| inner)
}

fn by_name(elements: &[Value]) -> bool {
    elements.iter().all(|element| element.get("name").is_some_and(Value::is_string))
}

fn joined(path: &str, key: &str) -> String {
    let is_plain = key.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'));
    match (path.is_empty(), is_plain) {
        (true, true) => key.to_owned(),
        (false, true) => format!("{path}.{key}"),
        (_, false) => format!("{path}[\"{key}\"]"),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    pub(crate) fn live(manager: &str) -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "web", "labels": {"app": "web"}, "resourceVersion": "7", "managedFields": [
                {"manager": MANAGER, "operation": "Apply", "apiVersion": "apps/v1", "fieldsV1": {
                    "f:metadata": {"f:labels": {"f:app": {}}},
                    "f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {
                        "k:{\"name\":\"web\"}": {".": {}, "f:name": {}, "f:image": {}}}}}}}},
                {"manager": manager, "operation": "Update", "apiVersion": "apps/v1", "fieldsV1": {
                    "f:spec": {"f:paused": {}, "f:replicas": {}}}},
            ]},
            "spec": {"replicas": 2, "paused": false, "template": {"spec": {"containers": [
                {"name": "web", "image": "web:1", "imagePullPolicy": "Always"}]}}},
            "status": {"replicas": 2},
        })
    }

    #[test]
    fn changes_name_the_field_and_its_manager_and_no_secret() {
        let mut after = live("kubectl-edit");
        after["spec"]["replicas"] = json!(5);
        after["spec"]["template"]["spec"]["containers"][0]["image"] = json!("web:2");
        after["metadata"]["resourceVersion"] = json!("8");
        let found = changes(&live("kubectl-edit"), &after);
        let paths: Vec<(&str, Option<&str>)> =
            found.iter().map(|change| (change.path.as_str(), change.manager.as_deref())).collect();
        assert_eq!(paths, [("spec.replicas", Some("kubectl-edit")), ("spec.template.spec.containers[0].image", None)]);
        // The same elements in another order are another list: containers start in it.
        let listed = |names: [&str; 2]| json!({"list": [{"name": names[0]}, {"name": names[1]}]});
        let found = changes(&listed(["a", "b"]), &listed(["b", "a"]));
        assert_eq!((found.len(), found[0].path.as_str()), (1, "list[*].name"));
        let secret = |value: &str| json!({"kind": "Secret", "data": {"a.b": value}});
        let found = changes(&secret("eA=="), &secret("eQ=="));
        assert_eq!(found[0].path, "data[\"a.b\"]");
        assert!(!format!("{found:?}").contains("eA=="));
    }
}
