//! What a design declares to come from outside: `externals` of a design file, and comments anywhere.

use design_syntax::Document;
use design_vocabulary::{External, Object, Path, Span, Text, Value};

use crate::Problem;
use crate::fields::EXTERNAL;

/// How a comment begins that declares an object from outside.
const COMMENT: &str = "design:";

/// A declaration and where it stands.
pub type Declared = (External, Span);

/// Reads one entry of `externals`. The error is the key that is missing.
pub(crate) fn external(object: &Object) -> Result<External, &'static str> {
    let said = |key: &str| object.get_str(key).filter(|text| !text.is_empty());
    let kind = said("kind").ok_or("kind")?;
    let name = said("name").ok_or("name")?;
    let of_version = |version: &str| Text::from(version.split_once('/').map_or("", |(group, _)| group));
    Ok(External {
        kind: kind.into(),
        // The core group is the empty text, so it can be said.
        group: object.get_str("group").map(Text::from).or_else(|| said("apiVersion").map(of_version)),
        namespace: said("namespace").map(Text::from),
        name: name.into(),
    })
}

/// Finds the comments of a document that declare an object from outside: `# design: external Secret/shop/tls`. What stands
/// behind the reference is a remark. A comment that begins like one and names nothing is told of.
pub fn commented(document: &Document, problems: &mut Vec<Problem>) -> Vec<Declared> {
    let mut found = Vec::new();
    for comment in document.comments() {
        let text = document.source().slice(comment.span.start, comment.span.end);
        let Some(order) = text.trim_start_matches('#').trim_start().strip_prefix(COMMENT) else { continue };
        let mut words = order.split_whitespace();
        if !words.next().is_some_and(|word| word.starts_with("external")) {
            continue;
        }
        match words.next().and_then(reference).filter(|_| order.trim_start().starts_with("external ")) {
            Some(external) => found.push((external, comment.span)),
            None => problems.push(Problem::CommentNotUnderstood { span: comment.span }),
        }
    }
    found
}

/// A reference as the graph writes identities: `Kind.group/namespace/name`; the namespace may be left out.
fn reference(text: &str) -> Option<External> {
    let (kind, rest) = text.split_once('/')?;
    let (kind, group) = match kind.split_once('.') {
        Some((kind, group)) => (kind, Some(Text::from(group))),
        None => (kind, None),
    };
    let (namespace, name) = match rest.split_once('/') {
        Some((namespace, name)) => (Some(namespace).filter(|namespace| !namespace.is_empty()), name),
        None => (None, rest),
    };
    let is_complete = !kind.is_empty() && !name.is_empty();
    is_complete.then(|| External { kind: kind.into(), group, namespace: namespace.map(Text::from), name: name.into() })
}

/// The fields of an entry whose values are no texts.
pub(crate) fn not_texts<'o>(object: &'o Object, path: &Path) -> Vec<(Path, &'o Value)> {
    let known = EXTERNAL.iter().filter_map(|key| Some((*key, object.get(key)?)));
    let others = known.filter(|(_, value)| !matches!(value, Value::String(_) | Value::Null));
    others.map(|(key, value)| ([path.as_slice(), &[key.into()]].concat(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_the_graph_writes_them() {
        let read = |text: &str| {
            let found = reference(text)?;
            let part = |text: Option<Text>| text.unwrap_or_else(|| "any".into());
            Some([found.kind, part(found.group), part(found.namespace), found.name].join(" "))
        };
        assert_eq!(read("Secret/shop/tls").as_deref(), Some("Secret any shop tls"));
        assert_eq!(read("Secret//tls").as_deref(), Some("Secret any any tls"));
        assert_eq!(read("Secret/*-tls").as_deref(), Some("Secret any any *-tls"));
        assert_eq!(
            read("Gateway.gateway.networking.k8s.io/edge/web").as_deref(),
            Some("Gateway gateway.networking.k8s.io edge web")
        );
        for nothing in ["Secret", "/a", "Secret/", "Secret/a/"] {
            assert_eq!(read(nothing), None, "{nothing}");
        }
    }
}
