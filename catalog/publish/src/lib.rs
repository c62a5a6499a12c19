//! Writing to a catalog: publishing, approving, deprecating and yanking are commits.
//!
//! A version is proposed on a branch of its own, and published when somebody else approves it: the commit on the branch that is served has
//! both for parents, so git says who made a version and who let it in. What becomes of a version later is said by `status.yaml`. Each act
//! is written to the audit log (`audit`) before it is carried out. Who may do what, tokens say (`token`).

mod audit;
mod token;

use design_check::rules::version_used_again;
use design_index::{Catalog, Files, Offer, Origin, Status};
use design_pipeline::{PATTERN_FILES, PATTERN_STATUS_FILE};
use design_store::{Branch, Limits, Local, Write};
use design_syntax::SourceText;
use design_vocabulary::FileId;
use jiff::Timestamp;
use serde::Deserialize;

pub use audit::{Act, BRANCH as AUDIT_BRANCH, Entry, read as audit_log};
pub use token::{Role, Token, Tokens};

/// What the branches of proposals begin with.
pub const PROPOSALS: &str = "publish/";

/// Why something is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is not there.
    Missing(String),
    /// Whoever asks may not.
    Forbidden(String),
    /// It is there already, or is not any more what it was.
    Conflict(String),
    /// It cannot be written.
    Failed(String),
}

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Missing(why) | Self::Forbidden(why) | Self::Conflict(why) | Self::Failed(why)) = self;
        formatter.write_str(why)
    }
}

/// A pattern that is offered, and what is known of its version.
#[derive(Debug)]
pub struct Offered {
    /// The offer, with a finding where its version is published with other bytes.
    pub offer: Offer,
    /// Whether its version is published, with the same bytes.
    pub is_published: bool,
    /// The commit that published its version with other bytes.
    pub used_by: Option<String>,
}

/// What becomes of a pattern or of a version; as JSON it is what a client sends.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Change {
    /// Nobody should begin with it: why, and what takes its place, which may be empty.
    Deprecate {
        /// Why.
        reason: String,
        /// The pattern that takes its place.
        #[serde(default)]
        replacement: String,
    },
    /// Nobody should use this version.
    Yank {
        /// The version.
        version: String,
        /// Why.
        reason: String,
    },
    /// It is not served any more.
    Block {
        /// Why.
        reason: String,
    },
}

impl Change {
    /// What is done.
    pub fn act(&self) -> Act {
        match self {
            Self::Deprecate { .. } => Act::Deprecate,
            Self::Yank { .. } => Act::Yank,
            Self::Block { .. } => Act::Block,
        }
    }

    fn reason(&self) -> &str {
        let (Self::Deprecate { reason, .. } | Self::Yank { reason, .. } | Self::Block { reason }) = self;
        reason
    }

    fn version(&self) -> &str {
        if let Self::Yank { version, .. } = self { version } else { "" }
    }

    /// What a status says with it.
    fn apply(&self, status: &mut Status) {
        match self.clone() {
            Self::Deprecate { reason, replacement } => status.deprecated = Some((reason, replacement)),
            Self::Yank { version, reason } => {
                status.yanked.insert(version, reason);
            }
            Self::Block { reason } => status.blocked = Some(reason),
        }
    }
}

