//! The patterns of the catalog: `GET /api/pattern/catalog`, and one of them.

use design_index::{Class, Pattern, Snapshot, Version};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// How many patterns a page has where nobody says it, and at most.
const PAGE: usize = 10;
const MOST: usize = 100;

/// Which patterns are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The number of the page, from nought on.
    pub page: usize,
    /// How many patterns a page has.
    pub page_size: usize,
    /// What is looked for.
    pub search: String,
}

impl Asked {
    /// What the parameters of an address say, under Meshery's names for them.
    pub fn of(parameters: &[(String, String)]) -> Self {
        let find = |names: [&str; 2]| {
            parameters.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value.as_str())
        };
        let number = |names| find(names).and_then(|text| text.parse::<usize>().ok());
        Self {
            page: number(["page", "page"]).unwrap_or_default().min(100_000),
            page_size: number(["pagesize", "pageSize"]).unwrap_or(PAGE).clamp(1, MOST),
            search: find(["search", "search"]).unwrap_or_default().chars().take(200).collect(),
        }
    }
}

/// An id in the form of a UUID that the same thing has on every server (RFC 9562, version 8: its bytes are those of a digest).
pub fn identity(what: &str, name: &str) -> String {
    let digest = Sha256::digest(format!("{what}\n{name}"));
    let mut hexadecimal: Vec<char> =
        digest.iter().take(16).flat_map(|byte| format!("{byte:02x}").chars().collect::<Vec<_>>()).collect();
    for (position, letter) in [(12, '8'), (16, '8')] {
        if let Some(slot) = hexadecimal.get_mut(position) {
            *slot = letter;
        }
    }
    let mut text = String::new();
    for (position, letter) in hexadecimal.into_iter().enumerate() {
        if matches!(position, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(letter);
    }
    text
}

/// The id of a pattern: that of its folder where it is named so, as in Meshery's catalog.
fn identity_of(pattern: &Pattern) -> String {
    let folder = pattern.root.rsplit('/').next().unwrap_or_default();
    if design_index::is_uuid(folder) {
        return folder.to_lowercase();
    }
    identity("pattern", &format!("{}/{}", pattern.publisher, pattern.name))
}

/// A page of patterns, those that are found best first. `url` is the address of the catalog.
pub fn page(snapshot: &Snapshot, asked: &Asked, url: &str) -> Value {
    let found = snapshot.find(&asked.search, &[]).entries;
    let patterns: Vec<Value> = found
        .iter()
        .skip(asked.page.saturating_mul(asked.page_size))
        .take(asked.page_size)
        .filter_map(|position| {
            let pattern = snapshot.catalog.gathered.patterns.get(*position)?;
            Some(told(pattern, snapshot.latest(*position)?.0, url))
        })
        .collect();
    json!({
        "page": asked.page, "pageSize": asked.page_size, "totalCount": found.len(), "patterns": patterns,
        "page_size": asked.page_size, "total_count": found.len(),
    })
}

/// A pattern by its id, its latest version, and the position at which its snapshot has it. `design` reads its design.
pub fn pattern(snapshot: &Snapshot, id: &str) -> Option<(usize, Value)> {
    let patterns = snapshot.catalog.gathered.patterns.iter().enumerate();
    let id = id.to_lowercase();
    let (position, pattern) = patterns.into_iter().find(|(_, pattern)| identity_of(pattern) == id)?;
    Some((position, told(pattern, snapshot.latest(position)?.0, "")))
}

fn told(pattern: &Pattern, version: &Version, url: &str) -> Value {
    let metadata = &version.metadata;
    // Meshery has no word for the classes that nobody answers for.
    let class = match metadata.class {
        Class::ReferenceArchitecture => "reference architecture",
        Class::Community => "community",
        Class::Verified => "verified",
        Class::Official => "official",
    };
    let snapshot = if url.is_empty() {
        Vec::new()
    } else {
        vec![format!("{url}/patterns/{}/{}/{}/graph.svg", pattern.publisher, pattern.name, metadata.version)]
    };
    json!({
        "id": identity_of(pattern), "name": metadata.title, "userId": pattern.publisher, "visibility": "published",
        "location": { "type": "git", "path": version.folder.path, "commit": version.folder.commit },
        "catalogData": {
            "publishedVersion": metadata.version.to_string(), "class": class, "compatibility": ["kubernetes"],
            "patternCaveats": metadata.caveats.join("\n"), "patternInfo": metadata.description, "type": "Deployment",
            "tags": metadata.keywords, "snapshotURL": snapshot,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_a_uuid_and_the_same_each_time() {
        let id = identity("pattern", "us/web");
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!((lengths.as_slice(), &id[14..15], &id[19..20]), (&[8, 4, 4, 4, 12][..], "8", "8"));
        assert_eq!(id, identity("pattern", "us/web"));
        assert_ne!(id, identity("pattern", "us/web2"));
    }

    #[test]
    fn both_spellings_of_the_size_are_read_and_bounded() {
        let asked = |pairs: &[(&str, &str)]| {
            let pairs: Vec<(String, String)> = pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
            Asked::of(&pairs)
        };
        assert_eq!(asked(&[("pagesize", "5"), ("page", "2")]), Asked { page: 2, page_size: 5, search: String::new() });
        assert_eq!(asked(&[("pageSize", "5000"), ("search", "x")]).page_size, 100);
        assert_eq!(asked(&[("page", "-1"), ("pagesize", "0")]), Asked { page: 0, page_size: 1, search: String::new() });
    }
}
