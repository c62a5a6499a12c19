//! The graph as DOT, for Graphviz and what reads its language.

use crate::View;

/// A directed graph with a cluster a namespace; ends that are not there are dashed, those outside dotted.
pub fn render(view: &View) -> String {
    let mut text =
        String::from("digraph design {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n");
    for (number, (namespace, nodes)) in view.namespaces().into_iter().enumerate() {
        let indent = if namespace.is_empty() { "  " } else { "    " };
        if !namespace.is_empty() {
            text.push_str(&format!("  subgraph cluster_{number} {{\n    label={};\n", quoted(namespace)));
        }
        for node in nodes {
            text.push_str(&format!(
                "{indent}{} [label={}];\n",
                quoted(&node.id),
                quoted(&format!("{}\n{}", node.kind, node.name))
            ));
        }
        if !namespace.is_empty() {
            text.push_str("  }\n");
        }
    }
    for edge in &view.edges {
        text.push_str(&format!(
            "  {} -> {} [label={}];\n",
            quoted(&edge.from),
            quoted(&edge.to),
            quoted(&edge.sub_type)
        ));
    }
    // An object without a part is there: the edge to it is drawn, and the gap is for the formats with words.
    let absent =
        view.missing.iter().filter(|missing| missing.part.is_none()).map(|missing| ("missing", "dashed", missing));
    let external = view.external.iter().map(|external| ("external", "dotted", external));
    for (word, style, end) in absent.chain(external) {
        let id = format!("{word} {}/{}/{}", end.kind, end.namespace, end.name);
        let label = format!("{}\n{}", end.kind, end.name);
        text.push_str(&format!("  {} [label={}, style={style}];\n", quoted(&id), quoted(&label)));
        text.push_str(&format!("  {} -> {} [style={style}];\n", quoted(&end.from), quoted(&id)));
    }
    text.push_str("}\n");
    text
}

/// A text as DOT's quoted strings hold it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_line_breaks_are_escaped() {
        assert_eq!(quoted("a\"b\\c\nd"), r#""a\"b\\c\nd""#);
    }
}
