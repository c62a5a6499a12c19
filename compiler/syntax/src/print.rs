//! Printing a value in a fixed layout with the comments of the text that it came from: what `design fmt` writes.

use std::collections::HashMap;
use std::fmt;

use design_vocabulary::{Object, Path, Segment, Text, Value};

use crate::arena::{Document, Kind, NodeRef, Style, is_merge};
use crate::emit::to_yaml;
use crate::scalar::{Resolved, Rules, key_text, resolve};
use crate::text::to_u32;

/// A collection in brackets stays in brackets up to this width.
const WIDTH: usize = 100;

/// What a person put between the values: comments, blank lines, brackets. Keyed by the path of the value.
#[derive(Debug, Default)]
pub struct Layout {
    entries: HashMap<Path, Decoration>,
    /// Comments at the top, with an empty line behind them: they belong to the file, not to its first key.
    head: Vec<String>,
    /// Comments behind the last value.
    foot: Vec<String>,
}

#[derive(Debug, Default)]
struct Decoration {
    /// Comment lines above, `#` included.
    above: Vec<String>,
    /// A comment on the same line.
    trailing: Option<String>,
    /// Whether an empty line stands before it or before its comments.
    blank: bool,
    /// Whether it is a collection in brackets.
    flow: bool,
    /// Whether a comment belongs to something inside it.
    holds_comments: bool,
    /// The text of a scalar that was written without quotes and that no reader takes for anything else.
    plain: Option<Text>,
}

impl Layout {
    /// Moves what belongs to one path, and to everything below it, to another: for values that a conversion moved.
    pub fn rename(&mut self, from: &[Segment], to: &[Segment]) {
        let mut moved: Vec<Path> = self.entries.keys().filter(|path| path.starts_with(from)).cloned().collect();
        moved.sort();
        for path in moved {
            if let Some(decoration) = self.entries.remove(&path) {
                let rest = path.get(from.len()..).unwrap_or_default();
                self.entries.insert([to, rest].concat(), decoration);
            }
        }
    }

    /// The number of comments whose value is not part of `value`, so that printing it would lose them.
    pub fn lost(&self, value: &Value) -> usize {
        let comments = |decoration: &Decoration| decoration.above.len() + usize::from(decoration.trailing.is_some());
        let missing = self.entries.iter().filter(|(path, _)| value.at(path).is_none());
        missing.map(|(_, decoration)| comments(decoration)).sum()
    }

    fn at(&mut self, path: &[Segment]) -> &mut Decoration {
        self.entries.entry(path.to_vec()).or_default()
    }

    /// Tells every collection around a commented value that brackets on one line are out of the question.
    fn mark_ancestors(&mut self, path: &[Segment]) {
        for length in 0..path.len() {
            self.at(path.get(..length).unwrap_or_default()).holds_comments = true;
        }
    }
}

/// A value, its path, and where it begins: at its key, or at itself.
struct Place<'a> {
    path: Path,
    node: NodeRef<'a>,
    start: u32,
    /// The position of the collection that holds it; the root's is its own.
    parent: usize,
}

