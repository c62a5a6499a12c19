//! Mounts in their short form: `[SOURCE:]TARGET[:MODE]`.

use crate::node::{Data, Node};

/// A mount in the long form; `None` where it is none.
pub(crate) fn long_form(entry: &Node) -> Option<Node> {
    let text = match &entry.data {
        Data::Map(_) => return entry.get("target").is_some().then(|| entry.clone()),
        Data::Text(text) => text.as_str(),
        _ => return None,
    };
    let parts = parts(text);
    let (source, target, mode) = match parts.as_slice() {
        [target] => (None, *target, None),
        [source, target] => (Some(*source), *target, None),
        [source, target, mode] => (Some(*source), *target, Some(*mode)),
        _ => return None,
    };
    let piece = |(start, end): (usize, usize)| entry.part(start, end);
    let is_empty = |(start, end): (usize, usize)| start == end;
    if is_empty(target) || source.is_some_and(is_empty) {
        return None;
    }
    let is_path = source.is_some_and(|(start, end)| is_path(text.get(start..end).unwrap_or_default()));
    let kind = if is_path { "bind" } else { "volume" };
    let mut entries = vec![("type".into(), Node::text(entry.span, kind))];
    entries.extend(source.map(|source| ("source".into(), piece(source))));
    entries.push(("target".into(), piece(target)));
    let truth = |value: bool| Node::made(entry.span, Data::Bool(value));
    if is_path {
        // The short form makes the folder on the host where it is missing.
        let bind = Data::Map(vec![("create_host_path".into(), truth(true))]);
        entries.push(("bind".into(), Node::made(entry.span, bind)));
    }
    for option in mode.into_iter().flat_map(|(start, end)| text.get(start..end).unwrap_or_default().split(',')) {
        match option {
            "ro" | "rox" => entries.push(("read_only".into(), truth(true))),
            "rw" | "" => {}
            // Kompose's words for the access mode of a claim.
            "rwo" | "rwx" | "rwop" => entries.push(("x-access-mode".into(), Node::text(entry.span, option))),
            "nocopy" => {
                let volume = Data::Map(vec![("nocopy".into(), truth(true))]);
                entries.push(("volume".into(), Node::made(entry.span, volume)));
            }
            other => entries.push(("x-option".into(), Node::text(entry.span, other))),
        }
    }
    Some(Node { key: entry.key, ..Node::made(entry.span, Data::Map(entries)) })
}

/// Whether a source names a path of the host, and not a volume.
pub(crate) fn is_path(source: &str) -> bool {
    source.starts_with(['.', '/', '~', '\\']) || is_windows(source)
}

fn is_windows(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|letter| letter.is_ascii_alphabetic())
        && letters.next() == Some(':')
        && matches!(letters.next(), Some('\\' | '/'))
}

/// The ranges of the parts between colons; the colon of a Windows drive does not count.
fn parts(text: &str) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (offset, letter) in text.char_indices() {
        if letter == ':' && !(offset == start + 1 && is_windows(text.get(start..).unwrap_or_default())) {
            parts.push((start, offset));
            start = offset + 1;
        }
    }
    parts.push((start, text.len()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::tests::node;

    #[test]
    fn short_forms() {
        let read = |text: &str| {
            let entry = node(&format!("a: {text:?}\n"));
            let long = long_form(entry.get("a").unwrap())?;
            let part = |key: &str| long.get(key).and_then(Node::scalar).unwrap_or_default();
            Some(format!("{}|{}|{}|{}", part("type"), part("source"), part("target"), part("read_only")))
        };
        assert_eq!(read("/var/lib").as_deref(), Some("volume||/var/lib|"));
        assert_eq!(read("data:/var/lib:ro").as_deref(), Some("volume|data|/var/lib|true"));
        assert_eq!(read("./a:/b").as_deref(), Some("bind|./a|/b|"));
        assert_eq!(read("~/a:/b:ro,z").as_deref(), Some("bind|~/a|/b|true"));
        assert_eq!(read("C:\\a:/b").as_deref(), Some("bind|C:\\a|/b|"));
        assert_eq!(read("a:b:c:d"), None);
        assert_eq!(read(":/a"), None);
    }
}
