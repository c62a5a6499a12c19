//! `design pattern deprecate`, `yank`, `approve`: what becomes of patterns that are published or proposed

use std::path::Path;

use clap::Args;
use design_publish::{Change, Refused, Writer};
use design_store::Local;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::catalog::{Catalog, asked};
use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Say that nobody should begin with a pattern any more
///
/// Its versions stay where they are, with a banner that says why and what takes its place. What is said stands in status.yaml, which is no
/// part of a version: it is committed to a branch, or sent to a catalog with --catalog, which takes a token from `DESIGN_TOKEN`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design pattern deprecate catalog/patterns/redis --branch main --reason 'It has no TLS.' --replacement us/redis-tls
  design pattern deprecate us/redis --catalog https://patterns.example --reason 'It has no TLS.'")]
pub struct PatternDeprecateArgs {
    /// The folder of the pattern, or PUBLISHER/NAME with --catalog
    #[arg(value_name = "PATTERN")]
    pattern: String,

    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// The pattern that takes its place
    #[arg(long, value_name = "PUBLISHER/NAME", default_value = "", hide_default_value = true)]
    replacement: String,

    #[command(flatten)]
    place: Place,
}

/// Take a version of a pattern back
///
/// It stays where it was, for those who have it, and is not shown among others. What is said stands in status.yaml, which is no part of a
/// version: it is committed to a branch, or sent to a catalog with --catalog, which takes a token from `DESIGN_TOKEN`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design pattern yank catalog/patterns/redis 1.0.0 --branch main --reason 'Its volume is lost on update.'
  design pattern yank us/redis 1.0.0 --catalog https://patterns.example --reason 'Its volume is lost on update.'")]
pub struct PatternYankArgs {
    /// The folder of the pattern, or PUBLISHER/NAME with --catalog
    #[arg(value_name = "PATTERN")]
    pattern: String,

    /// The version
    #[arg(id = "number", value_name = "VERSION")]
    version: String,

    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,

    #[command(flatten)]
    place: Place,
}

/// Publish a version that somebody else has proposed
///
/// The version is looked at once more and committed to the branch that is served, with the proposal for a parent. Without a branch, what is
/// proposed is listed.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design pattern approve --branch main
  design pattern approve publish/redis-1.0.0 --branch main
  design pattern approve publish/redis-1.0.0 --catalog https://patterns.example")]
pub struct PatternApproveArgs {
    /// The branch of the proposal
    #[arg(value_name = "PROPOSAL")]
    proposal: Option<String>,

    #[command(flatten)]
    place: Place,
}

/// Where it is written.
#[derive(Args, Debug)]
struct Place {
    /// The branch that is committed to; it may not be checked out
    #[arg(long, value_name = "NAME", default_value = "main", conflicts_with = "catalog")]
    branch: String,

    /// The repository
    #[arg(long, value_name = "PATH", default_value = ".", conflicts_with = "catalog")]
    repository: String,

    /// Who publishes a pattern that names no publisher
    #[arg(long, default_value = "catalog", value_name = "NAME", conflicts_with = "catalog")]
    owner: String,

    /// The catalog that is told
    #[arg(long, value_name = "URL")]
    catalog: Option<String>,
}

/// Runs `design pattern deprecate`.
pub fn cmd_deprecate(terminal: &mut Terminal, options: &Options, args: &PatternDeprecateArgs) -> Result<Exit, Failure> {
    let change = Change::Deprecate { reason: args.reason.clone(), replacement: args.replacement.clone() };
    let said = json!({ "deprecate": { "reason": args.reason, "replacement": args.replacement } });
    args.place.change(terminal, options, &args.pattern, &change, &said)
}

/// Runs `design pattern yank`.
pub fn cmd_yank(terminal: &mut Terminal, options: &Options, args: &PatternYankArgs) -> Result<Exit, Failure> {
    let change = Change::Yank { version: args.version.clone(), reason: args.reason.clone() };
    let said = json!({ "yank": { "version": args.version, "reason": args.reason } });
    args.place.change(terminal, options, &args.pattern, &change, &said)
}