/// Reads comments, blank lines and brackets off a document.
pub fn layout_of(document: &Document) -> Layout {
    let Some(root) = document.root() else {
        return Layout::default();
    };
    let mut places = Vec::new();
    collect(root, &mut Vec::new(), &mut places);
    let mut layout = Layout::default();
    let is_blank_before = |start: u32, next: usize| {
        let previous = next.checked_sub(1).and_then(|previous| places.get(previous));
        !previous.is_some_and(|place| keeps_blank_lines(place.node)) && is_blank_before(document, start)
    };
    for (index, place) in places.iter().enumerate() {
        let flow = matches!(place.node.kind(), Kind::Sequence | Kind::Mapping) && place.node.style() == Style::Flow;
        // A block scalar in a list begins at its text, below its dash: what stands above that is no empty line.
        let below_dash = place.node.style() == Style::BlockScalar && place.start == place.node.span().start;
        let blank = !below_dash && is_blank_before(place.start, index);
        let plain = is_plain_text(place.node).then(|| Text::from(place.node.text()));
        if flow || blank || plain.is_some() {
            let decoration = layout.at(&place.path);
            (decoration.flow, decoration.blank, decoration.plain) = (flow, blank, plain);
        }
    }
    let head = head_end(document, places.get(1).map_or(0, |place| place.start));
    for comment in document.comments() {
        let text = document.source.slice(comment.span.start, comment.span.end).trim_end().to_owned();
        if comment.span.end <= head {
            layout.head.push(text);
            continue;
        }
        // Places come in the order of the text, an entry before what it holds.
        let next = places.partition_point(|place| place.start < comment.span.start).max(1);
        let line_start =
            document.source.slice(0, comment.span.start).rfind('\n').map_or(0, |position| to_u32(position + 1));
        let beside = if comment.trailing { on_line(&places, next - 1, line_start, comment.span.start) } else { None };
        let target = if let Some(place) = beside {
            let decoration = layout.at(&place.path);
            match decoration.trailing {
                // One line has room for one comment.
                Some(_) => decoration.above.push(text),
                None => decoration.trailing = Some(text),
            }
            place
        } else {
            let Some(place) = places.get(next) else {
                layout.foot.push(text);
                continue;
            };
            let blank = is_blank_before(comment.span.start, next);
            let decoration = layout.at(&place.path);
            decoration.blank |= blank && decoration.above.is_empty();
            decoration.above.push(text);
            place
        };
        layout.mark_ancestors(&target.path);
    }
    layout
}

/// The value that a comment at the end of a line belongs to: of the last value before the comment and the collections
/// around it, the innermost one that stands on this line; and where that one ends the bracket around it, the bracket.
fn on_line<'a, 'b>(places: &'b [Place<'a>], last: usize, line_start: u32, comment: u32) -> Option<&'b Place<'a>> {
    let stands_here = |place: &Place<'_>| {
        let may_end_here = !matches!(place.node.style(), Style::Block | Style::BlockScalar);
        place.start >= line_start || (may_end_here && place.node.span().end > line_start)
    };
    let mut place = places.get(last)?;
    while !stands_here(place) {
        place = places.get(place.parent).filter(|parent| !parent.path.is_empty())?;
    }
    while let Some(parent) = places.get(place.parent).filter(|parent| !parent.path.is_empty()) {
        if parent.node.style() != Style::Flow || parent.node.span().end > comment {
            break;
        }
        place = parent;
    }
    Some(place).filter(|place| !place.path.is_empty())
}

/// Whether a scalar is written without quotes on one line and is a text under every set of rules, so that its author's
/// spelling can stay (`version: 1.0.0`).
fn is_plain_text(node: NodeRef<'_>) -> bool {
    let text = node.text();
    node.kind() == Kind::Scalar
        && node.style() == Style::Plain
        && node.tag().is_none()
        // In brackets an indicator may stand by itself (`[?]`); elsewhere it may not.
        && !matches!(text, "-" | "?" | ":")
        && node.document().source().slice(node.span().start, node.span().end) == text
        && [Rules::Core, Rules::Kubernetes].into_iter().all(|rules| resolve(text, rules) == Resolved::String)
}

/// Lists the values of a document in the order of the text; the root comes first.
fn collect<'a>(node: NodeRef<'a>, path: &mut Path, places: &mut Vec<Place<'a>>) {
    if path.is_empty() {
        places.push(Place { path: Vec::new(), node, start: node.span().start, parent: 0 });
    }
    let parent = places.len() - 1;
    for (index, child) in node.children().enumerate() {
        path.push(index.into());
        let last = places.last().map_or(0, |place| place.start);
        places.push(Place { path: path.clone(), node: child, start: beginning(child).max(last), parent });
        collect(child, path, places);
        path.pop();
    }
    for (key, value) in node.entries().filter(|(key, _)| !is_merge(*key)) {
        path.push(key_text(key).as_ref().into());
        places.push(Place { path: path.clone(), node: value, start: key.span().start, parent });
        collect(value, path, places);
        path.pop();
    }
}

