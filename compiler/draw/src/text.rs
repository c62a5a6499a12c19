//! The graph for people at a terminal: every component, and below it what it names and where.

use std::collections::BTreeSet;

use crate::{EdgeView, MissingView, View};

/// One block a component that has relationships, then the components without any, then what is missing.
pub fn render(view: &View) -> String {
    let mut text = String::new();
    let mut edges = view.edges.iter().peekable();
    let named: BTreeSet<&str> = view.edges.iter().map(|edge| edge.to.as_str()).collect();
    let mut alone = Vec::new();
    for node in &view.nodes {
        let mut lines = Vec::new();
        while let Some(edge) = edges.next_if(|edge| edge.from == node.id) {
            let why = if edge.field_path.is_empty() { edge.origin } else { edge.field_path.as_str() };
            let parts = parts(edge);
            lines.push(format!(
                "  -> {:<44} {}/{:<10} {why}{parts}  {}:{}",
                edge.to, edge.type_name, edge.sub_type, edge.file, edge.line
            ));
        }
        if lines.is_empty() {
            if !named.contains(node.id.as_str()) {
                alone.push(node.id.as_str());
            }
        } else {
            text.push_str(&format!("{}\n{}\n", node.id, lines.join("\n")));
        }
    }
    if !alone.is_empty() {
        text.push_str(&format!("\nwithout relationships: {}\n", alone.join(", ")));
    }
    for missing in &view.missing {
        text.push_str(&format!("\nnot here: {}", reference(missing)));
    }
    for external in &view.external {
        text.push_str(&format!("\nfrom outside, as declared: {}", reference(external)));
    }
    let outside =
        if view.external.is_empty() { String::new() } else { format!(", {} from outside", view.external.len()) };
    text.push_str(&format!(
        "\n{} components, {} relationships, {} references to what is not here{outside}\n",
        view.nodes.len(),
        view.edges.len(),
        view.missing.len()
    ));
    text
}

/// What the other end of an edge is meant by, beside its name: ` port 7070`.
pub(crate) fn parts(edge: &EdgeView) -> String {
    let Some(detail) = &edge.detail else { return String::new() };
    let listed = [("key", &detail.keys), ("port", &detail.ports), ("section", &detail.sections)];
    let listed = listed.into_iter().filter(|(_, names)| !names.is_empty());
    listed.map(|(word, names)| format!(" ({word} {})", names.join(", "))).collect()
}

/// What is named and where, on two lines.
fn reference(missing: &MissingView) -> String {
    let may = if missing.optional { " (optional)" } else { "" };
    format!(
        "{}{may}\n  {} names it in {}  {}:{}:{}\n",
        missing.shown(),
        missing.from,
        missing.field_path,
        missing.file,
        missing.line,
        missing.column
    )
}
