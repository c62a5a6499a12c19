//! What can be wrong with a Score workload, as data; the rules of the check crate word it.

use design_vocabulary::Span;

/// Something that reading a workload met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A value is not what the specification wants, or a placeholder leads nowhere.
    Invalid {
        /// What is wrong, as a sentence.
        message: String,
        /// What to write.
        help: &'static str,
        /// Where it stands.
        span: Span,
    },
    /// A key that the specification does not have.
    Unknown {
        /// What is wrong, as a sentence.
        message: String,
        /// What was probably meant.
        help: String,
        /// Where it stands.
        span: Span,
    },
    /// A value that becomes something of another meaning.
    Loosely {
        /// The field.
        field: String,
        /// What becomes of it.
        what: String,
        /// Where it stands.
        span: Span,
    },
    /// A resource that only a platform can provide.
    Resource {
        /// Its name in the workload.
        name: String,
        /// Its type.
        resource_type: String,
        /// The Secret that is expected.
        secret: String,
        /// The keys of the Secret that are used.
        keys: String,
        /// Where it is declared.
        span: Span,
    },
    /// A file that a workload names and that cannot be read.
    AbsentFile {
        /// Its path.
        path: String,
        /// Why; `None`: it is not there.
        reason: Option<String>,
        /// Where it is named.
        span: Span,
    },
}
