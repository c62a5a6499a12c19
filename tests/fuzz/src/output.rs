//! What the product writes is read again as what was written.

use design_syntax::{Document, Layout, layout_of, print, to_yaml};
use design_vocabulary::Value;

use crate::places::has_merge;
use crate::{LARGEST, read_own, size};

/// Emission loses nothing.
pub fn check_emission(value: &Value) {
    if size(value) > LARGEST {
        return;
    }
    let text = to_yaml(value).expect("every value can be written");
    let (_, again) = read_own(&text, "emission");
    assert_eq!(again, *value, "emission:\n{text}");
}

/// Printing loses nothing of a value, whatever the layout, and printing again changes nothing.
pub fn check_printing(value: &Value, layout: &Layout) -> Option<(String, Document)> {
    if size(value) > LARGEST {
        return None;
    }
    let text = print(value, layout).expect("every value can be printed");
    let (document, again) = read_own(&text, "printing");
    assert_eq!(again, *value, "printing:\n{text}");
    let second = print(&again, &layout_of(&document)).expect("every value can be printed");
    assert_eq!(second, text, "printing twice is not printing once");
    Some((text, document))
}

/// Printing a document as it is loses no comment. To be asked of documents without problems: of two equal keys, one and
/// its comments are gone.
pub fn check_comments(before: &Document, after: &Document) {
    if before.has_anchors() || before.root().is_some_and(has_merge) {
        return;
    }
    assert_eq!(comments(before), comments(after), "comments were lost");
}

fn comments(document: &Document) -> Vec<&str> {
    let text = document.source().text();
    let spans = document.comments().iter().map(|comment| comment.span);
    let mut comments: Vec<&str> = spans.map(|span| text[span.start as usize..span.end as usize].trim_end()).collect();
    comments.sort_unstable();
    comments
}
