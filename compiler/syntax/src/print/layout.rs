//! What a person put between the values of a document.

use std::collections::BTreeMap;

use design_vocabulary::{Path, Segment, Text, Value};

use crate::arena::{Document, Kind, NodeRef, Style, is_merge};
use crate::scalar::{Resolved, Rules, key_text, resolve};
use crate::text::to_u32;

/// What a person put between the values: comments, blank lines, brackets. Keyed by the path of the value.
#[derive(Debug, Default)]
pub struct Layout {
    pub(super) entries: BTreeMap<Path, Decoration>,
    /// Comments at the top, with an empty line behind them: they belong to the file, not to its first key.
    pub(super) head: Vec<String>,
    /// Comments behind the last value.
    pub(super) foot: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct Decoration {
    /// Comment lines above, `#` included.
    pub(super) above: Vec<String>,
    /// A comment on the same line.
    pub(super) trailing: Option<String>,
    /// Whether an empty line stands before it or before its comments.
    pub(super) blank: bool,
    /// Whether it is a collection in brackets.
    pub(super) flow: bool,
    /// Whether a comment belongs to something inside it.
    pub(super) holds_comments: bool,
    /// The text of a scalar that was written without quotes and that no reader takes for anything else.
    pub(super) plain: Option<Text>,
}

impl Decoration {
    fn comments(&self) -> usize {
        self.above.len() + usize::from(self.trailing.is_some())
    }
}

impl Layout {
    /// Moves what belongs to one path, and to everything below it, to another: for values that a conversion moved.
    pub fn rename(&mut self, from: &[Segment], to: &[Segment]) {
        // The paths below one stand behind it in the order of paths.
        let below = self.entries.range(from.to_vec()..).map(|(path, _)| path).take_while(|path| path.starts_with(from));
        for path in below.cloned().collect::<Vec<Path>>() {
            if let Some(decoration) = self.entries.remove(&path) {
                let rest = path.get(from.len()..).unwrap_or_default();
                self.entries.insert([to, rest].concat(), decoration);
            }
        }
    }

    /// The number of comments whose value is not part of `value`, so that printing it would lose them.
    pub fn lost(&self, value: &Value) -> usize {
        let all: usize = self.entries.values().map(Decoration::comments).sum();
        all.saturating_sub(self.kept(value, &mut Vec::new()))
    }

    /// The number of comments on a value, whose path it is, and on everything in it.
    fn kept(&self, value: &Value, path: &mut Path) -> usize {
        let mut kept = self.entries.get(path).map_or(0, Decoration::comments);
        let mut inside = |segment: Segment, value| {
            path.push(segment);
            kept += self.kept(value, path);
            path.pop();
        };
        match value {
            Value::Object(object) => {
                for (key, value) in object.iter() {
                    inside(key.clone().into(), value);
                }
            }
            Value::Array(elements) => {
                for (index, value) in elements.iter().enumerate() {
                    inside(index.into(), value);
                }
            }
            _ => {}
        }
        kept
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
        let previous = next.checked_sub(1).and_then(|previous| places.get(previous)).map(|place| place.node);
        // The span of a block scalar reaches to what comes next, over the empty lines behind it.
        let end = previous.map_or(0, |node| to_u32(document.source.slice(0, node.span().end).trim_end().len()));
        !previous.is_some_and(keeps_blank_lines) && is_blank_before(document, start, if end > start { 0 } else { end })
    };
    for (index, place) in places.iter().enumerate() {
        let flow = matches!(place.node.kind(), Kind::Sequence | Kind::Mapping) && place.node.style() == Style::Flow;
        // What begins with its first element or key leaves the line above to the outer one.
        let is_first = places.get(place.parent).is_some_and(|outer| begins_with(outer, place));
        let blank = !is_first && is_blank_before(place.start, index);
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

/// Whether a list element begins with its own first element or key, so that one line is above both.
fn begins_with(outer: &Place<'_>, inner: &Place<'_>) -> bool {
    let is_dash_in_dash = matches!(outer.path.last(), Some(Segment::Index(_))) && inner.path.last() == Some(&0.into());
    inner.path.len() > outer.path.len() && (outer.start == inner.start || is_dash_in_dash)
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

/// Whether the line above the one that begins (but for dashes) at an offset is empty. A dash may stand on a line of its
/// own above its element, but behind the previous value.
fn is_blank_before(document: &Document, start: u32, previous_end: u32) -> bool {
    let mut before = document.source.slice(0, start);
    while let Some(above) = before.trim_end_matches([' ', '-']).strip_suffix('\n') {
        let line_start = above.rfind('\n').map_or(0, |position| position + 1);
        let line = above.get(line_start..).unwrap_or_default().trim_matches([' ', '\t', '\r']);
        if line.is_empty() {
            return true;
        }
        if to_u32(line_start) < previous_end || line.contains(|letter| letter != ' ' && letter != '-') {
            return false;
        }
        before = above;
    }
    false
}

/// Whether the empty lines behind a node are part of its text: a block scalar that keeps them (YAML 1.2.2, 8.1.1.2).
fn keeps_blank_lines(node: NodeRef<'_>) -> bool {
    let before = node.text().strip_suffix('\n').filter(|_| node.style() == Style::BlockScalar);
    before.is_some_and(|before| before.is_empty() || before.ends_with('\n'))
}
