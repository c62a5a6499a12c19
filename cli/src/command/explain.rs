//! `design explain`

use clap::Args;
use design_check::{RULES, find_rule};

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Print the page of a finding
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design explain          all codes, a line each
  design explain D0102
  design explain duplicate-key")]
pub struct ExplainArgs {
    /// The code or the name of a rule; without it all rules are listed
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

/// Runs `design explain`.
pub fn cmd_explain(terminal: &mut Terminal, args: &ExplainArgs) -> Result<Exit, Failure> {
    let Some(code) = &args.code else {
        for rule in RULES {
            terminal.print(&format!("{}  {:<8} {}\n", rule.code, rule.severity.as_str(), rule.name))?;
        }
        return Ok(Exit::Done);
    };
    let rule = find_rule(code)
        .ok_or_else(|| Failure::Usage(format!("there is no rule `{code}`; `design explain` lists them all")))?;
    terminal.print(&rule.document())?;
    Ok(Exit::Done)
}
