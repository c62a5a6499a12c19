//! What can be wrong with a compose project, as data; the rules of the check crate word it.

use design_vocabulary::{Span, Text};

/// Something that reading or converting a compose project met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Something that the text itself has wrong.
    Syntax(design_syntax::Problem),
    /// A field that Kubernetes has no word for.
    Inexpressible {
        /// The field, from the root of the file, as people write it.
        field: String,
        /// Why, or what stands instead, as a sentence fragment.
        why: &'static str,
        /// Where it stands.
        span: Span,
    },
    /// A field that becomes something of another meaning.
    Loosely {
        /// The field.
        field: String,
        /// What becomes of it, as a sentence fragment.
        what: String,
        /// Where it stands.
        span: Span,
    },
    /// A key that the specification does not have.
    UnknownKey {
        /// The key as written.
        key: Text,
        /// What it is a key of.
        of: &'static str,
        /// The key that was probably meant.
        nearest: Option<&'static str>,
        /// Where it stands.
        span: Span,
    },
    /// A value that cannot be read as what its key wants.
    Invalid {
        /// The field.
        field: String,
        /// What it should be.
        expected: &'static str,
        /// Where it stands.
        span: Span,
    },
    /// A variable without a value, which is read as empty.
    Unset {
        /// The variable.
        name: String,
        /// Where it is used.
        span: Span,
    },
    /// A variable that has to have a value, or text that only looks like one.
    Required {
        /// What is wrong, as a sentence.
        message: String,
        /// Where it is used.
        span: Span,
    },
    /// A file that the project needs and that is not there.
    AbsentFile {
        /// Its path.
        path: String,
        /// What it is for, such as `environment file`.
        purpose: &'static str,
        /// Why it could not be read; `None`: it is not there.
        reason: Option<String>,
        /// Where it is named.
        span: Span,
    },
    /// A service that is built, and whose image has no name.
    NoImage {
        /// The service.
        service: Text,
        /// The name that is taken instead; `None`: there is nothing to build either.
        image: Option<Text>,
        /// Where the service or its `build` stands.
        span: Span,
    },
    /// A name that Kubernetes does not allow, or that two things have.
    Renamed {
        /// What has the name.
        what: &'static str,
        /// The name as written.
        from: Text,
        /// The name that it has in Kubernetes.
        to: Text,
        /// Where it stands.
        span: Span,
    },
    /// A reference to something that the project does not have.
    Undefined {
        /// What is meant: `service`, `volume`, ….
        what: &'static str,
        /// Its name.
        name: Text,
        /// The name that was probably meant.
        nearest: Option<Text>,
        /// Where it is named.
        span: Span,
    },
    /// Services or files that need each other in a circle.
    Circle {
        /// What goes round, as people write it: `a -> b -> a`.
        path: String,
        /// Where it closes.
        span: Span,
    },
    /// A mount of a path of the host, whose content does not come along.
    HostPath {
        /// The path on the host.
        path: String,
        /// What is mounted instead, as a sentence fragment.
        instead: String,
        /// Where it stands.
        span: Span,
    },
    /// A service that no active profile has.
    Inactive {
        /// The service.
        service: Text,
        /// Its profiles.
        profiles: String,
        /// Where its profiles stand.
        span: Span,
    },
}
