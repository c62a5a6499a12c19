//! Values as numbers: equal values have equal numbers, so that comparing, hashing and joining them reads no text.

use std::collections::HashMap;

use design_vocabulary::{Text, Value};
use foldhash::fast::RandomState;

use crate::canonical::canonical;

/// Gives out the numbers. One number stands for one thing only: a text, another JSON value, or a pair of numbers.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    texts: HashMap<Text, u32, RandomState>,
    others: HashMap<String, u32, RandomState>,
    pairs: HashMap<(u32, u32), u32, RandomState>,
    last: u32,
}

impl Numbers {
    fn next(last: &mut u32) -> u32 {
        *last = last.saturating_add(1);
        *last
    }

    /// The number of a text.
    pub fn text(&mut self, text: &str) -> u32 {
        if let Some(number) = self.texts.get(text) {
            return *number;
        }
        let number = Self::next(&mut self.last);
        self.texts.insert(text.into(), number);
        number
    }

    /// As [`Numbers::text`], for a text that can be shared: a copy of it would only fill the memory.
    fn shared(&mut self, text: &Text) -> u32 {
        if let Some(number) = self.texts.get(text) {
            return *number;
        }
        let number = Self::next(&mut self.last);
        self.texts.insert(text.clone(), number);
        number
    }

    /// The number of a value: the same for the same JSON value, whatever the order of keys, and for `1` and `1.0`.
    pub fn json(&mut self, value: &Value) -> u32 {
        if let Value::String(text) = value {
            return self.shared(text);
        }
        let text = canonical(value);
        if let Some(number) = self.others.get(&text) {
            return *number;
        }
        let number = Self::next(&mut self.last);
        self.others.insert(text, number);
        number
    }

    /// The number of a value's text: the same for `8080` and `"8080"`.
    pub fn plain(&mut self, value: &Value) -> u32 {
        match value {
            Value::String(text) => self.shared(text),
            other => self.text(&canonical(other)),
        }
    }

    /// The number of two numbers in this order.
    pub fn pair(&mut self, first: u32, second: u32) -> u32 {
        if let Some(number) = self.pairs.get(&(first, second)) {
            return *number;
        }
        let number = Self::next(&mut self.last);
        self.pairs.insert((first, second), number);
        number
    }

    /// The entries of nested mappings, each with its path; anything else is one entry.
    pub fn entries(&mut self, value: &Value, path: u32, found: &mut Vec<u32>) {
        match value {
            Value::Object(object) => {
                for (key, value) in object.iter() {
                    let key = self.shared(key);
                    let inside = self.pair(path, key);
                    self.entries(value, inside, found);
                }
            }
            other => {
                let value = self.json(other);
                found.push(self.pair(path, value));
            }
        }
    }
}
