//! `design vendor`

use std::collections::BTreeMap;
use std::path::Path;

use clap::Args;
use design_check::{Rule, rules};
use design_pipeline::{Copied, LOCK_FILE, LockContent, Request, Vendored, compile};

use super::pattern::content;
use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Copy what a kustomization or a chart names on other machines
///
/// Fetches what a kustomization and its bases name, writes what the build needs of it to `vendor/` beside the kustomization
/// that names it, and the charts that a chart depends on to its `charts/`. The digest of each copy is locked in design.lock.
/// Builds then take the copies. An address of a repository has to name a tag or a commit: `?ref=v1.2.0`. Of a chart the
/// version that is locked is fetched again as long as the chart still wants it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design vendor overlays/production
  design vendor charts/shop
  design vendor && git add vendor charts design.lock")]
pub struct VendorArgs {
    /// The kustomization or chart
    #[arg(value_name = "PATH", default_value = ".")]
    path: String,
}

/// What keeps something from being copied; what else is wrong is told of where it is built.
static HINDRANCES: [&Rule; 4] = [
    &rules::missing_kustomization_file::RULE,
    &rules::remote_base::RULE,
    &rules::dependency_not_fetched::RULE,
    &rules::nothing_found::RULE,
];

/// Runs `design vendor`.
pub fn cmd_vendor(terminal: &mut Terminal, options: &Options, args: &VendorArgs) -> Result<Exit, Failure> {
    if !Path::new(&args.path).exists() {
        return Err(Failure::Usage(format!("there is no file or folder `{}`", args.path)));
    }
    let request = Request { vendors: true, renders: false, ..Request::new([args.path.as_str()]) };
    let mut compilation = compile(&DiskWorld::with_repositories(options), &request);
    compilation.report.findings.retain(|finding| HINDRANCES.iter().any(|rule| rule.code == finding.code));
    terminal.error(&design_report::text::findings(&compilation.report, &compilation.sources, terminal.style()))?;
    if !compilation.report.findings.is_empty() {
        terminal.error("nothing was copied\n")?;
        return Ok(Exit::Findings);
    }
    let mut folders: BTreeMap<&str, Vec<&Vendored>> = BTreeMap::new();
    for vendored in &compilation.vendored {
        folders.entry(&vendored.folder).or_default().push(vendored);
    }
    for (folder, copies) in folders {
        let path = Path::new(folder).join(LOCK_FILE);
        let before = content(&path);
        for copied in &copies {
            write(copied)?;
            let count = copied.files.len();
            let is_file = matches!(copied.files.as_slice(), [(path, _)] if path.is_empty());
            let files = match count {
                _ if is_file => String::new(),
                1 => ": 1 file".to_owned(),
                _ => format!(": {count} files"),
            };
            let news = if is_changed(&before, copied) { ", which is not what was locked" } else { "" };
            terminal.print(&format!("copied {}{files} to {}{news}\n", copied.locked.words(), copied.copy))?;
        }
        forget(folder, &before, &copies)?;
        let text = locked(before, &copies).text();
        std::fs::write(&path, text).map_err(|error| Failure::system("write", &path, &error))?;
    }
    if compilation.vendored.is_empty() {
        terminal.error("nothing on other machines is named that does not lie here already\n")?;
    }
    Ok(Exit::Done)
}

/// Writes a copy in the place of an earlier one.
fn write(copied: &Vendored) -> Result<(), Failure> {
    let root = Path::new(&copied.copy);
    if root.is_dir() {
        std::fs::remove_dir_all(root).map_err(|error| Failure::system("replace", root, &error))?;
    }
    for (path, bytes) in &copied.files {
        let file = if path.is_empty() { root.to_path_buf() } else { root.join(path) };
        let made = file.parent().map_or(Ok(()), std::fs::create_dir_all);
        made.and_then(|()| std::fs::write(&file, bytes)).map_err(|error| Failure::system("write", &file, &error))?;
    }
    Ok(())
}

/// Removes packages of charts that were locked at another version than the one that is there now.
fn forget(folder: &str, before: &LockContent, copies: &[&Vendored]) -> Result<(), Failure> {
    for old in &before.charts {
        let is_replaced = |copied: &&Vendored| matches!(&copied.locked, Copied::Chart(new) if new.name == old.name && new.version != old.version);
        let package = Path::new(folder).join("charts").join(format!("{}-{}.tgz", old.name, old.version));
        if copies.iter().any(is_replaced) && package.is_file() {
            std::fs::remove_file(&package).map_err(|error| Failure::system("remove", &package, &error))?;
        }
    }
    Ok(())
}

/// Whether what was locked under the same name and version is something else now.
fn is_changed(before: &LockContent, copied: &Vendored) -> bool {
    match &copied.locked {
        Copied::Repository(new) => {
            let is_same = |old: &&design_pipeline::Locked| old.url == new.url && old.revision == new.revision;
            before.vendored.iter().find(is_same).is_some_and(|old| old.commit != new.commit)
        }
        Copied::Chart(new) => before
            .charts
            .iter()
            .find(|old| (&old.name, &old.version) == (&new.name, &new.version))
            .is_some_and(|old| old.digest != new.digest),
        Copied::File(new) => {
            before.files.iter().find(|old| old.url == new.url).is_some_and(|old| old.digest != new.digest)
        }
    }
}

/// The lock beside a kustomization or chart: what was copied for it, and what the file says of designs.
fn locked(before: LockContent, copies: &[&Vendored]) -> LockContent {
    let mut content = LockContent { entries: before.entries, ..LockContent::default() };
    for copied in copies {
        match &copied.locked {
            Copied::Repository(locked) => content.vendored.push(locked.clone()),
            Copied::Chart(locked) => content.charts.push(locked.clone()),
            Copied::File(locked) => content.files.push(locked.clone()),
        }
    }
    content
}
