//! `design.lock`: which commit a version of a repository led to, and the digest of what it held.

use std::sync::Arc;

use design_check::{rules, word_syntax};
use design_source::Revision;
use design_syntax::{Document, Kind, Limits, NodeRef, SourceText, parse, to_yaml};
use design_vocabulary::{Finding, Object, Span, Value};
use sha2::{Digest as _, Sha256};

/// The file beside the design.
pub const LOCK_FILE: &str = "design.lock";

/// The form of the file.
const VERSION: &str = "lock.design/v1";

/// What a lock file says.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// What is locked, each with its place.
    pub entries: Vec<(Locked, Span)>,
    /// What of repositories was copied for kustomizations, each with its place.
    pub vendored: Vec<(Locked, Span)>,
}

/// A version of a repository, and what it was when it was locked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Locked {
    /// The address of the repository, as it was written.
    pub url: String,
    /// The folder or file inside of it; empty for its root.
    pub path: String,
    /// The version.
    pub revision: Revision,
    /// The commit that it led to.
    pub commit: String,
    /// The digest of the files, as [`digest`] makes it.
    pub digest: String,
}

/// The digest of files, as `sha256:` and hexadecimal digits: that of the sorted lines `path NUL sha256 LF`, the inner one
/// being that of the bytes of the file, in hexadecimal digits.
pub fn digest<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut lines: Vec<Vec<u8>> = files
        .into_iter()
        .map(|(path, bytes)| [path.as_bytes(), b"\0", hexadecimal(&Sha256::digest(bytes)).as_bytes(), b"\n"].concat())
        .collect();
    lines.sort_unstable();
    format!("sha256:{}", hexadecimal(&Sha256::digest(lines.concat())))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Lock {
    /// Reads a lock file. What cannot be read is told of, and counts as not locked.
    pub fn read(source: &Arc<SourceText>, findings: &mut Vec<Finding>) -> Self {
        let parsed = parse(source, &Limits::default());
        findings.extend(parsed.problems.iter().map(word_syntax));
        let mut lock = Self::default();
        let unsound = |what: &str, span| rules::unsound_lock::finding(what, span);
        let root = parsed.documents.first().and_then(Document::root);
        let Some(root) = root.map(NodeRef::resolved).filter(|root| root.kind() == Kind::Mapping) else {
            if parsed.problems.is_empty() {
                findings.push(unsound("it is no mapping", Span::start_of(source.id())));
            }
            return lock;
        };
        let version = root.get("schemaVersion").map(NodeRef::text).unwrap_or_default();
        if version != VERSION {
            let span = root.get("schemaVersion").map_or(root.span(), NodeRef::span);
            findings.push(unsound(&format!("its form is `{version}`, and this version knows {VERSION}"), span));
            return lock;
        }
        for (section, entries) in [("repositories", &mut lock.entries), ("vendored", &mut lock.vendored)] {
            for node in root.get(section).into_iter().flat_map(NodeRef::children) {
                let node = node.resolved();
                match entry(node) {
                    Ok(locked) => entries.push((locked, node.span())),
                    Err(what) => findings.push(unsound(&what, node.span())),
                }
            }
        }
        lock
    }

    /// What is locked of a version of a repository.
    pub fn find(&self, url: &str, revision: &Revision, path: &str) -> Option<&Locked> {
        let mut locked = self.entries.iter().map(|(locked, _)| locked);
        locked.find(|locked| locked.url == url && locked.revision == *revision && locked.path == path)
    }

    /// The text of a lock file for what is used and what was copied: sorted, each once.
    pub fn text(entries: impl IntoIterator<Item = Locked>, vendored: impl IntoIterator<Item = Locked>) -> String {
        let written = |locked: &Locked| {
            let mut object = Object::new();
            object.insert("url", locked.url.as_str().into());
            if !locked.path.is_empty() {
                object.insert("path", locked.path.as_str().into());
            }
            if let Revision::Tag(tag) = &locked.revision {
                object.insert("tag", tag.as_str().into());
            }
            object.insert("commit", locked.commit.as_str().into());
            object.insert("digest", locked.digest.as_str().into());
            Value::Object(object)
        };
        let list = |mut entries: Vec<Locked>| -> Value {
            entries.sort();
            entries.dedup();
            entries.iter().map(written).collect()
        };
        let vendored: Vec<Locked> = vendored.into_iter().collect();
        let entries = list(entries.into_iter().collect());
        let mut file = Object::from_iter([("schemaVersion", VERSION.into()), ("repositories", entries)]);
        if !vendored.is_empty() {
            file.insert("vendored", list(vendored));
        }
        // Writing a value as YAML cannot fail.
        let text = to_yaml(&file).unwrap_or_default();
        format!("# Written by design. `design pattern update` and `design vendor` change it.\n{text}")
    }
}

