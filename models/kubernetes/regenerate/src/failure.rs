//! What can go wrong.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why nothing was generated.
#[derive(Debug)]
pub enum Failure {
    /// An argument is neither a version nor a version with a folder.
    Argument(String),
    /// The model has no release yet, and no argument names one.
    NoRelease,
    /// The source of a release cannot be had.
    NotHad {
        /// The version of the source.
        version: String,
        /// What the Go command said.
        reason: String,
    },
    /// A document cannot be read.
    NotRead {
        /// The document.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A document has not the form that it should have.
    Form {
        /// The document.
        file: PathBuf,
        /// Where and what.
        error: serde_json::Error,
    },
    /// Two documents of a release define one name differently.
    Conflict {
        /// The second of the documents.
        file: PathBuf,
        /// The name.
        name: String,
    },
    /// A kind that is served has no schema.
    NoSchema {
        /// The source.
        folder: PathBuf,
        /// Its apiVersion.
        api_version: String,
        /// The kind.
        kind: String,
    },
    /// Schemas refer to definitions that are not there.
    Undefined {
        /// The source.
        folder: PathBuf,
        /// The names.
        missing: Vec<String>,
    },
    /// A file of the model cannot be written.
    NotWritten {
        /// The file.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(text) => {
                write!(formatter, "`{text}` is neither VERSION, such as 1.36.3, nor VERSION=FOLDER")
            }
            Self::NoRelease => formatter.write_str("the model has no release yet: name one, such as 1.36.3"),
            Self::NotHad { version, reason } => {
                write!(formatter, "the source of Kubernetes {version} cannot be had: {reason}")
            }
            Self::NotRead { file, error } => write!(formatter, "{} cannot be read: {error}", file.display()),
            Self::Form { file, error } => write!(formatter, "{} is not as expected: {error}", file.display()),
            Self::Conflict { file, name } => {
                write!(formatter, "{} defines `{name}` differently from an earlier document", file.display())
            }
            Self::NoSchema { folder, api_version, kind } => {
                write!(formatter, "{} has no schema for {api_version} {kind}", folder.display())
            }
            Self::Undefined { folder, missing } => {
                write!(formatter, "{} does not define what it refers to: {}", folder.display(), missing.join(", "))
            }
            Self::NotWritten { file, error } => write!(formatter, "{} cannot be written: {error}", file.display()),
        }
    }
}

impl std::error::Error for Failure {}
