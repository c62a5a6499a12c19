//! Definitions as values, in the spelling of v1beta3. What is empty is left out.

use ecow::EcoVec;

use super::{
    FieldPath, Match, MatchItem, ModelReference, Patch, RelationshipDefinition, Selector, SelectorItem, SelectorSet,
    Strategy,
};
use crate::{Object, Text, Value};

impl RelationshipDefinition {
    /// The definition as a value that [`RelationshipDefinition::read`] reads as the same one.
    pub fn to_value(&self) -> Value {
        let mut object = Object::new();
        text(&mut object, "id", self.id.as_ref());
        text(&mut object, "schemaVersion", Some(&self.schema_version));
        text(&mut object, "version", Some(&self.version));
        text(&mut object, "kind", Some(&self.kind));
        text(&mut object, "type", Some(&self.type_name));
        text(&mut object, "subType", Some(&self.sub_type));
        text(&mut object, "status", Some(&self.status));
        insert(&mut object, "model", self.model.to_object());
        let mut metadata = Object::new();
        text(&mut metadata, "description", Some(&self.description));
        if self.same_namespace {
            metadata.insert("sameNamespace", Value::Bool(true));
        }
        insert(&mut object, "metadata", metadata);
        list(&mut object, "selectors", self.selectors.iter().map(SelectorSet::to_value));
        Value::Object(object)
    }
}

impl ModelReference {
    pub(crate) fn to_object(&self) -> Object {
        let mut object = Object::new();
        text(&mut object, "name", Some(&self.name));
        text(&mut object, "version", Some(&self.version));
        let mut upstream = Object::new();
        text(&mut upstream, "version", Some(&self.upstream_version));
        insert(&mut object, "model", upstream);
        let mut registrant = Object::new();
        text(&mut registrant, "kind", Some(&self.registrant));
        insert(&mut object, "registrant", registrant);
        object
    }
}

impl SelectorSet {
    /// The set as an element of `selectors`.
    pub fn to_value(&self) -> Value {
        let mut object = Object::new();
        insert(&mut object, "allow", self.allow.to_object());
        insert(&mut object, "deny", self.deny.to_object());
        Value::Object(object)
    }
}

impl Selector {
    fn to_object(&self) -> Object {
        let mut object = Object::new();
        list(&mut object, "from", self.from.iter().map(SelectorItem::to_value));
        list(&mut object, "to", self.to.iter().map(SelectorItem::to_value));
        object
    }
}

impl SelectorItem {
    /// The item as an element of `from` or `to`.
    pub fn to_value(&self) -> Value {
        let mut object = Object::new();
        text(&mut object, "id", self.id.as_ref());
        text(&mut object, "kind", Some(&self.kind));
        insert(&mut object, "model", self.model.to_object());
        insert(&mut object, "match", self.matching.to_object());
        let row = |row: &EcoVec<Strategy>| row.iter().map(|strategy| Value::from(strategy.as_str())).collect();
        list(&mut object, "matchStrategyMatrix", self.strategies.iter().map(row));
        insert(&mut object, "patch", self.patch.to_object());
        Value::Object(object)
    }
}

impl Patch {
    fn to_object(&self) -> Object {
        let mut object = Object::new();
        text(&mut object, "patchStrategy", Some(&self.strategy));
        paths(&mut object, "mutatorRef", &self.mutator);
        paths(&mut object, "mutatedRef", &self.mutated);
        object
    }
}

impl Match {
    fn to_object(&self) -> Object {
        let mut object = Object::new();
        paths(&mut object, "refs", &self.refs);
        list(&mut object, "from", self.from.iter().map(MatchItem::to_value));
        list(&mut object, "to", self.to.iter().map(MatchItem::to_value));
        object
    }
}

impl MatchItem {
    fn to_value(&self) -> Value {
        let mut object = Object::new();
        text(&mut object, "id", self.id.as_ref());
        text(&mut object, "kind", Some(&self.kind));
        paths(&mut object, "mutatorRef", &self.mutator);
        paths(&mut object, "mutatedRef", &self.mutated);
        Value::Object(object)
    }
}

impl FieldPath {
    /// The path as a list of texts.
    pub fn to_value(&self) -> Value {
        self.0.iter().cloned().map(Value::String).collect()
    }
}

fn text(object: &mut Object, key: &str, value: Option<&Text>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        object.insert(key, Value::String(value.clone()));
    }
}

fn insert(object: &mut Object, key: &str, inner: Object) {
    if !inner.is_empty() {
        object.insert(key, Value::Object(inner));
    }
}

fn list(object: &mut Object, key: &str, elements: impl ExactSizeIterator<Item = Value>) {
    if elements.len() > 0 {
        object.insert(key, elements.collect());
    }
}

fn paths(object: &mut Object, key: &str, paths: &[FieldPath]) {
    list(object, key, paths.iter().map(FieldPath::to_value));
}
