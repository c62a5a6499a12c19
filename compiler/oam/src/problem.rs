//! What can be wrong with an application, as data; the rules of the check crate word it.

use design_vocabulary::{Span, Text};

/// Something that reading an application met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Something that the text itself has wrong.
    Syntax(design_syntax::Problem),
    /// A component whose type has no built-in definition; it becomes nothing.
    UnknownType {
        /// The component.
        component: Text,
        /// Its type as written.
        name: Text,
        /// The type that was probably meant.
        nearest: Option<&'static str>,
        /// Where the type stands.
        span: Span,
        /// Where the input defines the type, in a form that only a cluster evaluates.
        definition: Option<Span>,
    },
    /// A trait without a built-in definition; it changes nothing.
    UnknownTrait {
        /// The trait as written.
        name: Text,
        /// The trait that was probably meant.
        nearest: Option<&'static str>,
        /// Where its type stands.
        span: Span,
        /// Where the input defines it, in a form that only a cluster evaluates.
        definition: Option<Span>,
    },
    /// A property that the definition of a component or trait does not have.
    UnknownProperty {
        /// The property as written.
        property: Text,
        /// What it is a property of, such as "the trait `scaler`".
        of: String,
        /// The property that was probably meant.
        nearest: Option<&'static str>,
        /// Where its key stands.
        span: Span,
    },
    /// Something that only KubeVela's controller does.
    NotInKubernetes {
        /// What it is, such as "the policy `topology`".
        what: String,
        /// Why, or what stands instead, as a sentence fragment.
        why: &'static str,
        /// Where it stands.
        span: Span,
    },
    /// A value that is missing or cannot be read as what its key wants.
    Invalid {
        /// What is wrong, as a sentence.
        message: String,
        /// Where it stands, or what it is missing from.
        span: Span,
    },
}
