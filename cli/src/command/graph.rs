//! `design graph`

use clap::{Args, ValueEnum};
use design_draw::{Picture, View, dot, html, json, mermaid, svg, text};

use crate::args::{Input, Options};
use crate::command::{compile_related, only, tell_errors};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Show the components of a design and the relationships between them
///
/// Relationships are the ones that a design declares and those that the fields of its objects declare: names of config
/// maps, label selectors, host names in environment values. Each has the place of the value that it comes from.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design graph k8s/
  design graph --format json | jq '.edges[] | select(.subType == \"network\")'
  design graph --format html > graph.html")]
pub struct GraphArgs {
    #[command(flatten)]
    input: Input,

    /// The format of the graph
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// How the graph is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, a component with what it names
    #[default]
    Text,
    /// For programs
    Json,
    /// For Graphviz
    Dot,
    /// For Markdown on GitHub and GitLab
    Mermaid,
    /// For people, a picture
    Svg,
    /// For people, a page by itself: the picture to search and filter, and tables
    Html,
}

/// Runs `design graph`.
pub fn cmd_graph(terminal: &mut Terminal, options: &Options, args: &GraphArgs) -> Result<Exit, Failure> {
    let (mut compilation, _) = compile_related(terminal, options, &args.input)?;
    let errors = tell_errors(terminal, &mut compilation)?;
    if matches!(args.format, Format::Svg | Format::Html) {
        // Two documents of these formats behind each other are none.
        only(&compilation, &args.input.paths.join(" "))?;
    }
    for compiled in &compilation.designs {
        let view = View::of(&compiled.design, &compiled.graph, &compiled.map, &compilation.sources);
        let graph = match args.format {
            Format::Text => text::render(&view),
            Format::Json => {
                terminal.write(|output| json::write(&view, output))?;
                continue;
            }
            Format::Dot => dot::render(&view),
            Format::Mermaid => mermaid::render(&view),
            Format::Svg => svg::render(&Picture::of(&view, &compiled.design.name)),
            Format::Html => html::render(&view, &Picture::of(&view, &compiled.design.name)),
        };
        terminal.print(&graph)?;
    }
    Ok(if errors { Exit::Findings } else { Exit::Done })
}
