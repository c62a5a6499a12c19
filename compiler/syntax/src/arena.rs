//! A parsed document: nodes in one vector, in the order of the text, each with its range of bytes.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use design_vocabulary::{Segment, Span};

use crate::index::Indexes;
use crate::scalar::{Rules, key_text};
use crate::text::{SourceText, to_u32};

/// The number of a node in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The outermost node of any document.
    pub const ROOT: Self = Self(0);
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A scalar.
    Scalar,
    /// A sequence.
    Sequence,
    /// A mapping; its children are key, value, key, value.
    Mapping,
    /// A reference to an anchored node.
    Alias,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A scalar without quotes; only these are resolved to numbers, booleans and null.
    Plain,
    /// A scalar in single or double quotes.
    Quoted,
    /// A scalar after `|` or `>`.
    BlockScalar,
    /// A collection by indentation.
    Block,
    /// A collection in brackets.
    Flow,
}

/// 24 bytes. Children follow their parent; `next` is the number behind the last descendant, so that a sibling is one
/// step away and no list of children is stored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub start: u32,
    pub end: u32,
    /// Scalar: where its text begins, in the file or, if `owned`, in `strings`. Alias: the node that it names.
    pub text: u32,
    pub length: u32,
    pub next: u32,
    pub kind: Kind,
    pub style: Style,
    pub owned: bool,
    /// 0: no tag; else position + 1 in `tags`.
    pub tag: u8,
}

/// A comment and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to the end of the line.
    pub span: Span,
    /// Whether something else stands before it on its line.
    pub trailing: bool,
}

/// One parsed document. A clone shares what was parsed.
#[derive(Clone, Debug)]
pub struct Document {
    content: Arc<Content>,
    rules: Rules,
    indexes: Arc<Indexes>,
}

/// What a document holds, whatever its plain scalars mean.
#[derive(Debug)]
pub struct Content {
    pub(crate) source: Arc<SourceText>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) strings: String,
    pub(crate) comments: Vec<Comment>,
    pub(crate) tags: Vec<Box<str>>,
    pub(crate) has_anchors: bool,
    pub(crate) range: (u32, u32),
}

impl Deref for Document {
    type Target = Content;

    fn deref(&self) -> &Content {
        &self.content
    }
}

impl Document {
    /// The outermost node; `None` for a document without content.
    pub fn root(&self) -> Option<NodeRef<'_>> {
        (!self.nodes.is_empty()).then_some(NodeRef { document: self, id: NodeId(0) })
    }

    /// A node by its number, as [`NodeRef::id`] gave it.
    pub fn node(&self, id: NodeId) -> Option<NodeRef<'_>> {
        ((id.0 as usize) < self.nodes.len()).then_some(NodeRef { document: self, id })
    }

    /// The file that holds the document.
    pub fn source(&self) -> &Arc<SourceText> {
        &self.source
    }

    /// The comments in the order of the text.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// Whether any node carries an anchor or is an alias.
    pub fn has_anchors(&self) -> bool {
        self.has_anchors
    }

    /// Under which rules plain scalars of this document are read.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// Chooses the rules for plain scalars; the kind of a document is known only when it has been looked at.
    pub fn set_rules(&mut self, rules: Rules) {
        if self.rules != rules {
            self.rules = rules;
            // The rules say what a key is called.
            self.indexes = Arc::default();
        }
    }

    /// Whether two documents share what was parsed, so that they are equal without being compared.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.content, &other.content) && self.rules == other.rules
    }

    /// The number of nodes.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The whole document, markers and comments included.
    pub fn span(&self) -> Span {
        Span::new(self.source.id(), self.range.0, self.range.1)
    }
}

/// A node in its document.
#[derive(Clone, Copy, Debug)]
pub struct NodeRef<'a> {
    pub(crate) document: &'a Document,
    id: NodeId,
}

impl<'a> NodeRef<'a> {
    pub(crate) fn raw(self) -> Node {
        // A reference is only made for a number below the length; the fallback keeps the crate free of panics.
        const NOTHING: Node = Node {
            start: 0,
            end: 0,
            text: 0,
            length: 0,
            next: 0,
            kind: Kind::Scalar,
            style: Style::Plain,
            owned: false,
            tag: 0,
        };
        self.document.nodes.get(self.id.0 as usize).copied().unwrap_or(NOTHING)
    }

