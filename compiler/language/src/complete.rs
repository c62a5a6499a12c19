//! What can stand at a place.
//!
//! A word that nobody uses is put where the cursor is, and the source is compiled with it. What the graph then misses under
//! that word says what is wanted: an object of a kind in a namespace, a key, a port. So completion knows every
//! relationship that the checks know, and no list of its own.

use std::collections::BTreeSet;

use design_graph::{Missing, listed_parts};
use design_pipeline::{Compiled, World};
use design_registry::definitions::Definitions;
use design_registry::{PartKind, Registry};
use design_source::Cursor;
use design_vocabulary::{Component, FileId, Segment};

use crate::Workspace;
use crate::hover::field;

/// The word that stands at the cursor for a moment: it is a name by every rule.
const WORD: &str = "design-completes-here";

/// What something is that can stand at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The name of an object, or of a part of one.
    Reference,
    /// A kind.
    Kind,
    /// An apiVersion.
    Version,
    /// A field.
    Field,
    /// One of the words that a field takes.
    Word,
}

/// Something that can stand at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Completion {
    /// What it is.
    pub role: Role,
    /// The text to be written.
    pub text: String,
    /// What to know of it: the kind of a named object, the group of a kind.
    pub detail: String,
    /// The first byte of the text that it takes the place of.
    pub start: usize,
    /// The byte behind that text.
    pub end: usize,
}

impl<W: World> Workspace<W> {
    /// What can stand at a byte of a file, in the order of its text.
    pub fn completions(&mut self, path: &str, offset: usize) -> Vec<Completion> {
        let held: Vec<usize> = self.holding(path).map(|(number, _, _)| number).collect();
        let Some(text) = self.current_text(path) else { return Vec::new() };
        let (start, end) = token(&text, offset);
        let Some(attempt) = attempt(&text, start, end) else { return Vec::new() };
        let mut found: BTreeSet<(Role, String, String)> = BTreeSet::new();
        for number in held {
            let Some(compilation) = self.compiled_with(number, path, attempt.clone()) else { continue };
            let Some(file) = compilation.sources.iter().find(|source| source.path() == path).map(|source| source.id())
            else {
                continue;
            };
            let offset = u32::try_from(start).unwrap_or(u32::MAX);
            found.extend(compilation.designs.iter().flat_map(|compiled| at(compiled, file, offset)));
        }
        let complete = |(role, text, detail)| Completion { role, text, detail, start, end };
        found.into_iter().map(complete).collect()
    }

    /// The text of a file as it was compiled last.
    fn current_text(&self, path: &str) -> Option<String> {
        let compiled = || {
            let (_, compilation, file) = self.holding(path).next()?;
            Some(compilation.sources.get(file)?.text().to_owned())
        };
        self.text(path).map(str::to_owned).or_else(compiled)
    }
}

/// The word around a byte.
fn token(text: &str, offset: usize) -> (usize, usize) {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    let bytes = text.as_bytes();
    let offset = offset.min(bytes.len());
    let before = bytes.iter().take(offset).rev().take_while(|byte| is_part(byte)).count();
    let after = bytes.iter().skip(offset).take_while(|byte| is_part(byte)).count();
    // A dash with a space behind it is that of a list.
    let start = offset - before;
    let start = if bytes.get(start) == Some(&b'-') && before == 1 { offset } else { start };
    (start, offset + after)
}

/// The text with the word in the place of some bytes: as a value behind a colon or a dash of a list, else as a key.
fn attempt(text: &str, start: usize, end: usize) -> Option<String> {
    let (before, after) = (text.get(..start)?, text.get(end..)?);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let rest = after.split('\n').next().unwrap_or_default();
    let is_key = line.trim_start().trim_start_matches("- ").trim().is_empty() && !rest.trim_start().starts_with(':');
    let is_element = line.trim_start().starts_with('-');
    let colon = if is_key && !is_element { ":" } else { "" };
    // A colon without a space behind it would be a part of the word before it.
    let space = if line.ends_with(':') { " " } else { "" };
    Some([before, space, WORD, colon, after].concat())
}

type Found = (Role, String, String);

fn at(compiled: &Compiled, file: FileId, offset: u32) -> Vec<Found> {
    let cursor = compiled.map.at(file, offset + 1).filter(|cursor| cursor.node.text() == WORD);
    let Some(cursor) = cursor else { return Vec::new() };
    let Some(component) = compiled.design.components.get(cursor.component) else { return Vec::new() };
    if cursor.path == ["component".into(), "kind".into()] {
        return kinds(component);
    }
    if cursor.path == ["component".into(), "version".into()] {
        return versions(component);
    }
    let wanted: Vec<&Missing> = missing(compiled, &cursor);
    if !wanted.is_empty() {
        return wanted.into_iter().flat_map(|missing| references(compiled, missing)).collect();
    }
    fields(component, &cursor)
}

