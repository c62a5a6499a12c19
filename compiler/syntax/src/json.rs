//! Strict JSON to arenas.
//!
//! JSON is YAML, and much of what programs write is JSON: lists of a cluster, exports, policies' input. A reader of JSON
//! alone is several times as fast as one of YAML, so it is tried first where a text begins like JSON. It makes the very
//! arena that the reader of YAML makes; whatever it does not read, as a comment or a trailing comma, is left to that one,
//! which also words what is wrong.

use std::ops::Range;
use std::sync::Arc;

use jiter::{Jiter, Peek};

use crate::Limits;
use crate::arena::{Builder, Document, Kind, Node, Style};
use crate::text::{SourceText, to_u32};

/// What is open while a text is read.
#[derive(Clone, Copy)]
enum Open {
    Array,
    Object,
}

/// What comes next.
enum Next {
    /// A value that begins so.
    Value(Peek),
    /// Nothing more in the innermost array or object.
    End,
}

/// Reads one JSON text at the begin of a range of bytes: its document, and where another text begins that no marker
/// separates. `size` is the number of nodes to make room for. `None` where the range does not begin with a JSON array or
/// object, or passes a limit, or goes on with anything but another JSON text.
pub(crate) fn parse(
    source: &Arc<SourceText>,
    range: Range<usize>,
    limits: &Limits,
    size: usize,
) -> Option<(Document, Option<usize>)> {
    let text = source.text().get(range.clone())?;
    let first = blank(text.as_bytes(), 0);
    if !matches!(text.as_bytes().get(first), Some(b'{' | b'[')) {
        return None;
    }
    let builder = Builder::with_room(Arc::clone(source), (to_u32(range.start), to_u32(range.end)), size);
    let mut reader = Reader { text, base: range.start, jiter: Jiter::new(text.as_bytes()), builder };
    let end = reader.read(limits)?;
    let behind = blank(text.as_bytes(), end);
    match text.as_bytes().get(behind) {
        None => Some((reader.builder.finish(None), None)),
        Some(b'{' | b'[') => {
            let end = range.start + end;
            Some((reader.builder.finish(Some(to_u32(end))), Some(end)))
        }
        Some(_) => None,
    }
}

/// The position of the next byte that is no white space of JSON.
fn blank(text: &[u8], from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count()
}

struct Reader<'a> {
    text: &'a str,
    base: usize,
    jiter: Jiter<'a>,
    builder: Builder,
}

impl Reader<'_> {
    /// Reads an array or object with all that is in it, and returns where it ends. Nothing is called by itself, so that
    /// the depth of a text costs no stack.
    fn read(&mut self, limits: &Limits) -> Option<usize> {
        let mut open: Vec<Open> = Vec::new();
        let mut next = Next::Value(self.jiter.peek().ok()?);
        loop {
            next = match next {
                Next::Value(Peek::Object) => {
                    let start = self.jiter.current_index();
                    self.push(Kind::Mapping, Style::Flow, start..start, (0, 0), false);
                    open.push(Open::Object);
                    if open.len() > limits.depth {
                        return None;
                    }
                    self.key(start + 1, true)?
                }
                Next::Value(Peek::Array) => {
                    let start = self.jiter.current_index();
                    self.push(Kind::Sequence, Style::Flow, start..start, (0, 0), false);
                    open.push(Open::Array);
                    if open.len() > limits.depth {
                        return None;
                    }
                    self.jiter.known_array().ok()?.map_or(Next::End, Next::Value)
                }
                Next::Value(scalar) => {
                    self.scalar(scalar)?;
                    self.step(*open.last()?)?
                }
                Next::End => {
                    let end = self.jiter.current_index();
                    self.builder.close(to_u32(self.base + end));
                    open.pop();
                    match open.last() {
                        Some(outer) => self.step(*outer)?,
                        None => return Some(end),
                    }
                }
            };
        }
    }

    /// Steps over a comma to what comes next, and over the key of it in an object.
    fn step(&mut self, open: Open) -> Option<Next> {
        match open {
            Open::Array => Some(self.jiter.array_step().ok()?.map_or(Next::End, Next::Value)),
            Open::Object => {
                let comma = blank(self.text.as_bytes(), self.jiter.current_index());
                self.key(comma + 1, false)
            }
        }
    }

    /// Reads a key, before which there is nothing but white space from a position on, or the end of the object.
    fn key(&mut self, from: usize, is_first: bool) -> Option<Next> {
        let key = if is_first { self.jiter.known_object() } else { self.jiter.next_key() };
        let Some(key) = key.ok()? else { return Some(Next::End) };
        let start = blank(self.text.as_bytes(), from);
        let (text, is_owned) = place(self.text, self.base, key, &mut self.builder.content.strings);
        // The reader stands behind the colon. Between it and the closing quote there is at most white space.
        let end = if is_owned {
            let before = self.text.get(..self.jiter.current_index())?.trim_end_matches(blank_character);
            before.strip_suffix(':')?.trim_end_matches(blank_character).len()
        } else {
            start + text.1 as usize + 2
        };
        self.push(Kind::Scalar, Style::Quoted, start..end, text, is_owned);
        Some(Next::Value(self.jiter.peek().ok()?))
    }

    fn scalar(&mut self, peek: Peek) -> Option<()> {
        let start = self.jiter.current_index();
        let (style, text, is_owned) = match peek {
            Peek::String => {
                let value = self.jiter.known_str().ok()?;
                let (text, is_owned) = place(self.text, self.base, value, &mut self.builder.content.strings);
                (Style::Quoted, Some(text), is_owned)
            }
            Peek::Null => {
                self.jiter.known_null().ok()?;
                (Style::Plain, None, false)
            }
            Peek::True | Peek::False => {
                self.jiter.known_bool(peek).ok()?;
                (Style::Plain, None, false)
            }
            _ => {
                self.jiter.known_number_bytes(peek).ok()?;
                (Style::Plain, None, false)
            }
        };
        let end = self.jiter.current_index();
        let text = text.unwrap_or((to_u32(self.base + start), to_u32(end - start)));
        self.push(Kind::Scalar, style, start..end, text, is_owned);
        Some(())
    }

    fn push(&mut self, kind: Kind, style: Style, range: Range<usize>, text: (u32, u32), owned: bool) {
        let (start, end) = (to_u32(self.base + range.start), to_u32(self.base + range.end));
        let node = Node { start, end, text: text.0, length: text.1, next: 0, kind, style, owned, tag: 0 };
        self.builder.push(node, 0);
    }
}

