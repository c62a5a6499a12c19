//! What a pattern says of itself: `pattern.yaml`, or the `artifacthub-pkg.yml` of Artifact Hub and Meshery.

use std::sync::Arc;

use design_check::rules::invalid_pattern;
use design_check::word_syntax;
use design_syntax::{Kind, Limits, NodeRef, SourceText, parse};
use design_vocabulary::{Finding, Span};
use semver::Version;
use serde::{Deserialize, Serialize};

/// The class of a pattern: who answers for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Whoever published it.
    #[default]
    Community,
    /// Somebody else has tried it.
    Verified,
    /// The project that it is about.
    Official,
    /// Measured, with its caveats: see `docs/catalog.md`.
    ReferenceArchitecture,
}

impl Class {
    /// All of them, the plainest first.
    pub const ALL: [Self; 4] = [Self::Community, Self::Verified, Self::Official, Self::ReferenceArchitecture];

    /// The word for it in files and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::Verified => "verified",
            Self::Official => "official",
            Self::ReferenceArchitecture => "reference-architecture",
        }
    }
}

/// What a pattern says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Who publishes it, as a part of an address; empty: the owner of the catalog.
    pub publisher: String,
    /// Its name, as a part of an address.
    pub name: String,
    /// The name for people.
    pub title: String,
    /// The version.
    pub version: Version,
    /// What it is for, in a sentence.
    pub description: String,
    /// The licence, as an SPDX expression; empty where none is named.
    pub license: String,
    /// Words that it is found by, sorted.
    pub keywords: Vec<String>,
    /// Who answers for it.
    pub class: Class,
    /// Whether it is not published yet and may change.
    pub is_draft: bool,
    /// What to know before it is used.
    pub caveats: Vec<String>,
    /// What to take instead, and when: a pattern and a sentence.
    pub alternatives: Vec<(String, String)>,
    /// What is new in this version.
    pub changes: Vec<String>,
    /// Where there is more about it; an `https` address, or empty.
    pub home: String,
    /// The file with these words.
    pub file: String,
    /// Whether the file is one of Artifact Hub's.
    pub is_foreign: bool,
}

/// Reads a metadata file. `folder` is the name of the folder, for what does not name itself. `None` where what is left is no pattern; the
/// findings say why. `at` is the place of the version.
pub fn read(source: &Arc<SourceText>, folder: &str, findings: &mut Vec<Finding>) -> Option<(Metadata, Span)> {
    let parsed = parse(source, &Limits::default());
    findings.extend(parsed.problems.iter().map(word_syntax));
    let start = Span::start_of(source.id());
    let root = parsed.documents.iter().find_map(design_syntax::Document::root).map(NodeRef::resolved);
    let Some(root) = root.filter(|root| root.kind() == Kind::Mapping) else {
        findings.push(invalid_pattern::finding("the metadata of a pattern is a mapping", true, start));
        return None;
    };
    let file = source.path().rsplit('/').next().unwrap_or_default();
    Reader { root, start, is_foreign: file.starts_with("artifacthub"), findings }.metadata(file, folder)
}

struct Reader<'a, 'f> {
    root: NodeRef<'a>,
    start: Span,
    is_foreign: bool,
    findings: &'f mut Vec<Finding>,
}

impl Reader<'_, '_> {
    fn metadata(&mut self, file: &str, folder: &str) -> Option<(Metadata, Span)> {
        let written = self.text("name").unwrap_or_else(|| folder.to_owned());
        let name = slug(&written);
        if name.is_empty() {
            self.tell("`name` has a letter or a digit in it", true, "name");
            return None;
        }
        let version = self.version()?;
        let publisher = if self.is_foreign {
            self.root.get("provider").and_then(|provider| text_of(provider.resolved(), "name")).unwrap_or_default()
        } else {
            self.text("publisher").unwrap_or_default()
        };
        let description = self.text("description").unwrap_or_default();
        if description.is_empty() {
            self.tell("`description` says in a sentence what the pattern is for", false, "description");
        }
        let license = self.text("license").unwrap_or_default();
        if license.is_empty() {
            self.tell("`license` names the licence, as an SPDX expression", false, "license");
        }
        let mut keywords: Vec<String> = self.texts("keywords").iter().map(|keyword| slug(keyword)).collect();
        keywords.retain(|keyword| !keyword.is_empty());
        keywords.sort();
        keywords.dedup();
        let at = self.root.get("version").map_or(self.start, NodeRef::span);
        let metadata = Metadata {
            publisher: slug(&publisher),
            title: self.text(if self.is_foreign { "displayName" } else { "title" }).unwrap_or(written),
            name,
            version,
            description,
            license,
            keywords,
            class: self.class(),
            is_draft: self.text("draft").is_some_and(|draft| draft == "true"),
            caveats: self.texts("caveats"),
            alternatives: self.alternatives(),
            changes: self.changes(),
            home: self
                .text(if self.is_foreign { "homeURL" } else { "home" })
                .filter(|home| home.starts_with("https://"))
                .unwrap_or_default(),
            file: file.to_owned(),
            is_foreign: self.is_foreign,
        };
        Some((metadata, at))
    }

    fn version(&mut self) -> Option<Version> {
        let written = self.text("version");
        let version = written.as_deref().map(Version::parse);
        match version {
            // What is behind `+` tells nothing apart, so it would be another name of the same version.
            Some(Ok(version)) if version.build.is_empty() => return Some(version),
            Some(Ok(_)) => self.tell("`version` has no part behind `+`", true, "version"),
            _ => self.tell("`version` is one of Semantic Versioning, such as 1.0.0", true, "version"),
        }
        None
    }