/// What the graph misses under the word.
fn missing<'a>(compiled: &'a Compiled, cursor: &Cursor<'_>) -> Vec<&'a Missing> {
    let graph = &compiled.graph;
    let all = graph.missing.iter().chain(&graph.elsewhere);
    let is_meant = |missing: &&Missing| {
        let name = missing.part.as_ref().map_or(&missing.name, |part| &part.name);
        missing.from == cursor.component && name == WORD
    };
    all.filter(is_meant).collect()
}

/// The objects, or the parts of an object, that a reference could name.
fn references(compiled: &Compiled, missing: &Missing) -> Vec<Found> {
    let components = compiled.design.components.iter().zip(&compiled.graph.nodes).filter(|(component, _)| {
        let is_kind = missing.kind.is_empty() || (component.kind == missing.kind && component.group() == missing.group);
        let own = component.namespace().unwrap_or("default");
        let is_near = missing.namespace.is_empty() || missing.namespace == "*" || missing.namespace == own;
        is_kind && is_near && !component.is_annotation
    });
    match &missing.part {
        None => components
            .filter_map(|(component, _)| {
                Some((Role::Reference, component.name()?.to_owned(), component.kind.to_string()))
            })
            .collect(),
        Some(part) => {
            let named = components.filter(|(component, _)| component.name() == Some(missing.name.as_str()));
            let own = compiled.design.components.get(missing.from).filter(|own| own.kind == missing.kind);
            let objects = named.map(|(component, _)| component).chain(own);
            let detail = |component: &Component| {
                format!("{} of {} {}", part.kind.as_str(), component.kind, component.name().unwrap_or_default())
            };
            objects
                .flat_map(|component| {
                    parts(component, part.kind).into_iter().map(move |name| (Role::Reference, name, detail(component)))
                })
                .filter(|(_, name, _)| name != WORD)
                .collect()
        }
    }
}

fn parts(component: &Component, kind: PartKind) -> Vec<String> {
    let listed = listed_parts(component, kind, Registry::builtin().relationships());
    listed.into_iter().map(|name| name.to_string()).collect()
}

fn kinds(component: &Component) -> Vec<Found> {
    let definitions = Definitions::builtin().all().iter();
    let served = definitions.filter(|definition| definition.is_creatable());
    let in_version = |version: &str| component.api_version.is_empty() || component.api_version == version;
    served
        .filter(|definition| in_version(&definition.api_version()))
        .map(|definition| (Role::Kind, String::from(definition.kind.as_str()), definition.api_version()))
        .collect()
}

fn versions(component: &Component) -> Vec<Found> {
    let definitions = Definitions::builtin().all().iter();
    let known = Definitions::builtin().named(&component.kind).next().is_some();
    let of_kind =
        definitions.filter(|definition| definition.is_creatable() && (!known || definition.kind == *component.kind));
    of_kind.map(|definition| (Role::Version, definition.api_version(), String::new())).collect()
}

/// The fields of the mapping that holds a key; the words that the field of a value takes.
fn fields(component: &Component, cursor: &Cursor<'_>) -> Vec<Found> {
    let Some((root, inside)) = cursor.path.split_first() else { return Vec::new() };
    if *root != Segment::from("configuration") {
        return Vec::new();
    }
    let parent = inside.split_last().map_or(&[][..], |(_, parent)| parent);
    if cursor.is_key {
        let Some(mapping) = field(component, parent) else { return Vec::new() };
        let there = design_vocabulary::Value::from(component.configuration.clone());
        let there = there.at(parent).and_then(|value| value.as_object().cloned()).unwrap_or_default();
        let is_new = |name: &&str| {
            let is_said_otherwise = parent.is_empty() && ["apiVersion", "kind", "status"].contains(name);
            !is_said_otherwise && !there.contains_key(name)
        };
        return mapping.names().filter(is_new).map(|name| (Role::Field, name.to_owned(), String::new())).collect();
    }
    let Some(field) = field(component, inside) else { return Vec::new() };
    // An element of a list of mappings begins with one of its keys.
    if let Some(element) = matches!(inside.last(), Some(Segment::Index(_))).then_some(field)
        && element.type_name() == Some("object")
    {
        return element.names().map(|name| (Role::Field, name.to_owned(), String::new())).collect();
    }
    if field.type_name() == Some("boolean") {
        return ["true", "false"].map(|word| (Role::Word, word.to_owned(), String::new())).to_vec();
    }
    let words = field.keyword("enum").and_then(|value| value.as_array());
    let words = words.into_iter().flatten().filter_map(|word| word.as_str());
    words.map(|word| (Role::Word, word.to_owned(), String::new())).collect()
}
