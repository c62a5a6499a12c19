//! `design lsp`

use clap::Args;

use crate::args::{ModelOptions, Options};
use crate::editor;
use crate::exit::{Exit, Failure};
use crate::models;
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Answer an editor: the language server
///
/// It speaks the Language Server Protocol over standard input and output: findings while you type, pages and types on
/// hovering, definitions and references of objects, completion, quick fixes. An editor starts it; docs/editor.md says how.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design lsp
  design lsp --model models/acme")]
pub struct LspArgs {
    #[command(flatten)]
    models: ModelOptions,

    /// Taken from editors that say how they talk; there is no other way
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Runs `design lsp`.
pub fn cmd_lsp(terminal: &mut Terminal, options: &Options, args: &LspArgs) -> Result<Exit, Failure> {
    let roots = models::named(&args.models.models)?;
    let registry =
        if roots.is_empty() { None } else { models::load(terminal, options, &roots)?.registry(&DiskWorld::new()) };
    editor::serve(options, registry.as_ref())
        .map_err(|error| Failure::Environment(format!("the editor went away: {error}")))?;
    Ok(Exit::Done)
}
