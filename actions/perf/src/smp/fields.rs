//! The fields of a message, in whatever spelling they come, each with its place.

use std::collections::BTreeMap;

use design_check::rules::{invalid_profile, unknown_profile_field};
use design_syntax::{Kind, NodeRef, Resolved, Rules, key_text, resolve};
use design_vocabulary::{Finding, Span};

/// The fields of a mapping that have not been read yet.
pub(super) struct Fields<'a> {
    /// What they are the fields of, in words.
    of: &'static str,
    /// By the plain form of their names: key and value.
    left: BTreeMap<String, (NodeRef<'a>, NodeRef<'a>)>,
    /// The names as they are written, by their plain form.
    written: BTreeMap<String, String>,
}

/// A name without what spellings differ in.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|letter| !matches!(letter, '_' | '-')).flat_map(char::to_lowercase).collect()
}

impl<'a> Fields<'a> {
    /// Those of a node; a finding where it is no mapping.
    pub(super) fn of(node: NodeRef<'a>, of: &'static str, findings: &mut Vec<Finding>) -> Self {
        let node = node.resolved();
        if node.kind() != Kind::Mapping {
            findings.push(invalid_profile::finding(&format!("{of} has to be a mapping"), node.span()));
        }
        let mut left = BTreeMap::new();
        let mut written = BTreeMap::new();
        for (key, value) in node.entries() {
            let name = plain(&key_text(key));
            written.insert(name.clone(), key_text(key).into_owned());
            if let Some((first, _)) = left.insert(name, (key, value.resolved())) {
                let message = format!("{of} says `{}` twice", key_text(key));
                findings.push(invalid_profile::finding(&message, key.span()).related("here first", first.span()));
            }
        }
        Self { of, left, written }
    }

    /// A name as it is written.
    pub(super) fn written<'b>(&'b self, name: &'b str) -> &'b str {
        self.written.get(name).map_or(name, String::as_str)
    }

    /// Whether there is a field of that plain name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.left.contains_key(name)
    }

    /// The value of a field, which still has to be read.
    pub(super) fn peek(&self, name: &str) -> Option<NodeRef<'a>> {
        self.left.get(name).map(|(_, value)| *value)
    }

    /// The value of a field, which counts as read then.
    pub(super) fn take(&mut self, name: &str) -> Option<NodeRef<'a>> {
        self.left.remove(name).map(|(_, value)| value)
    }

    /// The text of a field; empty where there is none.
    pub(super) fn text(&mut self, name: &str, findings: &mut Vec<Finding>) -> String {
        let Some(node) = self.take(name) else { return String::new() };
        self.scalar(node, name, findings)
    }

    fn scalar(&self, node: NodeRef<'a>, name: &str, findings: &mut Vec<Finding>) -> String {
        if node.kind() == Kind::Scalar {
            return if is_null(node) { String::new() } else { node.text().to_owned() };
        }
        let message = format!("`{}` of {} takes single values, no lists and mappings", self.written(name), self.of);
        findings.push(invalid_profile::finding(&message, node.span()));
        String::new()
    }

    /// The number of a field, which may be written as text; 0 where there is none.
    pub(super) fn number(&mut self, name: &str, most: u64, findings: &mut Vec<Finding>) -> u64 {
        let Some(node) = self.take(name) else { return 0 };
        let text = self.scalar(node, name, findings);
        if text.is_empty() {
            return 0;
        }
        text.parse().ok().filter(|number| *number <= most).unwrap_or_else(|| {
            let name = self.written(name);
            let message = format!("`{name}` of {} has to be a whole number from 0 to {most}, not `{text}`", self.of);
            findings.push(invalid_profile::finding(&message, node.span()));
            0
        })
    }

    /// The truth of a field; false where there is none.
    pub(super) fn truth(&mut self, name: &str, findings: &mut Vec<Finding>) -> bool {
        let text = self.take(name).map(|node| (node, node.text()));
        match text {
            None | Some((_, "false" | "")) => false,
            Some((_, "true")) => true,
            Some((node, text)) => {
                let name = self.written(name);
                let message = format!("`{name}` of {} has to be true or false, not `{text}`", self.of);
                findings.push(invalid_profile::finding(&message, node.span()));
                false
            }
        }
    }

    /// The texts of a field that is a sequence; one text stands for a sequence of one.
    pub(super) fn texts(&mut self, name: &str, findings: &mut Vec<Finding>) -> Vec<(String, Span)> {
        let Some(node) = self.take(name) else { return Vec::new() };
        let elements: Vec<NodeRef<'a>> = match node.kind() {
            Kind::Sequence => node.children().map(NodeRef::resolved).collect(),
            _ if is_null(node) => Vec::new(),
            _ => vec![node],
        };
        elements.into_iter().map(|element| (self.scalar(element, name, findings), element.span())).collect()
    }

    /// The texts of a field that is a mapping.
    pub(super) fn map(&mut self, name: &str, findings: &mut Vec<Finding>) -> BTreeMap<String, String> {
        let Some(node) = self.take(name) else { return BTreeMap::new() };
        if node.kind() != Kind::Mapping && !is_null(node) {
            let message = format!("`{}` of {} has to be a mapping", self.written(name), self.of);
            findings.push(invalid_profile::finding(&message, node.span()));
        }
        let entries = node
            .entries()
            .map(|(key, value)| (key_text(key).into_owned(), self.scalar(value.resolved(), name, findings)));
        entries.collect()
    }

    /// Tells of every field that nobody read.
    pub(super) fn end(self, findings: &mut Vec<Finding>) {
        for (key, _) in self.left.into_values() {
            findings.push(unknown_profile_field::finding(&key_text(key), self.of, key.span()));
        }
    }
}

/// Whether a node is nothing.
pub(super) fn is_null(node: NodeRef<'_>) -> bool {
    node.kind() == Kind::Scalar
        && node.style() == design_syntax::Style::Plain
        && resolve(node.text(), Rules::Core) == Resolved::Null
}
