//! Why the program ends early.

use std::fmt;

/// What went wrong, in words.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// The command line was wrong.
    Usage(String),
    /// Something around the program failed: a tool, the disk, an input that is not there.
    Environment(String),
}

impl Failure {
    /// The exit code, as the product has them.
    pub fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Environment(_) => 3,
        }
    }

    /// What was attempted when the operating system said no.
    pub fn io(attempt: impl fmt::Display) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Self::Environment(format!("cannot {attempt}: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(words) | Self::Environment(words) => formatter.write_str(words),
        }
    }
}
