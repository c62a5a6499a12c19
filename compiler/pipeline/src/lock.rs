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
    /// The charts that were copied for others, each with its place.
    pub charts: Vec<(LockedChart, Span)>,
    /// The files that were copied from an address of their own, each with its place.
    pub files: Vec<(LockedFile, Span)>,
}

/// What a lock file holds, without places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockContent {
    /// What designs use.
    pub entries: Vec<Locked>,
    /// What of repositories was copied for kustomizations.
    pub vendored: Vec<Locked>,
    /// The charts that were copied for others.
    pub charts: Vec<LockedChart>,
    /// The files that were copied from an address of their own.
    pub files: Vec<LockedFile>,
}

/// A chart that was copied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LockedChart {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it came from, as whoever needs it says so.
    pub repository: String,
    /// The digest: of a package that of its bytes, of a folder that of its files, as [`digest`] makes it.
    pub digest: String,
}

/// A file that was copied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LockedFile {
    /// Its address, as it was written.
    pub url: String,
    /// The digest of its bytes.
    pub digest: String,
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

/// The digest of one file, as `sha256:` and hexadecimal digits.
pub(crate) fn digest_of(bytes: &[u8]) -> String {
    format!("sha256:{}", hexadecimal(&Sha256::digest(bytes)))
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
        lock.entries = section(root, "repositories", entry, findings);
        lock.vendored = section(root, "vendored", entry, findings);
        lock.charts = section(root, "charts", chart, findings);
        lock.files = section(root, "files", file, findings);
        lock
    }

    /// What it says, without places.
    pub fn content(self) -> LockContent {
        LockContent {
            entries: self.entries.into_iter().map(|(locked, _)| locked).collect(),
            vendored: self.vendored.into_iter().map(|(locked, _)| locked).collect(),
            charts: self.charts.into_iter().map(|(locked, _)| locked).collect(),
            files: self.files.into_iter().map(|(locked, _)| locked).collect(),
        }
    }

    /// What is locked of a version of a repository.
    pub fn find(&self, url: &str, revision: &Revision, path: &str) -> Option<&Locked> {
        let mut locked = self.entries.iter().map(|(locked, _)| locked);
        locked.find(|locked| locked.url == url && locked.revision == *revision && locked.path == path)
    }
}

impl LockContent {
    /// The text of a lock file: each section sorted, each entry once.
    pub fn text(self) -> String {
        let repository = |locked: &Locked| {
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
        let texts = |entries: &[(&'static str, &String)]| -> Value {
            Value::Object(entries.iter().map(|(key, text)| (*key, Value::from(text.as_str()))).collect())
        };
        let chart = |one: &LockedChart| {
            let LockedChart { name, version, repository, digest } = one;
            texts(&[("name", name), ("version", version), ("repository", repository), ("digest", digest)])
        };
        let file = |one: &LockedFile| texts(&[("url", &one.url), ("digest", &one.digest)]);
        let sections = [
            ("vendored", list(self.vendored, repository)),
            ("charts", list(self.charts, chart)),
            ("files", list(self.files, file)),
        ];
        let entries = list(self.entries, repository).unwrap_or_else(|| std::iter::empty().collect());
        let mut whole = Object::from_iter([("schemaVersion", VERSION.into()), ("repositories", entries)]);
        for (name, entries) in sections {
            if let Some(entries) = entries {
                whole.insert(name, entries);
            }
        }
        // Writing a value as YAML cannot fail.
        let text = to_yaml(&whole).unwrap_or_default();
        format!("# Written by design. `design pattern update` and `design vendor` change it.\n{text}")
    }
}

/// The entries of a section; `None` where there are none.
fn list<T: Ord>(mut entries: Vec<T>, written: impl Fn(&T) -> Value) -> Option<Value> {
    entries.sort();
    entries.dedup();
    (!entries.is_empty()).then(|| entries.iter().map(written).collect())
}

/// A text that an entry has to have.
fn needed(node: NodeRef<'_>, key: &str) -> Result<String, String> {
    let text = node.get(key).map(NodeRef::text).filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or(format!("an entry lacks `{key}`"))
}

fn needed_digest(node: NodeRef<'_>) -> Result<String, String> {
    let digest = needed(node, "digest")?;
    let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if digest.strip_prefix("sha256:").is_some_and(is_digest) {
        return Ok(digest);
    }
    Err(format!("`{digest}` is no digest, which reads sha256: and 64 hexadecimal digits"))
}

fn chart(node: NodeRef<'_>) -> Result<LockedChart, String> {
    let digest = needed_digest(node)?;
    let text = |key: &str| needed(node, key);
    Ok(LockedChart { name: text("name")?, version: text("version")?, repository: text("repository")?, digest })
}

fn file(node: NodeRef<'_>) -> Result<LockedFile, String> {
    Ok(LockedFile { url: needed(node, "url")?, digest: needed_digest(node)? })
}

/// The entries of a section, each with its place. What cannot be read is told of.
fn section<T>(
    root: NodeRef<'_>,
    name: &str,
    read: fn(NodeRef<'_>) -> Result<T, String>,
    findings: &mut Vec<Finding>,
) -> Vec<(T, Span)> {
    let mut entries = Vec::new();
    for node in root.get(name).into_iter().flat_map(NodeRef::children) {
        let node = node.resolved();
        match read(node) {
            Ok(locked) => entries.push((locked, node.span())),
            Err(what) => findings.push(rules::unsound_lock::finding(&what, node.span())),
        }
    }
    entries
}

fn entry(node: NodeRef<'_>) -> Result<Locked, String> {
    let text = |key: &str| node.get(key).map(NodeRef::text).filter(|text| !text.is_empty()).map(str::to_owned);
    let commit = needed(node, "commit")?.to_ascii_lowercase();
    if !matches!(commit.len(), 40 | 64) || !commit.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(format!("`{commit}` is no whole id of a commit"));
    }
    let digest = needed_digest(node)?;
    let revision = match text("tag") {
        Some(tag) => Revision::Tag(tag.into()),
        None => Revision::Commit(commit.as_str().into()),
    };
    Ok(Locked { url: needed(node, "url")?, path: text("path").unwrap_or_default(), revision, commit, digest })
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
            let charts: Vec<LockedChart> = entries
                .iter()
                .map(|one| LockedChart {
                    name: one.commit.clone(),
                    version: "1.10".to_owned(),
                    repository: one.url.clone(),
                    digest: one.digest.clone(),
                })
                .collect();
            let files: Vec<LockedFile> =
                entries.iter().map(|one| LockedFile { url: one.url.clone(), digest: one.digest.clone() }).collect();
            let content = LockContent { entries: entries.clone(), vendored: entries.clone(), charts, files };
            let text = content.text();
            let mut findings = Vec::new();
            let lock = Lock::read(&SourceText::new(FileId(0), LOCK_FILE, text), &mut findings);
            entries.sort();
            entries.dedup();
            let read: Vec<Locked> = lock.entries.into_iter().map(|(locked, _)| locked).collect();
            prop_assert!(findings.is_empty() && lock.vendored.len() == read.len());
            prop_assert!(lock.charts.iter().all(|(chart, _)| chart.version == "1.10"));
            prop_assert_eq!((lock.charts.is_empty(), lock.files.is_empty()), (read.is_empty(), read.is_empty()));
            prop_assert_eq!(read, entries);
        }
    }
}