fn entry(node: NodeRef<'_>) -> Result<Locked, String> {
    let text = |key: &str| node.get(key).map(NodeRef::text).filter(|text| !text.is_empty()).map(str::to_owned);
    let needed = |key: &str| text(key).ok_or(format!("an entry lacks `{key}`"));
    let commit = needed("commit")?.to_ascii_lowercase();
    if !matches!(commit.len(), 40 | 64) || !commit.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(format!("`{commit}` is no whole id of a commit"));
    }
    let digest = needed("digest")?;
    let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !digest.strip_prefix("sha256:").is_some_and(is_digest) {
        return Err(format!("`{digest}` is no digest, which reads sha256: and 64 hexadecimal digits"));
    }
    let revision = match text("tag") {
        Some(tag) => Revision::Tag(tag.into()),
        None => Revision::Commit(commit.as_str().into()),
    };
    Ok(Locked { url: needed("url")?, path: text("path").unwrap_or_default(), revision, commit, digest })
}

#[cfg(test)]
mod tests {
    use design_vocabulary::FileId;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_digest_is_that_of_the_sorted_lines() {
        // printf 'a/b\0%s\nz\0%s\n' $(printf x | sha256sum | cut -c-64) $(printf '' | sha256sum | cut -c-64) | sha256sum
        let files: [(&str, &[u8]); 2] = [("z", b""), ("a/b", b"x")];
        let of_it = digest(files);
        assert_eq!(of_it, "sha256:0c9f1071dc783b152e9df1321cd6bc7ea7eb0e8e977b7351051bc53f2b344791");
        assert_eq!(of_it, digest(files.into_iter().rev()));
        assert_ne!(of_it, digest([("z", &b""[..]), ("a", b"x")]));
    }

    fn locked() -> impl Strategy<Value = Locked> {
        let revision = prop_oneof![Just(None), "v[0-9]{1,3}(\\.[0-9]{1,2}){0,2}".prop_map(Some)];
        ("https://[a-z]{1,9}/[a-z#: ]{1,9}", "[a-z/]{0,9}", revision, "[0-9a-f]{40}", "[0-9a-f]{64}").prop_map(
            |(url, path, tag, commit, digest)| Locked {
                url,
                path,
                revision: tag.map_or(Revision::Commit(commit.as_str().into()), |tag| Revision::Tag(tag.into())),
                commit,
                digest: format!("sha256:{digest}"),
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(mut entries in prop::collection::vec(locked(), 0..6)) {
            let text = Lock::text(entries.clone(), entries.clone());
            let mut findings = Vec::new();
            let lock = Lock::read(&SourceText::new(FileId(0), LOCK_FILE, text), &mut findings);
            entries.sort();
            entries.dedup();
            let read: Vec<Locked> = lock.entries.into_iter().map(|(locked, _)| locked).collect();
            prop_assert!(findings.is_empty() && lock.vendored.len() == read.len());
            prop_assert_eq!(read, entries);
        }
    }
}
