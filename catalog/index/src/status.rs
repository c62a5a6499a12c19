//! What is said of a pattern after it was published: `status.yaml`, which is no part of any version.

use std::collections::BTreeMap;
use std::sync::Arc;

use design_check::rules::invalid_pattern;
use design_check::word_syntax;
use design_syntax::{Kind, Layout, Limits, NodeRef, SourceText, parse, print};
use design_vocabulary::{Finding, Object, Span, Value};
use serde::{Deserialize, Serialize};

/// What is said of a pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Why nobody should begin with it, and the pattern that takes its place, which may be empty.
    pub deprecated: Option<(String, String)>,
    /// Versions that nobody should use any more, and why.
    pub yanked: BTreeMap<String, String>,
    /// Why it is not shown at all.
    pub blocked: Option<String>,
}

/// The state of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// It may be used.
    #[default]
    Active,
    /// It may be used, and something else is better.
    Deprecated {
        /// Why.
        reason: String,
        /// The pattern that takes its place; may be empty.
        replacement: String,
    },
    /// It stays where it was, and is not shown among others.
    Yanked {
        /// Why.
        reason: String,
    },
    /// It is not served any more.
    Blocked {
        /// Why.
        reason: String,
    },
}

impl State {
    /// The word for it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Deprecated { .. } => "deprecated",
            Self::Yanked { .. } => "yanked",
            Self::Blocked { .. } => "blocked",
        }
    }

    /// Whether it is shown among others, and may be the latest one.
    pub fn is_listed(&self) -> bool {
        matches!(self, Self::Active | Self::Deprecated { .. })
    }
}

impl Status {
    /// Reads the file. What is wrong in it is told, and the rest holds.
    pub fn read(source: &Arc<SourceText>, findings: &mut Vec<Finding>) -> Self {
        let parsed = parse(source, &Limits::default());
        findings.extend(parsed.problems.iter().map(word_syntax));
        let mut status = Self::default();
        let root = parsed.documents.iter().find_map(design_syntax::Document::root).map(NodeRef::resolved);
        let Some(root) = root else { return status };
        let mut tell = |message: &str, span: Span| findings.push(invalid_pattern::finding(message, false, span));
        if root.kind() != Kind::Mapping {
            tell("the status of a pattern is a mapping", root.span());
            return status;
        }
        for (key, value) in root.entries() {
            let value = value.resolved();
            match key.text() {
                "deprecated" => {
                    let part = |name| value.get(name).map(|part| part.resolved().text().to_owned()).unwrap_or_default();
                    status.deprecated = Some(match value.kind() {
                        Kind::Mapping => (part("reason"), part("replacement")),
                        _ => (value.text().to_owned(), String::new()),
                    });
                }
                "yanked" if value.kind() == Kind::Mapping => {
                    for (version, reason) in value.entries() {
                        status.yanked.insert(version.text().to_owned(), reason.resolved().text().to_owned());
                    }
                }
                "yanked" => tell("`yanked` has a reason for each version", value.span()),
                "blocked" => status.blocked = Some(value.text().to_owned()),
                _ => tell("a status has `deprecated`, `yanked` and `blocked`", key.span()),
            }
        }
        status
    }

    /// The text of the file that says it.
    pub fn text(&self) -> String {
        let text = |text: &str| Value::String(text.into());
        let mut file = Object::new();
        if let Some((reason, replacement)) = &self.deprecated {
            let mut deprecated = Object::new();
            deprecated.insert("reason", text(reason));
            if !replacement.is_empty() {
                deprecated.insert("replacement", text(replacement));
            }
            file.insert("deprecated", Value::from(deprecated));
        }
        if !self.yanked.is_empty() {
            let mut yanked = Object::new();
            for (version, reason) in &self.yanked {
                yanked.insert(version.as_str(), text(reason));
            }
            file.insert("yanked", Value::from(yanked));
        }
        if let Some(reason) = &self.blocked {
            file.insert("blocked", text(reason));
        }
        // Texts are what YAML can hold.
        print(&Value::from(file), &Layout::default()).unwrap_or_default()
    }

    /// The state of a version.
    pub fn of(&self, version: &str) -> State {
        if let Some(reason) = &self.blocked {
            return State::Blocked { reason: reason.clone() };
        }
        if let Some(reason) = self.yanked.get(version) {
            return State::Yanked { reason: reason.clone() };
        }
        match &self.deprecated {
            Some((reason, replacement)) => {
                State::Deprecated { reason: reason.clone(), replacement: replacement.clone() }
            }
            None => State::Active,
        }
    }
}

#[cfg(test)]
mod tests {
    use design_vocabulary::FileId;

    use super::*;

    fn status(text: &str) -> (Status, usize) {
        let mut findings = Vec::new();
        let source = SourceText::new(FileId(0), "status.yaml", text);
        (Status::read(&source, &mut findings), findings.len())
    }

    #[test]
    fn what_weighs_most_counts() {
        let (all, told) = status("deprecated: {reason: old, replacement: us/new}\nyanked: {1.0.0: broken}\n");
        assert_eq!(told, 0);
        assert_eq!(all.of("1.0.0"), State::Yanked { reason: "broken".to_owned() });
        let replaced = State::Deprecated { reason: "old".to_owned(), replacement: "us/new".to_owned() };
        assert_eq!(all.of("1.1.0"), replaced);
        let (blocked, _) = status("blocked: a miner\nyanked: {1.0.0: broken}\n");
        assert_eq!(blocked.of("1.0.0").as_str(), "blocked");
        assert!(!blocked.of("2.0.0").is_listed());
        assert_eq!(status("").0.of("1.0.0"), State::Active);
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "",
            "blocked: a miner",
            "deprecated: {reason: 'old: #1', replacement: us/new}\nyanked: {1.0.0: broken, 1.1.0: ''}",
        ] {
            let (read, _) = status(text);
            let (again, told) = status(&read.text());
            assert_eq!((again, told), (read, 0), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_and_the_rest_holds() {
        let (read, told) = status("yanked: [1.0.0]\nremoved: true\ndeprecated: old\n");
        assert_eq!(told, 2);
        assert_eq!(read.deprecated, Some(("old".to_owned(), String::new())));
        assert_eq!(status("- a\n").1, 1);
    }
}
