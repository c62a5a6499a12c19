//! Why a template was not rendered.

use design_vocabulary::Span;

/// Why a template was not rendered, and where.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub cause: Cause,
    /// The action that failed; filled in by the evaluation on the way out.
    pub at: Option<Span>,
}

/// Why a template was not rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A function whose answer changes with the clock or by chance.
    NotDeterministic(String),
    /// A function that Helm has and this engine has not.
    NotCovered(String),
    /// The chart says itself what is wrong: `fail`, `required`.
    Said(String),
    /// A template that Helm fails on as well.
    Wrong(String),
    /// A limit of the engine, in words.
    Limit(&'static str),
}

impl Fault {
    /// A template that Helm fails on as well.
    pub fn wrong(message: impl Into<String>) -> Self {
        Cause::Wrong(message.into()).into()
    }

    /// The same fault, at a place where it has none yet.
    pub fn or_at(mut self, at: Span) -> Self {
        self.at.get_or_insert(at);
        self
    }
}

impl From<Cause> for Fault {
    fn from(cause: Cause) -> Self {
        Self { cause, at: None }
    }
}