/// Looks at files that are to be published from a folder of the repository. What the branch of `origin` has of the pattern is what they are
/// compared with. The error is one line: the repository cannot be read.
pub fn offer(local: &Local, origin: &Origin, folder: &str, files: &Files) -> Result<Offered, String> {
    let mut offered = Offered { offer: Offer::of(folder, &origin.owner, files), is_published: false, used_by: None };
    let offer = &mut offered.offer;
    let Some(metadata) = &offer.metadata else { return Ok(offered) };
    // Its own folder alone: whoever has the name elsewhere is seen when the whole is read.
    let own = Origin { folder: Some(folder.to_owned()), owner: metadata.publisher.clone(), ..origin.clone() };
    let catalog = Catalog::open(local, &own, &Limits::default(), None)?;
    let pattern = catalog.gathered.patterns.iter().find(|one| one.name == metadata.name);
    let version = metadata.version.to_string();
    if let Some(before) = pattern.and_then(|pattern| pattern.version(&version)) {
        offered.is_published = before.digest == offer.digest;
        if let (false, Some(at)) = (offered.is_published, offer.at) {
            let name = format!("{}/{}", metadata.publisher, metadata.name);
            let commit = before.folder.commit.clone();
            offer.findings.push(version_used_again::finding(&name, &version, &commit, "what is offered", at));
            offered.used_by = Some(commit);
        }
    }
    Ok(offered)
}

/// The branch of a proposal.
pub fn branch_of(name: &str, version: &str) -> String {
    format!("{PROPOSALS}{name}-{version}")
}

/// Somebody who writes to a catalog.
#[derive(Debug)]
pub struct Writer<'a> {
    /// The repository.
    pub local: &'a Local,
    /// The branch that is served.
    pub branch: &'a str,
    /// Who publishes what names no publisher.
    pub owner: &'a str,
    /// Who writes.
    pub actor: &'a str,
    /// What the request is called in the log of the server; empty on a command line.
    pub request: &'a str,
    /// When.
    pub now: Timestamp,
}

