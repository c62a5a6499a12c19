//! `design pattern search`

use clap::Args;

use super::catalog::{Address, Catalog, Line};
use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Find patterns of a catalog
///
/// Prints those whose name, title or description has every word, the latest version of each. Where the catalog cannot be reached, what it
/// said last is searched.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design pattern search postgres backup --catalog https://patterns.example
  DESIGN_CATALOG=https://patterns.example design pattern search")]
pub struct PatternSearchArgs {
    /// Words; without any, all patterns are printed
    #[arg(value_name = "WORD")]
    words: Vec<String>,

    #[command(flatten)]
    address: Address,
}

/// Runs `design pattern search`.
pub fn cmd_search(terminal: &mut Terminal, options: &Options, args: &PatternSearchArgs) -> Result<Exit, Failure> {
    let catalog = Catalog::new(options, &args.address)?;
    let lines = catalog.all()?;
    let words: Vec<String> = args.words.iter().map(|word| word.to_lowercase()).collect();
    // The lines of a pattern stand together, the latest version at the end.
    let mut latest: Vec<&Line> = Vec::new();
    for line in lines.iter().filter(|line| matches!(line.state.as_str(), "active" | "deprecated")) {
        match latest.last_mut() {
            Some(last) if (&last.publisher, &last.name) == (&line.publisher, &line.name) => *last = line,
            _ => latest.push(line),
        }
    }
    let is_meant = |line: &&Line| {
        let text = format!("{} {} {}", line.name, line.title, line.description).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let mut found: Vec<&Line> = latest.into_iter().filter(is_meant).collect();
    let asked = words.join("-");
    found.sort_by_key(|line| (line.name != asked, !line.name.starts_with(&asked)));
    let name = |line: &Line| format!("{}/{}", line.publisher, line.name);
    let width = found.iter().map(|line| name(line).chars().count()).max().unwrap_or_default();
    for line in &found {
        let deprecated = if line.state == "deprecated" { " (deprecated)" } else { "" };
        terminal.print(&format!("{:width$}  {}  {}{deprecated}\n", name(line), line.version, line.description))?;
    }
    if found.is_empty() {
        terminal.error("no pattern has all of these words\n")?;
        return Ok(Exit::Findings);
    }
    Ok(Exit::Done)
}
