//! A value of a configuration, as JSON knows it, with the order of keys kept.

use ecow::EcoVec;

use crate::{Object, Segment, Text};

/// A JSON value.
///
/// It differs from `serde_json::Value` in three ways that the compiler needs: objects keep the order of the file,
/// cloning shares instead of copies (a patch copies only the path that it touches), and a value takes 24 bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// No value.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(Text),
    /// A sequence.
    Array(EcoVec<Value>),
    /// A mapping from unique keys to values, in order.
    Object(Object),
}

/// A number as JSON and Kubernetes know it: a 64-bit integer where it fits, else a double.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// An integer in the range of `i64`.
    Int(i64),
    /// An integer above `i64::MAX`.
    Unsigned(u64),
    /// A finite floating-point number. Infinities and NaN have no JSON form and never get here.
    Float(f64),
}

impl PartialEq for Number {
    /// Integers equal integers, floats equal floats bit by bit: `1` and `1.0` are written differently, so they differ.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Unsigned(a), Self::Unsigned(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            _ => false,
        }
    }
}

impl Eq for Number {}

impl Value {
    /// The text of a string; `None` for any other value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value of a boolean; `None` for any other value.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The entries of an object; `None` for any other value.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The elements of an array; `None` for any other value.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The value of one key of an object; `None` where there is no such key or this is no object.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key)
    }

    /// The value at a path; `None` where a segment leads nowhere.
    pub fn at(&self, path: &[Segment]) -> Option<&Value> {
        path.iter().try_fold(self, |value, segment| match segment {
            Segment::Key(key) => value.get(key),
            Segment::Index(index) => value.as_array()?.get(*index),
        })
    }

    /// What kind of value this is, in the words of JSON Schema.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(Number::Int(value))
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl FromIterator<Value> for Value {
    fn from_iter<I: IntoIterator<Item = Value>>(elements: I) -> Self {
        Self::Array(elements.into_iter().collect())
    }
}
