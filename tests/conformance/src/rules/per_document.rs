//! `per-document`: a file that holds nothing but custom resource definitions gives one artifact a document.

use design_vocabulary::Value;

use super::Fault;
use crate::case::Subject;

/// Says nothing of files that hold something else, or that cannot be read.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Fault> {
    let Ok(documents) = &subject.input else { return Vec::new() };
    let text = |value: &Value, path: &[&str]| {
        let found = path.iter().try_fold(value, |value, key| value.get(key)).and_then(Value::as_str);
        found.unwrap_or_default().to_owned()
    };
    if documents.is_empty() || !documents.iter().all(|document| text(document, &["kind"]) == "CustomResourceDefinition")
    {
        return Vec::new();
    }
    // One without a name is no object; that a finding says so is for `count` to judge.
    let is_named =
        |value: &&Value| !text(value, &["metadata", "name"]).is_empty() && !text(value, &["apiVersion"]).is_empty();
    let expected = documents.iter().filter(is_named).count();
    let rendered: usize = subject.designs().iter().map(|design| design.manifests.len()).sum();
    if rendered == expected {
        return Vec::new();
    }
    vec![Fault::new(format!("{expected} artifacts"), rendered.to_string())]
}
