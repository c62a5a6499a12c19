//! Strategic merge: a patch in the shape of the object, laid over it. Lists are merged as the schema of the kind says.
//!
//! The rules are those of kubectl (sig-api-machinery, "Strategic Merge Patch"), with kustomize's order: what a patch adds to
//! a list comes first.

mod list;

use std::cell::RefCell;

use design_syntax::Style;
use design_vocabulary::{Text, Value};

use crate::cursor::{Store, text_of};
use crate::noun;
use crate::part::Part;
use crate::resource::Gvk;
use crate::schema::{SchemaField, Schemas, Strategy};

/// The key of an instruction to delete, replace or merge.
const DIRECTIVE: &str = "$patch";

/// Something of a patch that could not be done, or is done otherwise than by kustomize; the rest of the patch is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    /// A sentence without a full stop.
    pub what: String,
    /// Where it stands.
    pub at: design_source::Written,
    /// Whether it is done, but otherwise than by kustomize, or as kustomize does it and probably not as meant.
    pub differs: bool,
}

/// A merge with what it needs to know.
pub(crate) struct Merge<'a> {
    /// The documents.
    pub store: &'a Store,
    /// The schemas.
    pub schemas: &'a Schemas,
    /// What could not be done.
    pub remarks: RefCell<Vec<Remark>>,
}

/// What a patch says of a mapping or list as a whole.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Directive {
    Merge,
    Replace,
    Delete,
}

impl<'a> Merge<'a> {
    /// Lays a patch over an object. `None`: the patch deletes it.
    pub fn object(&self, mut object: Part, patch: Part) -> Option<Part> {
        let schema = self.kind_of(&object.value);
        self.drop_unwritten(&mut object, schema);
        self.merge(object, patch, schema)
    }

    fn remark(&self, at: &Part, what: String) {
        self.remarks.borrow_mut().push(Remark { what, at: at.at, differs: false });
    }

    fn differs(&self, at: &Part, what: String) {
        self.remarks.borrow_mut().push(Remark { what, at: at.at, differs: true });
    }

