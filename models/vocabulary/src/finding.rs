//! What a check found.

use std::fmt;

use serde::Serialize;

use crate::{Fix, Span};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The output is wrong or incomplete.
    Error,
    /// The output is as written, but probably not as meant.
    Warning,
    /// Something worth knowing.
    Note,
}

impl Severity {
    /// The word that is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// The stable name of a rule, such as `D0102`. `design explain CODE` prints its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

/// One thing that a check found: what, where, what else it concerns, and a way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// One sentence that stands alone, in lower case and without a full stop.
    pub message: String,
    /// The value that is wrong.
    pub primary: Span,
    /// Other places that belong to it, such as the first of two equal keys.
    pub related: Vec<Related>,
    /// What to do about it.
    pub help: Option<String>,
    /// The change that takes it away, where what to do is mechanical.
    pub fix: Option<Box<Fix>>,
}

/// Another place that a finding concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// Where it is.
    pub span: Span,
}

impl Finding {
    /// A finding without related places and help.
    pub fn new(code: Code, severity: Severity, message: impl Into<String>, primary: Span) -> Self {
        Self { code, severity, message: message.into(), primary, related: Vec::new(), help: None, fix: None }
    }

    /// The same finding with a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same finding with the change that takes it away, where there is one.
    #[must_use]
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix.map(Box::new);
        self
    }

    /// The same finding with one more related place.
    #[must_use]
    pub fn related(mut self, message: impl Into<String>, span: Span) -> Self {
        self.related.push(Related { message: message.into(), span });
        self
    }
}
