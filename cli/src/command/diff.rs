//! `design diff`

use std::path::Path;

use clap::{Args, ValueEnum};
use design_draw::difference::{json, text};
use design_draw::{Picture, View, mermaid, svg};
use design_graph::difference;
use design_pipeline::{Compilation, Compiled};

use crate::args::{Input, ModelOptions, Options, Source};
use crate::command::{compile_related, compile_related_in, only, repository, tell_errors};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Compare two designs as graphs
///
/// Components are the same where kind, group, namespace and name are; the files they are in, and the order and style in
/// which they are written, do not matter. What secrets hold is not shown.
///
/// With --base there is one path: the old design is what it holds at that revision of the repository, from where the branch left it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design diff v1.yaml v2.yaml
  design diff --base main
  design diff --base v1.2.0 k8s/ --exit-code
  design diff rendered/staging rendered/production --format json
  design diff v1.yaml v2.yaml --format svg > difference.svg")]
pub struct DiffArgs {
    /// The old design, a file or a folder; with --base the only one [default with --base: the working directory]
    #[arg(value_name = "OLD", required_unless_present = "base")]
    old: Option<String>,

    /// The new design
    #[arg(value_name = "NEW", required_unless_present = "base", conflicts_with = "base")]
    new: Option<String>,

    /// Take the old design from this revision of the git repository around the working directory: a branch, a tag, a commit. Of a
    /// branch, what counts is where HEAD left it
    #[arg(long, value_name = "REF")]
    base: Option<String>,

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
    let path = args.old.as_deref().unwrap_or(".");
    let (new, new_errors) = read(terminal, options, args.new.as_deref().unwrap_or(path), args)?;
    let (old, old_errors) = match &args.base {
        None => read(terminal, options, path, args)?,
        Some(base) => read_base(terminal, options, base, path, args)?,
    };
    let after = only(&new, args.new.as_deref().unwrap_or(path))?;
    let nothing = Compiled::default();
    // What was not there before was added as a whole.
    let is_new = args.base.is_some() && old.designs.is_empty();
    let before = if is_new { &nothing } else { only(&old, path)? };
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

/// Compiles what a path held at the base of the change; nothing where there was nothing.
fn read_base(
    terminal: &mut Terminal,
    options: &Options,
    base: &str,
    path: &str,
    args: &DiffArgs,
) -> Result<(Compilation, bool), Failure> {
    let input = Input { paths: vec![path.to_owned()], source: args.source, models: args.models.clone() };
    let disk = DiskWorld::with_repositories(options);
    let here = Path::new(".");
    let repository = repository()?;
    let revision = repository.merge_base(base, "HEAD").map_err(Failure::Usage)?;
    let world = repository.world(&revision, here, &disk).map_err(Failure::Usage)?;
    let mut compilation = compile_related_in(terminal, options, &input, &world)?.unwrap_or_default();
    let errors = tell_errors(terminal, &mut compilation)?;
    Ok((compilation, errors))
}
