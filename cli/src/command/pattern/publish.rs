//! `design pattern publish`

use std::path::Path;

use clap::Args;
use design_index::Origin;
use design_publish::{Offered, branch_of, offer};
use design_report::Report;
use design_store::{Limits, Local, Write, read_folder};
use serde_json::{Value, json};

use super::catalog::{Catalog, encoded_files};
use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Publish a version of a pattern: check everything, and commit it to a branch
///
/// What is looked at is what a catalog looks at: pattern.yaml, the design on the newest releases of Kubernetes, credentials in any file,
/// what its class asks for, and whether the version was published with other files before. Then the folder is committed to a branch that
/// begins at --base; nothing that is checked out or staged changes. A version is published when that branch is merged.
///
/// With --catalog, the files are sent to a catalog instead, which does the same; it takes a token from `DESIGN_TOKEN`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design pattern publish catalog/patterns/redis-cache
  design pattern publish catalog/patterns/redis-cache --branch redis --base origin/main
  DESIGN_TOKEN=design_... design pattern publish redis-cache --catalog https://patterns.example")]
pub struct PatternPublishArgs {
    /// The folder of the pattern
    #[arg(value_name = "PATH", default_value = ".")]
    path: String,

    /// The branch, which is made [default: publish/NAME-VERSION]
    #[arg(long, value_name = "NAME", conflicts_with = "catalog")]
    branch: Option<String>,

    /// The revision that the branch begins at
    #[arg(long, value_name = "REF", default_value = "HEAD", conflicts_with = "catalog")]
    base: String,

    /// Who publishes a pattern that names no publisher
    #[arg(long, default_value = "catalog", value_name = "NAME")]
    owner: String,

    /// Check only
    #[arg(long)]
    dry_run: bool,

    /// The catalog that the files are sent to
    #[arg(long, value_name = "URL")]
    catalog: Option<String>,
}

/// Runs `design pattern publish`.
pub fn cmd_publish(terminal: &mut Terminal, options: &Options, args: &PatternPublishArgs) -> Result<Exit, Failure> {
    let folder = Path::new(&args.path);
    let limits = Limits::default();
    let (mut files, left_out) = read_folder(folder, &limits).map_err(Failure::Usage)?;
    for (path, why) in &left_out {
        terminal.error(&format!("warning: {path} is left out: {why}\n"))?;
    }
    if let Some(url) = &args.catalog {
        // What becomes of a pattern is said by other commands.
        files.retain(|(path, _)| path != design_pipeline::PATTERN_STATUS_FILE);
        return send(terminal, &Catalog::at(options, url)?, &files, args.dry_run);
    }
    let local = Local::around(folder).map_err(Failure::Usage)?;
    let inner = local.inner(folder).map_err(Failure::Usage)?;
    let origin = Origin { revision: args.base.clone(), folder: None, owner: design_index::slug(&args.owner) };
    let mut offered = offer(&local, &origin, &inner, &files).map_err(Failure::Usage)?;
    let is_sound = tell(terminal, &inner, &mut offered)?;
    let Offered { offer, is_published, .. } = offered;
    let Some(metadata) = offer.metadata.as_ref().filter(|_| is_sound) else {
        terminal.error("nothing was committed\n")?;
        return Ok(Exit::Findings);
    };
    let (version, publisher) = (metadata.version.to_string(), &metadata.publisher);
    let name = format!("{publisher}/{} {version}", metadata.name);
    if is_published {
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
    let branch = args.branch.clone().unwrap_or_else(|| branch_of(&metadata.name, &version));
    let message = format!("Publish {name}\n\n{}\n", offer.digest);
    let write = Write { branch: &branch, message: &message, author: None };
    let commit = local.propose(write, &args.base, &inner, &files).map_err(Failure::Usage)?;
    let short: String = commit.chars().take(12).collect();
    terminal.print(&format!("{name} is commit {short} of branch {branch}; it is published when that is merged\n"))?;
    Ok(Exit::Done)
}

/// Tells what is wrong with an offer; whether nothing stands against it.
fn tell(terminal: &mut Terminal, inner: &str, offered: &mut Offered) -> Result<bool, Failure> {
    let offer = &mut offered.offer;
    let is_sound = offer.is_sound();
    let report = Report { findings: std::mem::take(&mut offer.findings), ..Report::default() };
    terminal.error(&design_report::text::findings(&report, &offer.sources, terminal.style()))?;
    offer.findings = report.findings;
    for finding in offer.facts.releases.first().into_iter().flat_map(|release| &release.findings) {
        if finding.severity == "error" {
            terminal
                .error(&format!("error[{}]: {}\n  --> {inner}/{}\n", finding.code, finding.message, finding.place))?;
        }
    }
    Ok(is_sound)
}

/// Sends files to a catalog.
fn send(
    terminal: &mut Terminal,
    catalog: &Catalog,
    files: &[(String, Vec<u8>)],
    is_dry: bool,
) -> Result<Exit, Failure> {
    let body = json!({ "files": encoded_files(files), "isDry": is_dry });
    let (status, said) = catalog.send("/api/v1/patterns", &body)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for finding in said["findings"].as_array().into_iter().flatten() {
        let [severity, code, message, place] = ["severity", "code", "message", "place"].map(|key| text(&finding[key]));
        terminal.error(&format!("{severity}[{code}]: {message}\n  --> {place}\n"))?;
    }
    let pattern = &said["pattern"];
    let name = format!("{}/{} {}", text(&pattern["publisher"]), text(&pattern["name"]), text(&pattern["version"]));
    match status {
        200 if said["isPublished"] == true => {
            terminal.print(&format!("{name} is published already, with the same files\n"))?;
            Ok(Exit::Done)
        }
        200 => {
            terminal.print(&format!("{name} can be published: {}\n", text(&pattern["digest"])))?;
            Ok(Exit::Done)
        }
        201 => {
            let (branch, commit) = (text(&said["branch"]), text(&said["commit"]));
            let short: String = commit.chars().take(12).collect();
            terminal.print(&format!(
                "{name} is commit {short} of branch {branch}; it is published when somebody approves it\n"
            ))?;
            Ok(Exit::Done)
        }
        _ => Catalog::refused(terminal, status, &said),
    }
}
