//! One component and what is around it, for people at a terminal.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::text::parts;
use crate::{EdgeView, MissingView, NodeView, View};

/// What blocks a component, what it needs, what it only names, and the same from the other side; `batch` is its place in
/// the order in which components come up. Every line has the place of the field that says so.
pub fn render(view: &View, node: &NodeView, batch: Option<(usize, usize)>) -> String {
    let mut text = format!("{}\n  declared at {}:{}\n", node.id, node.file, node.line);
    if let Some((batch, of)) = batch {
        text.push_str(&format!("  comes up in batch {batch} of {of}\n"));
    }
    let blocks = blocks(view, node);
    if blocks.is_empty() {
        text.push_str("  nothing that it needs is missing\n");
    }
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            text.push_str(&format!("\n{title}\n{}\n", lines.join("\n")));
        }
    };
    section("blocked by", blocks);
    let edges = |is_from: bool, is_need: bool| {
        let is_it = move |edge: &&EdgeView| (if is_from { &edge.from } else { &edge.to }) == &node.id;
        let edges = view.edges.iter().filter(move |edge| edge.is_need == is_need).filter(is_it);
        by_end(edges.map(|edge| (if is_from { &edge.to } else { &edge.from }, of_edge(edge))))
    };
    section("needs, before it comes up", edges(true, true));
    section("names, without waiting for it", edges(true, false));
    let absent = view.missing.iter().filter(|missing| missing.from == node.id && !missing.is_need);
    let absent: Vec<(String, String)> = absent.map(|missing| (shown(missing), of_missing(missing))).collect();
    section("names, and it is not here", by_end(absent.iter().map(|(id, line)| (id, line.clone()))));
    let outside = view.external.iter().filter(|external| external.from == node.id);
    let outside: Vec<(String, String)> = outside.map(|missing| (shown(missing), of_missing(missing))).collect();
    section("names, and it comes from outside", by_end(outside.iter().map(|(id, line)| (id, line.clone()))));
    section("needed by", edges(false, true));
    section("named by", edges(false, false));
    text
}

/// The lines of each other end under its id, in the order of the ids.
fn by_end<'a>(lines: impl Iterator<Item = (&'a String, String)>) -> Vec<String> {
    let mut ends: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (id, line) in lines {
        ends.entry(id).or_default().push(line);
    }
    ends.into_iter().map(|(id, lines)| format!("  {id}\n{}", lines.join("\n"))).collect()
}

fn of_edge(edge: &EdgeView) -> String {
    let field = if edge.field_path.is_empty() { edge.origin } else { edge.field_path.as_str() };
    format!("    {}: {field}{}\n      {}:{}:{}", edge.sub_type, parts(edge), edge.file, edge.line, edge.column)
}

fn of_missing(missing: &MissingView) -> String {
    format!("    {}\n      {}:{}:{}", missing.field_path, missing.file, missing.line, missing.column)
}

fn shown(missing: &MissingView) -> String {
    let may = if missing.optional { " (optional)" } else { "" };
    format!("{}{may}", missing.shown())
}

/// What keeps a component from coming up: what it needs, itself or through others, that is not here; and needs that lead
/// back to it. Linear in the graph.
fn blocks(view: &View, node: &NodeView) -> Vec<String> {
    let mut needs: HashMap<&str, Vec<&EdgeView>> = HashMap::new();
    for edge in view.edges.iter().filter(|edge| edge.is_need) {
        needs.entry(&edge.from).or_default().push(edge);
    }
    let mut absent: HashMap<&str, Vec<&MissingView>> = HashMap::new();
    for missing in view.missing.iter().filter(|missing| missing.is_need) {
        absent.entry(&missing.from).or_default().push(missing);
    }
    let mut lines = Vec::new();
    // Each component that was reached, with the one before it.
    let mut reached: HashMap<&str, &str> = HashMap::new();
    let mut waiting = VecDeque::from([node.id.as_str()]);
    while let Some(id) = waiting.pop_front() {
        for missing in absent.get(id).into_iter().flatten() {
            let through = way(&reached, &node.id, id).join(" -> ");
            let through = if id == node.id { String::new() } else { format!(", which {through} needs") };
            lines.push(format!("  {} is not here{through}\n{}", shown(missing), of_missing(missing)));
        }
        for edge in needs.get(id).into_iter().flatten() {
            if edge.to == node.id {
                let mut circle = way(&reached, &node.id, id);
                circle.insert(0, &node.id);
                circle.push(&node.id);
                circle.dedup();
                lines.push(format!("  a circle of needs: {}\n{}", circle.join(" -> "), of_edge(edge)));
            } else if !reached.contains_key(edge.to.as_str()) {
                reached.insert(&edge.to, id);
                waiting.push_back(&edge.to);
            }
        }
    }
    lines
}

/// The components from the one behind the first to this one.
fn way<'a>(reached: &HashMap<&'a str, &'a str>, first: &'a str, last: &'a str) -> Vec<&'a str> {
    let mut way = vec![last];
    let mut at = last;
    while let Some(before) = reached.get(at).filter(|before| **before != first) {
        way.push(before);
        at = before;
    }
    way.reverse();
    way
}
