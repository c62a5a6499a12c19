//! An object as the text of a template.

use std::fmt;

use design_parameters::{Symbol, Symbols};
use design_syntax::write_yaml;
use design_vocabulary::{Object, Value};

use crate::expression::{Form, Writer, escape};

/// The template of an object.
#[derive(Debug, Default)]
pub(crate) struct Template {
    pub text: String,
    /// Whether a parameter is anywhere in it.
    pub is_open: bool,
}

/// Writes the template of an object. `open` is the same object with its parameters open.
pub(crate) fn template(
    object: &Object,
    open: Option<(&Object, &Symbols)>,
    writer: &Writer<'_>,
    adds_labels: bool,
) -> Result<Template, fmt::Error> {
    let mut plain = String::new();
    write_yaml(&mut plain, object)?;
    let mut merging = Merging { symbols: Vec::new(), prefix: "DESIGN-".to_owned() };
    // Whatever the object says, a token can be told from it.
    while plain.contains(&merging.prefix) {
        merging.prefix.insert(0, 'X');
    }
    let mut merged = object.clone();
    if let Some((open, symbols)) = open {
        merged = merging.object(object, open, symbols);
    }
    let present = if adds_labels { add_labels(&mut merged, &merging.prefix) } else { None };
    if merging.symbols.is_empty() && present.is_none() {
        let mut text = if adds_labels { escape(&plain) } else { plain };
        end(&mut text);
        return Ok(Template { text, is_open: false });
    }
    let mut written = String::new();
    write_yaml(&mut written, &merged)?;
    let mut text = String::new();
    for line in written.lines() {
        merging.line(line, present.as_ref(), writer, &mut text);
        text.push('\n');
    }
    end(&mut text);
    Ok(Template { text, is_open: !merging.symbols.is_empty() })
}

/// Ends the text of an object. Helm puts an empty line behind it, or takes the last ones away, and where a block scalar keeps
/// its empty lines that would change the scalar.
fn end(text: &mut String) {
    let keeps =
        |line: &str| line.rsplit(' ').next().is_some_and(|header| header.starts_with('|') && header.ends_with('+'));
    if text.lines().any(keeps) {
        text.push_str("# The end of the object.\n");
    }
}

/// The labels that an object has, where more can be added.
#[derive(Debug)]
struct Present {
    names: Vec<String>,
}

/// Puts a token where recommended labels go; `None` where they cannot be added.
fn add_labels(object: &mut Object, prefix: &str) -> Option<Present> {
    let token = format!("{prefix}labels-");
    let Some(Value::Object(metadata)) = object.get_mut("metadata") else { return None };
    let labels = metadata.get("labels").filter(|labels| !labels.is_null()).cloned();
    match labels {
        None => {
            metadata.remove("labels");
            metadata.insert(token, Value::from("x"));
            Some(Present { names: Vec::new() })
        }
        Some(Value::Object(mut labels)) => {
            let names = labels.keys().map(ToString::to_string).collect();
            labels.insert(token, Value::from("x"));
            metadata.insert("labels", labels.into());
            Some(Present { names })
        }
        Some(_) => None,
    }
}

struct Merging<'a> {
    symbols: Vec<&'a Symbol>,
    prefix: String,
}

impl<'a> Merging<'a> {
    fn object(&mut self, object: &Object, open: &Object, symbols: &'a Symbols) -> Object {
        let mut merged = Object::new();
        for (key, value) in object.iter() {
            let value = match open.get(key) {
                Some(open) => self.value(value, open, symbols),
                None => value.clone(),
            };
            merged.insert(key.clone(), value);
        }
        merged
    }

    fn value(&mut self, value: &Value, open: &'_ Value, symbols: &'a Symbols) -> Value {
        if let Some(symbol) = symbols.get(open) {
            // Only where the symbol still says what the design says does it stand for it.
            if symbol.value == *value {
                self.symbols.push(symbol);
                return Value::String(format!("{}{}-", self.prefix, self.symbols.len() - 1).into());
            }
            return value.clone();
        }
        match (value, open) {
            (Value::Object(object), Value::Object(open)) => self.object(object, open, symbols).into(),
            (Value::Array(elements), Value::Array(open)) if elements.len() == open.len() => {
                elements.iter().zip(open.iter()).map(|(element, open)| self.value(element, open, symbols)).collect()
            }
            _ => value.clone(),
        }
    }

    /// Writes one line, with what its token stands for.
    fn line(&self, line: &str, present: Option<&Present>, writer: &Writer<'_>, text: &mut String) {
        let Some((before, behind)) = line.split_once(&self.prefix) else {
            text.push_str(&escape(line));
            return;
        };
        let token = behind.split('-').next().unwrap_or_default();
        if token == "labels" {
            text.push_str(&labels(before, present, writer.chart));
            return;
        }
        let symbol = token.parse::<usize>().ok().and_then(|number| self.symbols.get(number).copied());
        let Some(symbol) = symbol else {
            text.push_str(&escape(line));
            return;
        };
        let base = base_column(before);
        let column = base + 2;
        text.push_str(&escape(before));
        match writer.form(symbol, column) {
            Form::Inline(expression) => text.push_str(&format!("{{{{ {expression} }}}}")),
            Form::Tree(expression) => text.push_str(&format!("{{{{- toYaml {expression} | nindent {column} }}}}")),
            Form::Lines { header, text: lines } => {
                let pad = " ".repeat(column);
                text.push_str(&header);
                for line in lines.strip_suffix('\n').unwrap_or(&lines).split('\n') {
                    text.push('\n');
                    if !line.is_empty() {
                        text.push_str(&pad);
                        text.push_str(line);
                    }
                }
            }
        }
    }
}

/// The column of the key that a value stands behind; of an element without a key, that of its dash.
fn base_column(before: &str) -> usize {
    let mut column = before.len() - before.trim_start_matches(' ').len();
    let mut rest = before.get(column..).unwrap_or_default();
    while let Some(behind) = rest.strip_prefix("- ") {
        column += 2;
        rest = behind;
    }
    if rest.is_empty() { column.saturating_sub(2) } else { column }
}

/// Where labels are added to an object, if a value asks for that.
fn labels(before: &str, present: Option<&Present>, chart: &str) -> String {
    let column = before.len();
    let names = present.map(|present| present.names.as_slice()).unwrap_or_default();
    let list: String = names.iter().map(|name| format!(" {name:?}")).collect();
    let open = format!("{before}{{{{- with include \"{chart}.addedLabels\" (list . (list{list})) }}}}\n");
    let close = format!("{before}{{{{- end }}}}");
    if names.is_empty() {
        format!("{open}{before}labels:\n{before}  {{{{- . | nindent {} }}}}\n{close}", column + 2)
    } else {
        format!("{open}{before}{{{{- . | nindent {column} }}}}\n{close}")
    }
}
