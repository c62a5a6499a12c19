//! Environments: named sets of values, which can extend one another.

use std::sync::Arc;

use design_registry::nearest;
use design_syntax::{Document, NodeRef, Rules, lower};
use design_vocabulary::{Span, Text, Value};

use crate::given::Given;
use crate::text::noun;
use crate::{Assignment, Layer, Place, Problem};

/// What environments say together, in the order in which they were asked for.
#[derive(Clone, Debug, Default)]
pub struct Environments {
    /// The environments, a base before what extends it.
    pub list: Vec<Environment>,
}

/// One environment, as its file says.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Its name.
    pub name: Text,
    /// The context of the kubeconfig that it is applied with.
    pub context: Option<Text>,
    /// The namespace of what names none.
    pub namespace: Option<Text>,
    /// The values that it gives.
    pub layer: Layer,
}

const FIELDS: [&str; 5] = ["description", "extends", "context", "namespace", "values"];

impl Environments {
    /// Reads environments and the ones that they extend. `load` returns the document of a name, `known` lists the names
    /// that there are; each of `wanted` comes with the place where it is asked for.
    pub fn read(
        wanted: &[(Text, Span)],
        known: &[String],
        load: &mut dyn FnMut(&str) -> Option<Document>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut environments = Self::default();
        for (name, span) in wanted {
            environments.chain(name, *span, known, load, problems);
        }
        environments
    }

    fn chain(
        &mut self,
        name: &Text,
        span: Span,
        known: &[String],
        load: &mut dyn FnMut(&str) -> Option<Document>,
        problems: &mut Vec<Problem>,
    ) {
        let (mut name, mut span) = (name.clone(), span);
        let mut names: Vec<Text> = Vec::new();
        let mut chain = Vec::new();
        loop {
            let is_circle = names.contains(&name);
            names.push(name.clone());
            if is_circle {
                problems.push(Problem::EnvironmentCircle { names, span });
                break;
            }
            if !known.contains(&name.to_string()) {
                let nearest = nearest(&name, known.iter().map(String::as_str)).map(Text::from);
                problems.push(Problem::UnknownEnvironment { name, nearest, span });
                break;
            }
            // What cannot be read has a finding of its own.
            let Some(document) = load(&name) else { break };
            let (environment, extends) = read(name, document, problems);
            chain.push(environment);
            match extends {
                Some((base, at)) => (name, span) = (base, at),
                None => break,
            }
        }
        self.list.extend(chain.into_iter().rev());
    }

    /// The layers of values, a base before what extends it.
    pub fn layers(&self) -> Vec<Layer> {
        self.list.iter().map(|environment| environment.layer.clone()).collect()
    }
}

fn read(name: Text, mut document: Document, problems: &mut Vec<Problem>) -> (Environment, Option<(Text, Span)>) {
    document.set_rules(Rules::Core);
    let document = Arc::new(document);
    let mut environment = Environment { name, ..Environment::default() };
    let Some(root) = document.root().map(NodeRef::resolved) else { return (environment, None) };
    let Value::Object(object) = lower(root, &mut Vec::new()) else {
        let what = "an environment is a mapping with `values`".to_owned();
        problems.push(Problem::NotInEnvironment { what, nearest: None, span: root.span() });
        return (environment, None);
    };
    let place = |key: &str| root.entry(key).map_or(root.span(), |(_, value)| value.span());
    for key in object.keys().filter(|key| !FIELDS.contains(&key.as_str())) {
        let span = root.entry(key).map_or(root.span(), |(key, _)| key.span());
        let near = nearest(key, FIELDS).and_then(|near| FIELDS.into_iter().find(|field| *field == near));
        problems.push(Problem::NotInEnvironment {
            what: format!("an environment has no field `{key}`"),
            nearest: near,
            span,
        });
    }
    let mut text = |key: &str| match object.get(key) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        Some(other) => {
            let what = format!("`{key}` of an environment is a name, not {}", noun(other));
            problems.push(Problem::NotInEnvironment { what, nearest: None, span: place(key) });
            None
        }
    };
    let extends = text("extends").map(|base| (base, place("extends")));
    environment.context = text("context");
    environment.namespace = text("namespace");
    match object.get("values") {
        None | Some(Value::Null) => {}
        Some(Value::Object(values)) => {
            for (name, value) in values.iter() {
                let Some((key, node)) = root.get("values").and_then(|values| values.entry(name)) else { continue };
                environment.layer.assignments.push(Assignment {
                    path: vec![name.clone()],
                    given: Given::Value(value.clone()),
                    name: key.span(),
                    place: Place::Node(Arc::clone(&document), node.resolved().id()),
                });
            }
        }
        Some(other) => {
            let what = format!("`values` of an environment is a mapping, not {}", noun(other));
            problems.push(Problem::NotInEnvironment { what, nearest: None, span: place("values") });
        }
    }
    (environment, extends)
}
