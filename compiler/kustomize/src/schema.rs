//! How the lists of a kind are merged: from the schemas of the built-in model, or from those that `openapi` names.

use std::borrow::Cow;

use design_registry::definitions::{Definitions, Field};
use design_vocabulary::{Text, Value};

use crate::resource::Gvk;

/// The schemas of a build.
#[derive(Debug, Default)]
pub(crate) struct Schemas {
    /// The document that `openapi.path` names. Where there is one, nothing else is known, as for kustomize.
    pub own: Option<Value>,
}

/// The schema of a field.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SchemaField<'a> {
    /// Of the built-in model.
    Builtin(Field<'a>),
    /// Of a document of definitions, the first, at the second.
    Own(&'a Value, &'a Value),
}

/// How a list is merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Strategy<'a> {
    /// The list of the patch takes the place of the other.
    Replace,
    /// Values that are there once.
    Values,
    /// Elements by the values of keys.
    Keys(Vec<Cow<'a, str>>),
}

impl Schemas {
    /// The schema of a kind; `None` where it is not known.
    pub fn of(&self, gvk: &Gvk) -> Option<SchemaField<'_>> {
        if let Some(own) = &self.own {
            let definitions = own.get("definitions")?;
            let is_it = |definition: &&Value| {
                let kinds = definition.get("x-kubernetes-group-version-kind").and_then(Value::as_array);
                kinds.unwrap_or_default().iter().any(|kind| {
                    let text = |key: &str| kind.get(key).and_then(Value::as_str).unwrap_or_default();
                    text("group") == gvk.group && text("version") == gvk.version && text("kind") == gvk.kind
                })
            };
            let mut all = definitions.as_object()?.iter().map(|(_, definition)| definition);
            return all.find(|definition| is_it(definition)).map(|found| SchemaField::Own(definitions, found));
        }
        let definitions = Definitions::builtin();
        let newest = |api_version: &str| {
            let release = *definitions.served_in(api_version, &gvk.kind).last()?;
            definitions.schema(release, api_version, &gvk.kind)
        };
        // Versions that no release of the model serves any more had the lists of the one that came after them.
        let later = || (gvk.version != "v1").then(|| format!("{}/v1", gvk.group)).and_then(|version| newest(&version));
        newest(&gvk.api_version()).or_else(later).map(|schema| SchemaField::Builtin(schema.root()))
    }
}

impl<'a> SchemaField<'a> {
    /// The field under a key.
    pub fn child(self, key: &str) -> Option<Self> {
        match self {
            Self::Builtin(field) => field.child(key).map(Self::Builtin),
            Self::Own(all, schema) => {
                let property = schema.get("properties").and_then(|properties| properties.get(key));
                let other = || schema.get("additionalProperties").filter(|schema| schema.as_object().is_some());
                Some(Self::Own(all, resolve(all, property.or_else(other)?)))
            }
        }
    }

    /// The elements of a list.
    pub fn element(self) -> Option<Self> {
        match self {
            Self::Builtin(field) => field.element().map(Self::Builtin),
            Self::Own(all, schema) => Some(Self::Own(all, resolve(all, schema.get("items")?))),
        }
    }

    /// How a list is merged.
    pub fn strategy(self) -> Strategy<'a> {
        let (merges, keys): (bool, Vec<Cow<'a, str>>) = match self {
            Self::Builtin(field) => {
                let mut keys: Vec<Cow<'a, str>> = field.list_map_keys().map(Cow::Borrowed).collect();
                if keys.is_empty() {
                    keys.extend(field.merge_key().map(Cow::Borrowed));
                }
                (field.patch_strategies().any(|strategy| strategy == "merge"), keys)
            }
            Self::Own(_, schema) => {
                let text = |key: &str| schema.get(key).and_then(Value::as_str);
                let listed = schema.get("x-kubernetes-list-map-keys").and_then(Value::as_array).unwrap_or_default();
                let mut keys: Vec<Cow<'a, str>> = listed.iter().filter_map(Value::as_str).map(Cow::Borrowed).collect();
                if keys.is_empty() {
                    keys.extend(text("x-kubernetes-patch-merge-key").map(Cow::Borrowed));
                }
                let strategy = text("x-kubernetes-patch-strategy").unwrap_or_default();
                (strategy.split(',').any(|one| one == "merge"), keys)
            }
        };
        match (merges, keys.is_empty()) {
            (false, _) => Strategy::Replace,
            (true, true) => Strategy::Values,
            (true, false) => Strategy::Keys(keys),
        }
    }
}

/// Follows references between definitions, as far as any sound document goes.
fn resolve<'a>(definitions: &'a Value, mut schema: &'a Value) -> &'a Value {
    for _ in 0..16 {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix("#/definitions/"));
        match name.and_then(|name| definitions.get(&Text::from(name))) {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}
