//! Events to arenas.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use design_vocabulary::Span;
use granit_parser::{ErrorKind, Event, Parser, Placement, ScalarStyle, ScanError, StructureStyle, Tag};

use crate::arena::{Builder, Comment, Document, Kind, Node, Style};
use crate::expansion::measure;
use crate::json;
use crate::lenient;
use crate::split;
use crate::text::{SourceText, to_u32};
use crate::{Limit, Limits, Problem};

/// What became of the text of a file.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The documents that could be read, in order. Documents without content are not among them.
    pub documents: Vec<Document>,
    /// The documents that could not be read are counted here and described in the problems.
    pub broken: usize,
    /// What was wrong, in the order of the text.
    pub problems: Vec<Problem>,
}

/// Parses the text of a file: YAML or JSON, any number of documents. Never fails; a document that is broken or passes a
/// limit is left out with a problem, and the ones behind it are still read.
pub fn parse(source: &Arc<SourceText>, limits: &Limits) -> Parsed {
    let mut parsed = Parsed::default();
    let ranges = split::documents(source.text());
    if ranges.len() > limits.documents {
        let start = ranges.get(limits.documents).map_or(0, |range| to_u32(range.start));
        parsed.problems.push(Problem::LimitPassed {
            limit: Limit::Documents,
            allowed: limits.documents as u64,
            span: Span::new(source.id(), start, start),
        });
        parsed.broken = ranges.len() - limits.documents;
    }
    let mut budget = Budget::default();
    for range in ranges.into_iter().take(limits.documents) {
        parse_range(source, range, limits, &mut budget, &mut parsed);
    }
    parsed
}

/// Parses a range of bytes of a file as YAML: a block scalar whose text is itself YAML, with its indentation. Places are
/// those of the file. As [`parse`], it never fails.
pub fn parse_within(source: &Arc<SourceText>, range: Range<u32>, limits: &Limits) -> Parsed {
    let mut parsed = Parsed::default();
    let range = range.start as usize..range.end as usize;
    let text = source.text().get(range.clone()).unwrap_or_default();
    let mut budget = Budget::default();
    for inner in split::documents(text).into_iter().take(limits.documents) {
        let inner = range.start + inner.start..range.start + inner.end;
        parse_range(source, inner, limits, &mut budget, &mut parsed);
    }
    parsed
}

/// What the documents of a file share.
#[derive(Default)]
struct Budget {
    /// Nodes written so far, and nodes that aliases have added to them: see [`Limits::expansion_factor`].
    written: u64,
    added: u64,
    retries: lenient::Budget,
}

/// About how many bytes of a JSON text make a node.
const BYTES_A_NODE: usize = 12;
/// The size of a JSON text among several that room is made for at once, in bytes.
const MOST: usize = 12 << 10;

/// Parses one range, which holds one document, or several JSON texts without a separator.
fn parse_range(
    source: &Arc<SourceText>,
    range: Range<usize>,
    limits: &Limits,
    budget: &mut Budget,
    parsed: &mut Parsed,
) {
    let mut start = range.start;
    while start < range.end {
        let rest = start..range.end;
        // The first text is taken for the only one; of several, each is taken to be no larger than most are.
        let size = if start == range.start { rest.len() / BYTES_A_NODE } else { rest.len().min(MOST) / BYTES_A_NODE };
        let document = match json::parse(source, rest.clone(), limits, size) {
            Some(read) => Ok(read),
            None => parse_document(source, rest, limits, &mut budget.retries),
        };
        match document {
            Ok((document, next)) => {
                admit(document, limits, budget, parsed);
                start = next.unwrap_or(range.end);
            }
            Err(problem) => {
                parsed.problems.push(problem);
                parsed.broken += 1;
                return;
            }
        }
    }
}

