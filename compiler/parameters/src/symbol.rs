//! What stands for values in a design that is written with its parameters open.

use design_vocabulary::{Text, Value};

/// The references of a design, each text that holds any by its number.
#[derive(Clone, Debug, Default)]
pub struct Symbols(Vec<Symbol>);

/// A value that is made from parameters.
#[derive(Clone)]
pub struct Symbol {
    /// The value, with the values that the parameters have now; markers stand for secrets.
    pub value: Value,
    /// Its parts: one reference by itself, or text and references.
    pub parts: Vec<Part>,
}

impl std::fmt::Debug for Symbol {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Symbol").field("parts", &self.parts).finish_non_exhaustive()
    }
}

/// Part of a value that is made from parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text.
    Text(Text),
    /// A parameter, and the fields inside it.
    Parameter(Vec<Text>),
}

// Characters for private use, which no text that people write has at both ends.
const START: char = '\u{e000}';
const END: char = '\u{e001}';

impl Symbols {
    /// Takes a symbol and returns what stands for it in a value.
    pub fn push(&mut self, symbol: Symbol) -> Value {
        self.0.push(symbol);
        Value::String(format!("{START}{}{END}", self.0.len() - 1).into())
    }

    /// The symbol that a value is; `None` for any other value.
    pub fn get(&self, value: &Value) -> Option<&Symbol> {
        let number = value.as_str()?.strip_prefix(START)?.strip_suffix(END)?;
        self.0.get(number.parse::<usize>().ok()?)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
