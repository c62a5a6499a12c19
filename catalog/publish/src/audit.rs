//! The audit log: what was done, by whom, and what it made of the catalog. It is a branch to which files are only added, so git keeps it
//! and tells when somebody rewrites it.

use design_store::{Limits, Local, Write};
use serde::{Deserialize, Serialize};

/// The branch of the log.
pub const BRANCH: &str = "catalog-audit";

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// A version is proposed.
    Propose,
    /// A version that was published with other bytes was offered again, and turned down.
    Refuse,
    /// A proposed version is published.
    Approve,
    /// A proposed version is turned down.
    Reject,
    /// A pattern is deprecated.
    Deprecate,
    /// A version is taken back.
    Yank,
    /// A pattern is not served any more.
    Block,
}

impl Act {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Propose => "propose",
            Self::Refuse => "refuse",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Deprecate => "deprecate",
            Self::Yank => "yank",
            Self::Block => "block",
        }
    }
}

/// An entry of the log. It is written before its branch moves: an entry whose commit is not on the branch was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// `audit.design/v1`.
    pub schema_version: String,
    /// When, as RFC 3339 has it.
    pub time: String,
    /// Who.
    pub actor: String,
    /// What.
    pub act: Act,
    /// Of which pattern: publisher and name.
    pub pattern: String,
    /// Of which version; empty where all are meant.
    pub version: String,
    /// Why; may be empty.
    pub reason: String,
    /// The branch.
    pub branch: String,
    /// The commit that comes of it; empty where none does.
    pub commit: String,
    /// What the request is called in the log of the server; empty on a command line.
    pub request: String,
}

/// Adds an entry. The error is one line.
pub(crate) fn record(local: &Local, entry: &Entry) -> Result<(), String> {
    let message = format!("{} {} {}\n", entry.act.as_str(), entry.pattern, entry.version);
    let content = serde_json::to_string_pretty(entry).unwrap_or_default() + "\n";
    // A folder a day, so that a long log is written as fast as a short one.
    let name = |names: &[String]| format!("{:08}.json", names.len() + 1);
    let folder = entry.time.get(..10).unwrap_or("undated").to_owned();
    let write = Write { branch: BRANCH, message: &message, author: Some(&entry.actor) };
    local.append(write, &folder, &name, content.as_bytes()).map(|_| ())
}

/// The entries of the log, the oldest first. The error is one line.
pub fn read(local: &Local) -> Result<Vec<Entry>, String> {
    if local.branches(BRANCH).is_empty() {
        return Ok(Vec::new());
    }
    let limits = Limits { entries: usize::MAX, total: u64::MAX, ..Limits::default() };
    let fetched = local.read(BRANCH, "", &limits)?;
    let entry = |(path, bytes): &(String, Vec<u8>)| {
        serde_json::from_slice(bytes).map_err(|error| format!("{path} of the audit log cannot be read: {error}"))
    };
    fetched.files.iter().map(entry).collect()
}
