//! `design explain`

use clap::Args;
use design_check::{RULES, find_rule};
use design_policy::{POLICIES, find_policy};

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Print the page of a finding, or of a policy of our own
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design explain          all codes, a line each
  design explain D0102
  design explain duplicate-key
  design explain images/tag")]
pub struct ExplainArgs {
    /// The code or the name of a rule, or a policy as SET/POLICY; without it all of them are listed
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

/// Runs `design explain`.
pub fn cmd_explain(terminal: &mut Terminal, args: &ExplainArgs) -> Result<Exit, Failure> {
    let Some(code) = &args.code else {
        for rule in RULES {
            terminal.print(&format!("{}  {:<8} {}\n", rule.code, rule.severity.as_str(), rule.name))?;
        }
        terminal.print("\nPolicies of `design check --policy-set`:\n")?;
        for policy in POLICIES {
            terminal.print(&format!("{:<44} {}\n", policy.path(), policy.title()))?;
        }
        return Ok(Exit::Done);
    };
    if let Some(policy) = find_policy(code) {
        terminal.print(&policy.document())?;
        return Ok(Exit::Done);
    }
    let rule = find_rule(code).ok_or_else(|| {
        Failure::Usage(format!("there is no rule or policy `{code}`; `design explain` lists them all"))
    })?;
    terminal.print(&rule.document())?;
    Ok(Exit::Done)
}
