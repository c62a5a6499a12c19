//! What a design gives for the parameters of another one that it uses.

use std::sync::Arc;

use design_syntax::{Document, NodeRef};
use design_vocabulary::{Object, Text, Value};

use crate::given::Given;
use crate::secret::{holds_marker, marked, renamed};
use crate::symbol::{Part, Symbol, Symbols};
use crate::values::{Found, Values, value};
use crate::{Assignment, Layer, Place, Problem, text_of};

/// What an entry of `uses` gives.
#[derive(Clone, Debug, Default)]
pub struct Passed {
    /// The values.
    pub layer: Layer,
    /// The same with symbols of the design that gives them.
    symbolic: Layer,
    /// The parameters that are given a secret, and where that one comes from.
    secrets: Vec<(Text, Vec<Text>)>,
    /// The parameters that are given something that has no value, which is told of already.
    without: Vec<Text>,
}

impl Passed {
    /// Reads `parameters` of an entry: `plain` with the values of the design that holds it, `symbolic` with its symbols,
    /// `node` being where it stands and `told` what was found in that design so far.
    pub fn read(
        (plain, symbolic, symbols): (&Object, Option<&Object>, &Symbols),
        (node, document): (NodeRef<'_>, &Arc<Document>),
        values: &Values,
        told: &mut Vec<Problem>,
    ) -> Self {
        let mut passed = Self::default();
        for (name, plain) in plain.iter() {
            let Some((key, node)) = node.entry(name) else { continue };
            let open = symbolic.and_then(|symbolic| symbolic.get(name)).unwrap_or(plain);
            let mut given = plain.clone();
            if let Some(path) = marked(plain).or_else(|| secret_of(symbols, open, values)) {
                match values.find(&path) {
                    Found::Value { value, .. } => given = value.clone(),
                    Found::Unset { .. } | Found::Unknown { .. } => passed.without.push(name.clone()),
                }
                passed.secrets.push((name.clone(), path));
            } else if holds_marker(plain) {
                let what = format!("the secret inside `{name}` is handed on only as the whole value of a parameter");
                told.push(Problem::SecretNotPassed { what, span: node.span() });
                passed.without.push(name.clone());
            } else if told.iter().any(|problem| node.span().contains(problem.span()))
                || is_missing(symbols, open, values)
            {
                passed.without.push(name.clone());
            }
            if passed.without.last() == Some(name) {
                // There is no value, but what stands for it is known.
                given = Value::Null;
            }
            let assignment = |value: Value| Assignment {
                path: vec![name.clone()],
                given: Given::Value(value),
                name: key.span(),
                place: Place::Node(Arc::clone(document), node.resolved().id()),
            };
            passed.layer.assignments.push(assignment(given));
            passed.symbolic.assignments.push(assignment(open.clone()));
        }
        passed
    }

    /// What is wrong with secrets between the two designs, `values` being those of the one that is used.
    pub fn secrets(&self, values: &Values) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (name, _) in self.secrets.iter().filter(|_| values.takes_any) {
            let given = self.layer.assignments.iter().find(|given| given.path.first() == Some(name));
            let what = format!(
                "a secret is handed on as the value `{name}` of a chart, whose templates could write it anywhere"
            );
            problems.extend(given.map(|given| Problem::SecretNotPassed { what, span: given.place.span() }));
        }
        for parameter in values.parameters() {
            let name = &parameter.name;
            if self.without.contains(name) && !self.secrets.iter().any(|(secret, _)| secret == name) {
                continue;
            }
            let given = self.layer.assignments.iter().find(|given| given.path.first() == Some(name));
            let is_passed = self.secrets.iter().any(|(secret, _)| secret == name);
            let what = match (parameter.is_secret, is_passed, given.is_some() || parameter.default.is_some()) {
                (true, false, true) => {
                    format!(
                        "the parameter `{name}` is secret, and its value does not come from a secret parameter here"
                    )
                }
                (false, true, _) => format!("a secret is handed on to the parameter `{name}`, which is none"),
                _ => continue,
            };
            let span = given.map_or(parameter.span, |given| given.place.span());
            problems.push(Problem::SecretNotPassed { what, span });
        }
        problems
    }

    /// The names of what is given and has no value that others may see: secrets, and what is missing.
    pub fn withheld(&self) -> Vec<Text> {
        self.secrets.iter().map(|(name, _)| name.clone()).chain(self.without.iter().cloned()).collect()
    }

    /// What is given and changes with a parameter of the design that gives it; `symbols` are that design's.
    pub fn open<'a>(&'a self, symbols: &'a Symbols) -> impl Iterator<Item = &'a Assignment> {
        self.symbolic.assignments.iter().filter(|given| given.value().is_some_and(|value| is_open(symbols, value)))
    }

    /// Whether a problem of the design that is used follows from one that is told of.
    pub fn explains(&self, problem: &Problem) -> bool {
        matches!(problem, Problem::Missing { name, .. } if self.without.contains(name))
    }

    /// A value of the design that is used, in which markers of secrets name those of the design that uses it.
    pub fn renamed(&self, value: &Value) -> Value {
        renamed(value, &self.secrets)
    }
}

