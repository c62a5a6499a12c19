//! Printing a value in a fixed layout with the comments of the text that it came from: what `design fmt` writes.

mod layout;
#[cfg(test)]
mod tests;

use std::fmt;

use design_vocabulary::{Object, Path, Text, Value};

pub use self::layout::{Layout, layout_of};
use crate::emit::to_yaml;

/// A collection in brackets stays in brackets up to this width.
const WIDTH: usize = 100;

/// Prints a value as a YAML document: block style with two spaces, keys in the order of the value, comments and
/// brackets where the layout has them. It fails only for types that YAML cannot hold.
pub fn print(value: &Value, layout: &Layout) -> Result<String, fmt::Error> {
    let mut printer = Printer { layout, output: String::new(), path: Vec::new() };
    for comment in &layout.head {
        printer.output.push_str(comment);
        printer.output.push('\n');
    }
    if !layout.head.is_empty() {
        printer.output.push('\n');
    }
    printer.root(value)?;
    for comment in &layout.foot {
        printer.output.push_str(comment);
        printer.output.push('\n');
    }
    Ok(printer.output)
}

struct Printer<'a> {
    layout: &'a Layout,
    output: String,
    path: Path,
}

impl<'a> Printer<'a> {
    fn root(&mut self, value: &Value) -> fmt::Result {
        if let Some(decoration) = self.layout.entries.get(&Vec::new()) {
            for comment in &decoration.above {
                self.output.push_str(comment);
                self.output.push('\n');
            }
        }
        match value {
            Value::Object(object) if !object.is_empty() => self.object(object, 0, false),
            Value::Array(elements) if !elements.is_empty() => self.array(elements, 0, false),
            _ => {
                self.output.push_str(&to_yaml(value)?);
                Ok(())
            }
        }
    }

    /// `behind_dash`: the first key stands on the line of a list's dash, whose comments are already above it.
    fn object(&mut self, object: &Object, indent: usize, behind_dash: bool) -> fmt::Result {
        for (index, (name, value)) in object.iter().enumerate() {
            self.path.push(name.clone().into());
            if index > 0 || !behind_dash {
                self.above(indent);
            }
            self.output.push_str(&key(name)?);
            self.output.push(':');
            self.value(value, indent)?;
            self.path.pop();
        }
        Ok(())
    }

    /// `behind_dash`: the list is itself an element, and the comments on its first one are already above it.
    fn array(&mut self, elements: &[Value], indent: usize, behind_dash: bool) -> fmt::Result {
        for (index, element) in elements.iter().enumerate() {
            self.path.push(index.into());
            let is_expanded = self.is_expanded(element, indent);
            if index == 0 && behind_dash {
                self.indent(indent);
            } else {
                self.above(indent);
                if is_expanded {
                    let mut comments = Vec::new();
                    self.lift(element, indent, &mut comments);
                    self.comments(comments, indent);
                }
            }
            self.output.push('-');
            match element {
                Value::Object(object) if is_expanded => {
                    self.output.push(' ');
                    self.object(object, indent + 2, true)?;
                }
                Value::Array(elements) if is_expanded => {
                    self.output.push('\n');
                    self.array(elements, indent + 2, true)?;
                }
                _ => self.value(element, indent)?,
            }
            self.path.pop();
        }
        Ok(())
    }

    /// Whether a value is printed on lines of its own.
    fn is_expanded(&mut self, value: &Value, indent: usize) -> bool {
        is_filled(value) && self.flow(value, indent).is_none()
    }

    /// Collects the comments that belong behind a dash: on the element itself and on what it begins with. There, they
    /// would be read as comments above the element, so that is where they are put.
    fn lift(&mut self, element: &Value, indent: usize, comments: &mut Vec<&'a String>) {
        let layout = self.layout;
        comments.extend(layout.entries.get(&self.path).and_then(|decoration| decoration.trailing.as_ref()));
        let (segment, first) = match element {
            Value::Object(object) => match object.keys().next() {
                Some(key) => (key.clone().into(), None),
                None => return,
            },
            Value::Array(elements) => (0.into(), elements.first()),
            _ => return,
        };
        self.path.push(segment);
        comments.extend(layout.entries.get(&self.path).into_iter().flat_map(|decoration| &decoration.above));
        if let Some(first) = first.filter(|first| self.is_expanded(first, indent + 2)) {
            self.lift(first, indent + 2, comments);
        }
        self.path.pop();
    }

    /// What follows `key:` or `-`, the line break included.
    fn value(&mut self, value: &Value, indent: usize) -> fmt::Result {
        let trailing = self.trailing().map(|comment| format!(" {comment}")).unwrap_or_default();
        if let Some(text) = self.flow(value, indent) {
            self.output.push_str(&format!(" {text}{trailing}\n"));
            return Ok(());
        }
        match value {
            Value::Object(object) if !object.is_empty() => {
                self.output.push_str(&format!("{trailing}\n"));
                self.object(object, indent + 2, false)
            }
            Value::Array(elements) if !elements.is_empty() => {
                self.output.push_str(&format!("{trailing}\n"));
                // As kubectl and the emitter of manifests write it: a list is not indented under its key.
                self.array(elements, indent, false)
            }
            Value::String(text) if self.is_plain(text) => {
                self.output.push_str(&format!(" {text}{trailing}\n"));
                Ok(())
            }
            _ => {
                let text = scalar(value)?;
                let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
                self.output.push_str(first);
                self.output.push_str(&trailing);
                self.output.push('\n');
                for line in rest.split_inclusive('\n') {
                    if line != "\n" {
                        self.indent(indent);
                    }
                    self.output.push_str(line);
                }
                Ok(())
            }
        }
    }

