//! One file over another: the merge rules of the compose specification, on long forms.

use std::collections::HashMap;

use design_vocabulary::Text;

use crate::node::{Data, Node, Tag};

/// Merges a later value over an earlier one. `path` holds the keys on the way from the root of the file; the value of a
/// service's key, for example, lies below `["services", NAME]`.
pub(crate) fn merge(base: &mut Node, over: Node, path: &mut Vec<Text>) {
    if over.tag == Tag::Override || (matches!(over.data, Data::Null) && path.len() > 2) {
        if over.tag == Tag::Override {
            *base = over;
        }
        return;
    }
    let key = path.last().map(Text::to_string).unwrap_or_default();
    let is_replaced = key == "logging" && other_driver(base, over.entries());
    match (&mut base.data, over.data) {
        (before @ Data::Map(_), Data::Map(entries)) if is_replaced => *before = Data::Map(entries),
        (Data::Map(before), Data::Map(entries)) => merge_maps(before, entries, path),
        (Data::List(before), Data::List(elements)) => {
            if matches!(key.as_str(), "command" | "entrypoint" | "test") {
                *before = elements;
            } else {
                append(before, elements, &key);
            }
        }
        // A declaration without a body says nothing.
        (_, Data::Null) => {}
        (data, other) => *data = other,
    }
    base.key = over.key.or(base.key);
    if !matches!(base.data, Data::Map(_) | Data::List(_)) {
        (base.span, base.verbatim) = (over.span, over.verbatim);
    }
}

/// Above this many keys a mapping is looked up by an index.
const FEW: usize = 16;

fn merge_maps(before: &mut Vec<(Text, Node)>, entries: Vec<(Text, Node)>, path: &mut Vec<Text>) {
    let many = before.len() > FEW;
    let mut index: HashMap<Text, usize> = HashMap::new();
    if many {
        index.extend(before.iter().enumerate().map(|(position, (key, _))| (key.clone(), position)));
    }
    let mut gone: Vec<Text> = Vec::new();
    for (key, value) in entries {
        let position = if many { index.get(&key).copied() } else { before.iter().position(|(name, _)| *name == key) };
        match position {
            _ if value.tag == Tag::Reset => gone.push(key),
            Some(position) => {
                path.push(key);
                merge(&mut before[position].1, value, path);
                path.pop();
            }
            None => {
                if many {
                    index.insert(key.clone(), before.len());
                }
                before.push((key, value));
            }
        }
    }
    if !gone.is_empty() {
        before.retain(|(key, _)| !gone.contains(key));
    }
}

/// Takes out what a file alone resets, where there is nothing before it to reset.
pub(crate) fn settle(node: &mut Node) {
    match &mut node.data {
        Data::Map(entries) => {
            entries.retain(|(_, value)| value.tag != Tag::Reset);
            for (_, value) in entries {
                settle(value);
            }
        }
        Data::List(elements) => {
            elements.retain(|element| element.tag != Tag::Reset);
            elements.iter_mut().for_each(settle);
        }
        _ => {}
    }
}

fn other_driver(base: &Node, over: &[(Text, Node)]) -> bool {
    let before = base.get("driver").and_then(Node::scalar);
    let after = over.iter().find(|(key, _)| key == "driver").and_then(|(_, value)| value.scalar());
    matches!((before, after), (Some(before), Some(after)) if before != after)
}

/// Adds elements; one that is about the same thing as an earlier one takes its place.
fn append(before: &mut Vec<Node>, elements: Vec<Node>, key: &str) {
    let mut known: HashMap<String, usize> =
        before.iter().enumerate().map(|(position, element)| (about(element, key), position)).collect();
    for element in elements {
        let about = about(&element, key);
        if let Some(position) = known.get(&about) {
            before[*position] = element;
        } else {
            known.insert(about, before.len());
            before.push(element);
        }
    }
}

/// What an element of a list is about: two that are about the same do not stand beside each other.
fn about(element: &Node, key: &str) -> String {
    let part = |name: &str| element.get(name).and_then(Node::scalar).unwrap_or_default();
    match (key, &element.data) {
        ("ports", Data::Map(_)) => {
            format!("{}|{}|{}|{}", part("host_ip"), part("target"), part("published"), part("protocol"))
        }
        ("volumes", Data::Map(_)) => part("target").to_string(),
        ("configs" | "secrets", Data::Map(_)) => {
            let target = part("target");
            if target.is_empty() { part("source").to_string() } else { target.to_string() }
        }
        ("env_file", Data::Map(_)) => part("path").to_string(),
        _ => element.scalar().map_or_else(|| format!("{:?}", element.to_value()), |text| text.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::canonical;
    use crate::node::tests::node;

    fn merged(first: &str, second: &str) -> String {
        let read = |text: &str| {
            let mut file = node(text);
            canonical(&mut file, "", &mut Vec::new());
            file
        };
        let mut base = read(first);
        merge(&mut base, read(second), &mut Vec::new());
        settle(&mut base);
        design_syntax::to_yaml(&base.to_value()).unwrap()
    }

    #[test]
    fn lists_and_mappings_follow_their_keys() {
        let text = merged(
            "services:\n  a:\n    image: x\n    command: [a, b]\n    environment: [A=1, B=2]\n    ports: ['80:80']\n    \
             volumes: ['./x:/data']\n    cap_add: [A]\n    depends_on: [b]\n",
            "services:\n  a:\n    image: z\n    command: c\n    environment: {B: 3}\n    ports: ['80:80', '81:80']\n    \
             volumes: ['vol:/data']\n    cap_add: [A, B]\n    depends_on: {c: {condition: service_healthy}}\n",
        );
        assert_eq!(
            text,
            "services:\n  a:\n    image: z\n    command:\n    - c\n    environment:\n      A: \"1\"\n      B: 3\n    ports:\n    \
             - target: 80\n      protocol: tcp\n      published: \"80\"\n    - target: 80\n      protocol: tcp\n      \
             published: \"81\"\n    volumes:\n    - type: volume\n      source: vol\n      target: /data\n    cap_add:\n    \
             - A\n    - B\n    depends_on:\n      b:\n        condition: service_started\n      c:\n        \
             condition: service_healthy\n"
        );
    }

    #[test]
    fn tags_reset_and_override() {
        let text = merged(
            "services:\n  a:\n    image: x\n    ports: ['80:80']\n    environment: {A: 1, B: 2}\n    dns: [x]\n",
            "services:\n  a:\n    ports: !reset []\n    environment:\n      A: !reset null\n    dns: !override [z]\n",
        );
        assert_eq!(text, "services:\n  a:\n    image: x\n    environment:\n      B: 2\n    dns:\n    - z\n");
    }
}
