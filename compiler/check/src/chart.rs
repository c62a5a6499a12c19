//! What a chart cannot say, in words.

use design_chart::Problem;
use design_source::SourceMap;
use design_syntax::{Document, NodeRef};
use design_vocabulary::Finding;

use crate::rules;

/// Words what a chart cannot say as its design says it; `None` where the design has no place for it.
pub fn word_chart(problem: &Problem, map: &SourceMap) -> Option<Finding> {
    match problem {
        Problem::ReservedName { name, span } => Some(rules::reserved_value::finding(name, *span)),
        Problem::Version { written } => {
            let root = map.documents().first().and_then(Document::root)?.resolved();
            let span = root.get("version").map_or(root.span(), NodeRef::span);
            Some(rules::no_chart_version::finding(written, span))
        }
    }
}
