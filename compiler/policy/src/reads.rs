//! What policies read of an object, as far as their texts tell: what no policy reads need not get to a judge.

use std::collections::BTreeMap;

use crate::rewrite::lexer::{Kind, Token, tokens};
use crate::task::Module;

/// The fields that are read below some value: `None`, the whole of it; else the keys with what is read below each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reads(Option<BTreeMap<String, Reads>>);

impl Reads {
    /// The whole value.
    pub const WHOLE: Self = Self(None);

    /// What these modules read below `input`. A reference with constant keys reads what is at its end; any other mention of
    /// `input` reads all of it. A field that is not read is undefined nowhere, so no rule can tell that it is missing.
    pub fn of(modules: &[Module]) -> Self {
        let mut reads = Self(Some(BTreeMap::new()));
        for module in modules {
            reads.module(&tokens(&module.text));
        }
        reads
    }

    /// Whether a value is read as a whole.
    pub fn is_whole(&self) -> bool {
        self.0.is_none()
    }

    /// What is read below a key; `None` where nothing is.
    pub fn below(&self, key: &str) -> Option<&Self> {
        match &self.0 {
            None => Some(&Self::WHOLE),
            Some(keys) => keys.get(key),
        }
    }

    fn module(&mut self, tokens: &[Token<'_>]) {
        for (index, token) in tokens.iter().enumerate() {
            let previous = index.checked_sub(1).and_then(|before| tokens.get(before));
            if token.kind == Kind::Symbol && token.text == "$" {
                // A text with expressions in it, whose tokens are not told apart here.
                return self.add(&[]);
            }
            if token.kind == Kind::Word && token.text == "input" && previous.is_none_or(|before| before.text != ".") {
                self.add(&constant_keys(tokens.get(index + 1..).unwrap_or_default()));
            }
        }
    }

    fn add(&mut self, keys: &[&str]) {
        let Some(known) = &mut self.0 else { return };
        match keys.split_first() {
            None => *self = Self::WHOLE,
            Some((first, rest)) => {
                let nothing = || Self(Some(BTreeMap::new()));
                known.entry((*first).to_owned()).or_insert_with(nothing).add(rest);
            }
        }
    }
}

/// The constant keys that a reference goes on with: `.kind`, `["kind"]`.
fn constant_keys<'a>(mut tokens: &[Token<'a>]) -> Vec<&'a str> {
    let mut keys = Vec::new();
    loop {
        match tokens {
            [dot, name, rest @ ..] if dot.text == "." && name.kind == Kind::Word => {
                keys.push(name.text);
                tokens = rest;
            }
            [open, key, close, rest @ ..] if open.text == "[" && close.text == "]" => {
                let text = key.text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
                let Some(text) = text.filter(|text| !text.contains('\\')) else { return keys };
                keys.push(text);
                tokens = rest;
            }
            _ => return keys,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> String {
        fn write(reads: &Reads, path: &str, written: &mut Vec<String>) {
            match &reads.0 {
                None => written.push(path.to_owned()),
                Some(keys) => keys.iter().for_each(|(key, below)| write(below, &format!("{path}/{key}"), written)),
            }
        }
        let mut written = Vec::new();
        write(&Reads::of(&[Module { path: String::new(), text: text.to_owned() }]), "", &mut written);
        written.join(" ")
    }

    #[test]
    fn references_with_constant_keys_read_what_is_at_their_end() {
        for (text, expected) in [
            ("deny if input.kind == \"Service\"", "/kind"),
            ("deny if { some c in input.spec.containers; input.spec.type }", "/spec/containers /spec/type"),
            ("deny if input.spec.containers[_].image", "/spec/containers"),
            ("deny if input.metadata.labels[\"a/b\"]", "/metadata/labels/a/b"),
            ("deny if input[\"kind\"]", "/kind"),
            // What is read as a whole holds what is read of it.
            ("deny if { input.metadata; input.metadata.name }", "/metadata"),
            ("deny if { input.metadata.name; input.metadata }", "/metadata"),
            ("import input.spec as s", "/spec"),
            ("deny if data.input.kind # input", ""),
            ("deny if \"input\" == \"x\"", ""),
        ] {
            assert_eq!(reads(text), expected, "{text}");
        }
    }

    #[test]
    fn any_other_mention_reads_everything() {
        for text in [
            "deny if walk(input, [path, value])",
            "deny if input[key]",
            "deny if input[\"a\\u0062\"]",
            "deny if f(input)",
            "import input",
            "deny if other with input as {}",
            "deny if { x := input; input.kind }",
            "deny contains $\"{input.kind}\" if input.kind",
        ] {
            assert_eq!(reads(text), "", "{text}");
            assert!(Reads::of(&[Module { path: String::new(), text: text.to_owned() }]).is_whole(), "{text}");
        }
    }
}