    /// The schema of an object by its own kind.
    fn kind_of(&self, value: &Value) -> Option<SchemaField<'a>> {
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        self.schemas.of(&Gvk::new(text("apiVersion")?, text("kind")?))
    }

    fn merge(&self, base: Part, patch: Part, schema: Option<SchemaField<'a>>) -> Option<Part> {
        match (&base.value, &patch.value) {
            (_, Value::Null) => None,
            (Value::Null, _) => self.settle(patch, schema),
            (Value::Object(_), Value::Object(_)) => self.mapping(base, patch, schema),
            (Value::Array(_), Value::Array(_)) => self.list(base, patch, schema),
            (Value::Object(_) | Value::Array(_), _) | (_, Value::Object(_) | Value::Array(_)) => {
                let what = format!("the patch has {} where the object has {}", noun(&patch.value), noun(&base.value));
                self.remark(&patch, what);
                Some(base)
            }
            _ => Some(self.scalar(&base, patch)),
        }
    }

    /// A text in quotes stays a text, whatever takes its place.
    fn scalar(&self, base: &Part, mut patch: Part) -> Part {
        let quoted = |part: &Part| {
            part.at.node(&self.store.documents).is_some_and(|(_, node)| node.resolved().style() != Style::Plain)
        };
        if matches!(base.value, Value::String(_))
            && matches!(patch.value, Value::Bool(_) | Value::Number(_))
            && quoted(base)
        {
            let written = patch.at.node(&self.store.documents).map(|(_, node)| Text::from(node.resolved().text()));
            let text = written.filter(|text| !text.is_empty()).or_else(|| text_of(&patch.value));
            patch.value = Value::String(text.unwrap_or_default());
        }
        patch
    }

    fn mapping(&self, mut base: Part, mut patch: Part, schema: Option<SchemaField<'a>>) -> Option<Part> {
        match self.directive(&mut patch) {
            Directive::Delete => return None,
            Directive::Replace => return self.settle(patch, schema),
            Directive::Merge => {}
        }
        let schema = schema.or_else(|| self.kind_of(&base.value));
        let orders = self.instructions(&mut base, &mut patch);
        for key in patch.keys() {
            let Some(value) = patch.take(self.store, &key) else { continue };
            let inner = schema.and_then(|schema| schema.child(&key));
            let merged = match base.take(self.store, &key) {
                Some(old) => self.merge(old, value, inner),
                None => self.settle(value, inner),
            };
            match merged {
                Some(part) => base.put(self.store, &key, part),
                None => base.remove(&key),
            }
        }
        for (key, order) in orders {
            self.reorder(&mut base, &key, &order, schema.and_then(|schema| schema.child(&key)));
        }
        Some(base)
    }

    /// What a patch comes to where there is nothing to patch: without nulls and instructions.
    fn settle(&self, mut patch: Part, schema: Option<SchemaField<'a>>) -> Option<Part> {
        match &patch.value {
            Value::Null => None,
            Value::Object(_) => {
                if self.directive(&mut patch) == Directive::Delete {
                    return None;
                }
                let schema = schema.or_else(|| self.kind_of(&patch.value));
                let mut empty = Part::mapping(patch.at);
                self.instructions(&mut empty, &mut patch);
                for key in patch.keys() {
                    let Some(value) = patch.take(self.store, &key) else { continue };
                    match self.settle(value, schema.and_then(|schema| schema.child(&key))) {
                        Some(part) => patch.put(self.store, &key, part),
                        None => patch.remove(&key),
                    }
                }
                Some(patch)
            }
            Value::Array(_) => match schema.map_or(Strategy::Replace, SchemaField::strategy) {
                Strategy::Replace | Strategy::Values => Some(patch),
                Strategy::Keys(_) => Some(self.settle_list(patch, schema)),
            },
            _ => Some(patch),
        }
    }

    /// Takes the instruction for a mapping out of it.
    fn directive(&self, patch: &mut Part) -> Directive {
        let key = Text::from(DIRECTIVE);
        let Some(found) = patch.value.get(DIRECTIVE).cloned() else { return Directive::Merge };
        let known = directive_named(&found);
        if known.is_none() {
            let shown = text_of(&found).unwrap_or_default();
            self.remark(patch, format!("`$patch: {shown}` is none of `merge`, `replace` and `delete`"));
        }
        patch.remove(&key);
        known.unwrap_or(Directive::Merge)
    }

    /// Takes kubectl's further instructions out of a patch and does those that come first. Returns those that come last: the
    /// wanted orders of lists.
    fn instructions(&self, base: &mut Part, patch: &mut Part) -> Vec<(Text, Vec<Value>)> {
        let mut orders = Vec::new();
        let found: Vec<Text> = patch.keys().into_iter().filter(|key| key.starts_with('$')).collect();
        for key in found {
            let listed = |value: &Value| value.as_array().map(<[Value]>::to_vec).unwrap_or_default();
            let values = patch.value.get(&key).map(listed).unwrap_or_default();
            if key == "$retainKeys" {
                for other in base.keys() {
                    if !values.iter().any(|kept| kept.as_str() == Some(other.as_str())) {
                        base.remove(&other);
                    }
                }
            } else if let Some(list) = key.strip_prefix("$setElementOrder/") {
                orders.push((list.into(), values));
            } else if let Some(list) = key.strip_prefix("$deleteFromPrimitiveList/") {
                let list = Text::from(list);
                if let Some(old) = base.take(self.store, &list) {
                    let at = old.at;
                    let mut elements = old.elements(self.store);
                    elements.retain(|element| !values.contains(&element.value));
                    base.put(self.store, &list, Part::list(self.store, at, elements));
                }
            } else {
                continue;
            }
            self.differs(
                patch,
                format!("`{key}` is done as kubectl does it; kustomize would write it into the object"),
            );
            patch.remove(&key);
        }
        orders
    }
}

/// The instruction that a value names.
fn directive_named(value: &Value) -> Option<Directive> {
    match value.as_str()? {
        "merge" => Some(Directive::Merge),
        "replace" => Some(Directive::Replace),
        "delete" => Some(Directive::Delete),
        _ => None,
    }
}
