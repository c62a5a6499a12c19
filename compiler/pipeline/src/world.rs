//! The only way in: where files come from.

use std::fmt;

use design_definitions::Stamp;
use design_helm::Skipped;

use crate::{Fetched, Stopped, Unfetched, Wanted};

/// Where files come from: a disk, a git tree, memory.
///
/// Paths are text with `/` between folders, relative to whatever the World is about; the empty path and `.` are its
/// root. A World answers the same question the same way for as long as a compilation runs.
pub trait World: Sync {
    /// What a path names; links are followed.
    fn kind(&self, path: &str) -> Result<EntryKind, WorldError>;

    /// What lies directly in a folder, in any order.
    fn list(&self, folder: &str) -> Result<Vec<Entry>, WorldError>;

    /// As [`World::list`], each file with its stamp where the World has such: so many files can be seen to be unchanged
    /// without being read.
    fn stamps(&self, folder: &str) -> Result<Vec<(Entry, Option<Stamp>)>, WorldError> {
        Ok(self.list(folder)?.into_iter().map(|entry| (entry, None)).collect())
    }

    /// The stamp of one file; `None` where the World has none.
    fn stamp(&self, _path: &str) -> Option<Stamp> {
        None
    }

    /// The bytes of a file. A file of more than `limit` bytes is not read: [`WorldError::TooLarge`].
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, WorldError>;

    /// What a folder or file of a git repository holds at one version: from what was fetched before, else over the network
    /// where that is allowed.
    fn repository(&self, _wanted: &Wanted<'_>) -> Result<Fetched, Unfetched> {
        Err(Unfetched::Failed("nothing here reads repositories".to_owned()))
    }

    /// Fetches a file from an address: see [`file_address`]. One of more than `limit` bytes is refused.
    ///
    /// [`file_address`]: crate::file_address
    fn download(&self, _address: &str, _limit: u64) -> Result<Vec<u8>, Unfetched> {
        Err(Unfetched::Failed("nothing here fetches files".to_owned()))
    }

    /// Judges by policies: the parts of a task in, an answer out, as [`design_policy::judge`] has it. A policy can use up all memory
    /// and time, so a World that may meet policies of strangers lets another process do it, within limits.
    fn judge(&self, task: &[Vec<u8>]) -> Result<Vec<u8>, Stopped> {
        design_policy::judge(&task.concat(), &|_| {}).map_err(|error| Stopped { reason: error, last: None })
    }

    /// Renders a chart as Helm does: its objects, those in `crds/` among them, as a stream of documents.
    fn render_chart(&self, _chart: &ChartTask) -> Result<String, Unrendered> {
        Err(Unrendered::Absent)
    }
}

/// A chart that Helm is to render.
#[derive(Clone, Debug, Default)]
pub struct ChartTask {
    /// Its files: paths with `/` between folders, and what they hold.
    pub files: Vec<(String, Vec<u8>)>,
    /// Texts of values over its own, later ones over earlier ones.
    pub values: Vec<String>,
    /// Single values over these, in the syntax of `--set`.
    pub set: Vec<String>,
    /// Single values over these, each the content of a file: names, and texts.
    pub set_files: Vec<(String, String)>,
    /// The name of the release.
    pub release: String,
    /// The namespace of the release.
    pub namespace: String,
    /// The release of Kubernetes that templates see; `None`: what Helm takes for granted.
    pub kube_version: Option<String>,
    /// API versions that templates see beside those that Helm takes for granted.
    pub api_versions: Vec<String>,
    /// Whether the files in `crds/` are left out.
    pub skips_definitions: bool,
    /// Which hooks are left out.
    pub skips: Skipped,
}

/// Why a chart was not rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unrendered {
    /// Nothing here renders charts.
    Absent,
    /// What the renderer says.
    Failed(String),
}

/// Something in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name, without the folder.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
}

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file, possibly through a link.
    File,
    /// A folder.
    Folder,
    /// A link to a folder: not walked, since links can form circles.
    LinkedFolder,
    /// A device, socket, or a link that leads nowhere.
    Other,
}

/// Why a World could not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorldError {
    /// There is nothing at the path.
    NotFound,
    /// The file has more bytes than allowed.
    TooLarge,
    /// What the system says.
    Failed(String),
}

impl fmt::Display for WorldError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => formatter.write_str("there is no such file or folder"),
            Self::TooLarge => formatter.write_str("the file is too large"),
            Self::Failed(reason) => formatter.write_str(reason),
        }
    }
}

impl std::error::Error for WorldError {}

/// A path inside a folder.
pub(crate) fn join(folder: &str, name: &str) -> String {
    match folder {
        "" | "." => name.to_owned(),
        _ if folder.ends_with('/') => format!("{folder}{name}"),
        _ => format!("{folder}/{name}"),
    }
}
