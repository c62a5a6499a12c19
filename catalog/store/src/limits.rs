//! What a repository may cost before it is refused.

use std::time::Duration;

/// Limits on one repository.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long fetching may take.
    pub time: Duration,
    /// Bytes that are fetched, as they lie on the disk.
    pub fetched: u64,
    /// Entries of the trees that are walked.
    pub entries: usize,
    /// Entries of the folders in which patterns are looked for, in one commit.
    pub folders: usize,
    /// Folders inside each other.
    pub depth: usize,
    /// Characters of a path.
    pub path: usize,
    /// Bytes of one file; a larger one is left out.
    pub file: u64,
    /// Bytes of all files together.
    pub total: u64,
    /// The same of a repository that is copied in part.
    pub copied: u64,
}

impl Default for Limits {
    /// Far above what patterns take.
    fn default() -> Self {
        Self {
            time: Duration::from_mins(2),
            fetched: 200 << 20,
            entries: 20_000,
            folders: 200_000,
            depth: 12,
            path: 200,
            file: 1 << 20,
            total: 5 << 20,
            copied: 128 << 20,
        }
    }
}
