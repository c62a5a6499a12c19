//! A constraint: to which objects it applies, and how much it weighs.

use std::collections::HashMap;

use regorus::Value;

use crate::engine::{at, elements_at, text_at};
use crate::gatekeeper::review::{Review, namespace};
use crate::task::{Subject, Weight};

/// A constraint.
#[derive(Debug)]
pub(crate) struct Constraint<'a> {
    /// Its kind, which a template makes.
    pub kind: &'a str,
    /// Its position among Gatekeeper's documents.
    pub index: usize,
    document: &'a Value,
}

/// The labels of the namespaces that the input has.
#[derive(Debug)]
pub(crate) struct Namespaces<'a>(HashMap<&'a str, &'a Value>);

impl<'a> Namespaces<'a> {
    /// The namespaces among objects.
    pub fn of(objects: &'a [Subject<Value>]) -> Self {
        let is_namespace = |object: &Value| text_at(object, &["kind"]) == "Namespace";
        let objects = objects.iter().map(|subject| &subject.object).filter(|object| is_namespace(object));
        Self(objects.map(|object| (text_at(object, &["metadata", "name"]), object)).collect())
    }
}

impl<'a> Constraint<'a> {
    /// Reads a constraint.
    pub fn read(document: &'a Value, index: usize) -> Self {
        Self { kind: text_at(document, &["kind"]), index, document }
    }

    /// Kind and name.
    pub fn name(&self) -> String {
        format!("{}/{}", self.kind, text_at(self.document, &["metadata", "name"]))
    }

    /// `spec.parameters`, or an empty object.
    pub fn parameters(&self) -> Value {
        at(self.document, &["spec", "parameters"]).cloned().unwrap_or_else(Value::new_object)
    }

    /// How much its results weigh, by `enforcementAction`; of several scoped actions the strongest counts. `None` where
    /// it is scoped to nothing. An action that Gatekeeper does not have is an error, in words.
    pub fn weight(&self) -> Result<Option<Weight>, String> {
        let weight = |action: &str| match action {
            "" | "deny" => Ok(Weight::Denied),
            "warn" => Ok(Weight::Warned),
            "dryrun" => Ok(Weight::Noted),
            other => Err(format!("the enforcement action `{other}` of `{}` is not supported", self.name())),
        };
        match text_at(self.document, &["spec", "enforcementAction"]) {
            "scoped" => {
                let actions = elements_at(self.document, &["spec", "scopedEnforcementActions"]);
                let weights: Result<Vec<Weight>, String> =
                    actions.iter().map(|action| weight(text_at(action, &["action"]))).collect();
                let weights = weights?;
                let order = [Weight::Denied, Weight::Warned, Weight::Noted];
                Ok(order.into_iter().find(|weight| weights.contains(weight)))
            }
            action => weight(action).map(Some),
        }
    }

    /// Whether the constraint applies to the object of a request. Criteria that are absent hold.
    pub fn matches(&self, review: &Review, namespaces: &Namespaces<'_>) -> bool {
        let empty = Value::new_object();
        let wanted = at(self.document, &["spec", "match"]).unwrap_or(&empty);
        let request = &review.value;
        // A request to delete holds only the old object.
        let body = at(request, &["object"]).or_else(|| at(request, &["oldObject"])).unwrap_or(&empty);
        let kind = (text_at(request, &["kind", "group"]), text_at(request, &["kind", "kind"]));
        let is_namespace = kind == ("", "Namespace");
        let name = text_at(body, &["metadata", "name"]);
        // A namespace is inside itself, as Gatekeeper sees it; other objects of the cluster are in none.
        let inside = match (is_namespace, review.is_namespaced) {
            (true, _) => Some(name),
            (false, true) => Some(namespace(body)),
            (false, false) => None,
        };
        let is_listed = |key: &str| {
            let globs = elements_at(wanted, &[key]);
            inside.is_some_and(|inside| globs.iter().any(|glob| is_like(glob, inside)))
        };
        let scope = match text_at(wanted, &["scope"]) {
            "Namespaced" => review.is_namespaced,
            "Cluster" => !review.is_namespaced,
            _ => true,
        };
        let source = text_at(wanted, &["source"]) != "Generated";
        scope
            && source
            && matches_kinds(wanted, kind)
            && at(wanted, &["name"]).is_none_or(|glob| is_like(glob, name))
            && (at(wanted, &["namespaces"]).is_none() || is_listed("namespaces"))
            && !is_listed("excludedNamespaces")
            && at(wanted, &["labelSelector"]).is_none_or(|selector| selects(selector, labels(body)))
            && at(wanted, &["namespaceSelector"]).is_none_or(|selector| match inside {
                None => true,
                Some(_) if is_namespace => selects(selector, labels(body)),
                // The labels of a namespace that is not here are not known, and what is not known lets nothing pass.
                Some(inside) => namespaces.0.get(inside).is_none_or(|namespace| selects(selector, labels(namespace))),
            })
    }
}

fn matches_kinds(wanted: &Value, (group, kind): (&str, &str)) -> bool {
    let Some(lists) = at(wanted, &["kinds"]) else { return true };
    let lists = crate::engine::elements(lists).unwrap_or_default();
    let has = |list: &Value, key: &str, value: &str| {
        let values = elements_at(list, &[key]);
        values.is_empty() || values.iter().any(|one| one.as_string().is_ok_and(|one| &**one == "*" || &**one == value))
    };
    lists.is_empty() || lists.iter().any(|list| has(list, "apiGroups", group) && has(list, "kinds", kind))
}

