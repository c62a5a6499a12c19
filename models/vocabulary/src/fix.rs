//! A change of the text that takes a finding away.

use crate::Span;

/// A change of the text that takes a finding away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What to change. The places do not overlap.
    pub edits: Vec<Edit>,
    /// Whether the change can be made without asking: it says the same more correctly, or there is one thing that can have
    /// been meant. Others are offered to a person.
    pub is_certain: bool,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The bytes that go; an empty span only inserts.
    pub span: Span,
    /// What comes in their place.
    pub text: String,
}

impl Fix {
    /// A fix that can be made without asking.
    pub fn certain(span: Span, text: impl Into<String>) -> Self {
        Self { edits: vec![Edit { span, text: text.into() }], is_certain: true }
    }

    /// A fix that a person has to choose.
    pub fn possible(span: Span, text: impl Into<String>) -> Self {
        Self { is_certain: false, ..Self::certain(span, text) }
    }
}
