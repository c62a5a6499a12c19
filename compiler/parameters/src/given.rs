//! What is given for parameters, layer by layer.

use std::fmt;
use std::sync::Arc;

use design_syntax::{Document, NodeId};
use design_vocabulary::{FileId, Segment, Span, Text, Value};

/// So many names lead into a parameter at most.
const DEPTH: usize = 64;

/// What is given, the later ones over the earlier ones.
#[derive(Clone, Debug, Default)]
pub struct Layers(pub Vec<Layer>);

/// What one environment, or the command line, gives.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// Each value, the later ones over the earlier ones.
    pub assignments: Vec<Assignment>,
}

/// A value for a parameter, or for a field inside one.
#[derive(Clone)]
pub struct Assignment {
    /// The parameter, and the fields inside it.
    pub path: Vec<Text>,
    /// The value.
    pub(crate) given: Given,
    /// Where the name stands.
    pub name: Span,
    /// Where the value stands.
    pub place: Place,
}

impl fmt::Debug for Assignment {
    /// Without the value, which may be secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Assignment").field("path", &self.path).finish_non_exhaustive()
    }
}

#[derive(Clone)]
pub(crate) enum Given {
    /// A value as it was written.
    Value(Value),
    /// A text, to be read as what the schema wants.
    Text(String),
}

/// Where a given value stands.
#[derive(Clone, Debug)]
pub enum Place {
    /// A node, so that what is inside it can be found.
    Node(Arc<Document>, NodeId),
    /// A range of text.
    Text(Span),
}

impl Assignment {
    /// The value; `None` of a text that is yet to be read as what a schema wants.
    pub fn value(&self) -> Option<&Value> {
        match &self.given {
            Given::Value(value) => Some(value),
            Given::Text(_) => None,
        }
    }
}

impl Place {
    /// The place of a field inside the value, and how many steps of the path lead there.
    pub fn at(&self, path: &[Segment]) -> (usize, Span) {
        match self {
            Self::Text(span) => (0, *span),
            Self::Node(document, node) => match document.node(*node) {
                Some(node) => {
                    let (followed, _, found) = node.follow(path);
                    (followed, found.span())
                }
                None => (0, document.span()),
            },
        }
    }

    /// The whole value.
    pub fn span(&self) -> Span {
        self.at(&[]).1
    }
}

/// Reads `NAME=VALUE`, a text that stands in a file of its own; `NAME` may lead into a parameter, as `db.host`. With
/// `content` the value is that, and `VALUE` says only where it comes from. `None` where there is no `=`, no name, or one that
/// leads too deep.
pub fn assignment(text: &str, file: FileId, content: Option<String>) -> Option<Assignment> {
    let (name, value) = text.split_once('=')?;
    let place = |start: usize, end: usize| {
        let offset = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Span::new(file, offset(start), offset(end))
    };
    let path: Vec<Text> = name.split('.').map(Text::from).collect();
    (path.len() <= DEPTH && path.iter().all(|part| !part.is_empty())).then(|| Assignment {
        path,
        given: Given::Text(content.unwrap_or_else(|| value.to_owned())),
        name: place(0, name.len()),
        place: Place::Text(place(name.len() + 1, text.len())),
    })
}
