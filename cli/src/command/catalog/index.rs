//! `design catalog index`

use clap::Args;
use design_store::Local;

use super::Repository;
use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Print what the catalog holds, a JSON object a version
///
/// The same lines as `/index/all.ndjson` of a server: publisher, name, version, digest, commit, state, files, and whether its checks pass.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design catalog index | jq -r '[.publisher, .name, .version] | @tsv'
  design catalog index --repository patterns.git --revision main")]
pub struct CatalogIndexArgs {
    #[command(flatten)]
    from: Repository,
}

/// Runs `design catalog index`.
pub fn cmd_index(terminal: &mut Terminal, options: &Options, args: &CatalogIndexArgs) -> Result<Exit, Failure> {
    let local = Local::around(&args.from.folder(options)?).map_err(Failure::Usage)?;
    let snapshot = super::verify::snapshot(&local, &args.from)?;
    let lines = design_site::lines(&snapshot);
    terminal.print(&lines)?;
    Ok(Exit::Done)
}