    fn class(&mut self) -> Class {
        let Some(written) = self.text("class") else { return Class::default() };
        let word = slug(&written);
        let known = Class::ALL.into_iter().find(|class| class.as_str() == word);
        if known.is_none() {
            let words: Vec<&str> = Class::ALL.iter().map(|class| class.as_str()).collect();
            self.tell(&format!("`class` is one of {}", words.join(", ")), false, "class");
        }
        known.unwrap_or_default()
    }

    fn alternatives(&mut self) -> Vec<(String, String)> {
        let Some(list) = self.root.get("alternatives").map(NodeRef::resolved) else { return Vec::new() };
        let mut found = Vec::new();
        for entry in list.children().map(NodeRef::resolved) {
            match (text_of(entry, "pattern"), text_of(entry, "when")) {
                (Some(pattern), Some(when)) => found.push((pattern, when)),
                _ => self.findings.push(invalid_pattern::finding(
                    "each of `alternatives` has a `pattern` and says `when` to take it",
                    false,
                    entry.span(),
                )),
            }
        }
        found
    }

    /// Artifact Hub has either texts, or mappings with a `description`.
    fn changes(&self) -> Vec<String> {
        let Some(list) = self.root.get("changes").map(NodeRef::resolved) else { return Vec::new() };
        let one = |entry: NodeRef<'_>| match entry.kind() {
            Kind::Scalar => Some(entry.text().to_owned()),
            _ => text_of(entry, "description"),
        };
        list.children().map(NodeRef::resolved).filter_map(one).collect()
    }

    fn text(&self, key: &str) -> Option<String> {
        text_of(self.root, key)
    }

    /// A list of texts; a text alone is a list of one.
    fn texts(&self, key: &str) -> Vec<String> {
        let Some(value) = self.root.get(key).map(NodeRef::resolved) else { return Vec::new() };
        match value.kind() {
            Kind::Scalar => vec![value.text().trim().to_owned()].into_iter().filter(|text| !text.is_empty()).collect(),
            _ => value
                .children()
                .map(NodeRef::resolved)
                .filter(|entry| entry.kind() == Kind::Scalar)
                .map(|entry| entry.text().trim().to_owned())
                .collect(),
        }
    }

    fn tell(&mut self, message: &str, is_fatal: bool, key: &str) {
        let span = self.root.get(key).map_or(self.start, NodeRef::span);
        self.findings.push(invalid_pattern::finding(message, is_fatal, span));
    }
}

fn text_of(node: NodeRef<'_>, key: &str) -> Option<String> {
    let value = node.get(key).map(NodeRef::resolved).filter(|value| value.kind() == Kind::Scalar)?;
    Some(value.text().trim().to_owned()).filter(|text| !text.is_empty())
}

/// A name as a part of an address: small letters, digits and single hyphens, at most 64 of them.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() == 64 {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use design_vocabulary::FileId;

    use super::*;

    fn metadata(file: &str, text: &str) -> (Option<Metadata>, Vec<String>) {
        let source = SourceText::new(FileId(0), format!("patterns/web/{file}"), text);
        let mut findings = Vec::new();
        let read = read(&source, "web", &mut findings).map(|(metadata, _)| metadata);
        (
            read,
            findings.into_iter().map(|finding| format!("{} {}", finding.severity.as_str(), finding.message)).collect(),
        )
    }

    #[test]
    fn our_own_and_that_of_artifact_hub_say_the_same() {
        let ours = "name: Web Shop\nversion: 1.2.0\npublisher: Us\ndescription: A shop.\nlicense: Apache-2.0\nkeywords: [web, Web]\n\
                    class: verified\ncaveats: [one]\nchanges: [first]\nhome: https://example.com\n";
        let theirs = "name: Web Shop\ndisplayName: Web Shop\nversion: 1.2.0\nprovider: {name: Us}\ndescription: A shop.\n\
                      license: Apache-2.0\nkeywords: [web]\nchanges: [{kind: added, description: first}]\nhomeURL: https://example.com\n";
        let (ours, told) = metadata("pattern.yaml", ours);
        assert_eq!(told, Vec::<String>::new());
        let ours = ours.unwrap();
        assert_eq!((ours.publisher.as_str(), ours.name.as_str(), ours.title.as_str()), ("us", "web-shop", "Web Shop"));
        assert_eq!((ours.class, ours.keywords.as_slice()), (Class::Verified, ["web".to_owned()].as_slice()));
        let (theirs, told) = metadata("artifacthub-pkg.yml", theirs);
        assert_eq!(told, Vec::<String>::new());
        let theirs = Metadata {
            file: ours.file.clone(),
            is_foreign: false,
            class: ours.class,
            caveats: ours.caveats.clone(),
            ..theirs.unwrap()
        };
        assert_eq!(theirs, ours);
    }

    #[test]
    fn what_cannot_be_is_told_and_what_is_missing_as_well() {
        let (read, told) = metadata("pattern.yaml", "version: 1.0.0\nclass: best\nalternatives: [{pattern: a/b}]\n");
        assert_eq!(read.unwrap().name, "web");
        assert_eq!(told.len(), 4, "{told:?}");
        for text in
            ["version: 1.0\n", "name: x\n", "version: 1.0.0+a\n", "[]\n", "name: '!'\nversion: 1.0.0\n", "a: [\n"]
        {
            let (read, told) = metadata("pattern.yaml", text);
            assert!(read.is_none() && told.iter().any(|told| told.starts_with("error")), "{text} {told:?}");
        }
    }

    #[test]
    fn names_are_parts_of_addresses() {
        assert_eq!(slug("  Three_Tier  Web! "), "three-tier-web");
        assert_eq!(slug("Ünïcode"), "n-code");
        assert_eq!(slug(&"a".repeat(100)).len(), 64);
    }
}
