//! `design model`

mod build;
mod generate;
mod lint;
mod list;
mod show;

use clap::{Args, Subcommand};

use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Work with models: the definitions of kinds and of relationships
///
/// A model is a folder or a package (.tar.gz) of definitions in Meshery's form or in ours; docs/extending.md tells how to
/// write one. The model of Kubernetes is built in.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design model list
  design model show Deployment
  design model generate crds.yaml --name acme -o models
  design model lint models
  design model build models/acme -o acme.tar.gz")]
pub struct ModelArgs {
    #[command(subcommand)]
    command: ModelCommand,
}

#[derive(Debug, Subcommand)]
enum ModelCommand {
    List(list::ModelListArgs),
    Show(show::ModelShowArgs),
    Lint(lint::ModelLintArgs),
    Build(build::ModelBuildArgs),
    Generate(generate::ModelGenerateArgs),
}

/// Runs a command of `design model`.
pub fn cmd_model(terminal: &mut Terminal, options: &Options, args: &ModelArgs) -> Result<Exit, Failure> {
    match &args.command {
        ModelCommand::List(args) => list::cmd_list(terminal, options, args),
        ModelCommand::Show(args) => show::cmd_show(terminal, options, args),
        ModelCommand::Lint(args) => lint::cmd_lint(terminal, options, args),
        ModelCommand::Build(args) => build::cmd_build(terminal, options, args),
        ModelCommand::Generate(args) => generate::cmd_generate(terminal, args),
    }
}
