//! The engine: modules in, values of rules out. Only the interpreter is used; the virtual machine of the same library
//! answers some constructs wrongly.

use std::collections::BTreeMap;

use regorus::{Engine, Value};

use crate::nesting;
use crate::rewrite;
use crate::task::{Announcement, Fault, FaultKind, Listener, Origin};

/// A text with the place that its faults are reported at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    /// What it says.
    pub content: &'a str,
    /// Its first line.
    pub origin: Origin,
    /// How it is to be read.
    pub syntax: Syntax,
}

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// As Rego of either version, the newer one first.
    Either,
    /// As the older Rego.
    Older,
    /// As the newer Rego.
    Newer,
    /// As what [`rewrite::rewrite`] made of the newer Rego when the program was built.
    Ours,
}

/// A rule that gives results.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// Its name, such as `deny`.
    pub name: String,
    /// The path that evaluates it.
    pub path: String,
    /// Where it stands first.
    pub origin: Origin,
}

/// Modules that were read together. A clone costs next to nothing: each thread has its own.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    engine: Engine,
    origins: Vec<Origin>,
}

impl Program {
    /// Reads modules. A text that is no module is a fault, and the others are read all the same.
    pub fn read(texts: &[Text<'_>], listener: Option<Listener<'_>>, faults: &mut Vec<Fault>) -> Self {
        let mut program = Self { engine: Engine::new(), origins: texts.iter().map(|text| text.origin).collect() };
        for (index, text) in texts.iter().enumerate() {
            if let Some(line) = nesting::too_deep(text.content) {
                let origin = at_line(text.origin, line);
                let message = format!("brackets are more than {} levels deep", nesting::LIMIT);
                faults.push(Fault::new(FaultKind::Limit, origin, message));
                continue;
            }
            if let Some(listener) = listener {
                listener(&Announcement { origin: text.origin, rule: String::new(), object: None });
            }
            if let Err(error) = program.add(index, text) {
                faults.push(program.fault(FaultKind::Compile, text.origin, &error));
            }
        }
        program
    }

    fn add(&mut self, index: usize, text: &Text<'_>) -> Result<(), String> {
        let name = index.to_string();
        let content = match text.syntax {
            Syntax::Ours => text.content.to_owned(),
            _ => rewrite::rewrite(text.content),
        };
        let mut read = |is_older| {
            self.engine.set_rego_v0(is_older);
            self.engine.add_policy(name.clone(), content.clone()).map(drop).map_err(|error| error.to_string())
        };
        match text.syntax {
            Syntax::Older => read(true),
            // What neither syntax has is reported in the words of the newer one, unless only the older was tried before.
            Syntax::Either => read(false).or_else(|error| read(true).map_err(|_| error)),
            Syntax::Newer | Syntax::Ours => read(false),
        }
    }

    /// Readies the modules and the data for evaluation, once for all clones that are made afterwards.
    pub fn prepare(&mut self) {
        // The engine readies itself before it answers any query. What is wrong shows again where a rule is evaluated.
        let _ = self.engine.eval_query("true".to_owned(), false);
    }

    /// Adds a document below `data`; a contradiction to an earlier one is an error, in words.
    pub fn add_data(&mut self, folders: &[String], value: Value) -> Result<(), String> {
        let value = folders.iter().rev().fold(value, |inner, folder| object([(folder.as_str(), inner)]));
        self.engine.add_data(value).map_err(|error| message_of(&error.to_string()))
    }

    /// The packages, without `data.`, each once, in the order of the modules.
    pub fn packages(&self) -> Vec<String> {
        let mut packages: Vec<String> = Vec::new();
        for package in self.engine.get_packages().unwrap_or_default() {
            let package = package.trim_start_matches("data.").to_owned();
            if !packages.contains(&package) {
                packages.push(package);
            }
        }
        packages
    }

    /// The rules of a package whose names are wanted, each once, in their order.
    pub fn rules(&mut self, package: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<Rule> {
        let packages = self.engine.get_packages().unwrap_or_default();
        let mut rules: Vec<Rule> = Vec::new();
        for (module, of_module) in self.engine.get_modules().iter().zip(packages) {
            if of_module.trim_start_matches("data.") != package {
                continue;
            }
            for rule in &module.policy {
                let span = rule.span();
                let text = span.text().trim_start_matches("default").trim_start();
                let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
                let name = &text[..end.unwrap_or(text.len())];
                if is_wanted(name) && !rules.iter().any(|rule| rule.name == name) {
                    let index: usize = span.source.get_path().parse().unwrap_or(usize::MAX);
                    let first = self.origins.get(index).copied().unwrap_or(Origin::Everything);
                    let path = format!("data.{package}.{name}");
                    rules.push(Rule { name: name.to_owned(), path, origin: at_line(first, span.line) });
                }
            }
        }
        rules
    }

    /// Sets what rules find below `input`.
    pub fn set_input(&mut self, input: Value) {
        self.engine.set_input(input);
    }

    /// Evaluates a rule over the input that was set.
    pub fn evaluate(&mut self, rule: &Rule) -> Result<Value, Fault> {
        self.engine
            .eval_rule(rule.path.clone())
            .map_err(|error| self.fault(FaultKind::Evaluate, rule.origin, &error.to_string()))
    }

    /// A fault at the place that the engine's message names, or else at `otherwise`.
    fn fault(&self, kind: FaultKind, otherwise: Origin, error: &str) -> Fault {
        let place = error.split_once("--> ").and_then(|(_, rest)| {
            let mut parts = rest.lines().next()?.split(':');
            let index: usize = parts.next()?.parse().ok()?;
            let (line, column) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            Some((at_line(*self.origins.get(index)?, line), column))
        });
        let (origin, column) = place.unwrap_or((otherwise, 0));
        Fault { column, ..Fault::new(kind, origin, message_of(error)) }
    }
}

/// The sentence in a message of the engine, without the excerpt around it.
fn message_of(error: &str) -> String {
    let sentence = error.split_once("error: ").map_or(error, |(_, rest)| rest);
    sentence.lines().next().unwrap_or_default().trim_end_matches(':').trim().to_owned()
}

/// A line of the text that begins at an origin.
fn at_line(first: Origin, line: u32) -> Origin {
    match first {
        Origin::Module(module, _) => Origin::Module(module, line),
        Origin::Template(template, text, _) => Origin::Template(template, text, line),
        Origin::Gatekeeper(_) | Origin::Everything => first,
    }
}

/// An object of these fields.
pub(crate) fn object<'a>(fields: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    // A map that is handed over as a whole is stored compactly.
    Value::from(fields.into_iter().map(|(key, value)| (Value::from(key), value)).collect::<BTreeMap<Value, Value>>())
}

/// Sets a field of an object; nothing happens to a value that is none.
pub(crate) fn insert(object: &mut Value, key: &str, value: Value) {
    if let Ok(fields) = object.as_object_mut() {
        fields.insert(Value::from(key), value);
    }
}

/// The value at the end of keys; `None` where there is none.
pub(crate) fn at<'a>(value: &'a Value, keys: &[&str]) -> Option<&'a Value> {
    keys.iter().try_fold(value, |value, key| value.as_object().ok()?.get(&Value::from(*key)))
}