/// Keeps a document whose aliases stay within the limits.
fn admit(document: Document, limits: &Limits, budget: &mut Budget, parsed: &mut Parsed) {
    if document.nodes.is_empty() {
        return;
    }
    budget.written += document.nodes.len() as u64;
    let span = document.root().map_or(document.span(), super::arena::NodeRef::span);
    let span = Span::new(span.file, span.start, span.start);
    if document.has_anchors {
        let expansion = measure(&document);
        let allowed = limits.expansion_floor.max(limits.expansion_factor.saturating_mul(budget.written));
        let total = budget.added.saturating_add(expansion.added);
        let refusal = if total > allowed {
            Some((Limit::Expansion, allowed))
        } else if expansion.depth > limits.depth as u64 {
            Some((Limit::Depth, limits.depth as u64))
        } else {
            None
        };
        if let Some((limit, allowed)) = refusal {
            parsed.problems.push(Problem::LimitPassed { limit, allowed, span });
            parsed.broken += 1;
            return;
        }
        budget.added = total;
    }
    parsed.documents.push(document);
}

/// Parses one document and says where in the text another one begins that no marker separates: JSON texts one after the
/// other, as kubectl and jq write them.
fn parse_document(
    source: &Arc<SourceText>,
    range: Range<usize>,
    limits: &Limits,
    retries: &mut lenient::Budget,
) -> Result<(Document, Option<usize>), Problem> {
    let text = source.text().get(range.clone()).unwrap_or_default();
    parse_text(source, text, None, range.clone(), limits).or_else(|fault| {
        let again = |joined: &str, joint| {
            parse_text(source, joined, Some(joint), range.clone(), limits).map_err(|fault| fault.unindented)
        };
        fault.unindented.and_then(|first| lenient::retry(text, first, retries, again)).ok_or(fault.problem)
    })
}

/// Why a document could not be parsed.
struct Fault {
    problem: Problem,
    /// Where a line of a quoted scalar is not indented, if that is all.
    unindented: Option<usize>,
}

/// Parses the text of a document: that of its range, or one of the same length in its place, in which a joint stands for
/// some line breaks.
fn parse_text(
    source: &Arc<SourceText>,
    text: &str,
    joint: Option<char>,
    range: Range<usize>,
    limits: &Limits,
) -> Result<(Document, Option<usize>), Fault> {
    let base = range.start;
    let options = granit_parser::options! {
        emit_anchor_events: false,
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: limits.depth,
        block_nesting_limit: limits.depth,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder::new(Arc::clone(source), (to_u32(base), to_u32(range.end)));
    let mut ended_at = None;
    let offset = |position: Option<usize>| to_u32(base + position.unwrap_or(0));
    while let Some(event) = parser.next_event() {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                if let Some(end) = ended_at.filter(|end| is_next_json(text, *end, &error)) {
                    return Ok((builder.finish(Some(to_u32(base + end))), Some(base + end)));
                }
                let is_indent = *error.kind() == ErrorKind::InvalidQuotedScalarIndent;
                let unindented = error.marker().byte_offset().filter(|_| is_indent);
                return Err(Fault { problem: problem(source, base, text, &error, limits), unindented });
            }
        };
        let (start, end) = (offset(span.start.byte_offset()), offset(span.end.byte_offset()));
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let value = match joint {
                    Some(joint) if value.contains(joint) => Cow::Owned(lenient::fold(&value, joint)),
                    _ => value,
                };
                let node = scalar(&mut builder, &value, matches!(value, Cow::Borrowed(_)), style, tag, start..end);
                builder.push(node, anchor);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let node = collection(&mut builder, Kind::Sequence, style, tag, start..end);
                builder.push(node, anchor);
            }
            Event::MappingStart(style, anchor, tag) => {
                let node = collection(&mut builder, Kind::Mapping, style, tag, start..end);
                builder.push(node, anchor);
            }
            Event::SequenceEnd | Event::MappingEnd => builder.close(end),
            Event::Alias(anchor) => {
                let target = builder.anchored(anchor).unwrap_or(0);
                builder.push(node(Kind::Alias, Style::Plain, start..end, (target, 0), false, 0), 0);
            }
            Event::Comment(_, placement) => builder
                .content
                .comments
                .push(Comment { span: Span::new(source.id(), start, end), trailing: placement == Placement::Right }),
            Event::DocumentEnd => ended_at = span.end.byte_offset(),
            _ => {}
        }
        if builder.depth() > limits.depth {
            let span = Span::new(source.id(), start, start);
            let problem = Problem::LimitPassed { limit: Limit::Depth, allowed: limits.depth as u64, span };
            return Err(Fault { problem, unindented: None });
        }
    }
    Ok((builder.finish(None), None))
}

