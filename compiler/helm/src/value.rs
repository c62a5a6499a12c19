//! What templates compute with: Go's values, as far as charts can see them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use design_source::Traced;
use design_syntax::{Kind, NodeRef, key_text, lower};
use design_vocabulary::{Number, Span, Value as Plain};

use crate::files::FileSet;
use crate::functions::versions::Semver;
use crate::text::Text;

/// A value with the place that it was written at, where it was written as it is.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub data: Data,
    pub place: Option<Span>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    Nil,
    Bool(bool),
    /// Go's `int`: what counts and what is written in templates.
    Int(i64),
    /// Go's `int64`: what `--set` and arithmetic give.
    Int64(i64),
    Float(f64),
    Text(Rc<Text>),
    Bytes(Rc<[u8]>),
    List(List),
    Map(Map),
    Files(Rc<FileSet>),
    /// The API versions of the cluster.
    Versions(Rc<[String]>),
    /// The version of the cluster, such as `v1.36.0`.
    KubeVersion(Rc<str>),
    /// What `semver` makes of a text.
    Semver(Rc<Semver>),
}

/// A list. Templates make new ones and change none.
#[derive(Clone, Debug, Default)]
pub(crate) struct List(Rc<Vec<Value>>);

impl List {
    pub fn iter(&self) -> std::slice::Iter<'_, Value> {
        self.0.iter()
    }

    pub fn as_slice(&self) -> &[Value] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<Value>> for List {
    fn from(elements: Vec<Value>) -> Self {
        Self(Rc::new(elements))
    }
}

impl Drop for List {
    fn drop(&mut self) {
        if let Some(elements) = Rc::get_mut(&mut self.0) {
            release(std::mem::take(elements));
        }
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        if let Some(entries) = Rc::get_mut(&mut self.0) {
            release(std::mem::take(entries.get_mut()).into_values().collect());
        }
    }
}

/// Frees values without a call for each level: a template can nest them deeper than the stack goes.
fn release(mut waiting: Vec<Value>) {
    while let Some(mut value) = waiting.pop() {
        match &mut value.data {
            Data::List(list) => {
                if let Some(elements) = Rc::get_mut(&mut list.0) {
                    waiting.append(elements);
                }
            }
            Data::Map(map) => {
                if let Some(entries) = Rc::get_mut(&mut map.0) {
                    waiting.extend(std::mem::take(entries.get_mut()).into_values());
                }
            }
            _ => {}
        }
    }
}

/// A mapping. Templates change mappings in place, and everyone who holds one sees it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Map(Rc<RefCell<BTreeMap<Rc<str>, Value>>>);

impl Map {
    pub fn get(&self, key: &str) -> Option<Value> {
        self.0.borrow().get(key).cloned()
    }

    pub fn set(&self, key: &str, value: Value) {
        self.0.borrow_mut().insert(key.into(), value);
    }

    pub fn remove(&self, key: &str) {
        self.0.borrow_mut().remove(key);
    }

    pub fn has(&self, key: &str) -> bool {
        self.0.borrow().contains_key(key)
    }

    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// A copy of the entries, sorted by key.
    pub fn entries(&self) -> Vec<(Rc<str>, Value)> {
        self.0.borrow().iter().map(|(key, value)| (Rc::clone(key), value.clone())).collect()
    }

    /// Whether this is the same mapping, not only one with the same entries.
    pub fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    pub fn table(&self, key: &str) -> Option<Self> {
        self.get(key)?.as_map().cloned()
    }

    /// A copy that shares nothing with this mapping.
    pub fn deep_copy(&self) -> Self {
        self.entries().into_iter().map(|(key, value)| (key, value.deep_copy())).collect()
    }
}

impl FromIterator<(Rc<str>, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (Rc<str>, Value)>>(entries: I) -> Self {
        Self(Rc::new(RefCell::new(entries.into_iter().collect())))
    }
}

impl From<Data> for Value {
    fn from(data: Data) -> Self {
        Self { data, place: None }
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Data::Text(Rc::new(text)).into()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Text::plain(text).into()
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Text::plain(text).into()
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Data::Bool(truth).into()
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Data::Map(map).into()
    }
}

impl From<Vec<Value>> for Value {
    fn from(list: Vec<Value>) -> Self {
        Data::List(list.into()).into()
    }
}

impl Value {
    pub const NIL: Self = Self { data: Data::Nil, place: None };

    pub fn is_nil(&self) -> bool {
        matches!(self.data, Data::Nil)
    }

    /// What `if` makes of a value.
    pub fn is_true(&self) -> bool {
        match &self.data {
            Data::Nil => false,
            Data::Bool(truth) => *truth,
            Data::Int(number) | Data::Int64(number) => *number != 0,
            Data::Float(number) => *number != 0.0,
            Data::Text(text) => !text.is_empty(),
            Data::Bytes(bytes) => !bytes.is_empty(),
            Data::List(list) => !list.is_empty(),
            Data::Map(map) => map.len() > 0,
            Data::Files(files) => !files.is_empty(),
            Data::Versions(versions) => !versions.is_empty(),
            Data::KubeVersion(_) | Data::Semver(_) => true,
        }
    }

