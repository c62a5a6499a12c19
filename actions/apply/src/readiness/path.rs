//! Paths into objects, as the rules write them: `status.parents[*].conditions`, `metadata.labels["example.com/x"]`.

use serde_json::Value;

/// A path from the object, or from an element of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    text: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// A key of an object.
    Key(String),
    /// Every element of a list, or every value of an object.
    Each,
}

impl Path {
    /// Reads a path; an error says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut steps = Vec::new();
        let mut rest = text.strip_prefix('.').unwrap_or(text);
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("[*]") {
                steps.push(Step::Each);
                rest = after;
            } else if let Some(after) = rest.strip_prefix("[\"") {
                let (key, after) = after.split_once("\"]").ok_or_else(|| format!("`{text}` lacks `\"]`"))?;
                steps.push(Step::Key(key.to_owned()));
                rest = after;
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                if end == 0 {
                    return Err(format!("`{text}` has an empty step"));
                }
                steps.push(Step::Key(rest[..end].to_owned()));
                rest = &rest[end..];
            }
            if let Some(after) = rest.strip_prefix('.') {
                if after.is_empty() {
                    return Err(format!("`{text}` ends in a dot"));
                }
                rest = after;
            }
        }
        Ok(Self { text: text.to_owned(), steps })
    }

    /// As it was written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What lies where it leads; `null` counts as nothing. For every element that lacks the rest there is a `None`.
    pub(super) fn find<'a>(&self, from: &'a Value) -> Vec<Option<&'a Value>> {
        let mut found = vec![Some(from)];
        for step in &self.steps {
            found = match step {
                Step::Key(key) => found
                    .into_iter()
                    .map(|value| value.and_then(|value| value.get(key)).filter(|value| !value.is_null()))
                    .collect(),
                Step::Each => {
                    let elements = found.into_iter().flatten().flat_map(|value| match value {
                        Value::Array(list) => list.iter().collect(),
                        Value::Object(map) => map.values().collect(),
                        _ => Vec::new(),
                    });
                    elements.map(Some).collect()
                }
            };
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(path: &str, object: &Value) -> Vec<Option<Value>> {
        Path::parse(path).unwrap().find(object).into_iter().map(Option::<&Value>::cloned).collect()
    }

    #[test]
    fn a_path_leads_through_keys_and_lists() {
        let object = json!({"a": {"b": [{"c": 1}, {"d": 2}], "x.y/z": "t", "n": null}});
        assert_eq!(found("a.b[*].c", &object), [Some(json!(1)), None]);
        assert_eq!(found("a[\"x.y/z\"]", &object), [Some(json!("t"))]);
        assert_eq!(found("a.n", &object), [None]);
        assert_eq!(found("a.q.r", &object), [None]);
        assert!(found("a.q[*].r", &object).is_empty());
        assert!(Path::parse("a..b").is_err());
        assert!(Path::parse("a[\"b").is_err());
    }
}
