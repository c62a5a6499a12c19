//! What a comment is about.

use design_vocabulary::Span;

use crate::arena::{Comment, Document, Kind, NodeId, NodeRef};

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
        // Behind a dash the node is the whole element; a mapping that begins here otherwise was opened for its first entry.
        let is_element = text.get(below as usize..).is_some_and(|text| text.starts_with("- "));
        // A sequence begins at the dash of its first element, or behind it; what the element holds, further on.
        while is_element && node.kind() == Kind::Sequence && node.span().start < below + 2 {
            let Some(first) = node.children().next() else { break };
            node = first;
        }
        while !is_element && node.kind() == Kind::Mapping {
            let Some((key, _)) = node.entries().next() else { break };
            node = key;
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
    }

    #[test]
    fn above_everything_it_is_about_the_document_and_below_about_nothing() {
        assert_eq!(subjects("# it\na: 1\nb: 2\n# end\n"), ["# it\na: 1\nb: 2\n# end\n", ""]);
        assert_eq!(subjects("---\n# it\n{a: 1}\n"), ["---\n# it\n{a: 1}\n"]);
    }
}