/// Runs `design pattern approve`.
pub fn cmd_approve(terminal: &mut Terminal, options: &Options, args: &PatternApproveArgs) -> Result<Exit, Failure> {
    if let Some(url) = &args.place.catalog {
        let catalog = Catalog::at(options, url)?;
        let Some(proposal) = &args.proposal else {
            let said = catalog.read("/api/v1/proposals")?;
            for one in said["proposals"].as_array().into_iter().flatten() {
                let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
                terminal.print(&format!("{}  by {}\n", text("branch"), text("author")))?;
            }
            return Ok(Exit::Done);
        };
        let (status, said) = catalog.send("/api/v1/proposals/approve", &json!({ "branch": proposal }))?;
        return committed(terminal, status, &said);
    }
    let local = Local::around(Path::new(&args.place.repository)).map_err(Failure::Usage)?;
    args.place.write(&local, |writer| {
        let Some(proposal) = &args.proposal else {
            for one in writer.proposals() {
                terminal.print(&format!("{}  by {}\n", one.name, one.author))?;
            }
            return Ok(Exit::Done);
        };
        told(terminal, &args.place.branch, writer.approve(proposal))
    })
}

impl Place {
    /// Says what becomes of a pattern.
    fn change(
        &self,
        terminal: &mut Terminal,
        options: &Options,
        pattern: &str,
        change: &Change,
        said: &Value,
    ) -> Result<Exit, Failure> {
        if let Some(url) = &self.catalog {
            let (publisher, name, _) = asked(pattern)?;
            let path = format!("/api/v1/patterns/{publisher}/{name}/status");
            let (status, said) = Catalog::at(options, url)?.send(&path, said)?;
            return committed(terminal, status, &said);
        }
        let local = Local::around(Path::new(&self.repository)).map_err(Failure::Usage)?;
        let folder = pattern.trim_end_matches('/');
        let limits = design_store::Limits::default();
        let found = local.read(&self.branch, folder, &limits).map_err(Failure::Usage)?;
        let is_pattern = |(path, _): &(String, Vec<u8>)| {
            design_pipeline::PATTERN_FILES.iter().any(|name| path.rsplit('/').next() == Some(name))
        };
        if !found.files.iter().any(is_pattern) {
            return Err(Failure::Usage(format!("`{folder}` of branch {} is no pattern", self.branch)));
        }
        self.write(&local, |writer| told(terminal, &self.branch, writer.change(folder, folder, change)))
    }

    fn write(&self, local: &Local, done: impl FnOnce(&Writer<'_>) -> Result<Exit, Failure>) -> Result<Exit, Failure> {
        let actor = local.user();
        let now = Timestamp::now();
        let owner = design_index::slug(&self.owner);
        done(&Writer { local, branch: &self.branch, owner: &owner, actor: &actor, request: "", now })
    }
}

fn told(terminal: &mut Terminal, branch: &str, done: Result<String, Refused>) -> Result<Exit, Failure> {
    match done {
        Ok(commit) => {
            let short: String = commit.chars().take(12).collect();
            terminal.print(&format!("commit {short} of branch {branch}\n"))?;
            Ok(Exit::Done)
        }
        Err(Refused::Forbidden(why)) => {
            terminal.error(&format!("error: {why}\n"))?;
            Ok(Exit::Findings)
        }
        Err(refused) => Err(Failure::Usage(refused.to_string())),
    }
}

/// Tells what a catalog has made of it.
fn committed(terminal: &mut Terminal, status: u16, said: &Value) -> Result<Exit, Failure> {
    if status != 200 {
        return Catalog::refused(terminal, status, said);
    }
    let short: String = said["commit"].as_str().unwrap_or_default().chars().take(12).collect();
    terminal.print(&format!("commit {short} of the catalog\n"))?;
    Ok(Exit::Done)
}
