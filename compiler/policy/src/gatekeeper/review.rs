//! What a policy of Gatekeeper is asked about: a request to create the object.

use regorus::Value;

use crate::engine::{at, object, text_at};
use crate::task::Subject;

/// A request.
#[derive(Debug)]
pub(crate) struct Review {
    /// The request as `input.review`.
    pub value: Value,
    /// Whether its object lives in a namespace.
    pub is_namespaced: bool,
}

/// The request for an object. An `AdmissionReview`, as a test may hold one, is a request already.
pub(crate) fn of(subject: &Subject<Value>) -> Review {
    let value = &subject.object;
    let api_version = text_at(value, &["apiVersion"]);
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    if let Some(request) = at(value, &["request"]).filter(|_| group == "admission.k8s.io") {
        let is_namespaced = !text_at(request, &["namespace"]).is_empty();
        return Review { value: request.clone(), is_namespaced };
    }
    let kind = object([
        ("group", Value::from(group)),
        ("version", Value::from(version)),
        ("kind", Value::from(text_at(value, &["kind"]))),
    ]);
    let mut fields = vec![
        ("kind", kind),
        ("name", Value::from(text_at(value, &["metadata", "name"]))),
        ("operation", Value::from("CREATE")),
        ("object", value.clone()),
    ];
    if subject.is_namespaced {
        fields.push(("namespace", Value::from(namespace(value))));
    }
    Review { value: object(fields), is_namespaced: subject.is_namespaced }
}

/// The namespace of an object that lives in one: where it says none, the one that kubectl takes.
pub(crate) fn namespace(object: &Value) -> &str {
    match text_at(object, &["metadata", "namespace"]) {
        "" => "default",
        namespace => namespace,
    }
}
