//! `design pattern show`

use std::path::PathBuf;

use clap::Args;

use super::catalog::{Address, Catalog, asked};
use crate::args::Options;
use crate::command::create_new;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Show a pattern of a catalog, or write its files
///
/// Files are written only when they are what was published: their digest is compared with that of the catalog's list, and one that differs
/// is an error.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design pattern show design/postgres-backup --catalog https://patterns.example
  design pattern show design/postgres-backup@1.0.0 -o postgres")]
pub struct PatternShowArgs {
    /// The pattern, and behind `@` a version [default: the latest one]
    #[arg(value_name = "PUBLISHER/NAME[@VERSION]")]
    pattern: String,

    /// Write the files of the version to this folder, which must not have any of them yet
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    #[command(flatten)]
    address: Address,
}

/// Runs `design pattern show`.
pub fn cmd_show(terminal: &mut Terminal, options: &Options, args: &PatternShowArgs) -> Result<Exit, Failure> {
    let (publisher, name, version) = asked(&args.pattern)?;
    let catalog = Catalog::new(options, &args.address)?;
    let line = catalog.version(publisher, name, version)?;
    let said = |what: &str| if what.is_empty() { "not stated".to_owned() } else { what.to_owned() };
    terminal.print(&format!(
        "{}/{} {}: {}\n{}\n\nlicence    {}\nclass      {}\nchecks     {}\npublished  {}\ncommit     {}\ndigest     {}\nfiles      {}\n",
        line.publisher,
        line.name,
        line.version,
        line.title,
        line.description,
        said(&line.license),
        line.class,
        line.checks,
        line.published,
        line.commit,
        line.digest,
        line.files.join(", "),
    ))?;
    match line.state.as_str() {
        "deprecated" if line.replacement.is_empty() => {
            terminal.error(&format!("warning: deprecated: {}\n", line.reason))?;
        }
        "deprecated" => {
            terminal.error(&format!("warning: deprecated: {} Take {} instead.\n", line.reason, line.replacement))?;
        }
        "yanked" => terminal.error(&format!("warning: withdrawn: {}\n", line.reason))?,
        _ => {}
    }
    if catalog.is_offline() {
        terminal.detail("from the cache")?;
    }
    let Some(folder) = &args.output else { return Ok(Exit::Done) };
    let files = match catalog.files(&line)? {
        Ok(files) => files,
        Err(why) => {
            terminal
                .error(&format!("error: {publisher}/{name} {} is not what was published: {why}\n", line.version))?;
            return Ok(Exit::Findings);
        }
    };
    for (path, bytes) in &files {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|error| Failure::system("write", parent, &error))?;
        let mut file = create_new(&path)?;
        std::io::Write::write_all(&mut file, bytes).map_err(|error| Failure::system("write", &path, &error))?;
    }
    if !terminal.is_quiet() {
        terminal.error(&format!("{} files in {}\n", files.len(), folder.display()))?;
    }
    Ok(Exit::Done)
}