fn blank_character(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// Where the text of a string lies: in the file, as its address tells, or, with its escapes resolved, among the strings.
fn place(text: &str, base: usize, value: &str, strings: &mut String) -> ((u32, u32), bool) {
    let position = (value.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
    if position.checked_add(value.len()).is_some_and(|end| end <= text.len()) {
        return ((to_u32(base + position), to_u32(value.len())), false);
    }
    let position = strings.len();
    strings.push_str(value);
    ((to_u32(position), to_u32(value.len())), true)
}

#[cfg(test)]
mod tests {
    use design_vocabulary::FileId;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::parse;

    /// All that a document says: of each node its place, form and text, and where it ends.
    fn said(document: &Document) -> Vec<String> {
        let nodes = (0..document.node_count()).filter_map(|number| document.node(crate::NodeId(to_u32(number))));
        let nodes = nodes.map(|node| {
            let raw = node.raw();
            format!("{:?} {:?} {}..{} {} {:?}", raw.kind, raw.style, raw.start, raw.end, raw.next, node.text())
        });
        nodes.chain([format!("{:?}", document.span())]).collect()
    }

    fn read(text: &str) -> Option<(Document, Option<usize>)> {
        let source = SourceText::new(FileId(0), "test.json", text);
        super::parse(&source, 0..text.len(), &Limits::default(), 4)
    }

    fn value() -> impl Strategy<Value = Value> {
        let text = || prop_oneof!["[a-z]{0,6}", "[ -~\n\t\u{e9}]{0,12}", "\\PC{0,6}"];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_filter("JSON has finite numbers only", |value| value.is_finite()).prop_map(Value::from),
            text().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(text(), inner, 0..6)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// The arena is the one that the reader of YAML makes, whose way begins with a document marker.
        #[test]
        fn the_arena_is_that_of_yaml(value in value(), is_pretty in any::<bool>()) {
            let value = serde_json::json!([value]);
            let text = if is_pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            let text = format!("    \n{}", text.unwrap());
            let (document, next) = read(&text).unwrap();
            prop_assert_eq!(next, None);
            let marked = text.replacen("    ", "--- ", 1);
            let source = SourceText::new(FileId(0), "test.json", &marked);
            let parsed = parse(&source, &Limits::default());
            prop_assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
            prop_assert_eq!(said(&document), said(&parsed.documents[0]));
        }
    }

    #[test]
    fn what_is_no_strict_json_is_left_to_yaml() {
        let texts = [
            "",
            "a: b",
            "\"a\"",
            "{a: b}",
            "{\"a\": 1,}",
            "[1, 2,]",
            "{\"a\": 1} # a remark",
            "{\"a\": 'b'}",
            "{\"a\": NaN}",
            "{\"a\": 01}",
            "{\"a\": \"\\ud800\"}",
            "{\"a\": \"b\nc\"}",
            "{\"a\"",
            "[",
            "[}",
        ];
        for text in texts {
            assert!(read(text).is_none(), "{text}");
        }
        assert!(read(&("[".repeat(2000) + &"]".repeat(2000))).is_none());
    }

    #[test]
    fn texts_without_a_marker_follow_one_another() {
        let text = "{\"a\" : 1}\n[2]\n";
        let (document, next) = read(text).unwrap();
        assert_eq!((document.node_count(), next), (3, Some(9)));
        let source = SourceText::new(FileId(0), "test.json", text);
        assert_eq!(parse(&source, &Limits::default()).documents.len(), 2);
    }
}
