//! Exit codes, and what ends a command early.

use std::fmt;
use std::process::ExitCode;

/// How a command ended. The codes are part of the command line's contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, and no finding at or above the threshold.
    Done,
    /// There are findings at or above the threshold.
    Findings,
    /// The command was used wrongly.
    Usage,
    /// Something around the command failed: disk, network, cluster.
    Environment,
    /// A fault of this program.
    Bug,
}

impl Exit {
    /// The number that the process ends with.
    pub fn code(self) -> i32 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Environment => 3,
            Self::Bug => 70,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(u8::try_from(exit.code()).unwrap_or(u8::MAX))
    }
}

/// Leaves what a command no longer needs where it is. The process ends, and the system takes all its memory back at once;
/// to visit each of a million small values before would take a good part of a whole run.
pub fn leave<T>(value: T) {
    std::mem::forget(value);
}

/// Why a command could not go on.
#[derive(Debug)]
pub enum Failure {
    /// Wrong usage, in words.
    Usage(String),
    /// The environment failed, in words.
    Environment(String),
    /// Nobody reads the output any more.
    ClosedPipe,
}

impl Failure {
    /// The exit code of the failure.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Environment(_) => Exit::Environment,
            Self::ClosedPipe => Exit::Done,
        }
    }

    /// A failure of the system while something was done to a path.
    pub fn system(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::Environment(format!("cannot {doing} {}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) | Self::Environment(message) => formatter.write_str(message),
            Self::ClosedPipe => formatter.write_str("the output was closed"),
        }
    }
}