    /// Go's name for the kind of a value.
    pub fn kind(&self) -> &'static str {
        match &self.data {
            Data::Nil => "invalid",
            Data::Bool(_) => "bool",
            Data::Int(_) => "int",
            Data::Int64(_) => "int64",
            Data::Float(_) => "float64",
            Data::Text(_) => "string",
            Data::Bytes(_) | Data::List(_) | Data::Versions(_) => "slice",
            Data::Map(_) | Data::Files(_) => "map",
            Data::KubeVersion(_) => "struct",
            Data::Semver(_) => "ptr",
        }
    }

    /// Go's name for the type of a value.
    pub fn type_name(&self) -> &'static str {
        match &self.data {
            Data::Nil => "<nil>",
            Data::Bytes(_) => "[]uint8",
            Data::List(_) => "[]interface {}",
            Data::Map(_) => "map[string]interface {}",
            Data::Files(_) => "engine.files",
            Data::Versions(_) => "common.VersionSet",
            Data::KubeVersion(_) => "common.KubeVersion",
            Data::Semver(_) => "*semver.Version",
            _ => self.kind(),
        }
    }

    pub fn as_text(&self) -> Option<&Rc<Text>> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_map(&self) -> Option<&Map> {
        match &self.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The elements of a list; `None` of anything else.
    pub fn as_list(&self) -> Option<List> {
        match &self.data {
            Data::List(list) => Some(list.clone()),
            Data::Versions(versions) => {
                Some(versions.iter().map(|name| name.as_str().into()).collect::<Vec<_>>().into())
            }
            Data::Bytes(bytes) => {
                Some(bytes.iter().map(|byte| Data::Int(i64::from(*byte)).into()).collect::<Vec<_>>().into())
            }
            _ => None,
        }
    }

    /// A copy that shares no mapping with this value.
    pub fn deep_copy(&self) -> Self {
        let data = match &self.data {
            Data::Map(map) => Data::Map(map.deep_copy()),
            Data::List(list) => Data::List(list.iter().map(Self::deep_copy).collect::<Vec<_>>().into()),
            other => other.clone(),
        };
        Self { data, place: self.place }
    }

    /// The value of a YAML node as Helm reads it: every number is a double, and every scalar knows its place.
    pub fn of_node(node: NodeRef<'_>) -> Self {
        let target = node.resolved();
        match target.kind() {
            Kind::Sequence => target.children().map(Self::of_node).collect::<Vec<_>>().into(),
            Kind::Mapping => {
                let map = Map::default();
                let mut merges = Vec::new();
                for (key, value) in target.entries() {
                    if key.text() == "<<" {
                        merges.push(value.resolved());
                    } else {
                        map.set(&key_text(key), Self::of_node(value));
                    }
                }
                for merge in merges {
                    let several = merge.kind() == Kind::Sequence;
                    let parts = if several { merge.children().map(NodeRef::resolved).collect() } else { vec![merge] };
                    for (key, value) in parts.into_iter().flat_map(NodeRef::entries) {
                        if !map.has(&key_text(key)) {
                            map.set(&key_text(key), Self::of_node(value));
                        }
                    }
                }
                Self::from(map).at(node.span())
            }
            Kind::Scalar | Kind::Alias => Self::of_plain(&lower(target, &mut Vec::new())).at(target.span()),
        }
    }

    /// A value that was read elsewhere, each part with its place.
    pub fn of_traced(traced: &Traced) -> Self {
        let value: Self = match &traced.data {
            design_source::Data::Whole(plain) => Self::of_plain(plain),
            design_source::Data::List(elements) => elements.iter().map(Self::of_traced).collect::<Vec<_>>().into(),
            design_source::Data::Mapping(entries) => {
                let entries = entries.iter().map(|(key, value)| (Rc::from(key.as_str()), Self::of_traced(value)));
                entries.collect::<Map>().into()
            }
        };
        value.at(traced.place)
    }

    /// A value of JSON; every number is a double.
    pub fn of_plain(plain: &Plain) -> Self {
        match plain {
            Plain::Null => Self::NIL,
            Plain::Bool(truth) => (*truth).into(),
            Plain::Number(number) => Data::Float(as_double(*number)).into(),
            Plain::String(text) => text.as_str().into(),
            Plain::Array(elements) => elements.iter().map(Self::of_plain).collect::<Vec<_>>().into(),
            Plain::Object(object) => {
                let entries = object.iter().map(|(key, value)| (Rc::from(key.as_str()), Self::of_plain(value)));
                entries.collect::<Map>().into()
            }
        }
    }

    /// The same value, written at a place.
    #[must_use]
    pub fn at(mut self, place: Span) -> Self {
        self.place = Some(place);
        self
    }
}

#[expect(clippy::cast_precision_loss, reason = "Helm reads every number as a double")]
fn as_double(number: Number) -> f64 {
    match number {
        Number::Int(number) => number as f64,
        Number::Unsigned(number) => number as f64,
        Number::Float(number) => number,
    }
}

/// Go's `reflect.DeepEqual`: numbers of different types differ.
pub(crate) fn deep_equal(a: &Value, b: &Value) -> bool {
    match (&a.data, &b.data) {
        (Data::Nil, Data::Nil) => true,
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Int(a), Data::Int(b)) | (Data::Int64(a), Data::Int64(b)) => a == b,
        (Data::Float(a), Data::Float(b)) => a.total_cmp(b).is_eq() || (*a == 0.0 && *b == 0.0),
        (Data::Text(a), Data::Text(b)) => a.as_str() == b.as_str(),
        (Data::Bytes(a), Data::Bytes(b)) => a == b,
        (Data::List(a), Data::List(b)) => {
            a.iter().len() == b.iter().len() && a.iter().zip(b.iter()).all(|(a, b)| deep_equal(a, b))
        }
        (Data::Map(a), Data::Map(b)) => {
            let (a, b) = (a.entries(), b.entries());
            a.len() == b.len() && a.iter().zip(&b).all(|((left, a), (right, b))| left == right && deep_equal(a, b))
        }
        _ => false,
    }
}
