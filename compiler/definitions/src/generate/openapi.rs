//! Kinds of OpenAPI documents, version 2 and 3, as API servers publish them.

use std::collections::{BTreeMap, BTreeSet};

use design_vocabulary::{ComponentDefinition, Object, Span, Text, Value};

use super::definition::configuration;
use super::{Generated, words};

/// Which kind a schema or a path is about.
const KIND: &str = "x-kubernetes-group-version-kind";

type Identity = (Text, Text, Text);

/// Every schema that names its kind is a definition. Where the document has paths, only kinds that can be created are taken:
/// lists and options have schemas too.
pub(super) fn add(document: &Value, span: Span, generated: &mut Generated) {
    let components = document.get("components").and_then(|components| components.get("schemas"));
    let schemas = components.or_else(|| document.get("definitions")).and_then(Value::as_object);
    let Some(schemas) = schemas else {
        generated.left_out.push(("this OpenAPI document has no schemas".to_owned(), span));
        return;
    };
    let scopes = scopes(document);
    let before = generated.components.len();
    for (_, schema) in schemas.iter() {
        let identities: Vec<Identity> = schema.get(KIND).map(identities).unwrap_or_default();
        // Options and reports are of all groups at once.
        let [(group, version, kind)] = identities.as_slice() else { continue };
        let scope = scopes.get(&(group.clone(), version.clone(), kind.clone()));
        let is_list = kind.ends_with("List") && schema.get("properties").is_some_and(|all| all.get("items").is_some());
        if is_list || (!scopes.is_empty() && scope.is_none()) {
            continue;
        }
        let Some(object) = schema.as_object() else { continue };
        let component = ComponentDefinition {
            kind: kind.clone(),
            api_version: if group.is_empty() { version.clone() } else { format!("{group}/{version}").into() },
            display_name: words(kind),
            description: object.get_str("description").unwrap_or_default().into(),
            schema: configuration(&self_contained(object, schemas)),
            is_namespaced: scope.copied(),
            ..ComponentDefinition::default()
        };
        generated.push(component, span);
    }
    if generated.components.len() == before {
        let reason = format!("no schema of this OpenAPI document names its kind (`{KIND}`)");
        generated.left_out.push((reason, span));
    }
}

fn identities(value: &Value) -> Vec<Identity> {
    let one = |value: &Value| {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(Text::from);
        Some((text("group")?, text("version")?, text("kind")?))
    };
    match value {
        Value::Array(values) => values.iter().filter_map(one).collect(),
        value => one(value).into_iter().collect(),
    }
}

/// The kinds that can be created, and whether they live in a namespace.
fn scopes(document: &Value) -> BTreeMap<Identity, bool> {
    let mut scopes = BTreeMap::new();
    for (path, operations) in document.get("paths").and_then(Value::as_object).into_iter().flat_map(Object::iter) {
        let Some(post) = operations.get("post") else { continue };
        for identity in post.get(KIND).map(identities).unwrap_or_default() {
            // What stands below an object (`…/{name}/binding`) is no kind of its own.
            if !path.contains("{name}") {
                *scopes.entry(identity).or_insert(false) |= path.contains("/namespaces/{namespace}/");
            }
        }
    }
    scopes
}

/// A schema with the others that it refers to under `$defs`: each once, so that it grows no faster than the document, and
/// may refer to itself.
fn self_contained(schema: &Object, schemas: &Object) -> Object {
    let mut schema = schema.clone();
    // The object itself: `metadata` is left out, and what only it needs with it.
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.remove("metadata");
        properties.remove("status");
    }
    let mut needed = BTreeSet::new();
    let mut renamed = Value::Object(schema);
    let mut open = Vec::new();
    relocate(&mut renamed, &mut open);
    let mut definitions: BTreeMap<Text, Value> = BTreeMap::new();
    while let Some(next) = open.pop() {
        if !needed.insert(next.clone()) {
            continue;
        }
        let Some(target) = schemas.get(&next) else { continue };
        let mut target = target.clone();
        relocate(&mut target, &mut open);
        definitions.insert(next, target);
    }
    let Value::Object(mut schema) = renamed else { return Object::new() };
    schema.remove(KIND);
    if !definitions.is_empty() {
        schema.insert("$defs", Value::Object(definitions.into_iter().collect()));
    }
    schema
}

/// Points references to where the schemas will be, and lists their names.
fn relocate(value: &mut Value, names: &mut Vec<Text>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get_mut("$ref")
                && let Some((_, name)) = reference.rsplit_once('/')
            {
                let name = Text::from(name);
                *reference = format!("#/$defs/{name}").into();
                names.push(name);
            }
            for value in object.values_mut() {
                relocate(value, names);
            }
        }
        Value::Array(values) => values.make_mut().iter_mut().for_each(|value| relocate(value, names)),
        _ => {}
    }
}