    /// Comments and blank line above the current path, and the indentation of its own line.
    fn above(&mut self, indent: usize) {
        if let Some(decoration) = self.layout.entries.get(&self.path) {
            // Behind a block scalar that keeps its empty lines, one more would be part of its text.
            if decoration.blank && !self.output.is_empty() && !ends_in_blank_line(&self.output) {
                self.output.push('\n');
            }
            self.indent(indent);
            self.comments(&decoration.above, indent);
        } else {
            self.indent(indent);
        }
    }

    /// Comments on lines of their own, where the current line is indented already; the next one is so again.
    fn comments<'b>(&mut self, comments: impl IntoIterator<Item = &'b String>, indent: usize) {
        for comment in comments {
            self.output.push_str(comment);
            self.output.push('\n');
            self.indent(indent);
        }
    }

    fn indent(&mut self, indent: usize) {
        self.output.extend(std::iter::repeat_n(' ', indent));
    }

    fn trailing(&self) -> Option<&str> {
        self.layout.entries.get(&self.path)?.trailing.as_deref()
    }

    /// The value in brackets, where it was so before, holds no comment and fits the line.
    fn flow(&mut self, value: &Value, indent: usize) -> Option<String> {
        let decoration = self.layout.entries.get(&self.path)?;
        let is_collection = matches!(value, Value::Object(_) | Value::Array(_));
        if !is_collection || !decoration.flow || decoration.holds_comments {
            return None;
        }
        let mut text = String::new();
        self.write_flow(value, &mut text).ok()?;
        (indent + text.chars().count() <= WIDTH && !text.contains('\n')).then_some(text)
    }

    fn write_flow(&mut self, value: &Value, output: &mut String) -> fmt::Result {
        match value {
            Value::Object(object) => {
                output.push('{');
                for (index, (name, value)) in object.iter().enumerate() {
                    output.push_str(if index == 0 { "" } else { ", " });
                    output.push_str(&flow_scalar(&Value::String(name.clone()))?);
                    output.push_str(": ");
                    self.path.push(name.clone().into());
                    self.write_flow(value, output)?;
                    self.path.pop();
                }
                output.push('}');
            }
            Value::Array(elements) => {
                output.push('[');
                for (index, element) in elements.iter().enumerate() {
                    output.push_str(if index == 0 { "" } else { ", " });
                    self.path.push(index.into());
                    self.write_flow(element, output)?;
                    self.path.pop();
                }
                output.push(']');
            }
            Value::String(text) if self.is_plain(text) && !text.contains(FLOW_INDICATORS) => output.push_str(text),
            _ => output.push_str(&flow_scalar(value)?),
        }
        Ok(())
    }

    /// Whether the text at the current path is still the one that stood there without quotes.
    fn is_plain(&self, text: &Text) -> bool {
        self.layout.entries.get(&self.path).is_some_and(|decoration| decoration.plain.as_ref() == Some(text))
    }
}

/// Whether a value is a collection with something in it.
fn is_filled(value: &Value) -> bool {
    match value {
        Value::Object(object) => !object.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        _ => false,
    }
}

/// Whether the last line of a text is empty; a line that is still being written does not count.
fn ends_in_blank_line(text: &str) -> bool {
    text.strip_suffix('\n').is_some_and(|text| text.rsplit('\n').next().is_some_and(|line| line.trim().is_empty()))
}

/// What ends or splits a plain scalar inside brackets, or may.
const FLOW_INDICATORS: [char; 8] = ['{', '}', '[', ']', ',', '\n', '#', ':'];

/// A key as YAML, quoted where it has to be.
fn key(name: &str) -> Result<String, fmt::Error> {
    let text = to_yaml(&Object::from_iter([(name, Value::Null)]))?;
    text.trim_end().strip_suffix(": null").map(str::to_owned).ok_or(fmt::Error)
}

/// What stands behind the colon of an entry, line breaks included.
fn scalar(value: &Value) -> Result<String, fmt::Error> {
    let text = to_yaml(&Object::from_iter([("k", value.clone())]))?;
    text.strip_prefix("k:").map(str::to_owned).ok_or(fmt::Error)
}

/// A scalar that may stand inside brackets: quoted as JSON where it holds an indicator of flow style.
fn flow_scalar(value: &Value) -> Result<String, fmt::Error> {
    let text = scalar(value)?.trim_matches([' ', '\n']).to_owned();
    match value {
        Value::String(string) if string.contains(FLOW_INDICATORS) => {
            let json = serde_json::to_string(string.as_str()).map_err(|_| fmt::Error)?;
            // JSON allows more characters as they are than YAML does (YAML 1.2.2, 5.1).
            Ok(json.chars().fold(String::with_capacity(json.len()), |mut quoted, letter| {
                match letter {
                    '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                        quoted.push_str(&format!("\\u{:04x}", u32::from(letter)));
                    }
                    _ => quoted.push(letter),
                }
                quoted
            }))
        }
        _ => Ok(text),
    }
}
