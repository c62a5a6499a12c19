//! `design vendor`

use std::collections::BTreeMap;
use std::path::Path;

use clap::Args;
use design_pipeline::{LOCK_FILE, Lock, Request, SourceKind, Vendored, compile, read_file};
use design_syntax::Limits;
use design_vocabulary::{FileId, Severity};

use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Copy what a kustomization names on other machines
///
/// Fetches the repositories that a kustomization and its bases name, writes the files that the build needs of each to
/// `vendor/` beside the kustomization that names it, and locks their digest in design.lock. Builds then take the copies.
/// An address has to name a tag or a commit: `?ref=v1.2.0`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design vendor overlays/production
  design vendor && git add vendor design.lock")]
pub struct VendorArgs {
    /// The kustomization
    #[arg(value_name = "PATH", default_value = ".")]
    path: String,
}

/// Runs `design vendor`.
pub fn cmd_vendor(terminal: &mut Terminal, options: &Options, args: &VendorArgs) -> Result<Exit, Failure> {
    if !Path::new(&args.path).exists() {
        return Err(Failure::Usage(format!("there is no file or folder `{}`", args.path)));
    }
    let request = Request {
        source: Some(SourceKind::Kustomization),
        vendors: true,
        renders: false,
        ..Request::new([args.path.as_str()])
    };
    let mut compilation = compile(&DiskWorld::with_repositories(options), &request);
    compilation.report.findings.retain(|finding| finding.severity == Severity::Error && finding.code.0 >= "D0800");
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
        for copied in &copies {
            write(copied)?;
            let locked = &copied.locked;
            let words = locked.revision.words();
            let count = copied.files.len();
            let plural = if count == 1 { "" } else { "s" };
            terminal.print(&format!("copied {} {words}: {count} file{plural} to {}\n", locked.url, copied.copy))?;
        }
        lock(folder, &copies)?;
    }
    if compilation.vendored.is_empty() {
        terminal.error("nothing on other machines is named\n")?;
    }
    Ok(Exit::Done)
}

/// Writes a copy in the place of an earlier one.
fn write(copied: &Vendored) -> Result<(), Failure> {
    let root = Path::new(&copied.copy);
    if root.exists() {
        std::fs::remove_dir_all(root).map_err(|error| Failure::system("replace", root, &error))?;
    }
    for (path, bytes) in &copied.files {
        let file = root.join(path);
        let made = file.parent().map_or(Ok(()), std::fs::create_dir_all);
        made.and_then(|()| std::fs::write(&file, bytes)).map_err(|error| Failure::system("write", &file, &error))?;
    }
    Ok(())
}

/// Writes the lock beside a kustomization: what was copied for it, and what the file says of designs.
fn lock(folder: &str, copies: &[&Vendored]) -> Result<(), Failure> {
    let path = Path::new(folder).join(LOCK_FILE);
    let source = read_file(&DiskWorld::new(), &path.to_string_lossy(), FileId(0), &Limits::default());
    let before = source.map(|source| Lock::read(&source, &mut Vec::new())).unwrap_or_default();
    let used = before.entries.into_iter().map(|(locked, _)| locked);
    let text = Lock::text(used, copies.iter().map(|copied| copied.locked.clone()));
    std::fs::write(&path, text).map_err(|error| Failure::system("write", &path, &error))
}
