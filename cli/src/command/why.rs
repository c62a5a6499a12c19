//! `design why`

use clap::Args;
use design_draw::{View, why};

use crate::args::{Input, ModelOptions, Options, Source};
use crate::command::compile_related;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Say what blocks a component, what it needs, and what needs it
///
/// Each line has the place of the field that says so.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design why cart k8s/
  design why Deployment/cart
  design why Service/shop/cart")]
pub struct WhyArgs {
    /// The component: its name, `Kind/name`, or its whole id as `design graph` shows it
    #[arg(value_name = "COMPONENT")]
    component: String,

    /// The file or folder; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    path: String,

    /// What the path is
    #[arg(long, value_enum, default_value_t, value_name = "KIND")]
    source: Source,

    #[command(flatten)]
    models: ModelOptions,
}

/// Runs `design why`.
pub fn cmd_why(terminal: &mut Terminal, options: &Options, args: &WhyArgs) -> Result<Exit, Failure> {
    let input = Input { paths: vec![args.path.clone()], source: args.source, models: args.models.clone() };
    let (compilation, _) = compile_related(terminal, options, &input)?;
    let mut answers = Vec::new();
    let mut known = Vec::new();
    for compiled in &compilation.designs {
        let view = View::of(&compiled.design, &compiled.graph, &compiled.map, &compilation.sources);
        let batches = compiled.graph.order().batches;
        let batch_of = |id: &str| {
            let has = |component: &usize| compiled.graph.nodes.get(*component).is_some_and(|node| node.id == id);
            batches.iter().position(|batch| batch.iter().any(has)).map(|batch| (batch + 1, batches.len()))
        };
        for node in view.nodes.iter().filter(|node| node.is_called(&args.component)) {
            answers.push(why::render(&view, node, batch_of(&node.id)));
        }
        known.extend(view.nodes.into_iter().map(|node| node.name));
    }
    if answers.is_empty() {
        let name = args.component.rsplit('/').next().unwrap_or_default();
        let near = design_check::nearest_name(name, known.iter().map(String::as_str));
        let help = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Err(Failure::Usage(format!("no component is called `{}`{help}", args.component)));
    }
    terminal.print(&answers.join("\n"))?;
    Ok(Exit::Done)
}
