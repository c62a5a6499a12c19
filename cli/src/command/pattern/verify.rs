//! `design pattern verify`

use clap::Args;

use super::catalog::{Address, Catalog, Line, asked};
use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Compare what a catalog serves with what it says was published
///
/// Fetches the files of a version, or of all versions of a pattern, and compares their digest with that in the catalog's list. Exits with 1
/// if one differs.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design pattern verify design/postgres-backup --catalog https://patterns.example
  design pattern verify design/postgres-backup@1.0.0")]
pub struct PatternVerifyArgs {
    /// The pattern, and behind `@` a version [default: all of them]
    #[arg(value_name = "PUBLISHER/NAME[@VERSION]")]
    pattern: String,

    #[command(flatten)]
    address: Address,
}

/// Runs `design pattern verify`.
pub fn cmd_verify(terminal: &mut Terminal, options: &Options, args: &PatternVerifyArgs) -> Result<Exit, Failure> {
    let (publisher, name, version) = asked(&args.pattern)?;
    let catalog = Catalog::new(options, &args.address)?;
    let lines: Vec<Line> = match version {
        Some(version) => vec![catalog.version(publisher, name, Some(version))?],
        None => catalog.versions(publisher, name)?,
    };
    let mut exit = Exit::Done;
    for line in &lines {
        match catalog.files(line)? {
            Ok(_) => {
                terminal.print(&format!("{publisher}/{name} {}: as published, {}\n", line.version, line.digest))?;
            }
            Err(why) => {
                terminal.print(&format!("{publisher}/{name} {}: not what was published: {why}\n", line.version))?;
                exit = Exit::Findings;
            }
        }
    }
    Ok(exit)
}
