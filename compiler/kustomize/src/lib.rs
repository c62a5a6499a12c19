//! Kustomizations, natively: what `kustomize build` makes of a folder, with the place of every value.
//!
//! [`build`] reads a kustomization and all that it names through [`Files`], and returns the objects as components with a
//! source map: a value of a base stands in the base, a patched one in the patch. It never fails: what is wrong is a
//! [`Problem`], and the rest is built. Nothing is run and nothing is fetched: what needs another program or another machine
//! is a problem too.
//!
//! The rules are those of kustomize's documentation and of the program itself, release 5.8.1. The cost grows with the
//! input: identities and names are looked up by hash.

mod build;
mod charts;
mod config;
mod cursor;
mod defaults;
mod field_path;
mod field_spec;
mod files;
mod finish;
mod generate;
mod hash;
mod json_patch;
mod kind_order;
mod kustomization;
mod merge;
mod part;
mod patches;
mod plugins;
mod problem;
mod references;
mod replace;
mod resource;
mod schema;
mod select;
mod set;
mod steps;
mod structured;
mod transform;
mod variables;

use design_source::{Loaded, SourceMap, commented};
use design_vocabulary::{Component, Design, Object, Text, Value};

pub use charts::{ChartOrder, NotRendered, ValuesMerge};
pub use files::{Entry, FILE_NAMES, Files, Parsed};
pub use problem::{Fault, Problem};

use crate::build::Build;
use crate::resource::NO_NAMESPACE;

/// What a kustomization came to.
#[derive(Debug)]
pub struct Built {
    /// Its objects as components, in kustomize's order, with their places.
    pub loaded: Loaded,
    /// What was wrong, in the order in which it was met.
    pub problems: Vec<Problem>,
}

/// Builds the kustomization of a folder. `None` where the folder holds no kustomization that can be read.
pub fn build(files: &mut dyn Files, folder: &str) -> Option<Built> {
    let folder = files::join(folder, "");
    let mut build = Build::new(files);
    let kustomization = build.open(&folder, "", None);
    let set = kustomization.as_ref().map(|kustomization| build.whole(kustomization));
    let Build { store, problems, .. } = build;
    let set = match set {
        Some(set) => set,
        // What could not be parsed says why there is nothing.
        None if !problems.is_empty() => set::Set::default(),
        None => return None,
    };
    let name = folder.rsplit('/').next().filter(|name| !name.is_empty() && *name != "..").unwrap_or("kustomization");
    let mut map = SourceMap::default();
    let mut design = Design { name: name.into(), ..Design::default() };
    let mut misread = Vec::new();
    for document in store.documents {
        for (external, span) in commented(&document, &mut misread) {
            design.externals.push(external);
            map.push_external(span);
        }
        map.push_document(document);
    }
    for resource in set.resources {
        design.components.push(component(resource.object));
        map.push_traced(resource.start, resource.trace);
    }
    Some(Built { loaded: Loaded { design, map, problems: misread, ..Loaded::default() }, problems })
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

/// What a value is, for people.
fn noun(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

/// An effective namespace as selectors see it.
fn shown_namespace(namespace: &str) -> &str {
    if namespace == NO_NAMESPACE { "_non_namespaceable_" } else { namespace }
}
