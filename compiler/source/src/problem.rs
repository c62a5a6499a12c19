//! What can be wrong with the shape of a source, as data; the rules of the check crate word it.

use design_vocabulary::{Path, Span, Text};

/// Something that reading a document as a design met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Something that the text itself has wrong.
    Syntax(design_syntax::Problem),
    /// A document or list item is not a mapping.
    NotAnObject {
        /// What it is instead: `text`, `a sequence`, ….
        found: &'static str,
        /// Where it stands.
        span: Span,
    },
    /// A field of a design file holds another type of value than it should; it is read as absent.
    FieldType {
        /// Which field, from the root of the design.
        path: Path,
        /// What it should be: `a mapping`, `a list`, `a string`.
        expected: &'static str,
        /// What it is, in the words of JSON Schema.
        found: &'static str,
        /// Where it stands.
        span: Span,
    },
    /// A comment that begins like a declaration of something from outside and names nothing.
    CommentNotUnderstood {
        /// Where it stands.
        span: Span,
    },
    /// An entry of `externals` does not say what it means; it is left out.
    IncompleteExternal {
        /// The key that is missing.
        key: &'static str,
        /// Where the entry stands.
        span: Span,
    },
    /// A field that the design format does not have; it is kept, and means nothing.
    UnknownField {
        /// The field as written.
        field: Text,
        /// What it is a field of.
        level: Level,
        /// The field that was probably meant.
        nearest: Option<&'static str>,
        /// Where its key stands.
        span: Span,
    },
    /// A design without a field that it should have.
    MissingField {
        /// The field.
        field: &'static str,
        /// The beginning of the design.
        span: Span,
    },
    /// A design that declares no components.
    NoComponents {
        /// The beginning of the design.
        span: Span,
    },
    /// An entry of `uses` that does not say which design is meant; it is left out.
    UnsoundUse {
        /// What is wrong with it, as a sentence fragment.
        what: String,
        /// Where.
        span: Span,
    },
    /// A value of the input that the design does not keep.
    ValueLost {
        /// What is lost and why, as a sentence fragment.
        what: String,
        /// Where it stands.
        span: Span,
    },
    /// Something about parameters and references to them.
    Parameters(design_parameters::Problem),
}

/// What a field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The design itself.
    Design,
    /// One of its components.
    Component,
    /// `component` of a component: kind, version and schema.
    Definition,
    /// One of its relationships.
    Relationship,
    /// One of its `uses`.
    Use,
    /// One of its `externals`.
    External,
    /// A service of the legacy form.
    Service,
}

impl Level {
    /// The word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Design => "design",
            Self::Component => "component",
            Self::Definition => "`component`",
            Self::Relationship => "relationship",
            Self::Use => "use",
            Self::External => "declaration under `externals`",
            Self::Service => "service",
        }
    }
}
