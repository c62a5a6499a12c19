//! Whether the server has to be asked what applying an object would change.
//!
//! What a live object says of who owns which field ([`crate::fields`]) settles most objects of a second apply without a
//! request. It settles only what is certain: a value that the server writes in another form than it was given, or fills up,
//! is one of the few forms below, or else a doubt.

use serde_json::{Map, Value};

use crate::fields::{element_keys, has_keys, managers};
use crate::request::MANAGER;

/// Values that the server fills into objects that it treats as one value (`x-kubernetes-map-type: atomic`, or an element of an
/// atomic list): the field that holds the object or the list, the field filled, the value. From `SetDefaults_*` of the
/// Kubernetes API's `defaults.go` files. What is owned as a whole can differ from what was applied by nothing else.
const FILLED: [(&str, &str, Filled); 9] = [
    ("fieldRef", "apiVersion", Filled::Text("v1")),
    ("resourceFieldRef", "divisor", Filled::Text("0")),
    // Of a NetworkPolicy, whose rules are lists without keys.
    ("ports", "protocol", Filled::Text("TCP")),
    ("serviceAccountToken", "expirationSeconds", Filled::Number(3600)),
    ("rules", "scope", Filled::Text("*")),
    ("volumeClaimTemplates", "apiVersion", Filled::Text("v1")),
    ("volumeClaimTemplates", "kind", Filled::Text("PersistentVolumeClaim")),
    ("spec", "volumeMode", Filled::Text("Filesystem")),
    ("volumeClaimTemplates", "status", Filled::Pending),
];

enum Filled {
    Text(&'static str),
    Number(i64),
    /// The status of a claim that nobody made yet.
    Pending,
}

impl Filled {
    fn is(&self, value: &Value) -> bool {
        match self {
            Self::Text(text) => value == text,
            Self::Number(number) => value == number,
            Self::Pending => value.as_object().is_some_and(|status| {
                status.len() == 1 && status.get("phase").and_then(Value::as_str) == Some("Pending")
            }),
        }
    }
}

/// Whether applying an object would change nothing, as far as the live object tells by itself: this program owns exactly the
/// fields of the object, and each is as the object wants it. `false` leaves a doubt, which only the server can settle.
pub fn is_settled(desired: &Value, live: &Value) -> bool {
    let version = desired.get("apiVersion");
    let entry = managers(live).find(|entry| {
        let is = |key: &str, value: &str| entry.get(key).and_then(Value::as_str) == Some(value);
        is("manager", MANAGER) && is("operation", "Apply") && entry.get("subresource").is_none()
    });
    let Some(entry) = entry.filter(|entry| entry.get("apiVersion") == version) else { return false };
    let Some(tree) = entry.get("fieldsV1").and_then(Value::as_object) else { return false };
    let mut wanted = desired.clone();
    let Some(object) = wanted.as_object_mut() else { return false };
    object.remove("apiVersion");
    object.remove("kind");
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("name");
        metadata.remove("namespace");
        if metadata.is_empty() {
            object.remove("metadata");
        }
    }
    let own = Own { is_filled: version.and_then(Value::as_str).is_some_and(is_built_in) };
    own.covers("", "", tree, &wanted, live)
}

/// Whether an API version belongs to Kubernetes itself, whose defaults are known here.
fn is_built_in(version: &str) -> bool {
    version.split_once('/').is_none_or(|(group, _)| !group.contains('.') || group.ends_with(".k8s.io"))
}

/// How what this program owns of an object is compared with what it wants.
struct Own {
    /// Whether values may be there that the server filled in.
    is_filled: bool,
}

impl Own {
    fn covers(&self, holder: &str, name: &str, tree: &Map<String, Value>, desired: &Value, live: &Value) -> bool {
        let is_leaf = tree.keys().all(|key| key == ".");
        match (desired, live) {
            _ if is_leaf => !desired.is_null() && self.is_same(holder, name, desired, live),
            (Value::Object(desired), Value::Object(live)) => {
                let owned = tree.keys().filter(|key| *key != ".");
                let is_wanted = |key: &String| key.strip_prefix("f:").is_some_and(|name| desired.contains_key(name));
                owned.into_iter().all(is_wanted)
                    && desired.iter().all(|(key, value)| {
                        let inner = tree.get(&format!("f:{key}")).and_then(Value::as_object);
                        inner.zip(live.get(key)).is_some_and(|(inner, live)| self.covers(name, key, inner, value, live))
                    })
            }
            (Value::Array(desired), Value::Array(live)) => self.covers_elements(holder, name, tree, desired, live),
            _ => false,
        }
    }

    fn covers_elements(
        &self,
        holder: &str,
        name: &str,
        tree: &Map<String, Value>,
        desired: &[Value],
        live: &[Value],
    ) -> bool {
        let owned: Vec<(&String, &Value)> = tree.iter().filter(|(key, _)| *key != ".").collect();
        if owned.len() != desired.len() {
            return false;
        }
        // Where each wanted element stands among the live ones: the order has to agree, too.
        let mut last = None;
        desired.iter().all(|element| {
            let found = owned.iter().find_map(|(key, inner)| {
                if let Some(value) = key.strip_prefix("v:") {
                    let is_it = serde_json::from_str::<Value>(value).is_ok_and(|value| value == *element);
                    let position = live.iter().position(|live| live == element).filter(|_| is_it)?;
                    return Some((position, true));
                }
                let keys = element_keys(key)?;
                let said: Vec<bool> = keys.iter().filter_map(|(key, value)| Some(element.get(key)? == value)).collect();
                if said.is_empty() || said.contains(&false) {
                    return None;
                }
                let position = live.iter().position(|live| has_keys(live, &keys))?;
                Some((position, self.covers(holder, name, inner.as_object()?, element, live.get(position)?)))
            });
            let Some((position, is_covered)) = found else { return false };
            let is_behind = last.is_none_or(|last| position > last);
            last = Some(position);
            is_behind && is_covered
        })
    }