/// Where an element of a list begins. The span of a block scalar is that of its content; the line of its header is the
/// last one above that is not empty. (The parser lets the span of one without content begin at the header at times.)
fn beginning(node: NodeRef<'_>) -> u32 {
    let start = node.span().start;
    if node.style() != Style::BlockScalar {
        return start;
    }
    let above = node.document().source().slice(0, start).trim_end();
    to_u32(above.rfind('\n').map_or(0, |position| position + 1))
}

/// Where the comments end that have an empty line between themselves and the first key; 0 where there are none.
fn head_end(document: &Document, first_key: u32) -> u32 {
    let before = document.source.slice(document.span().start, first_key);
    let above_first_key = document.comments().iter().any(|comment| comment.span.end <= first_key);
    let line_end = before.rmatch_indices('\n').find(|(position, _)| {
        let line = before.get(..*position).and_then(|rest| rest.rsplit('\n').next()).unwrap_or_default();
        line.trim().is_empty()
    });
    match line_end {
        Some((position, _)) if above_first_key => document.span().start + to_u32(position),
        _ => 0,
    }
}

/// Whether the line above the one that begins (but for dashes) at an offset is empty.
fn is_blank_before(document: &Document, start: u32) -> bool {
    let before = document.source.slice(0, start).trim_end_matches([' ', '-']);
    before
        .strip_suffix('\n')
        .is_some_and(|before| before.rsplit('\n').next().is_some_and(|line| line.trim().is_empty()))
}

/// Whether the empty lines behind a node are part of its text: a block scalar that keeps them (YAML 1.2.2, 8.1.1.2).
fn keeps_blank_lines(node: NodeRef<'_>) -> bool {
    let before = node.text().strip_suffix('\n').filter(|_| node.style() == Style::BlockScalar);
    before.is_some_and(|before| before.is_empty() || before.ends_with('\n'))
}

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

impl Printer<'_> {
    fn root(&mut self, value: &Value) -> fmt::Result {
        if let Some(decoration) = self.layout.entries.get(&Vec::new()) {
            for comment in &decoration.above {
                self.output.push_str(comment);
                self.output.push('\n');
            }
        }
        match value {
            Value::Object(object) if !object.is_empty() => self.object(object, 0, false),
            Value::Array(elements) if !elements.is_empty() => self.array(elements, 0),
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

    fn array(&mut self, elements: &[Value], indent: usize) -> fmt::Result {
        for (index, element) in elements.iter().enumerate() {
            self.path.push(index.into());
            self.above(indent);
            let is_expanded = is_filled(element) && self.flow(element, indent).is_none();
            if is_expanded {
                // Behind the dash, it would be read as a comment above the element.
                let layout = self.layout;
                let own = layout.entries.get(&self.path);
                self.comments(own.and_then(|decoration| decoration.trailing.as_ref()), indent);
                // There is no line above the first key; it has comments where it was not the first before.
                if let Some(first) = element.as_object().and_then(|object| object.keys().next()) {
                    self.path.push(first.clone().into());
                    let first = layout.entries.get(&self.path);
                    self.path.pop();
                    self.comments(first.into_iter().flat_map(|decoration| &decoration.above), indent);
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
                    self.array(elements, indent + 2)?;
                }
                _ => self.value(element, indent)?,
            }
            self.path.pop();
        }
        Ok(())
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
                self.array(elements, indent)
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
    fn comments<'a>(&mut self, comments: impl IntoIterator<Item = &'a String>, indent: usize) {
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
    let text = scalar(value)?.trim().to_owned();
    match value {
        Value::String(string) if string.contains(FLOW_INDICATORS) => {
            serde_json::to_string(string.as_str()).map_err(|_| fmt::Error)
        }
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests;
