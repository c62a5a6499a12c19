//! `design diff`

use clap::{Args, ValueEnum};
use design_draw::difference::{json, text};
use design_draw::{Picture, View, mermaid, svg};
use design_graph::difference;
use design_pipeline::{Compilation, Compiled};

use crate::args::{Input, ModelOptions, Options, Source};
use crate::command::{compile_related, only, tell_errors};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Compare two designs as graphs
///
/// Components are the same where kind, group, namespace and name are; the files they are in, and the order and style in
/// which they are written, do not matter. What secrets hold is not shown.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design diff v1.yaml v2.yaml
  design diff rendered/staging rendered/production --format json
  design diff v1.yaml v2.yaml --format svg > difference.svg")]
pub struct DiffArgs {
    /// The old design: a file or a folder
    #[arg(value_name = "OLD")]
    old: String,

    /// The new design
    #[arg(value_name = "NEW")]
    new: String,

    /// What the paths are
    #[arg(long, value_enum, default_value_t, value_name = "KIND")]
    source: Source,

    #[command(flatten)]
    models: ModelOptions,

    /// The format of the difference
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    /// Exit with 1 if anything differs
    #[arg(long)]
    exit_code: bool,
}

/// How the difference is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For Markdown on GitHub and GitLab
    Mermaid,
    /// For people, a picture
    Svg,
}

/// Runs `design diff`.
pub fn cmd_diff(terminal: &mut Terminal, options: &Options, args: &DiffArgs) -> Result<Exit, Failure> {
    let (old, old_errors) = read(terminal, options, &args.old, args)?;
    let (new, new_errors) = read(terminal, options, &args.new, args)?;
    let (before, after) = (only(&old, &args.old)?, only(&new, &args.new)?);
    let found = difference((&before.design, &before.graph), (&after.design, &after.graph));
    let picture = || {
        let view = |side: &Compilation, compiled: &Compiled| {
            View::of(&compiled.design, &compiled.graph, &compiled.map, &side.sources)
        };
        Picture::of_difference(&found, &view(&old, before), &view(&new, after))
    };
    let shown = match args.format {
        Format::Text => text(&found),
        Format::Json => {
            json(&found).map_err(|error| Failure::Environment(format!("cannot write the difference: {error}")))?
        }
        Format::Mermaid => mermaid::picture(&picture()),
        Format::Svg => svg::render(&picture()),
    };
    terminal.print(&shown)?;
    let differs = args.exit_code && !found.is_empty();
    Ok(if old_errors || new_errors || differs { Exit::Findings } else { Exit::Done })
}

/// Compiles one side; its errors are told, since what could not be read is not compared.
fn read(
    terminal: &mut Terminal,
    options: &Options,
    path: &str,
    args: &DiffArgs,
) -> Result<(Compilation, bool), Failure> {
    let input = Input { paths: vec![path.to_owned()], source: args.source, models: args.models.clone() };
    let (mut compilation, _) = compile_related(terminal, options, &input)?;
    let errors = tell_errors(terminal, &mut compilation)?;
    Ok((compilation, errors))
}
