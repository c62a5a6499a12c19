//! The path of a field inside a value.

use std::fmt::Write as _;

use crate::Text;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// A key of an object.
    Key(Text),
    /// A position in an array, from 0.
    Index(usize),
}

impl From<&str> for Segment {
    fn from(key: &str) -> Self {
        Self::Key(key.into())
    }
}

impl From<Text> for Segment {
    fn from(key: Text) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Segment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// A path from the root of a value to one of its fields. Keys may hold any character: the path is a list, not a text.
pub type Path = Vec<Segment>;

/// A path as people write it: `spec.containers[0].image`; a key that is not a plain word is quoted:
/// `metadata.labels["app.kubernetes.io/name"]`.
pub fn display_path(path: &[Segment]) -> String {
    let mut text = String::new();
    for segment in path {
        // Writing to a string cannot fail.
        let _ = match segment {
            Segment::Index(index) => write!(text, "[{index}]"),
            Segment::Key(key) if is_word(key) && text.is_empty() => write!(text, "{key}"),
            Segment::Key(key) if is_word(key) => write!(text, ".{key}"),
            Segment::Key(key) => write!(text, "[{key:?}]"),
        };
    }
    text
}

fn is_word(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_with_dots_are_quoted() {
        let path = ["metadata".into(), "labels".into(), "app.kubernetes.io/name".into(), 0.into()];
        assert_eq!(display_path(&path), r#"metadata.labels["app.kubernetes.io/name"][0]"#);
    }
}
