//! Which objects a patch or replacement is for: by kind, name and namespace, each an expression for the whole text, and by
//! labels and annotations.

use design_vocabulary::Text;
use regex::Regex;

use crate::cursor::{Cursor, Store};
use crate::resource::{Gvk, Id, Resource};

/// A pattern for a whole text; without one anything matches.
#[derive(Clone, Debug)]
enum Pattern {
    Any,
    /// A text without characters that mean something in an expression.
    Exactly(Text),
    Expression(Box<Regex>),
}

impl Pattern {
    fn new(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self::Any);
        }
        if text.chars().all(|character| character.is_alphanumeric() || character == '-' || character == '_') {
            return Ok(Self::Exactly(text.into()));
        }
        let expression = Regex::new(&format!("^(?:{text})$"));
        expression
            .map(|expression| Self::Expression(Box::new(expression)))
            .map_err(|_| format!("`{text}` is no regular expression"))
    }

    fn takes(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exactly(wanted) => wanted == text,
            Self::Expression(expression) => expression.is_match(text),
        }
    }
}

/// A selector of objects.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    group: Pattern,
    version: Pattern,
    kind: Pattern,
    name: Pattern,
    namespace: Pattern,
    labels: Vec<Requirement>,
    annotations: Vec<Requirement>,
    /// Whether it says nothing of the identity.
    names_nothing: bool,
}

impl Selector {
    /// The keys of a selector.
    pub const KEYS: &[&str] =
        &["group", "version", "kind", "apiVersion", "name", "namespace", "labelSelector", "annotationSelector"];

    /// Reads a selector. It fails with a sentence where an expression cannot be read.
    pub fn read(cursor: &Cursor, store: &Store) -> Result<Self, String> {
        let text = |key: &str| cursor.get(store, key).and_then(|value| value.text()).unwrap_or_default();
        let keys = ["group", "version", "kind", "name", "namespace"];
        Ok(Self {
            group: Pattern::new(&text("group"))?,
            version: Pattern::new(&text("version"))?,
            kind: Pattern::new(&text("kind"))?,
            name: Pattern::new(&text("name"))?,
            namespace: Pattern::new(&text("namespace"))?,
            labels: requirements(&text("labelSelector"))?,
            annotations: requirements(&text("annotationSelector"))?,
            names_nothing: keys.iter().all(|key| text(key).is_empty()),
        })
    }

    /// The only name that it takes, where that is known without looking at objects.
    pub fn only_name(&self) -> Option<&Text> {
        match &self.name {
            Pattern::Exactly(name) => Some(name),
            _ => None,
        }
    }

    fn takes_gvk(&self, gvk: &Gvk) -> bool {
        self.group.takes(&gvk.group) && self.version.takes(&gvk.version) && self.kind.takes(&gvk.kind)
    }

    /// Whether labels and annotations are as wanted.
    pub fn takes_labels(&self, resource: &Resource) -> bool {
        let fits = |requirements: &[Requirement], key: &str| {
            requirements.iter().all(|requirement| requirement.holds(resource, key))
        };
        fits(&self.labels, "labels") && fits(&self.annotations, "annotations")
    }

    /// Whether anything is said of labels or annotations.
    pub fn names_labels(&self) -> bool {
        !self.labels.is_empty() || !self.annotations.is_empty()
    }

    /// Whether it says nothing of kind, name and namespace.
    pub fn names_nothing(&self) -> bool {
        self.names_nothing
    }

    /// Whether it takes an object as the target of a patch: by its first or its present name and namespace.
    pub fn takes_target(&self, resource: &Resource) -> bool {
        let id = resource.id();
        if !self.takes_gvk(&id.gvk) {
            return false;
        }
        let original = resource.original_id();
        let namespace = |id: &Id| self.namespace.takes(crate::shown_namespace(&id.namespace));
        (namespace(&original) || namespace(&id))
            && (self.name.takes(&original.name) || self.name.takes(&id.name))
            && self.takes_labels(resource)
    }

    /// Whether it takes an identity that an object has or had, with the namespace as written.
    pub fn takes_identity(&self, gvk: &Gvk, name: &str, namespace: &str) -> bool {
        self.takes_gvk(gvk) && self.name.takes(name) && self.namespace.takes(namespace)
    }
}

