//! `design pattern publish`

use std::path::Path;

use clap::Args;
use design_check::rules::version_used_again;
use design_index::{Catalog, Offer, Origin};
use design_report::Report;
use design_store::{Limits, Local, read_folder};

use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Check a pattern, and commit it to a branch that publishes it when it is merged
///
/// Looks at everything that a catalog looks at: the words about the pattern, credentials in its files, whether its version is used already, and
/// its checks on three releases of Kubernetes. Nothing is committed where something is wrong. The working directory and what is staged stay
/// as they are.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design pattern publish catalog/patterns/web --dry-run
  design pattern publish catalog/patterns/web
  git push origin publish/web-1.0.0")]
pub struct PatternPublishArgs {
    /// The folder of the pattern
    #[arg(value_name = "PATH", default_value = ".")]
    path: String,

    /// The branch, which is made [default: publish/NAME-VERSION]
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,

    /// The revision that the branch begins at
    #[arg(long, value_name = "REF", default_value = "HEAD")]
    base: String,

    /// Who publishes a pattern that names no publisher
    #[arg(long, default_value = "catalog", value_name = "NAME")]
    owner: String,

    /// Check only
    #[arg(long)]
    dry_run: bool,
}

/// Runs `design pattern publish`.
pub fn cmd_publish(terminal: &mut Terminal, _options: &Options, args: &PatternPublishArgs) -> Result<Exit, Failure> {
    let folder = Path::new(&args.path);
    let local = Local::around(folder).map_err(Failure::Usage)?;
    let inner = local.inner(folder).map_err(Failure::Usage)?;
    let limits = Limits::default();
    let (files, left_out) = read_folder(folder, &limits).map_err(Failure::Usage)?;
    let mut offer = Offer::of(&inner, &design_index::slug(&args.owner), &files);
    let mut used = false;
    if let Some(metadata) = &offer.metadata {
        // Its own folder alone: whoever has the name elsewhere is seen when the whole is read.
        let origin =
            Origin { revision: args.base.clone(), folder: Some(inner.clone()), owner: metadata.publisher.clone() };
        let catalog = Catalog::open(&local, &origin, &limits).map_err(Failure::Usage)?;
        let pattern = catalog.gathered.patterns.iter().find(|one| one.name == metadata.name);
        let version = metadata.version.to_string();
        if let Some(before) = pattern.and_then(|pattern| pattern.version(&version)) {
            used = before.digest == offer.digest;
            if let (false, Some(at)) = (used, offer.at) {
                let name = format!("{}/{}", metadata.publisher, metadata.name);
                let finding =
                    version_used_again::finding(&name, &version, &before.folder.commit, "working directory", at);
                offer.findings.push(finding);
            }
        }
    }
    for (path, why) in &left_out {
        terminal.error(&format!("warning: {path} is left out: {why}\n"))?;
    }
    let report = Report { findings: std::mem::take(&mut offer.findings), ..Report::default() };
    terminal.error(&design_report::text::findings(&report, &offer.sources, terminal.style()))?;
    offer.findings = report.findings;
    for finding in offer.facts.releases.first().into_iter().flat_map(|release| &release.findings) {
        if finding.severity == "error" {
            terminal
                .error(&format!("error[{}]: {}\n  --> {inner}/{}\n", finding.code, finding.message, finding.place))?;
        }
    }
    let Some(metadata) = offer.metadata.as_ref().filter(|_| offer.is_sound()) else {
        terminal.error("nothing was committed\n")?;
        return Ok(Exit::Findings);
    };
    let name = format!("{}/{} {}", metadata.publisher, metadata.name, metadata.version);
    if used {
        terminal.print(&format!("{name} is published already, with the same files\n"))?;
        return Ok(Exit::Done);
    }
    if metadata.is_draft {
        return Err(Failure::Usage(format!("{name} is a draft: take `draft: true` away to publish it")));
    }
    if args.dry_run {
        terminal.print(&format!("{name} can be published: {}\n", offer.digest))?;
        return Ok(Exit::Done);
    }
    let branch = args.branch.clone().unwrap_or_else(|| format!("publish/{}-{}", metadata.name, metadata.version));
    let message = format!("Publish {name}\n\n{}\n", offer.digest);
    let commit = local.commit_folder(&args.base, &branch, &inner, &files, &message).map_err(Failure::Usage)?;
    let short: String = commit.chars().take(12).collect();
    terminal.print(&format!("{name} is commit {short} of branch {branch}; it is published when that is merged\n"))?;
    Ok(Exit::Done)
}