/// Whether an error only says that one more JSON text follows the one that has just ended.
fn is_next_json(text: &str, end: usize, error: &ScanError) -> bool {
    let rest = text.get(end..).unwrap_or_default().trim_start();
    *error.kind() == ErrorKind::ExpectedDocumentStart
        && text.trim_start().starts_with(['{', '['])
        && rest.starts_with(['{', '['])
}

fn node(kind: Kind, style: Style, range: Range<u32>, text: (u32, u32), owned: bool, tag: u8) -> Node {
    Node { start: range.start, end: range.end, text: text.0, length: text.1, next: 0, kind, style, owned, tag }
}

fn scalar(
    builder: &mut Builder,
    value: &str,
    is_borrowed: bool,
    style: ScalarStyle,
    tag: Option<Cow<'_, Tag>>,
    range: Range<u32>,
) -> Node {
    let style = match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::BlockScalar,
    };
    let tag = tag_number(builder, tag);
    // A missing value comes as an empty range with the text `~`; its own text is what counts here.
    if range.start == range.end && style == Style::Plain {
        return node(Kind::Scalar, style, range.clone(), (range.start, 0), false, tag);
    }
    // Text without escapes or folding is a slice of the file. Which slice, the address tells.
    if is_borrowed {
        let file = builder.content.source.text();
        let position = (value.as_ptr() as usize).wrapping_sub(file.as_ptr() as usize);
        if file.get(position..position.saturating_add(value.len())) == Some(value) {
            return node(Kind::Scalar, style, range, (to_u32(position), to_u32(value.len())), false, tag);
        }
    }
    let position = builder.content.strings.len();
    builder.content.strings.push_str(value);
    node(Kind::Scalar, style, range, (to_u32(position), to_u32(value.len())), true, tag)
}

fn collection(
    builder: &mut Builder,
    kind: Kind,
    style: StructureStyle,
    tag: Option<Cow<'_, Tag>>,
    range: Range<u32>,
) -> Node {
    let style = match style {
        StructureStyle::Block => Style::Block,
        StructureStyle::Flow => Style::Flow,
    };
    let tag = tag_number(builder, tag);
    node(kind, style, range, (0, 0), false, tag)
}

fn tag_number(builder: &mut Builder, tag: Option<Cow<'_, Tag>>) -> u8 {
    tag.map_or(0, |tag| builder.tag(format!("{}{}", tag.handle(), tag.suffix())))
}

fn problem(source: &SourceText, base: usize, text: &str, error: &ScanError, limits: &Limits) -> Problem {
    let start = error.marker().byte_offset().unwrap_or(0).min(text.len());
    let length =
        text.get(start..).and_then(|rest| rest.chars().next()).filter(|next| *next != '\n').map_or(0, char::len_utf8);
    let span = Span::new(source.id(), to_u32(base + start), to_u32(base + start + length));
    if let Some(marker) = conflict_marker(text) {
        let span = Span::new(source.id(), to_u32(base + marker.start), to_u32(base + marker.end));
        return Problem::Syntax { message: "git left a conflict marker here".to_owned(), span };
    }
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return Problem::LimitPassed { limit: Limit::Depth, allowed: limits.depth as u64, span };
    }
    Problem::Syntax { message: error.info(), span }
}

/// The first line that git writes above the sides of a merge it could not do, as published files do hold.
fn conflict_marker(text: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        if content.starts_with("<<<<<<< ") {
            return Some(start..start + content.len());
        }
        start += line.len();
    }
    None
}
