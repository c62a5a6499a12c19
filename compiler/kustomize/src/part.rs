//! A value with the places of all that is in it, taken apart and put together again.

use design_source::{Trace, Written};
use design_vocabulary::{Object, Segment, Text, Value};

use crate::cursor::{Cursor, Store};
use crate::resource::Resource;

/// A value, where it was written, and what in it was written elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// The value.
    pub value: Value,
    /// Where it was written as a whole.
    pub at: Written,
    /// The places of what is in it, as far as they differ.
    pub trace: Trace,
}

impl From<Cursor> for Part {
    fn from(cursor: Cursor) -> Self {
        Self { value: cursor.value, at: cursor.at, trace: Trace::default() }
    }
}

impl Part {
    /// Takes the object out of a resource.
    pub fn of(resource: &mut Resource) -> Self {
        let mut trace = std::mem::take(&mut resource.trace);
        let at = trace.written.take().unwrap_or(resource.start);
        Self { value: Value::Object(std::mem::take(&mut resource.object)), at, trace }
    }

    /// Puts the object back; one that is no mapping leaves nothing.
    pub fn restore(self, resource: &mut Resource) {
        let Self { value, at, mut trace } = self;
        if let Value::Object(object) = value {
            resource.object = object;
        }
        trace.written = (at != resource.start).then_some(at);
        resource.trace = trace;
    }

    /// Takes the value of a key out; the key stays, with null, until [`Part::put`] or [`Part::remove`].
    pub fn take(&mut self, store: &Store, key: &Text) -> Option<Self> {
        let Value::Object(object) = &mut self.value else { return None };
        let value = std::mem::take(object.get_mut(key)?);
        let segment = Segment::Key(key.clone());
        let mut trace = self.trace.take(&segment);
        let at = trace.written.take().unwrap_or_else(|| store.step(self.at, &segment));
        Some(Self { value, at, trace })
    }

    /// Puts a value under a key.
    pub fn put(&mut self, store: &Store, key: &Text, part: Self) {
        let Self { value, at, mut trace } = part;
        let segment = Segment::Key(key.clone());
        trace.written = (store.step(self.at, &segment) != at).then_some(at);
        if let Value::Object(object) = &mut self.value {
            object.insert(key.clone(), value);
            self.trace.put(segment, trace);
        }
    }

    /// Removes a key.
    pub fn remove(&mut self, key: &Text) {
        if let Value::Object(object) = &mut self.value {
            object.remove(key);
            self.trace.forget(&[Segment::Key(key.clone())]);
        }
    }

    /// The keys of a mapping, in order.
    pub fn keys(&self) -> Vec<Text> {
        self.value.as_object().map(|object| object.keys().cloned().collect()).unwrap_or_default()
    }

    /// Takes a list apart.
    pub fn elements(mut self, store: &Store) -> Vec<Self> {
        let Value::Array(elements) = std::mem::take(&mut self.value) else { return Vec::new() };
        let elements = elements.into_iter().enumerate();
        elements
            .map(|(index, value)| {
                let segment = Segment::Index(index);
                let mut trace = self.trace.take(&segment);
                let at = trace.written.take().unwrap_or_else(|| store.step(self.at, &segment));
                Self { value, at, trace }
            })
            .collect()
    }

    /// Puts a list together that stands at a place.
    pub fn list(store: &Store, at: Written, elements: Vec<Self>) -> Self {
        let mut whole = Trace::default();
        let mut values = ecow::EcoVec::with_capacity(elements.len());
        for (index, Self { value, at: place, mut trace }) in elements.into_iter().enumerate() {
            let segment = Segment::Index(index);
            trace.written = (store.step(at, &segment) != place).then_some(place);
            whole.put(segment, trace);
            values.push(value);
        }
        Self { value: Value::Array(values), at, trace: whole }
    }

    /// Changes the value at a path; `None` where the path leads nowhere, and what `change` says otherwise.
    pub fn edit<T>(&mut self, store: &Store, path: &[Segment], change: &mut dyn FnMut(&mut Self) -> T) -> Option<T> {
        let Some((first, rest)) = path.split_first() else {
            return Some(change(self));
        };
        match first {
            Segment::Key(key) => {
                let mut inner = self.take(store, key)?;
                let result = inner.edit(store, rest, change);
                self.put(store, key, inner);
                result
            }
            Segment::Index(index) => {
                let Value::Array(elements) = &mut self.value else { return None };
                let value = std::mem::take(elements.make_mut().get_mut(*index)?);
                let mut trace = self.trace.take(first);
                let at = trace.written.take().unwrap_or_else(|| store.step(self.at, first));
                let mut inner = Self { value, at, trace };
                let result = inner.edit(store, rest, change);
                let Self { value, at, mut trace } = inner;
                trace.written = (store.step(self.at, first) != at).then_some(at);
                self.trace.put(first.clone(), trace);
                if let Value::Array(elements) = &mut self.value
                    && let Some(slot) = elements.make_mut().get_mut(*index)
                {
                    *slot = value;
                }
                result
            }
        }
    }

    /// An empty mapping that stands at a place.
    pub fn mapping(at: Written) -> Self {
        Self { value: Value::Object(Object::new()), at, trace: Trace::default() }
    }
}
