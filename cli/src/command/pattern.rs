//! `design pattern`

mod add;
mod catalog;
mod edit;
mod publish;
mod search;
mod show;
mod state;
mod update;
mod verify;

use clap::{Args, Subcommand};
use design_pipeline::{
    Compilation, EntryKind, LOCK_FILE, Lock, LockContent, Locking, Overlay, Request, SourceKind, World as _, compile,
    discover, read_file,
};
use design_syntax::Limits;
use design_vocabulary::{FileId, Severity};

use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Find patterns in a catalog, and use designs of git repositories
///
/// `search`, `show` and `verify` ask a catalog, which is what `design catalog serve` serves: docs/catalog.md. `add` and `update` need
/// none: what a version of a repository holds is locked in design.lock, beside the design file: the commit, and a digest of the
/// content. Builds follow the lock. docs/reuse.md tells more.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design pattern add https://git.example/patterns.git//redis@v1.2.0 cache
  design pattern update
  design pattern update cache@v1.3.0
  design pattern search postgres --catalog https://patterns.example")]
pub struct PatternArgs {
    #[command(subcommand)]
    command: PatternCommand,
}

#[derive(Debug, Subcommand)]
enum PatternCommand {
    Add(add::PatternAddArgs),
    Update(update::PatternUpdateArgs),
    Search(search::PatternSearchArgs),
    Show(show::PatternShowArgs),
    Verify(verify::PatternVerifyArgs),
    Publish(publish::PatternPublishArgs),
    Approve(state::PatternApproveArgs),
    Deprecate(state::PatternDeprecateArgs),
    Yank(state::PatternYankArgs),
}

/// Runs a command of `design pattern`.
pub fn cmd_pattern(terminal: &mut Terminal, options: &Options, args: &PatternArgs) -> Result<Exit, Failure> {
    match &args.command {
        PatternCommand::Add(args) => add::cmd_add(terminal, options, args),
        PatternCommand::Update(args) => update::cmd_update(terminal, options, args),
        PatternCommand::Search(args) => search::cmd_search(terminal, options, args),
        PatternCommand::Show(args) => show::cmd_show(terminal, options, args),
        PatternCommand::Verify(args) => verify::cmd_verify(terminal, options, args),
        PatternCommand::Publish(args) => publish::cmd_publish(terminal, options, args),
        PatternCommand::Approve(args) => state::cmd_approve(terminal, options, args),
        PatternCommand::Deprecate(args) => state::cmd_deprecate(terminal, options, args),
        PatternCommand::Yank(args) => state::cmd_yank(terminal, options, args),
    }
}

/// The one design file at a path.
fn design_file(path: &str) -> Result<String, Failure> {
    let world = DiskWorld::new();
    let wrong = |error: design_pipeline::WorldError| Failure::Usage(format!("cannot read `{path}`: {error}"));
    let is_design = |file: &str| {
        let found = discover(&world, file, &Limits::default()).map_err(wrong)?;
        Ok(found.iter().any(|found| found.kind == SourceKind::Design))
    };
    if world.kind(path).map_err(wrong)? == EntryKind::File {
        let wrong = || Failure::Usage(format!("`{path}` is no design file"));
        return is_design(path)?.then(|| path.to_owned()).ok_or_else(wrong);
    }
    let mut files = Vec::new();
    let mut entries = world.list(path).map_err(wrong)?;
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    for entry in entries {
        let is_candidate = [".yaml", ".yml", ".json"].iter().any(|ending| entry.name.ends_with(ending));
        if is_candidate && !entry.name.starts_with('.') && entry.kind == EntryKind::File {
            let file = if path == "." { entry.name } else { format!("{}/{}", path.trim_end_matches('/'), entry.name) };
            if is_design(&file)? {
                files.push(file);
            }
        }
    }
    match <[String; 1]>::try_from(files) {
        Ok([only]) => Ok(only),
        Err(files) if files.is_empty() => {
            Err(Failure::Usage(format!("there is no design file in `{path}`; `design init` writes one")))
        }
        Err(files) => Err(Failure::Usage(format!("there are several designs: {}; name one", files.join(", ")))),
    }
}

/// Locks what a design uses, with a text that its file may not hold yet, and writes both. Nothing is written where
/// anything that is used cannot be read.
fn lock(
    terminal: &mut Terminal,
    options: &Options,
    (file, text): (&str, Option<&str>),
    accept_moved: bool,
) -> Result<Exit, Failure> {
    let mut world = Overlay::new(DiskWorld::with_repositories(options));
    if let Some(text) = text {
        world.insert(file, text.to_owned());
    }
    let request =
        Request { locking: Locking::Renew { accept_moved }, source: Some(SourceKind::Design), ..Request::new([file]) };
    let mut compilation = compile(&world, &request);
    if tell_of_uses(terminal, &mut compilation)? {
        terminal.error("nothing was locked\n")?;
        return Ok(Exit::Findings);
    }
    let folder = std::path::Path::new(file).parent().unwrap_or(std::path::Path::new(""));
    let path = folder.join(LOCK_FILE);
    let mut locked: Vec<_> = std::mem::take(&mut compilation.locked).into_values().flatten().collect();
    locked.sort();
    locked.dedup();
    if let Some(text) = text {
        write(file.as_ref(), text)?;
    }
    if !locked.is_empty() || path.exists() {
        // What was copied stays.
        write(&path, &LockContent { entries: locked.clone(), ..content(&path) }.text())?;
    }
    for locked in &locked {
        let path = if locked.path.is_empty() { String::new() } else { format!("//{}", locked.path) };
        let words = locked.revision.words();
        terminal
            .print(&format!("locked {}{path} {words}: commit {}, {}\n", locked.url, locked.commit, locked.digest))?;
    }
    Ok(Exit::Done)
}

/// What a lock file says; nothing where there is none, or none that can be read.
pub(super) fn content(path: &std::path::Path) -> LockContent {
    let shown = path.to_string_lossy();
    let source = read_file(&DiskWorld::new(), &shown, FileId(0), &Limits::default());
    source.map(|source| Lock::read(&source, &mut Vec::new()).content()).unwrap_or_default()
}

/// Tells of what keeps a design from being locked; returns whether there is anything. What else is wrong with it is a
/// matter for `design check`.
fn tell_of_uses(terminal: &mut Terminal, compilation: &mut Compilation) -> Result<bool, Failure> {
    compilation.report.findings.retain(|finding| {
        let code = finding.code.0;
        let is_of_uses = ("D0921".."D0950").contains(&code) || ("D0100".."D0300").contains(&code);
        let is_of_rendering = ["D0922", "D0926", "D0930", "D0931", "D0933"].contains(&code);
        is_of_uses && !is_of_rendering && finding.severity != Severity::Note
    });
    terminal.error(&design_report::text::findings(&compilation.report, &compilation.sources, terminal.style()))?;
    Ok(compilation.report.findings.iter().any(|finding| finding.severity == Severity::Error))
}

fn write(path: &std::path::Path, text: &str) -> Result<(), Failure> {
    if std::fs::read_to_string(path).is_ok_and(|written| written == text) {
        return Ok(());
    }
    std::fs::write(path, text).map_err(|error| Failure::system("write", path, &error))
}
