//! Published ports in their short form: `[[HOST:]PUBLISHED:]TARGET[/PROTOCOL]`, ranges included.

use design_vocabulary::Number;

use crate::node::{Data, Node};

/// A range has at most this many ports.
const LONGEST: u32 = 65_535;

/// The ports that one entry publishes, each as a mapping in the long form; `None` where it is none.
pub(crate) fn long_forms(entry: &Node) -> Option<Vec<Node>> {
    match &entry.data {
        Data::Number(Number::Int(target)) => Some(vec![long(entry, u32::try_from(*target).ok()?, None, None, "tcp")]),
        Data::Text(_) => short(entry),
        Data::Map(_) => published_range(entry),
        _ => None,
    }
}

fn short(entry: &Node) -> Option<Vec<Node>> {
    let text = entry.as_text()?;
    let (ports, protocol) = text.rsplit_once('/').unwrap_or((text, "tcp"));
    let protocol = protocol.to_ascii_lowercase();
    if !matches!(protocol.as_str(), "tcp" | "udp" | "sctp") {
        return None;
    }
    let (before, target) = ports.rsplit_once(':').map_or((None, ports), |(before, target)| (Some(before), target));
    let (host, published) = match before {
        None => (None, None),
        Some(before) => match before.rsplit_once(':') {
            // An address in brackets, or a host with an empty published part.
            Some((host, published)) => (Some(host.trim_matches(['[', ']'])), Some(published)),
            None => (None, Some(before)),
        },
    };
    let published = published.filter(|published| !published.is_empty());
    let (first, last) = range(target)?;
    let count = last - first + 1;
    let host = host.filter(|host| !host.is_empty());
    match published {
        None => Some((first..=last).map(|target| long(entry, target, None, host, &protocol)).collect()),
        Some(published) => {
            let (from, to) = range(published)?;
            if count == 1 && to > from {
                // One port of the container behind any of a range: the range stays as it is written.
                return Some(vec![long_text(entry, first, Some(published.to_owned()), host, &protocol)]);
            }
            if to - from + 1 != count {
                return None;
            }
            Some((0..count).map(|step| long(entry, first + step, Some(from + step), host, &protocol)).collect())
        }
    }
}

/// The long form keeps as it is; a target has to be a number.
fn published_range(entry: &Node) -> Option<Vec<Node>> {
    entry.get("target")?.as_integer().filter(|target| (1..=65_535).contains(target))?;
    Some(vec![entry.clone()])
}

fn range(text: &str) -> Option<(u32, u32)> {
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|port| *port <= LONGEST);
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (number(first)?, number(last)?),
        None => (number(text)?, number(text)?),
    };
    (first <= last).then_some((first, last))
}

fn long(entry: &Node, target: u32, published: Option<u32>, host: Option<&str>, protocol: &str) -> Node {
    long_text(entry, target, published.map(|published| published.to_string()), host, protocol)
}

fn long_text(entry: &Node, target: u32, published: Option<String>, host: Option<&str>, protocol: &str) -> Node {
    let text = |value: String| Node::text(entry.span, value);
    let mut entries = vec![
        ("target".into(), Node::made(entry.span, Data::Number(Number::Int(target.into())))),
        ("protocol".into(), text(protocol.to_owned())),
    ];
    entries.extend(published.map(|published| ("published".into(), text(published))));
    entries.extend(host.map(|host| ("host_ip".into(), text(host.to_owned()))));
    Node { key: entry.key, ..Node::made(entry.span, Data::Map(entries)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::tests::node;

    #[test]
    fn short_forms() {
        let read = |text: &str| {
            let entry = node(&format!("a: {text:?}\n"));
            let ports = long_forms(entry.get("a").unwrap())?;
            let port = |port: &Node| {
                let part = |key: &str| port.get(key).and_then(Node::scalar).unwrap_or_default();
                format!("{}|{}|{}|{}", part("host_ip"), part("published"), part("target"), part("protocol"))
            };
            Some(ports.iter().map(port).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(read("80").as_deref(), Some("||80|tcp"));
        assert_eq!(read("8000:80").as_deref(), Some("|8000|80|tcp"));
        assert_eq!(read("53:53/udp").as_deref(), Some("|53|53|udp"));
        assert_eq!(read("127.0.0.1:8001:8001").as_deref(), Some("127.0.0.1|8001|8001|tcp"));
        assert_eq!(read("[::1]:80:80").as_deref(), Some("::1|80|80|tcp"));
        assert_eq!(read("127.0.0.1::80").as_deref(), Some("127.0.0.1||80|tcp"));
        assert_eq!(read("3000-3001").as_deref(), Some("||3000|tcp ||3001|tcp"));
        assert_eq!(read("9090-9091:8080-8081").as_deref(), Some("|9090|8080|tcp |9091|8081|tcp"));
        assert_eq!(read("8000-9000:80").as_deref(), Some("|8000-9000|80|tcp"));
        for faulty in ["a", "1:2:3:x", "9090-9091:8080-8082", "70000", "80/http", ""] {
            assert_eq!(read(faulty), None, "{faulty}");
        }
    }
}
