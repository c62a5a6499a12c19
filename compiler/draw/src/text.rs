//! The graph for people at a terminal: every component, and below it what it names and where.

use std::collections::BTreeSet;

use crate::{NodeView, View};

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

/// What a component needs, what needs it, and what it names that is not there; `batch` is its place in the order.
pub fn why(view: &View, node: &NodeView, batch: Option<(usize, usize)>) -> String {
    let mut text = format!("{}  {}:{}\n", node.id, node.file, node.line);
    if let Some((batch, of)) = batch {
        text.push_str(&format!("comes up in batch {batch} of {of}\n"));
    }
    let mut block = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            text.push_str(&format!("\n{title}\n{}\n", lines.join("\n")));
        }
    };
    let line = |id: &str, edge: &crate::EdgeView| {
        let field = if edge.field_path.is_empty() { edge.origin } else { edge.field_path.as_str() };
        format!("  {id:<44} {:<10} {field}  {}:{}:{}", edge.sub_type, edge.file, edge.line, edge.column)
    };
    let out = view.edges.iter().filter(|edge| edge.from == node.id);
    block("it names", out.map(|edge| line(&edge.to, edge)).collect());
    let missing = view.missing.iter().filter(|missing| missing.from == node.id);
    let not_here = missing.map(|missing| {
        let may = if missing.optional { " (optional)" } else { "" };
        let id = format!("{}/{}/{}{may}", missing.kind, missing.namespace, missing.name);
        format!("  {id:<44} {}  {}:{}:{}", missing.field_path, missing.file, missing.line, missing.column)
    });
    block("it names, and it is not here", not_here.collect());
    let into = view.edges.iter().filter(|edge| edge.to == node.id);
    block("it is named by", into.map(|edge| line(&edge.from, edge)).collect());
    text
}