impl Writer<'_> {
    /// Proposes a version: a branch that begins at the one that is served. Returns its name and its commit.
    pub fn propose(
        &self,
        offer: &Offer,
        folder: &str,
        files: &[(String, Vec<u8>)],
    ) -> Result<(String, String), Refused> {
        let Some(metadata) = &offer.metadata else { return Err(Refused::Missing("there is no pattern".to_owned())) };
        let version = metadata.version.to_string();
        let branch = branch_of(&metadata.name, &version);
        if self.local.branches(&branch).iter().any(|one| one.name == branch) {
            return Err(Refused::Conflict(format!("{branch} is proposed already")));
        }
        let pattern = format!("{}/{}", metadata.publisher, metadata.name);
        let message = format!("Publish {pattern} {version}\n\n{}\n", offer.digest);
        let write = Write { branch: &branch, message: &message, author: Some(self.actor) };
        let commit = self.local.propose(write, self.branch, folder, files).map_err(Refused::Failed)?;
        self.record(Act::Propose, (&pattern, &version, ""), (&branch, &commit)).map_err(Refused::Failed)?;
        Ok((branch, commit))
    }

    /// Writes down that a version was offered again with other bytes.
    pub fn refuse(&self, offer: &Offer) -> Result<(), Refused> {
        let Some(metadata) = &offer.metadata else { return Ok(()) };
        let pattern = format!("{}/{}", metadata.publisher, metadata.name);
        let subject = (pattern.as_str(), metadata.version.to_string(), offer.digest.as_str());
        self.record(Act::Refuse, (subject.0, &subject.1, subject.2), ("", "")).map_err(Refused::Failed)
    }

    /// Publishes what was proposed: somebody else has to. Returns the commit.
    pub fn approve(&self, branch: &str) -> Result<String, Refused> {
        let proposal = self.proposal(branch)?;
        if proposal.author == self.actor {
            return Err(Refused::Forbidden("somebody else approves what one proposes".to_owned()));
        }
        let (folder, offered) = self.read(&proposal)?;
        // What was sound when it was proposed may not be now: the branch goes on.
        let Some(metadata) = offered.offer.metadata.as_ref().filter(|_| offered.offer.is_sound()) else {
            return Err(Refused::Conflict(format!(
                "{branch} is not sound any more: `design pattern publish` says why"
            )));
        };
        let (pattern, version) = (format!("{}/{}", metadata.publisher, metadata.name), metadata.version.to_string());
        let message = format!("Approve {pattern} {version}\n\n{}\n", offered.offer.digest);
        let write = Write { branch: self.branch, message: &message, author: Some(self.actor) };
        let record = |commit: &str| self.record(Act::Approve, (&pattern, &version, ""), (self.branch, commit));
        let approved = self.local.accept(write, &proposal.commit, &folder, &record).map_err(Refused::Conflict)?;
        // The commit has it for a parent, so nothing is lost; a branch that stays is one that can be taken away by hand.
        let _ = self.local.remove_branch(branch);
        Ok(approved)
    }

    /// Turns down what was proposed.
    pub fn reject(&self, branch: &str, reason: &str) -> Result<(), Refused> {
        let proposal = self.proposal(branch)?;
        let name = branch.strip_prefix(PROPOSALS).unwrap_or(branch);
        self.record(Act::Reject, (name, "", reason), (branch, &proposal.commit)).map_err(Refused::Failed)?;
        self.local.remove_branch(branch).map_err(Refused::Failed)
    }

    /// Says what becomes of the pattern that lies in a folder. Returns the commit.
    pub fn change(&self, pattern: &str, folder: &str, change: &Change) -> Result<String, Refused> {
        let path = format!("{folder}/{PATTERN_STATUS_FILE}");
        let message = format!("{} {pattern} {}\n\n{}\n", change.act().as_str(), change.version(), change.reason());
        let write = Write { branch: self.branch, message: &message, author: Some(self.actor) };
        let subject = (pattern, change.version(), change.reason());
        let record = |commit: &str| self.record(change.act(), subject, (self.branch, commit));
        self.local.edit_file(write, &path, &record, |before| edited(&path, before, change)).map_err(Refused::Conflict)
    }

    /// What is proposed.
    pub fn proposals(&self) -> Vec<Branch> {
        self.local.branches(PROPOSALS)
    }

    fn proposal(&self, branch: &str) -> Result<Branch, Refused> {
        let found = self.proposals().into_iter().find(|one| one.name == branch);
        found.ok_or_else(|| Refused::Missing(format!("nothing is proposed as `{branch}`")))
    }

    /// The folder that a proposal is about, and what it offers.
    fn read(&self, proposal: &Branch) -> Result<(String, Offered), Refused> {
        let limits = Limits::default();
        let changed = self.local.changed_folders(&proposal.commit, &PATTERN_FILES, &limits).map_err(Refused::Failed)?;
        let [folder] = changed.as_slice() else {
            return Err(Refused::Conflict(format!("{} changes {} patterns, not one", proposal.name, changed.len())));
        };
        let files = self.local.read(&proposal.commit, folder, &limits).map_err(Refused::Failed)?.files;
        let origin = Origin { revision: self.branch.to_owned(), folder: None, owner: self.owner.to_owned() };
        let offered = offer(self.local, &origin, folder, &files).map_err(Refused::Failed)?;
        Ok((folder.clone(), offered))
    }

    fn record(&self, act: Act, (pattern, version, reason): (&str, &str, &str), at: (&str, &str)) -> Result<(), String> {
        let entry = Entry {
            schema_version: "audit.design/v1".to_owned(),
            time: self.now.to_string(),
            actor: self.actor.to_owned(),
            act,
            pattern: pattern.to_owned(),
            version: version.to_owned(),
            reason: reason.to_owned(),
            branch: at.0.to_owned(),
            commit: at.1.to_owned(),
            request: self.request.to_owned(),
        };
        audit::record(self.local, &entry)
    }
}

/// The status file with a change. A file that cannot be read is not written over.
fn edited(path: &str, before: Option<&[u8]>, change: &Change) -> Result<Vec<u8>, String> {
    let text = String::from_utf8_lossy(before.unwrap_or_default());
    let mut findings = Vec::new();
    let mut status = Status::read(&SourceText::new(FileId(0), path, text), &mut findings);
    if let Some(finding) = findings.first() {
        return Err(format!("`{path}` is wrong and would be lost: {}", finding.message));
    }
    change.apply(&mut status);
    Ok(status.text().into_bytes())
}
