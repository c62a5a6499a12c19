//! What a comment is about.

use design_vocabulary::Span;

use crate::arena::{Comment, Document, Kind, NodeId, NodeRef, Style};

impl Document {
    /// What a comment is about: behind a value, what stands before it on its line; above an entry or an element, that entry
    /// or element with all that it holds; above the first entry of the document, the whole document. A comment with nothing
    /// below it is about nothing, and the range is empty.
    pub fn subject(&self, comment: &Comment) -> Span {
        let text = self.source.text();
        let (start, end) = (comment.span.start as usize, comment.span.end as usize);
        let before = text.get(..start).unwrap_or_default();
        let span = |start: u32, end: u32| Span::new(comment.span.file, start, end);
        if comment.trailing {
            let line = before.rfind(['\n', '\r']).map_or(0, |position| position + 1);
            return span(u32::try_from(line).unwrap_or(comment.span.start), comment.span.start);
        }
        let Some(root) = self.root() else { return span(comment.span.end, comment.span.end) };
        if comment.span.end <= root.span().start {
            return self.span();
        }
        let Some(below) = content_below(text, end) else { return span(comment.span.end, comment.span.end) };
        let Some(mut node) = self.first_from(below) else { return span(comment.span.end, comment.span.end) };
        let dashes = dashes(text.get(below as usize..).unwrap_or_default());
        let is_element = dashes > 0;
        if is_element {
            // A block sequence begins with what its first element holds. So where as many sequences begin here as there are
            // dashes, the outermost is not yet the element.
            let mut sequences = 0;
            let mut inner = node;
            while inner.kind() == Kind::Sequence && inner.style() == Style::Block {
                sequences += 1;
                let Some(first) = inner.children().next() else { break };
                inner = first;
            }
            if sequences == dashes {
                node = node.children().next().unwrap_or(node);
            }
        } else {
            // A mapping that begins here was opened for its first entry.
            while let (Kind::Mapping, Some((key, _))) = (node.kind(), node.entries().next()) {
                node = key;
            }
        }
        let value = self.node(NodeId(node.raw().next)).filter(|_| !is_element && node.kind() == Kind::Scalar);
        let end = value.map_or(node.span().end, |value| value.span().end.max(node.span().end));
        span(below, end)
    }

    /// The first node, outermost first, that begins at an offset or behind it. Nodes stand in the order of the text.
    fn first_from(&self, offset: u32) -> Option<NodeRef<'_>> {
        let position = self.nodes.partition_point(|node| node.start < offset);
        self.node(NodeId(u32::try_from(position).ok()?))
    }
}

/// How many dashes of block sequences a text begins with.
fn dashes(text: &str) -> usize {
    let mut count = 0;
    let mut rest = text;
    while let Some(behind) = rest.strip_prefix('-').filter(|behind| behind.starts_with([' ', '\t', '\n', '\r'])) {
        count += 1;
        rest = behind.trim_start_matches([' ', '\t']);
    }
    count
}

/// Where the next content begins: what follows blank lines and other comments.
fn content_below(text: &str, from: usize) -> Option<u32> {
    let mut position = from;
    loop {
        let rest = text.get(position..)?;
        position += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        let rest = text.get(position..)?;
        if rest.is_empty() {
            return None;
        }
        if !rest.starts_with('#') {
            return u32::try_from(position).ok();
        }
        position += rest.find(['\n', '\r'])?;
    }
}

#[cfg(test)]
mod tests {
    use design_vocabulary::FileId;

    use crate::{Limits, SourceText, parse};

    fn subjects(text: &str) -> Vec<String> {
        let parsed = parse(&SourceText::new(FileId(0), "a.yaml", text), &Limits::default());
        let document = &parsed.documents[0];
        let subject = |comment| {
            let span = document.subject(comment);
            document.source().slice(span.start, span.end).to_owned()
        };
        document.comments().iter().map(subject).collect()
    }

    #[test]
    fn a_comment_is_about_what_stands_before_or_below_it() {
        assert_eq!(subjects("a: 1\nb: 2 # it\n"), ["b: 2 "]);
        assert_eq!(subjects("a: 1\n# it\nb:\n  c: 2\nd: 3\n"), ["b:\n  c: 2"]);
        assert_eq!(subjects("a:\n  # it\n  # more\n\n  b: 1\n  c: 2\n"), ["b: 1", "b: 1"]);
        assert_eq!(subjects("a:\n# it\n- x: 1\n  y: 2\n- z: 3\n"), ["- x: 1\n  y: 2"]);
        assert_eq!(subjects("a:\n- 1\n# it\n- text\n"), ["- text"]);
        assert_eq!(subjects("a:\n# it\n- - x\n  - y\n# it\n- - z\n"), ["- - x\n  - y", "- - z"]);
    }

    #[test]
    fn above_everything_it_is_about_the_document_and_below_about_nothing() {
        assert_eq!(subjects("# it\na: 1\nb: 2\n# end\n"), ["# it\na: 1\nb: 2\n# end\n", ""]);
        assert_eq!(subjects("---\n# it\n{a: 1}\n"), ["---\n# it\n{a: 1}\n"]);
    }
}
