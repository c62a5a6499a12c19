//! What can be wrong with a kustomization, as data; the rules of the check crate word it.

use design_vocabulary::{Span, Text};

/// Something that building a kustomization met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is.
    pub fault: Fault,
    /// Where it stands.
    pub at: Span,
    /// Another place that belongs to it.
    pub related: Option<(&'static str, Span)>,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Something of the text of a file, inline patch or inline configuration.
    Syntax(design_syntax::Problem),
    /// A field that kustomize has and this crate does not apply.
    NotCovered {
        /// The field, as a path.
        field: String,
    },
    /// A field that kustomize does not have.
    UnknownField {
        /// The field as written.
        field: Text,
        /// The one that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A field holds another type of value than it should, or a text that means nothing there.
    WrongValue {
        /// What is wrong, as a sentence without a full stop.
        what: String,
    },
    /// A file or folder that is named is not there or cannot be read.
    Missing {
        /// The path as written.
        path: String,
        /// Why it cannot be read.
        reason: String,
    },
    /// A kustomization builds on itself.
    Circle {
        /// The path as written.
        path: String,
    },
    /// A base, file or component that lies elsewhere.
    Remote {
        /// The address as written.
        address: String,
    },
    /// A file outside the folder of the kustomization that names it.
    Outside {
        /// The path as written.
        path: String,
    },
    /// A patch that cannot be applied.
    Patch {
        /// Why, as a sentence without a full stop.
        what: String,
    },
    /// Part of a patch that kustomize does otherwise, or loses.
    Differs {
        /// How, as a sentence without a full stop.
        what: String,
    },
    /// Two objects with one identity.
    SameObject {
        /// The object, such as `Deployment.apps/web`.
        object: String,
    },
    /// A generator that cannot make its object.
    Generator {
        /// Why, as a sentence without a full stop.
        what: String,
    },
    /// A replacement that cannot be made.
    Replacement {
        /// Why, as a sentence without a full stop.
        what: String,
    },
    /// A variable that has no value, or has two.
    Variable {
        /// What is wrong, as a sentence without a full stop.
        what: String,
    },
    /// Something that only another program can do.
    NeedsProgram {
        /// What it is, as a noun.
        what: String,
    },
    /// A transformer that found nothing to do where it needs something, or a field of another form than it changes.
    Transformer {
        /// What is wrong, as a sentence without a full stop.
        what: String,
    },
    /// A reference by name that could mean several objects.
    Ambiguous {
        /// The name.
        name: Text,
        /// The objects.
        objects: Vec<String>,
    },
    /// More kustomizations than are read for one build.
    TooMany {
        /// How many are read.
        allowed: usize,
    },
}