/// The secret parameter that a value refers to, which may have no value yet.
fn secret_of(symbols: &Symbols, open: &Value, values: &Values) -> Option<Vec<Text>> {
    let [Part::Parameter(path)] = symbols.get(open)?.parts.as_slice() else { return None };
    values.parameter(path.first()?)?.is_secret.then(|| path.clone())
}

/// Whether a value refers to a parameter anywhere.
fn is_open(symbols: &Symbols, value: &Value) -> bool {
    match value {
        Value::String(_) => symbols.get(value).is_some(),
        Value::Array(elements) => elements.iter().any(|element| is_open(symbols, element)),
        Value::Object(object) => object.iter().any(|(_, value)| is_open(symbols, value)),
        _ => false,
    }
}

/// Whether a value is a reference to a parameter that has to be given and is not.
fn is_missing(symbols: &Symbols, open: &Value, values: &Values) -> bool {
    let Some(Symbol { value: Value::Null, parts }) = symbols.get(open) else { return false };
    parts.iter().any(|part| {
        let Part::Parameter(path) = part else { return false };
        path.first().and_then(|name| values.parameter(name)).is_some_and(|parameter| parameter.is_required)
    })
}

/// Puts what a design is given in the place of its own parameters, where these are open.
#[derive(Debug)]
pub struct Binding<'a> {
    /// What is given.
    pub passed: &'a Passed,
    /// The parameters of the design that is used.
    pub values: &'a Values,
    /// Its symbols.
    pub inner: &'a Symbols,
    /// The symbols of the design that uses it, to which those are added that are made.
    pub symbols: &'a mut Symbols,
}

impl Binding<'_> {
    /// A value with symbols of the design that uses the other one.
    pub fn bound(&mut self, value: &Value) -> Value {
        match value {
            Value::String(_) => match self.inner.get(value).cloned() {
                Some(symbol) => self.symbol(&symbol),
                None => self.passed.renamed(value),
            },
            Value::Array(elements) => elements.iter().map(|element| self.bound(element)).collect(),
            Value::Object(object) => {
                let entries = object.iter().map(|(key, value)| (key.clone(), self.bound(value)));
                Value::Object(entries.collect())
            }
            other => other.clone(),
        }
    }

    fn symbol(&mut self, symbol: &Symbol) -> Value {
        if let [Part::Parameter(path)] = symbol.parts.as_slice() {
            return self.given(path);
        }
        let plain = self.passed.renamed(&symbol.value);
        let mut parts: Vec<Part> = Vec::new();
        for part in &symbol.parts {
            let added = match part {
                Part::Text(text) => vec![Part::Text(text.clone())],
                Part::Parameter(path) => {
                    let given = self.given(path);
                    match self.symbols.get(&given) {
                        Some(symbol) => symbol.parts.clone(),
                        None => vec![Part::Text(text_of(&given).unwrap_or_default().into())],
                    }
                }
            };
            for part in added {
                match (parts.last_mut(), part) {
                    (Some(Part::Text(last)), Part::Text(text)) if !last.is_empty() => last.push_str(&text),
                    (_, part) => parts.push(part),
                }
            }
        }
        if parts.iter().any(|part| matches!(part, Part::Parameter(_))) {
            self.symbols.push(Symbol { value: plain, parts })
        } else {
            plain
        }
    }

    /// What a path of parameters of the design that is used is, in terms of the one that uses it.
    fn given(&mut self, path: &[Text]) -> Value {
        let Some((name, inside)) = path.split_first() else { return Value::Null };
        let Some(parameter) = self.values.parameter(name) else { return Value::Null };
        let assignments: Vec<&Assignment> =
            self.passed.symbolic.assignments.iter().filter(|given| given.path.first() == Some(name)).collect();
        let mut at = value(parameter, &assignments).unwrap_or_default();
        if let (Some(symbol), Some(Value::Object(_))) = (self.symbols.get(&at), &parameter.default)
            && let Found::Value { value, is_secret: false } = self.values.find(std::slice::from_ref(name))
            && *value != symbol.value
        {
            // A mapping over a default is both together, which no symbol says.
            at = value.clone();
        }
        for (depth, part) in inside.iter().enumerate() {
            if let Some(Symbol { value, parts }) = self.symbols.get(&at).cloned() {
                let rest = inside.get(depth..).unwrap_or_default();
                let [Part::Parameter(outer)] = parts.as_slice() else { return Value::Null };
                let value = rest.iter().try_fold(&value, |value, part| step(value, part)).cloned().unwrap_or_default();
                let outer = [outer.as_slice(), rest].concat();
                return self.symbols.push(Symbol { value, parts: vec![Part::Parameter(outer)] });
            }
            at = step(&at, part).cloned().unwrap_or_default();
        }
        at
    }
}

/// A field of a mapping, or an element of a list.
fn step<'a>(value: &'a Value, part: &str) -> Option<&'a Value> {
    match value {
        Value::Array(elements) => part.parse::<usize>().ok().and_then(|index| elements.get(index)),
        other => other.get(part),
    }
}
