//! The graph as Mermaid, which GitHub and GitLab draw in Markdown.

use std::collections::HashMap;

use crate::View;
use crate::picture::{Mark, Picture};

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

/// A picture as a flowchart: what was added is thick with a plus, what was removed dotted with a minus, what was changed
/// has double sides and a tilde.
pub fn picture(picture: &Picture) -> String {
    let mut text = format!("flowchart LR\n  accTitle: {}\n", escaped(&picture.title));
    for (number, frame) in picture.frames.iter().enumerate() {
        if let Some(label) = &frame.label {
            text.push_str(&format!("  subgraph s{number}[\"{}\"]\n", escaped(label)));
        }
        for (position, tile) in picture.tiles.iter().enumerate().filter(|(_, tile)| tile.frame == number) {
            let lines: Vec<String> = tile.lines().iter().map(|(_, line)| escaped(line)).collect();
            let (open, close) = match tile.mark {
                Mark::Plain | Mark::Added => ("[", "]"),
                Mark::Removed | Mark::Missing | Mark::External => ("([", "])"),
                Mark::Changed => ("[[", "]]"),
            };
            let class = if tile.mark == Mark::Plain { String::new() } else { format!(":::{}", tile.mark.word()) };
            text.push_str(&format!("    n{position}{open}\"{}\"{close}{class}\n", lines.join("<br/>")));
        }
        if frame.label.is_some() {
            text.push_str("  end\n");
        }
    }
    for arrow in &picture.arrows {
        let line = match arrow.mark {
            Mark::Plain | Mark::External | Mark::Changed => "-->",
            Mark::Added => "==>",
            Mark::Removed | Mark::Missing => "-.->",
        };
        let sort = format!("{} {}", arrow.mark.sign(), arrow.sort);
        text.push_str(&format!("  n{} {line}|\"{}\"| n{}\n", arrow.from, escaped(sort.trim()), arrow.to));
    }
    text.push_str("  classDef added stroke-width:3px\n  classDef removed stroke-dasharray:2 4\n");
    text.push_str("  classDef changed stroke-width:2px\n");
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
