//! The graph for people at a terminal: every component, and below it what it names and where.

use std::collections::BTreeSet;

use crate::View;

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
            lines.push(format!(
                "  -> {:<44} {}/{:<10} {why}  {}:{}",
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
        let may = if missing.optional { " (optional)" } else { "" };
        let name = format!("{}/{}/{}", missing.kind, missing.namespace, missing.name);
        text.push_str(&format!(
            "\nnot here: {name}{may}\n  {} names it in {}  {}:{}:{}\n",
            missing.from, missing.field_path, missing.file, missing.line, missing.column
        ));
    }
    text.push_str(&format!(
        "\n{} components, {} relationships, {} references to objects that are not here\n",
        view.nodes.len(),
        view.edges.len(),
        view.missing.len()
    ));
    text
}
