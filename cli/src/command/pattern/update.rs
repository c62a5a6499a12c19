//! `design pattern update`

use clap::Args;

use crate::args::Options;
use crate::command::pattern::add::revision;
use crate::command::pattern::{design_file, edit, lock};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Lock what a design uses
///
/// Asks the repositories that the design and the designs in it use, and writes design.lock: what is new comes in, what
/// nothing uses goes. With NAME@VERSION an entry gets another version first. A tag that leads to other content than it did
/// when it was locked is refused.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design pattern update
  design pattern update cache@v1.3.0
  design pattern update --accept-moved")]
pub struct PatternUpdateArgs {
    /// Entries of `uses` that get another version, a tag or a commit
    #[arg(value_name = "NAME@VERSION")]
    names: Vec<String>,

    /// Lock tags that were moved as they are now
    #[arg(long)]
    accept_moved: bool,

    /// The design file, or the folder with it
    #[arg(long = "in", default_value = ".", value_name = "PATH")]
    path: String,
}

/// Runs `design pattern update`.
pub fn cmd_update(terminal: &mut Terminal, options: &Options, args: &PatternUpdateArgs) -> Result<Exit, Failure> {
    let file = design_file(&args.path)?;
    let mut text = None;
    for name in &args.names {
        let wrong = || Failure::Usage(format!("`{name}` does not read NAME@VERSION"));
        let (name, version) = name.split_once('@').ok_or_else(wrong)?;
        if name.is_empty() || version.is_empty() {
            return Err(wrong());
        }
        text = Some(edit::with_version(&file, text, name, &revision(version))?);
    }
    lock(terminal, options, (&file, text.as_deref()), args.accept_moved)
}
