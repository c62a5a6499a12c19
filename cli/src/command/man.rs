//! `design man`

use clap::{Args, Command};

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Print the manual page of design or of one of its commands
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design man | man -l -
  design man build > design-build.1")]
pub struct ManArgs {
    /// The command
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

/// Runs `design man` for a program.
pub fn cmd_man(terminal: &mut Terminal, args: &ManArgs, mut program: Command) -> Result<Exit, Failure> {
    program.build();
    let page = match &args.command {
        None => clap_mangen::Man::new(program),
        Some(name) => {
            let command = program
                .find_subcommand(name)
                .cloned()
                .ok_or_else(|| Failure::Usage(format!("there is no command `{name}`; `design --help` lists them")))?;
            clap_mangen::Man::new(command.name(leaked(&format!("design-{name}"))))
        }
    };
    let mut text = Vec::new();
    page.render(&mut text).map_err(|error| Failure::Environment(format!("cannot write the page: {error}")))?;
    terminal.print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Done)
}

/// The argument parser keeps names for the life of the process, which ends after this page.
fn leaked(name: &str) -> &'static str {
    Box::leak(name.to_owned().into_boxed_str())
}
