//! From the values of a design to values of the engine, without a text between them.

use std::collections::BTreeMap;

use design_vocabulary::{Component, Number, Object, Text};
use foldhash::HashMap;
use regorus::Value;

/// How long a text may be to be shared with equal ones. Longer ones hardly repeat.
pub(crate) const SHARED: usize = 64;

/// Converts values. Equal texts, keys above all, become one.
#[derive(Debug, Default)]
pub(crate) struct Converter {
    texts: HashMap<Text, Value>,
}

impl Converter {
    /// A text.
    pub fn text(&mut self, text: &Text) -> Value {
        if text.len() > SHARED {
            return Value::from(text.as_str());
        }
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let value = Value::from(text.as_str());
        self.texts.insert(text.clone(), value.clone());
        value
    }

    /// A value.
    pub fn value(&mut self, value: &design_vocabulary::Value) -> Value {
        match value {
            design_vocabulary::Value::Null => Value::Null,
            design_vocabulary::Value::Bool(value) => Value::Bool(*value),
            design_vocabulary::Value::Number(Number::Int(number)) => Value::from(*number),
            design_vocabulary::Value::Number(Number::Unsigned(number)) => Value::from(*number),
            design_vocabulary::Value::Number(Number::Float(number)) => Value::from(*number),
            design_vocabulary::Value::String(text) => self.text(text),
            design_vocabulary::Value::Array(elements) => {
                Value::from(elements.iter().map(|element| self.value(element)).collect::<Vec<Value>>())
            }
            design_vocabulary::Value::Object(object) => Value::from(self.fields(object)),
        }
    }

    /// The object of a component, as a manifest.
    pub fn manifest(&mut self, component: &Component) -> Value {
        let mut fields = self.fields(&component.configuration);
        for (key, text) in [("apiVersion", &component.api_version), ("kind", &component.kind)] {
            fields.insert(self.text(&key.into()), self.text(text));
        }
        Value::from(fields)
    }

    fn fields(&mut self, object: &Object) -> BTreeMap<Value, Value> {
        object.iter().map(|(key, value)| (self.text(key), self.value(value))).collect()
    }
}
