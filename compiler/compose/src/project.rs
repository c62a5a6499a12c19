//! A project after its files were merged.

use std::collections::HashMap;

use design_registry::nearest;
use design_syntax::Document;
use design_vocabulary::{Span, Text};

use crate::Problem;
use crate::interpolate::Variables;
use crate::node::Node;

/// Named parts of a project, in order, found by name.
#[derive(Debug, Default)]
pub(crate) struct Section {
    entries: Vec<(Text, Node)>,
    index: HashMap<Text, usize>,
}

impl Section {
    pub(crate) fn new(entries: Vec<(Text, Node)>) -> Self {
        let index = entries.iter().enumerate().map(|(position, (name, _))| (name.clone(), position)).collect();
        Self { entries, index }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.index.get(name).and_then(|position| self.entries.get(*position)).map(|(_, node)| node)
    }

    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    pub(crate) fn at(&self, position: usize) -> Option<(&Text, &Node)> {
        self.entries.get(position).map(|(name, node)| (name, node))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Text, &Node)> {
        self.entries.iter().map(|(name, node)| (name, node))
    }

    /// Tells of a name that is not among these.
    pub(crate) fn undefined(&self, what: &'static str, name: &str, span: Span) -> Problem {
        let near = nearest(name, self.entries.iter().map(|(name, _)| name.as_str())).map(Text::from);
        Problem::Undefined { what, name: name.into(), nearest: near, span }
    }
}

/// A project: its services and what they use, files merged, short forms made long, variables replaced.
#[derive(Debug, Default)]
pub struct Project {
    /// Its name, where a file says one.
    pub name: Option<Text>,
    /// What was met on the way.
    pub problems: Vec<Problem>,
    /// The files, in the order in which they were read.
    pub documents: Vec<Document>,
    /// The folder that relative paths are seen from.
    pub(crate) folder: String,
    /// Active services.
    pub(crate) services: Section,
    /// The names of services that no active profile has.
    pub(crate) inactive: Vec<Text>,
    pub(crate) volumes: Section,
    pub(crate) networks: Section,
    pub(crate) configs: Section,
    pub(crate) secrets: Section,
    pub(crate) models: Section,
    /// The variables that values were replaced with.
    pub(crate) variables: Variables,
}
