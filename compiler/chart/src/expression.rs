//! Parameters as expressions of Go templates.

use design_parameters::{Found, Part, Symbol, Values};
use design_vocabulary::{Text, Value};

/// How a value that is made from parameters is written.
#[derive(Debug)]
pub(crate) enum Form {
    /// An expression whose output is a whole scalar, quotes included.
    Inline(String),
    /// A value that is a list or a mapping, written below its key.
    Tree(String),
    /// Lines of text, with an expression here and there; each line is written as it is.
    Lines {
        /// What opens the block: how it is indented and how it ends.
        header: String,
        /// The lines.
        text: String,
    },
}

/// What a parameter holds, as far as its schema, or else its value, says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    /// A number or a truth value.
    Plain,
    Tree,
    Any,
}

/// Writes expressions for the parameters of a design, in a chart of this name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writer<'a> {
    pub values: &'a Values,
    pub chart: &'a str,
}

impl Writer<'_> {
    /// How a symbol is written where the block that holds its lines would begin at a column.
    pub(crate) fn form(&self, symbol: &Symbol, column: usize) -> Form {
        if let [Part::Parameter(path)] = symbol.parts.as_slice() {
            let value = self.accessor(path);
            return match self.kind(path) {
                Kind::Text => Form::Inline(format!("{value} | quote")),
                Kind::Tree => Form::Tree(value),
                Kind::Plain | Kind::Any => Form::Inline(format!("{value} | toJson")),
            };
        }
        if self.is_lines(symbol) {
            let pad = " ".repeat(column);
            let part = |part: &Part| match part {
                Part::Text(text) => escape(text),
                Part::Parameter(path) if self.kind(path) == Kind::Plain => {
                    format!("{{{{ {} | toJson }}}}", self.accessor(path))
                }
                Part::Parameter(path) => format!("{{{{ {} | replace \"\\n\" \"\\n{pad}\" }}}}", self.text(path)),
            };
            return Form::Lines { header: header(&symbol.parts), text: symbol.parts.iter().map(part).collect() };
        }
        let (mut format, mut arguments) = (String::new(), String::new());
        for part in &symbol.parts {
            match part {
                Part::Text(text) => format.push_str(&text.replace("%", "%%")),
                Part::Parameter(path) => {
                    format.push_str("%s");
                    let text = self.text(path);
                    arguments.push_str(&if text.contains(' ') { format!(" ({text})") } else { format!(" {text}") });
                }
            }
        }
        if format == "%s" {
            // One value, as a text.
            let value = arguments.trim_start();
            let value = value.strip_prefix('(').and_then(|value| value.strip_suffix(')')).unwrap_or(value);
            return Form::Inline(format!("{value} | quote"));
        }
        Form::Inline(format!("printf {}{arguments} | quote", go_string(&format)))
    }

    /// A text that is made from parameters, outside of any quotes.
    pub(crate) fn plain(&self, symbol: &Symbol) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => escape(text),
            Part::Parameter(path) => format!("{{{{ {} }}}}", self.text(path)),
        };
        symbol.parts.iter().map(part).collect()
    }

    /// Whether a text is written line by line, as a block: where it has several lines, and whatever the parameters hold it is
    /// known how it ends.
    fn is_lines(&self, symbol: &Symbol) -> bool {
        let parts = &symbol.parts;
        let is_plain = |text: &str| text.chars().all(|letter| letter == '\n' || letter == '\t' || is_printable(letter));
        let texts = parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text),
            Part::Parameter(_) => None,
        });
        let has_lines = texts.clone().any(|text| text.contains('\n'));
        let ends = match parts.last() {
            Some(Part::Text(_)) => true,
            Some(Part::Parameter(path)) => self.kind(path) == Kind::Plain,
            None => false,
        };
        has_lines && ends && symbol.value.as_str().is_some_and(is_plain) && texts.clone().all(|text| is_plain(text))
    }

    /// An expression for a parameter as part of a text.
    fn text(&self, path: &[Text]) -> String {
        let value = self.accessor(path);
        match self.kind(path) {
            Kind::Text => value,
            Kind::Plain => format!("toJson {value}"),
            Kind::Tree | Kind::Any => format!("include \"{}.text\" {value}", self.chart),
        }
    }

    fn accessor(&self, path: &[Text]) -> String {
        let is_word = |part: &Text| {
            part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && !part.starts_with(|one: char| one.is_ascii_digit())
        };
        if path.iter().all(is_word) {
            return format!(".Values.{}", path.join("."));
        }
        let mut keys = String::new();
        for (depth, part) in path.iter().enumerate() {
            let before = path.get(..depth).unwrap_or_default();
            let in_list = matches!(self.values.find(before), Found::Value { value: Value::Array(_), .. });
            keys.push(' ');
            keys.push_str(&if in_list { part.to_string() } else { go_string(part) });
        }
        format!("(index .Values{keys})")
    }

    fn kind(&self, path: &[Text]) -> Kind {
        let declared = path.split_first().and_then(|(name, inside)| self.values.parameter(name)?.schema_at(inside));
        let types: Vec<&str> = match declared.and_then(|schema| schema.get("type")) {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            None if declared.and_then(|schema| schema.get("enum")).is_some_and(is_all_text) => vec!["string"],
            _ => match self.values.find(path) {
                // Without a type, what it is now says nothing of what it will be; lists and mappings read best as such.
                Found::Value { value: Value::Array(_) | Value::Object(_), .. } => vec!["object"],
                _ => Vec::new(),
            },
        };
        let all = |allowed: &[&str]| !types.is_empty() && types.iter().all(|one| allowed.contains(one));
        if all(&["string"]) {
            Kind::Text
        } else if all(&["integer", "number", "boolean"]) {
            Kind::Plain
        } else if all(&["object", "array"]) {
            Kind::Tree
        } else {
            Kind::Any
        }
    }
}

/// What opens a block of lines. The indentation is said where the first line may begin with a space, and all empty lines at
/// the end are kept where a value may bring some.
fn header(parts: &[Part]) -> String {
    let indentation = match parts.first() {
        Some(Part::Text(text)) if !text.starts_with([' ', '\n', '\t']) => "",
        _ => "2",
    };
    let chomping = match parts.last() {
        Some(Part::Text(text)) => match text.strip_suffix('\n') {
            Some(text) if !text.is_empty() && !text.ends_with('\n') => "",
            Some(_) => "+",
            None => "-",
        },
        _ => "-",
    };
    format!("|{indentation}{chomping}")
}

/// Whether a list holds nothing but texts.
fn is_all_text(list: &Value) -> bool {
    list.as_array().is_some_and(|elements| !elements.is_empty() && elements.iter().all(|one| one.as_str().is_some()))
}

/// Text in a template: what opens an expression is written by one.
pub(crate) fn escape(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

/// A text in a block of YAML cannot hold other letters: they are breaks, or not allowed.
fn is_printable(letter: char) -> bool {
    !letter.is_control() && !matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A string literal of Go, in double quotes.
fn go_string(text: &str) -> String {
    let mut literal = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\t' => literal.push_str("\\t"),
            letter if is_printable(letter) => literal.push(letter),
            letter if u32::from(letter) <= 0xffff => literal.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => literal.push_str(&format!("\\U{:08x}", u32::from(letter))),
        }
    }
    literal.push('"');
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_texts_are_escaped() {
        assert_eq!(go_string("a\"b\\c\nd\u{7}ä"), "\"a\\\"b\\\\c\\nd\\u0007ä\"");
        assert_eq!(escape("x {{ y }} {{{"), "x {{ \"{{\" }} y }} {{ \"{{\" }}{");
    }
}
