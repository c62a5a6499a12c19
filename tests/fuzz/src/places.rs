//! Where nodes, comments and values stand.

use design_syntax::{Document, Kind, NodeRef, Style};
use design_vocabulary::{Segment, Span, Value, display_path};

/// A span lies in its text and cuts no character.
pub fn check_span(span: Span, text: &str) {
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(start <= end && end <= text.len(), "{span:?} in {} bytes", text.len());
    assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{span:?} cuts a character");
}

/// Every node lies in the text, inside its parent and behind its elder sibling; all nodes hang on the root; comments
/// are comments and stand in order.
pub fn check_spans(document: &Document) {
    let text = document.source().text();
    let range = document.span();
    check_span(range, text);
    let root = document.root().expect("a document has a root");
    let reached = check_node(root, text, range);
    assert_eq!(reached, document.node_count(), "some nodes do not hang on the root");
    let mut last = range.start;
    for comment in document.comments() {
        check_span(comment.span, text);
        assert!(comment.span.start >= last && comment.span.end <= range.end, "{comment:?} is out of order");
        last = comment.span.end;
        let written = &text[comment.span.start as usize..comment.span.end as usize];
        assert!(written.starts_with('#') && !written.contains('\n'), "{written:?} is no comment");
    }
}

fn check_node(node: NodeRef<'_>, text: &str, parent: Span) -> usize {
    let span = node.span();
    check_span(span, text);
    assert!(parent.start <= span.start && span.end <= parent.end, "{:?} {span:?} leaves {parent:?}", node.kind());
    if node.kind() == Kind::Alias {
        let target = node.resolved();
        assert!(target.id() < node.id() && target.kind() != Kind::Alias, "an alias of {:?}", target.kind());
    }
    let mut reached = 1;
    let mut last = span.start;
    let keys_and_values = node.entries().flat_map(|(key, value)| [key, value]);
    for child in node.children().chain(keys_and_values) {
        assert!(child.span().start >= last, "{:?} stands before its elder sibling ends, at {last}", child.span());
        last = child.span().end;
        reached += check_node(child, text, span);
    }
    reached
}

/// Every path of a value leads to a node of its document that has this value. `root` is the node that was lowered.
pub fn check_paths(root: NodeRef<'_>, value: &Value) {
    check_path(root, value, &mut Vec::new());
}

fn check_path(node: NodeRef<'_>, value: &Value, path: &mut Vec<Segment>) {
    let target = node.resolved();
    match value {
        Value::Array(elements) => {
            assert_eq!(target.kind(), Kind::Sequence, "{}", display_path(path));
            assert_eq!(target.children().count(), elements.len(), "{}", display_path(path));
            for (index, element) in elements.iter().enumerate() {
                check_step(node, index.into(), element, path);
            }
        }
        Value::Object(object) => {
            assert_eq!(target.kind(), Kind::Mapping, "{}", display_path(path));
            if target.entries().any(|(key, _)| is_collection(key)) {
                return;
            }
            for (key, element) in object.iter() {
                check_step(node, key.clone().into(), element, path);
            }
        }
        _ => {
            assert_eq!(target.kind(), Kind::Scalar, "{}", display_path(path));
            let found = design_syntax::lower(node, &mut Vec::new());
            assert_eq!(found, *value, "{} leads to another value", display_path(path));
        }
    }
}

/// Keys that are collections have no text to be found by.
fn is_collection(key: NodeRef<'_>) -> bool {
    key.resolved().kind() != Kind::Scalar
}

fn check_step(node: NodeRef<'_>, segment: Segment, value: &Value, path: &mut Vec<Segment>) {
    let (followed, _, found) = node.follow(std::slice::from_ref(&segment));
    path.push(segment);
    assert_eq!(followed, 1, "{} is not found again", display_path(path));
    check_path(found, value, path);
    path.pop();
}

/// Whether a node, or anything below it, is a merge key.
pub fn has_merge(node: NodeRef<'_>) -> bool {
    let is_merge = |key: NodeRef<'_>| key.kind() == Kind::Scalar && key.style() == Style::Plain && key.text() == "<<";
    node.entries().any(|(key, value)| is_merge(key) || has_merge(key) || has_merge(value))
        || node.children().any(has_merge)
}
