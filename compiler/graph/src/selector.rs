//! Label selectors, and the labels that they select: looked up by the rarest label, never by comparing all pairs.

use std::cell::OnceCell;

use design_vocabulary::{Object, Value};
use foldhash::HashMap;

use crate::index::text;

/// The label that every namespace carries ("Well-Known Labels" of the Kubernetes documentation).
pub(crate) const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// A selector, taken apart once.
#[derive(Debug)]
pub(crate) struct Selector<'s> {
    labels: Vec<(&'s str, &'s str)>,
    expressions: Vec<&'s Value>,
}

impl<'s> Selector<'s> {
    /// Reads a label selector, or a plain mapping of labels.
    pub(crate) fn of(selector: &'s Object) -> Self {
        let is_structured = selector.contains_key("matchLabels") || selector.contains_key("matchExpressions");
        let labels =
            if is_structured { selector.get("matchLabels").and_then(Value::as_object) } else { Some(selector) };
        let labels = labels.into_iter().flat_map(Object::iter);
        Self {
            labels: labels.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect(),
            expressions: selector
                .get("matchExpressions")
                .and_then(Value::as_array)
                .unwrap_or_default()
                .iter()
                .collect(),
        }
    }

    /// The first label that it asks for.
    pub(crate) fn first(&self) -> Option<(&'s str, &'s str)> {
        self.labels.first().copied()
    }

    /// Whether it asks for nothing, and so selects everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.expressions.is_empty()
    }

    /// Whether something with these labels is selected.
    pub(crate) fn selects<'l>(&self, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        self.labels.iter().all(|(key, value)| label(key) == Some(value))
            && self.expressions.iter().all(|expression| holds(expression, &label))
    }

    /// For people: `app=web,tier in (a,b),!legacy`.
    pub(crate) fn shown(&self) -> String {
        let labels = self.labels.iter().map(|(key, value)| format!("{key}={value}"));
        let expressions = self.expressions.iter().map(|expression| {
            let key = text(expression, "key").unwrap_or_default();
            let values = expression.get("values").and_then(Value::as_array).unwrap_or_default();
            let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            match text(expression, "operator") {
                Some("In") => format!("{key} in ({})", values.join(",")),
                Some("NotIn") => format!("{key} notin ({})", values.join(",")),
                Some("DoesNotExist") => format!("!{key}"),
                _ => key.to_owned(),
            }
        });
        labels.chain(expressions).collect::<Vec<_>>().join(",")
    }
}

/// Whether a set-based requirement holds ("Labels and Selectors" of the Kubernetes documentation).
fn holds<'l>(expression: &Value, label: impl Fn(&str) -> Option<&'l str>) -> bool {
    let Some(key) = text(expression, "key") else { return false };
    let value = label(key);
    let listed = || {
        let values = expression.get("values").and_then(Value::as_array).unwrap_or_default();
        value.is_some_and(|value| values.iter().any(|listed| listed.as_str() == Some(value)))
    };
    match text(expression, "operator") {
        Some("In") => listed(),
        Some("NotIn") => !listed(),
        Some("Exists") => value.is_some(),
        Some("DoesNotExist") => value.is_none(),
        _ => false,
    }
}

/// Labels of things in namespaces: which of them, by number, carry a label.
#[derive(Debug, Default)]
pub(crate) struct Labels<'a> {
    /// Namespace, key and value to numbers, ascending.
    by_label: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    /// Everything of a namespace that has labels, ascending.
    by_namespace: HashMap<&'a str, Vec<usize>>,
    of: HashMap<usize, Carried<'a>>,
    /// The same without namespaces; made when somebody looks everywhere.
    anywhere: OnceCell<Anywhere<'a>>,
}

/// The labels of one thing.
#[derive(Clone, Copy, Debug)]
struct Carried<'a> {
    written: Option<&'a Object>,
    /// The value of the label that a namespace carries though nobody wrote it.
    namespace_name: Option<&'a str>,
}

#[derive(Debug, Default)]
struct Anywhere<'a> {
    by_label: HashMap<(&'a str, &'a str), Vec<usize>>,
    all: Vec<usize>,
}

impl<'a> Labels<'a> {
    /// Adds the labels of a thing.
    pub(crate) fn add(&mut self, namespace: &'a str, number: usize, labels: &'a Object) {
        self.insert(namespace, number, Carried { written: Some(labels), namespace_name: None });
    }

    /// Adds a namespace, which also carries its name as a label.
    pub(crate) fn add_namespace(&mut self, number: usize, name: &'a str, labels: Option<&'a Object>) {
        self.insert("", number, Carried { written: labels, namespace_name: Some(name) });
    }

    fn insert(&mut self, namespace: &'a str, number: usize, carried: Carried<'a>) {
        for (key, value) in carried.pairs() {
            self.by_label.entry((namespace, key, value)).or_default().push(number);
        }
        self.by_namespace.entry(namespace).or_default().push(number);
        self.of.insert(number, carried);
    }

    /// What may be selected: whatever carries the rarest label that the selector asks for, in a namespace or, with `None`,
    /// anywhere. Where it asks for no label, everything there.
    pub(crate) fn candidates<'s>(&'s self, namespace: Option<&'s str>, selector: &Selector<'s>) -> &'s [usize] {
        let with = |key: &'s str, value: &'s str| -> &'s [usize] {
            let found = match namespace {
                Some(namespace) => self.by_label.get(&(namespace, key, value)),
                None => self.anywhere().by_label.get(&(key, value)),
            };
            found.map_or(&[], Vec::as_slice)
        };
        let rarest = selector.labels.iter().map(|(key, value)| with(key, value)).min_by_key(|found| found.len());
        rarest.unwrap_or_else(|| match namespace {
            Some(namespace) => self.by_namespace.get(namespace).map_or(&[], Vec::as_slice),
            None => &self.anywhere().all,
        })
    }

    /// Whether a selector selects a thing.
    pub(crate) fn is_selected(&self, number: usize, selector: &Selector<'_>) -> bool {
        self.of.get(&number).is_some_and(|carried| selector.selects(|key| carried.label(key)))
    }

    fn anywhere(&self) -> &Anywhere<'a> {
        self.anywhere.get_or_init(|| {
            let mut anywhere = Anywhere { all: self.of.keys().copied().collect(), ..Anywhere::default() };
            anywhere.all.sort_unstable();
            for number in &anywhere.all {
                for pair in self.of.get(number).into_iter().flat_map(Carried::pairs) {
                    anywhere.by_label.entry(pair).or_default().push(*number);
                }
            }
            anywhere
        })
    }
}

impl<'a> Carried<'a> {
    fn pairs(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let written = self.written.into_iter().flat_map(Object::iter);
        let written = written.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)));
        written.filter(|(key, _)| *key != NAMESPACE_NAME).chain(self.namespace_name.map(|name| (NAMESPACE_NAME, name)))
    }

    fn label(&self, key: &str) -> Option<&'a str> {
        match self.namespace_name {
            Some(name) if key == NAMESPACE_NAME => Some(name),
            _ => self.written?.get_str(key),
        }
    }
}
