//! Kubernetes objects as components.

use design_syntax::{Document, Kind, NodeRef, Rules, lower};
use design_vocabulary::{Component, Object, Text, Value};

use crate::external::commented;
use crate::map::{Base, Origin};
use crate::{Loaded, Problem};

/// Reads documents of Kubernetes objects as a design, in the order given. An object whose kind ends in `List` and that
/// has `items` stands for its items (`kubectl get -o yaml`).
pub fn read_manifests(name: &str, documents: Vec<Document>) -> Loaded {
    let mut loaded = Loaded::default();
    loaded.design.name = name.into();
    for mut document in documents {
        document.set_rules(Rules::Kubernetes);
        read_document(document, &mut loaded);
    }
    loaded
}

fn read_document(document: Document, loaded: &mut Loaded) {
    let mut read = Read { components: Vec::new(), origins: Vec::new(), problems: Vec::new() };
    if let Some(root) = document.root() {
        read.object(root);
    }
    for (external, span) in commented(&document, &mut loaded.problems) {
        loaded.design.externals.push(external);
        loaded.map.push_external(span);
    }
    let number = loaded.map.push_document(document);
    loaded.design.components.extend(read.components);
    loaded.problems.extend(read.problems);
    for base in read.origins {
        loaded.map.push_component(Origin { document: number, base });
    }
}

struct Read {
    components: Vec<Component>,
    origins: Vec<Base>,
    problems: Vec<Problem>,
}

impl Read {
    fn object(&mut self, node: NodeRef<'_>) {
        let target = node.resolved();
        if target.kind() != Kind::Mapping {
            self.problems.push(Problem::NotAnObject { found: noun(target), span: node.span() });
            return;
        }
        // Lists of lists are allowed by kubectl; the parser bounds how deep they can be.
        if let Some(items) = items(target) {
            for item in items.children() {
                self.object(item);
            }
            return;
        }
        let mut syntax = Vec::new();
        let value = lower(target, &mut syntax);
        self.problems.extend(syntax.into_iter().map(Problem::Syntax));
        if let Value::Object(object) = value {
            self.components.push(component(object));
            self.origins.push(Base::Object(node.id()));
        }
    }
}

/// The items of an object that only holds others.
fn items(node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let kind = node.get("kind")?.text();
    let items = node.get("items").filter(|items| items.kind() == Kind::Sequence)?;
    (kind.ends_with("List")).then_some(items)
}

fn component(mut object: Object) -> Component {
    let mut take = |key: &str| match object.get(key) {
        Some(Value::String(text)) => {
            let text = text.clone();
            object.remove(key);
            text
        }
        _ => Text::new(),
    };
    let (api_version, kind) = (take("apiVersion"), take("kind"));
    Component { kind, api_version, configuration: object, ..Component::default() }
}

/// What a node is, for people.
pub(crate) fn noun(node: NodeRef<'_>) -> &'static str {
    match node.resolved().kind() {
        Kind::Scalar => "text",
        Kind::Sequence => "a list",
        Kind::Mapping => "a mapping",
        Kind::Alias => "an alias",
    }
}
