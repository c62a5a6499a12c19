//! The graph as Mermaid, which GitHub and GitLab draw in Markdown.

use std::collections::HashMap;

use crate::View;

/// A flowchart with a subgraph a namespace; arrows to what is not there, and to what comes from outside (with a double
/// side), are dotted.
pub fn render(view: &View) -> String {
    let mut text = String::from("flowchart LR\n");
    let numbers: HashMap<&str, usize> =
        view.nodes.iter().enumerate().map(|(number, node)| (node.id.as_str(), number)).collect();
    let number = |id: &str| numbers.get(id).copied().unwrap_or_default();
    for (position, (namespace, nodes)) in view.namespaces().into_iter().enumerate() {
        if !namespace.is_empty() {
            text.push_str(&format!("  subgraph s{position}[\"{}\"]\n", escaped(namespace)));
        }
        for node in nodes {
            text.push_str(&format!(
                "    n{}[\"{}<br/>{}\"]\n",
                number(&node.id),
                escaped(&node.kind),
                escaped(&node.name)
            ));
        }
        if !namespace.is_empty() {
            text.push_str("  end\n");
        }
    }
    for edge in &view.edges {
        text.push_str(&format!("  n{} -->|{}| n{}\n", number(&edge.from), escaped(&edge.sub_type), number(&edge.to)));
    }
    // An object without a part is there: the edge to it is drawn, and the gap is for the formats with words.
    let absent = view.missing.iter().filter(|missing| missing.part.is_none());
    for (position, missing) in absent.enumerate() {
        text.push_str(&format!("  m{position}([\"{}<br/>{}\"])\n", escaped(&missing.kind), escaped(&missing.name)));
        text.push_str(&format!("  n{} -.-> m{position}\n", number(&missing.from)));
    }
    for (position, external) in view.external.iter().enumerate() {
        text.push_str(&format!("  e{position}[[\"{}<br/>{}\"]]\n", escaped(&external.kind), escaped(&external.name)));
        text.push_str(&format!("  n{} -.-> e{position}\n", number(&external.from)));
    }
    text
}

/// A text that is shown as it is: Mermaid reads entities, and everything else could end a label.
fn escaped(text: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || " -_./:,=".contains(letter);
    text.chars()
        .map(|letter| if plain(letter) { letter.to_string() } else { format!("#{};", u32::from(letter)) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_end_a_label_becomes_an_entity() {
        assert_eq!(escaped("a\"]<b>"), "a#34;#93;#60;b#62;");
    }
}