/// The text at the end of keys; empty where there is none.
pub(crate) fn text_at<'a>(value: &'a Value, keys: &[&str]) -> &'a str {
    at(value, keys).and_then(|value| value.as_string().ok()).map_or("", |text| &**text)
}

/// The elements of the array or set at the end of keys.
pub(crate) fn elements_at<'a>(value: &'a Value, keys: &[&str]) -> Vec<&'a Value> {
    at(value, keys).map(elements).unwrap_or_default().unwrap_or_default()
}

/// The elements of an array or a set; `None` for anything else.
pub(crate) fn elements(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(array) => Some(array.iter().collect()),
        Value::Set(set) => Some(set.iter().collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(module: &str) -> Value {
        let text = Text { content: module, origin: Origin::Module(0, 1), syntax: Syntax::Either };
        let mut faults = Vec::new();
        let mut program = Program::read(&[text], None, &mut faults);
        assert!(faults.is_empty(), "{module}: {faults:?}");
        program.set_input(serde_json::from_str(r#"{"names": ["b", "a"], "one": 1}"#).unwrap());
        let rule = program.rules("main", |name| name == "deny").pop().unwrap();
        program.evaluate(&rule).unwrap_or_else(|fault| panic!("{module}: {fault:?}"))
    }

    /// Constructs that one of the engine's evaluators, or its parser, does not take as OPA does: none may change its
    /// meaning with a new version of the engine.
    #[test]
    fn constructs_that_the_engine_once_got_wrong_mean_what_opa_says() {
        for (module, expected) in [
            ("f(x) := x.no\n\ndeny contains f(input) if {\n\tinput.one\n}\n", "[]"),
            ("f(x) := x.one\n\ndeny contains f(input) if {\n\tinput.one\n}\n", "[1]"),
            ("g[t] contains x if {\n\tsome t, x in input.names\n}\n\ndeny contains x if some x in g[1]\n", r#"["a"]"#),
            ("default f(_) := false\n\nf(x) if x == 2\n\ndeny contains \"x\" if f(1) == false\n", r#"["x"]"#),
            ("a.b.c := 1\n\ndeny contains a.b.c if a == {\"b\": {\"c\": 1}}\n", "[1]"),
            ("deny contains x if {\n\twalk(input, [path, x])\n\tpath == [\"one\"]\n\tprint(x)\n}\n", "[1]"),
            ("deny[x] { x := \"a\" } { x := \"b\" }\n", r#"["a","b"]"#),
            ("f(x) { x == 1 }\n\ndeny[\"x\"] { not f(input.no) }\n", "[]"),
            ("f(x) { x == 1 }\n\ndeny[\"x\"] { not f(input.names) }\n", r#"["x"]"#),
            ("deny contains x if some x in input.one\n", "[]"),
            ("deny contains x if {\n\tsome i, x in input.names\n\ti > 0\n}\n", r#"["a"]"#),
            ("deny contains x if {\n\tsome i, x in input.one\n}\n", "[]"),
            ("s contains 3 if true\n\ndeny contains x if some x in s\n", "[3]"),
            ("deny contains \"x\" if not input.no > 1\n", "[]"),
            ("deny contains \"x\" if not input.no == 1\n", r#"["x"]"#),
            ("deny contains \"x\" if not input.no\n", r#"["x"]"#),
            ("deny contains \"x\" if not input.names[input.no]\n", "[]"),
            ("deny contains \"x\" if not startswith(input.names[0], \"a\")\n", r#"["x"]"#),
        ] {
            let module = format!("package main\n\n{module}");
            assert_eq!(value(&module).to_json_str().unwrap().replace([' ', '\n'], ""), expected, "{module}");
        }
    }
}
