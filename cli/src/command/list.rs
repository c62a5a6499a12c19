//! `design list`

use clap::{Args, ValueEnum};
use design_pipeline::discover;
use design_syntax::Limits;
use serde::Serialize;

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// List the designs and other sources below a folder
///
/// Roots only: a chart, not its templates; an overlay, not its base; of nested folders of manifests the outermost.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design list
  design list deploy/ --format json")]
pub struct ListArgs {
    /// The folder
    #[arg(value_name = "PATH", default_value = ".")]
    path: String,

    /// The format of the list
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line each: kind and path
    #[default]
    Text,
    /// For programs
    Json,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    sources: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    path: &'a str,
    kind: &'static str,
}

/// Runs `design list`.
pub fn cmd_list(terminal: &mut Terminal, args: &ListArgs) -> Result<Exit, Failure> {
    let found = discover(&DiskWorld::new(), &args.path, &Limits::default())
        .map_err(|error| Failure::Usage(format!("cannot list `{}`: {error}", args.path)))?;
    match args.format {
        Format::Text => {
            for source in &found {
                terminal.print(&format!("{:<14} {}\n", source.kind.as_str(), source.path))?;
            }
            if found.is_empty() {
                terminal.error(&format!("nothing that can be built lies below `{}`\n", args.path))?;
            }
        }
        Format::Json => {
            let sources = found.iter().map(|source| Item { path: &source.path, kind: source.kind.as_str() }).collect();
            let document = Document { schema_version: "list.design/v1", sources };
            let text = serde_json::to_string_pretty(&document)
                .map_err(|error| Failure::Environment(format!("cannot write the list: {error}")))?;
            terminal.print(&format!("{text}\n"))?;
        }
    }
    Ok(Exit::Done)
}