    /// Whether a value that is owned as a whole is what was wanted of it. `name` is the nearest field around it, `holder` the
    /// one around that.
    fn is_same(&self, holder: &str, name: &str, desired: &Value, live: &Value) -> bool {
        match (desired, live) {
            _ if desired == live => true,
            (Value::Object(desired), Value::Object(live)) if self.is_filled => {
                let is_kept = |(key, value): (&String, &Value)| {
                    live.get(key).is_some_and(|live| self.is_same(name, key, value, live))
                };
                let is_filled = |(key, value): (&String, &Value)| {
                    let mut known = FILLED.iter();
                    known.any(|(holder, field, filled)| *holder == name && field == key && filled.is(value))
                };
                desired.iter().all(is_kept)
                    && live.iter().all(|entry| desired.contains_key(entry.0) || is_filled(entry))
            }
            _ if self.is_filled && OF_QUANTITIES.contains(&holder) => {
                quantity(desired).is_some_and(|desired| quantity(live) == Some(desired))
            }
            (Value::Array(desired), Value::Array(live)) => {
                let mut both = desired.iter().zip(live);
                desired.len() == live.len() && both.all(|(desired, live)| self.is_same(holder, name, desired, live))
            }
            _ => false,
        }
    }
}

/// The fields of Kubernetes' own kinds that hold quantities by name, which the server writes in their canonical form: `1000m`
/// becomes `1`.
const OF_QUANTITIES: [&str; 8] = ["limits", "requests", "capacity", "hard", "default", "defaultRequest", "max", "min"];

/// A quantity in billionths, and whether its suffix is a binary one, which it keeps; `None` for what is no quantity.
fn quantity(value: &Value) -> Option<(i128, bool)> {
    match value {
        Value::String(text) => design_vocabulary::quantity(text),
        Value::Number(number) => design_vocabulary::quantity(&number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fields::tests::live;

    fn desired(replicas: i64, image: &str) -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web"}},
            "spec": {"replicas": replicas, "template": {"spec": {"containers": [{"name": "web", "image": image}]}}},
        })
    }

    #[test]
    fn what_is_owned_and_as_wanted_is_settled_and_nothing_else() {
        assert!(is_settled(&desired(2, "web:1"), &live("x")));
        assert!(!is_settled(&desired(3, "web:1"), &live("x")));
        assert!(!is_settled(&desired(2, "web:2"), &live("x")));
        // A field less is a field that has to go; a field more is one that is not owned yet.
        let mut less = desired(2, "web:1");
        less["spec"].as_object_mut().unwrap().remove("replicas");
        assert!(!is_settled(&less, &live("x")));
        let mut more = desired(2, "web:1");
        more["spec"]["paused"] = json!(false);
        assert!(!is_settled(&more, &live("x")));
        let mut other = desired(2, "web:1");
        other["apiVersion"] = json!("apps/v2");
        assert!(!is_settled(&other, &live("x")));
    }

    #[test]
    fn what_the_server_fills_into_a_whole_value_is_no_doubt_in_its_own_kinds() {
        let wanted = |version: &str| {
            json!({"apiVersion": version, "kind": "K", "metadata": {"name": "a"}, "spec": {
                "fieldRef": {"fieldPath": "metadata.name"},
                "ingress": [{"ports": [{"port": 80}]}]}})
        };
        let live = |version: &str, protocol: &str| {
            json!({"apiVersion": version, "kind": "K", "metadata": {"name": "a", "managedFields": [
                {"manager": MANAGER, "operation": "Apply", "apiVersion": version, "fieldsV1": {"f:spec": {
                    "f:fieldRef": {}, "f:ingress": {}}}}]}, "spec": {
                "fieldRef": {"fieldPath": "metadata.name", "apiVersion": "v1"},
                "ingress": [{"ports": [{"port": 80, "protocol": protocol}]}]}})
        };
        assert!(is_settled(&wanted("networking.k8s.io/v1"), &live("networking.k8s.io/v1", "TCP")));
        assert!(!is_settled(&wanted("networking.k8s.io/v1"), &live("networking.k8s.io/v1", "UDP")));
        // Of a custom resource nobody knows its defaults here.
        assert!(!is_settled(&wanted("example.org/v1"), &live("example.org/v1", "TCP")));
    }

    #[test]
    fn a_quantity_in_another_form_is_the_same_quantity() {
        let same = |one: Value, other: Value| quantity(&one).is_some() && quantity(&one) == quantity(&other);
        assert!(same(json!("1000m"), json!("1")) && same(json!(1), json!("1")) && same(json!(0.5), json!("500m")));
        assert!(same(json!("1024Mi"), json!("1Gi")) && same(json!("1000k"), json!("1M")));
        // A number that is the same in another kind of suffix is written otherwise.
        assert!(!same(json!("1Gi"), json!("1073741824")) && !same(json!("1"), json!("2")));
        for text in ["", "m", "1e3", "-1", "1.2.3", "0.5n", "x"] {
            assert_eq!(quantity(&json!(text)), None, "{text}");
        }
    }
}