/// One part of a label selector.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: Text,
    operator: Operator,
    values: Vec<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    Absent,
    Greater,
    Less,
}

impl Requirement {
    fn holds(&self, resource: &Resource, map: &str) -> bool {
        let value = resource.texts(map).find(|(key, _)| **key == self.key).map(|(_, value)| value);
        let number = |text: &Text| text.parse::<i64>().ok();
        let compared = |fits: fn(&i64, &i64) -> bool| {
            let limit = self.values.first().and_then(number);
            value.as_ref().and_then(number).zip(limit).is_some_and(|(value, limit)| fits(&value, &limit))
        };
        match self.operator {
            Operator::In => value.as_ref().is_some_and(|value| self.values.contains(value)),
            Operator::NotIn => value.as_ref().is_none_or(|value| !self.values.contains(value)),
            Operator::Exists => value.is_some(),
            Operator::Absent => value.is_none(),
            Operator::Greater => compared(|value, limit| value > limit),
            Operator::Less => compared(|value, limit| value < limit),
        }
    }
}

/// Reads the syntax of `kubectl get -l`: `a=b, c!=d, e in (f, g), h notin (i), j, !k, l > 1`.
fn requirements(text: &str) -> Result<Vec<Requirement>, String> {
    let mut parts: Vec<String> = vec![String::new()];
    let mut depth = 0_usize;
    for character in text.chars() {
        match character {
            ',' if depth == 0 => parts.push(String::new()),
            _ => {
                depth = match character {
                    '(' => depth + 1,
                    ')' => depth.saturating_sub(1),
                    _ => depth,
                };
                if let Some(last) = parts.last_mut() {
                    last.push(character);
                }
            }
        }
    }
    let parts = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
    parts.map(|part| requirement(part).ok_or_else(|| format!("`{part}` is no part of a label selector"))).collect()
}

fn requirement(part: &str) -> Option<Requirement> {
    let of = |key: &str, operator, values: Vec<Text>| {
        let key = key.trim();
        let plain = !key.is_empty() && !key.contains(|character: char| character.is_whitespace() || character == '(');
        plain.then(|| Requirement { key: key.into(), operator, values })
    };
    let one = |value: &str| vec![Text::from(value.trim())];
    if let Some((key, set)) = part.strip_suffix(')').and_then(|part| part.split_once('(')) {
        let values = set.split(',').map(|value| Text::from(value.trim())).collect();
        let (key, operator) = match key.trim().rsplit_once(char::is_whitespace)? {
            (key, "in") => (key, Operator::In),
            (key, "notin") => (key, Operator::NotIn),
            _ => return None,
        };
        return of(key, operator, values);
    }
    if let Some((key, value)) = part.split_once("!=") {
        return of(key, Operator::NotIn, one(value));
    }
    if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
        return of(key, Operator::In, one(value));
    }
    if let Some((key, value)) = part.split_once('>') {
        return of(key, Operator::Greater, one(value));
    }
    if let Some((key, value)) = part.split_once('<') {
        return of(key, Operator::Less, one(value));
    }
    match part.strip_prefix('!') {
        Some(key) => of(key, Operator::Absent, Vec::new()),
        None => of(part, Operator::Exists, Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use design_source::{Trace, Written};
    use design_vocabulary::{Object, Value};

    use super::*;

    #[test]
    fn label_selectors_are_those_of_kubectl() {
        let labels: Object = [("a", Value::from("b")), ("n", Value::from("3"))].into_iter().collect();
        let metadata: Object = [("labels", Value::from(labels))].into_iter().collect();
        let object: Object = [("metadata", Value::from(metadata))].into_iter().collect();
        let resource = Resource::new(object, Written::root(0), Trace::default());
        for (text, holds) in [
            ("a=b", true),
            ("a == b,n=3", true),
            ("a!=b", false),
            ("x!=b", true),
            ("a in (b, c)", true),
            ("a notin (b)", false),
            ("a", true),
            ("!a", false),
            ("!x", true),
            ("n>2", true),
            ("n < 3", false),
            ("", true),
        ] {
            let requirements = requirements(text).unwrap();
            assert_eq!(requirements.iter().all(|part| part.holds(&resource, "labels")), holds, "{text}");
        }
        assert!(requirements("a b c").is_err() && requirements("a (b)").is_err());
    }
}
