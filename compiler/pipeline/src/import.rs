//! What was compiled as a design file.

use std::collections::BTreeMap;

use design_check::rules::comments_left_out;
use design_source::{Form, canonical, classify, commented, design_file, lower_design, modernize};
use design_syntax::{Document, Layout, Rules, layout_of, print};
use design_vocabulary::{FileId, Finding, Object, Span, Value};

use crate::{Compiled, SourceKind};

impl Compiled {
    /// The text of the design file that says what this design says, and findings about what does not come with it. What was
    /// read from a design file keeps its parameters, what it uses, and its comments; everything else is written from its
    /// values. It has to be compiled without its relationships having been applied
    /// ([`Request::settle`](crate::Request::settle)). `None` where it cannot be written.
    pub fn import(&self, kind: Option<SourceKind>) -> (Option<String>, Vec<Finding>) {
        if let Some((design, layout)) =
            self.map.documents().first().filter(|_| kind == Some(SourceKind::Design)).and_then(own)
        {
            return (print(&Value::Object(design), &layout).ok(), Vec::new());
        }
        let text = print(&Value::Object(design_file(&self.design)), &Layout::default()).ok();
        (text, left_out(self.map.documents()))
    }
}

/// A design file in its short form, with the comments of its text.
fn own(document: &Document) -> Option<(Object, Layout)> {
    let mut document = document.clone();
    document.set_rules(Rules::Core);
    let form = classify(&document);
    let root = document.root().filter(|_| matches!(form, Form::Design | Form::LegacyDesign))?;
    let Value::Object(object) = lower_design(root.resolved(), &mut Vec::new()) else { return None };
    let object = if form == Form::LegacyDesign { modernize(&object) } else { object };
    Some((canonical(&object), layout_of(&document)))
}

/// The comments that are not carried over, a finding a file. Those that declare something from outside are.
fn left_out(documents: &[Document]) -> Vec<Finding> {
    let mut files: BTreeMap<FileId, (usize, Span)> = BTreeMap::new();
    for document in documents {
        let kept: Vec<Span> = commented(document, &mut Vec::new()).into_iter().map(|(_, span)| span).collect();
        for comment in document.comments().iter().filter(|comment| !kept.contains(&comment.span)) {
            files.entry(comment.span.file).or_insert((0, comment.span)).0 += 1;
        }
    }
    files.into_values().map(|(count, first)| comments_left_out::finding(count, first)).collect()
}