    /// The document that holds this node.
    pub fn document(self) -> &'a Document {
        self.document
    }

    /// The number of this node.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// What this node is.
    pub fn kind(self) -> Kind {
        self.raw().kind
    }

    /// How this node is written.
    pub fn style(self) -> Style {
        self.raw().style
    }

    /// The bytes of this node: quotes included, for a collection from its first to its last child or bracket.
    pub fn span(self) -> Span {
        let raw = self.raw();
        Span::new(self.document.source.id(), raw.start, raw.end)
    }

    /// The text of a scalar with escapes resolved, before any rule for plain scalars; empty for other nodes.
    pub fn text(self) -> &'a str {
        let raw = self.raw();
        if raw.kind != Kind::Scalar {
            return "";
        }
        let (start, end) = (raw.text as usize, (raw.text + raw.length) as usize);
        let text = if raw.owned { self.document.strings.as_str() } else { self.document.source.text() };
        text.get(start..end).unwrap_or_default()
    }

    /// The tag as written in full, such as `tag:yaml.org,2002:str`.
    pub fn tag(self) -> Option<&'a str> {
        let position = usize::from(self.raw().tag).checked_sub(1)?;
        self.document.tags.get(position).map(|tag| &**tag)
    }

    /// The node itself, or the one that an alias names.
    #[must_use]
    pub fn resolved(self) -> Self {
        let raw = self.raw();
        if raw.kind == Kind::Alias { Self { document: self.document, id: NodeId(raw.text) } } else { self }
    }

    /// The elements of a sequence; nothing for other nodes. Aliases are not followed.
    pub fn children(self) -> Children<'a> {
        let raw = self.raw();
        let (first, end) = if raw.kind == Kind::Sequence { (self.id.0 + 1, raw.next) } else { (0, 0) };
        Children { document: self.document, next: first, end }
    }

    /// The keys and values of a mapping as written, merge keys among them; nothing for other nodes.
    pub fn entries(self) -> Entries<'a> {
        let raw = self.raw();
        let (first, end) = if raw.kind == Kind::Mapping { (self.id.0 + 1, raw.next) } else { (0, 0) };
        Entries(Children { document: self.document, next: first, end })
    }

    /// Key and value of an entry, as the lowered value has them: of equal keys the last, aliases followed, merge keys
    /// looked into. The value is the node as written, which may be an alias.
    pub fn entry(self, key: &str) -> Option<(NodeRef<'a>, NodeRef<'a>)> {
        let node = self.resolved();
        let mut found = None;
        for (number, (name, value)) in node.entries().enumerate() {
            if number == MANY {
                found = self.document.indexes.entry(node, key);
                break;
            }
            if !is_merge(name) && key_text(name) == key {
                found = Some((name, value));
            }
        }
        // A merge is looked into only where the mapping itself has no such key. It ends: an alias names an earlier node, and
        // how much aliases add was bounded when the document was parsed.
        found.or_else(|| {
            let merges = node.entries().filter(|(name, _)| is_merge(*name)).map(|(_, value)| value.resolved());
            merges.into_iter().find_map(|value| match value.kind() {
                Kind::Sequence => value.children().find_map(|element| element.entry(key)),
                _ => value.entry(key),
            })
        })
    }

    /// The element of a sequence with that number, aliases followed on the way to the sequence.
    fn element(self, number: usize) -> Option<NodeRef<'a>> {
        let node = self.resolved();
        if number < MANY { node.children().nth(number) } else { self.document.indexes.element(node, number) }
    }

    /// The value of a key, aliases followed.
    pub fn get(self, key: &str) -> Option<NodeRef<'a>> {
        self.entry(key).map(|(_, value)| value.resolved())
    }

    /// Follows a path from this node as far as it leads. Returns the number of segments that were followed, the key
    /// node of the last one where that was a key, and the node itself.
    pub fn follow(self, path: &[Segment]) -> (usize, Option<NodeRef<'a>>, NodeRef<'a>) {
        let (mut node, mut key) = (self, None);
        for (followed, segment) in path.iter().enumerate() {
            let step = match segment {
                Segment::Key(name) => node.entry(name).map(|(name, value)| (Some(name), value)),
                Segment::Index(index) => node.element(*index).map(|value| (None, value)),
            };
            let Some((name, value)) = step else {
                return (followed, key, node);
            };
            (key, node) = (name, value);
        }
        (path.len(), key, node)
    }
}

/// Whether a node is the key `<<`, which merges another mapping.
pub(crate) fn is_merge(key: NodeRef<'_>) -> bool {
    key.kind() == Kind::Scalar && key.style() == Style::Plain && key.text() == "<<"
}