/// Whether a name is what a glob says, which may begin or end in `*`.
fn is_like(glob: &Value, name: &str) -> bool {
    let Ok(glob) = glob.as_string() else { return false };
    match (glob.strip_prefix('*'), glob.strip_suffix('*')) {
        (Some(_), Some(_)) => name.contains(glob.trim_matches('*')),
        (Some(end), None) => name.ends_with(end),
        (None, Some(start)) => name.starts_with(start),
        (None, None) => &**glob == name,
    }
}

fn labels(object: &Value) -> &Value {
    at(object, &["metadata", "labels"]).unwrap_or(&Value::Undefined)
}

/// Whether a label selector selects an object with these labels.
fn selects(selector: &Value, labels: &Value) -> bool {
    let label = |key: &str| at(labels, &[key]).and_then(|value| value.as_string().ok());
    let exact = at(selector, &["matchLabels"]).and_then(|wanted| wanted.as_object().ok()).is_none_or(|wanted| {
        wanted.iter().all(|(key, value)| key.as_string().is_ok_and(|key| label(key) == value.as_string().ok()))
    });
    exact
        && elements_at(selector, &["matchExpressions"]).into_iter().all(|expression| {
            let value = label(text_at(expression, &["key"]));
            let values = elements_at(expression, &["values"]);
            let is_among = value.is_some_and(|value| values.iter().any(|one| one.as_string().ok() == Some(value)));
            match text_at(expression, &["operator"]) {
                "In" => is_among,
                "NotIn" => !is_among,
                "Exists" => value.is_some(),
                "DoesNotExist" => value.is_none(),
                // What is not understood lets nothing pass.
                _ => true,
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gatekeeper::review;

    fn applies(wanted: &str, object: &str, is_namespaced: bool) -> bool {
        let subject = |object: &str, is_namespaced| Subject {
            object: serde_json::from_str(object).unwrap(),
            id: String::new(),
            is_namespaced,
        };
        let namespace = r#"{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"shop","labels":{"team":"a"}}}"#;
        let objects = [subject(object, is_namespaced), subject(namespace, false)];
        let document: Value = serde_json::from_str(&format!(r#"{{"spec":{{"match":{wanted}}}}}"#)).unwrap();
        let review = review::of(&objects[0]);
        Constraint::read(&document, 0).matches(&review, &Namespaces::of(&objects))
    }

    #[test]
    fn each_criterion_says_yes_and_no() {
        let pod =
            r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1","namespace":"shop","labels":{"app":"web"}}}"#;
        let role = r#"{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"r"}}"#;
        let bare = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"}}"#;
        let elsewhere = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"unknown"}}"#;
        for (wanted, object, is_namespaced, expected) in [
            ("{}", pod, true, true),
            (r#"{"kinds":[{"apiGroups":[""],"kinds":["Pod"]}]}"#, pod, true, true),
            (r#"{"kinds":[{"apiGroups":["apps"],"kinds":["*"]}]}"#, pod, true, false),
            (r#"{"kinds":[{"apiGroups":["*"],"kinds":["Service"]}]}"#, pod, true, false),
            (r#"{"namespaces":["shop"]}"#, pod, true, true),
            (r#"{"namespaces":["sh*"]}"#, pod, true, true),
            (r#"{"namespaces":["*op"]}"#, pod, true, true),
            (r#"{"namespaces":["other"]}"#, pod, true, false),
            (r#"{"namespaces":["default"]}"#, bare, true, true),
            (r#"{"namespaces":["shop"]}"#, role, false, false),
            (r#"{"excludedNamespaces":["sh*"]}"#, pod, true, false),
            (r#"{"excludedNamespaces":["sh*"]}"#, role, false, true),
            (r#"{"scope":"Cluster"}"#, pod, true, false),
            (r#"{"scope":"Namespaced"}"#, role, false, false),
            (r#"{"name":"web-*"}"#, pod, true, true),
            (r#"{"name":"api-*"}"#, pod, true, false),
            (r#"{"source":"Generated"}"#, pod, true, false),
            (r#"{"labelSelector":{"matchLabels":{"app":"web"}}}"#, pod, true, true),
            (r#"{"labelSelector":{"matchLabels":{"app":"db"}}}"#, pod, true, false),
            (r#"{"labelSelector":{"matchLabels":{"app":"web"}}}"#, bare, true, false),
            (
                r#"{"labelSelector":{"matchExpressions":[{"key":"app","operator":"NotIn","values":["web"]}]}}"#,
                pod,
                true,
                false,
            ),
            (r#"{"labelSelector":{"matchExpressions":[{"key":"app","operator":"DoesNotExist"}]}}"#, bare, true, true),
            (r#"{"namespaceSelector":{"matchLabels":{"team":"a"}}}"#, pod, true, true),
            (r#"{"namespaceSelector":{"matchLabels":{"team":"b"}}}"#, pod, true, false),
            (r#"{"namespaceSelector":{"matchLabels":{"team":"b"}}}"#, role, false, true),
            (r#"{"namespaceSelector":{"matchLabels":{"team":"b"}}}"#, elsewhere, true, true),
        ] {
            assert_eq!(applies(wanted, object, is_namespaced), expected, "{wanted} {object}");
        }
    }
}
