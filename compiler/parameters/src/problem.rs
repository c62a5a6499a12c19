//! What can be wrong with parameters, as data; the rules of the check crate word it.

use design_vocabulary::{Span, Text};

/// Something that reading, giving or using parameters met. None of it holds the value of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A reference to something that no parameter is or has.
    UnknownParameter {
        /// The path that is referred to, such as `db.host`.
        path: Text,
        /// What was probably meant, as a whole path.
        nearest: Option<Text>,
        /// The reference.
        span: Span,
    },
    /// A parameter that has to be given and is not.
    Missing {
        /// The parameter.
        name: Text,
        /// Its declaration.
        span: Span,
        /// The first reference to it.
        used: Option<Span>,
    },
    /// A value that the schema of its parameter does not allow.
    WrongValue {
        /// The parameter, with the field inside it that is wrong.
        path: Text,
        /// What is wrong with it, in words.
        reason: String,
        /// The value.
        span: Span,
        /// The declaration of the parameter.
        declared: Span,
    },
    /// Something is given for a parameter that the design does not declare.
    UnknownValue {
        /// The name that is given.
        name: Text,
        /// The parameter that was probably meant.
        nearest: Option<Text>,
        /// Where it is given.
        span: Span,
    },
    /// A secret parameter is used where its value could be read.
    SecretOutside {
        /// The parameter.
        name: Text,
        /// The reference.
        span: Span,
        /// The declaration of the parameter.
        declared: Span,
    },
    /// A declaration that is no JSON Schema, or whose name cannot be referred to.
    Undeclarable {
        /// What is wrong with it, in words.
        reason: String,
        /// Where.
        span: Span,
    },
    /// An environment that is not there.
    UnknownEnvironment {
        /// The name.
        name: Text,
        /// The environment that was probably meant.
        nearest: Option<Text>,
        /// Where it is asked for.
        span: Span,
    },
    /// Environments that extend each other.
    EnvironmentCircle {
        /// Their names, from the one that was asked for; the last one is among those before it.
        names: Vec<Text>,
        /// Where the last one is named.
        span: Span,
    },
    /// An environment says something that environments do not say.
    NotInEnvironment {
        /// What is wrong with it, in words.
        what: String,
        /// The field that was probably meant.
        nearest: Option<&'static str>,
        /// Where.
        span: Span,
    },
    /// A reference that cannot be followed as it is written.
    NotUnderstood {
        /// What is wrong with it, in words.
        what: String,
        /// Where.
        span: Span,
    },
    /// A parameter that nothing refers to.
    Unused {
        /// The parameter.
        name: Text,
        /// Its declaration.
        span: Span,
    },
    /// The value of a secret stands in the design itself.
    SecretWritten {
        /// The parameter.
        name: Text,
        /// The value.
        span: Span,
    },
    /// A reference to a field of the design that leads nowhere or round in a circle.
    NoField {
        /// The path that is referred to.
        path: Text,
        /// Why it cannot be followed, in words.
        what: &'static str,
        /// The reference.
        span: Span,
    },
    /// References add more to the design than they may; those behind this one stay as they are.
    TooMuch {
        /// How much they may add, in nodes and bytes of text.
        allowed: u64,
        /// The reference that is one too many.
        span: Span,
    },
    /// A secret of a design that another uses does not come from a secret of that one, or a secret is handed on to what is
    /// none.
    SecretNotPassed {
        /// What is wrong with it, in words.
        what: String,
        /// Where it is given, or where the parameter is declared.
        span: Span,
    },
    /// A keyword that JSON Schema does not have.
    UnknownKeyword {
        /// The keyword as written.
        keyword: Text,
        /// The keyword that was probably meant.
        nearest: Option<&'static str>,
        /// Where it stands.
        span: Span,
    },
}

impl Problem {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Self::UnknownParameter { span, .. }
            | Self::Missing { span, .. }
            | Self::WrongValue { span, .. }
            | Self::UnknownValue { span, .. }
            | Self::SecretOutside { span, .. }
            | Self::Undeclarable { span, .. }
            | Self::UnknownEnvironment { span, .. }
            | Self::EnvironmentCircle { span, .. }
            | Self::NotInEnvironment { span, .. }
            | Self::NotUnderstood { span, .. }
            | Self::Unused { span, .. }
            | Self::SecretWritten { span, .. }
            | Self::NoField { span, .. }
            | Self::TooMuch { span, .. }
            | Self::SecretNotPassed { span, .. }
            | Self::UnknownKeyword { span, .. } => *span,
        }
    }
}