/// A collection with more entries than this gets an index once it is looked into.
const MANY: usize = 64;

/// The elements of a sequence.
#[derive(Clone, Debug)]
pub struct Children<'a> {
    document: &'a Document,
    next: u32,
    end: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = NodeRef<'a>;

    fn next(&mut self) -> Option<NodeRef<'a>> {
        if self.next >= self.end {
            return None;
        }
        let node = NodeRef { document: self.document, id: NodeId(self.next) };
        // A subtree always ends behind itself; the maximum makes that plain to a reader of a broken arena.
        self.next = node.raw().next.max(self.next + 1);
        Some(node)
    }
}

/// The keys and values of a mapping.
#[derive(Clone, Debug)]
pub struct Entries<'a>(Children<'a>);

impl<'a> Iterator for Entries<'a> {
    type Item = (NodeRef<'a>, NodeRef<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        Some((self.0.next()?, self.0.next()?))
    }
}

/// Collects nodes while the events come in.
#[derive(Debug)]
pub(crate) struct Builder {
    pub content: Content,
    open: Vec<u32>,
    /// Nodes by the number of their anchor, which a second anchor of the same name does not share.
    anchors: HashMap<usize, u32>,
    /// Where the node that was completed last ends.
    last_end: u32,
}

impl Builder {
    pub(crate) fn new(source: Arc<SourceText>, range: (u32, u32)) -> Self {
        // A node is about every fifteen bytes of a manifest; too little costs a copy, too much costs memory. The range of
        // a JSON text reaches to the end of the file until its own end is known, hence the bound.
        let guess = ((range.1 - range.0) as usize / 15 + 4).min(1024);
        Self::with_room(source, range, guess)
    }

    /// A builder with room for a number of nodes.
    pub(crate) fn with_room(source: Arc<SourceText>, range: (u32, u32), nodes: usize) -> Self {
        let content = Content {
            source,
            nodes: Vec::with_capacity(nodes),
            strings: String::new(),
            comments: Vec::new(),
            tags: Vec::new(),
            has_anchors: false,
            range,
        };
        Self { content, open: Vec::new(), anchors: HashMap::new(), last_end: 0 }
    }

    /// Takes a node; a collection stays open until [`Builder::close`].
    pub(crate) fn push(&mut self, node: Node, anchor: usize) {
        let id = to_u32(self.content.nodes.len());
        if anchor != 0 {
            self.anchors.insert(anchor, id);
            self.content.has_anchors = true;
        }
        if matches!(node.kind, Kind::Sequence | Kind::Mapping) {
            self.open.push(id);
        }
        self.last_end = node.end;
        self.content.nodes.push(Node { next: id + 1, ..node });
    }

    /// Ends the innermost open collection at a byte offset; one by indentation ends with its last child.
    pub(crate) fn close(&mut self, end: u32) {
        let Some(id) = self.open.pop() else { return };
        let next = to_u32(self.content.nodes.len());
        if let Some(node) = self.content.nodes.get_mut(id as usize) {
            node.next = next;
            node.end = if node.style == Style::Flow { end } else { self.last_end };
            self.last_end = node.end;
        }
    }

    /// The node that carries an anchor.
    pub(crate) fn anchored(&self, anchor: usize) -> Option<u32> {
        self.anchors.get(&anchor).copied()
    }

    /// The number of collections that are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The position of a tag, from 1. A document has room for 255: tags of its own beyond the 240th count as none, so
    /// that the tags of YAML itself, which decide what a scalar is, always find a place.
    pub(crate) fn tag(&mut self, tag: String) -> u8 {
        let tags = &mut self.content.tags;
        let position = tags.iter().position(|known| **known == *tag);
        let room = if tag.starts_with("tag:yaml.org,2002:") { 255 } else { 240 };
        let position = position.or_else(|| {
            (tags.len() < room).then(|| {
                tags.push(tag.into_boxed_str());
                tags.len() - 1
            })
        });
        position.and_then(|position| u8::try_from(position + 1).ok()).unwrap_or(0)
    }

    /// The document, which ends at a byte offset if that is known only now.
    pub(crate) fn finish(self, end: Option<u32>) -> Document {
        let mut content = self.content;
        content.range.1 = end.unwrap_or(content.range.1);
        content.nodes.shrink_to_fit();
        Document { content: Arc::new(content), rules: Rules::Kubernetes, indexes: Arc::default() }
    }
}
