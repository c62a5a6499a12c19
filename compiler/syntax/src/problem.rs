//! What can be wrong with a text, as data; the rules of the check crate word it.

use design_vocabulary::{Span, Text};

/// Something that parsing or lowering met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The text is not well-formed; the document that holds it is left out.
    Syntax {
        /// What the parser says.
        message: String,
        /// Where it stopped.
        span: Span,
    },
    /// A key stands twice in one mapping; the later value counts.
    DuplicateKey {
        /// The key.
        key: Text,
        /// Where it stands first.
        first: Span,
        /// Where it stands again.
        second: Span,
    },
    /// A limit was passed; the document or file is left out.
    LimitPassed {
        /// Which one.
        limit: Limit,
        /// Its value.
        allowed: u64,
        /// Where it was passed.
        span: Span,
    },
    /// A value that JSON, and so Kubernetes, cannot hold; it is read as its text.
    NotJson {
        /// What it is, as a noun.
        what: &'static str,
        /// Where it stands.
        span: Span,
    },
    /// A plain scalar in a design that Kubernetes would read as something else.
    ReadDifferently {
        /// The scalar as written.
        written: Text,
        /// What kubectl would make of it, as JSON.
        kubernetes: String,
        /// What it is read as here, as JSON.
        here: String,
        /// Where it stands.
        span: Span,
    },
}

/// The limits of [`Limits`](crate::Limits) by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of a file.
    Bytes,
    /// Documents of a file.
    Documents,
    /// Collections inside each other.
    Depth,
    /// Nodes that aliases add.
    Expansion,
    /// What references to parameters and fields add, in nodes and bytes of text.
    References,
    /// Designs that a design uses, through others as well.
    Uses,
    /// Edges that the relationships of a design name, each from every `from` to every `to` of it.
    Edges,
}
