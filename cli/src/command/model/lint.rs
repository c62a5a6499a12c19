//! `design model lint`

use clap::{Args, ValueEnum};
use design_pipeline::{Threshold, lint_models};
use design_report::{json, text};

use crate::args::{ModelOptions, Options};
use crate::exit::{Exit, Failure};
use crate::models;
use crate::settings::FailOn;
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Check the definitions of models
///
/// Paths that the schema of their kind does not have, pairs that can never meet, names that say something else than the
/// content, definitions that exist twice. `design explain CODE` prints the page of a finding.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design model lint
  design model lint acme.tar.gz --model models/kubernetes
  design model lint models --format json | jq '.findings[].code'")]
pub struct ModelLintArgs {
    /// Folders and packages with models
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<String>,

    #[command(flatten)]
    models: ModelOptions,

    /// The format of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    /// Exit with 1 from this severity on
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    fail_on: FailOn,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, with the source line
    #[default]
    Text,
    /// For programs
    Json,
}

/// Runs `design model lint`.
pub fn cmd_lint(terminal: &mut Terminal, options: &Options, args: &ModelLintArgs) -> Result<Exit, Failure> {
    let checked = models::load(terminal, options, &models::named(&args.paths)?)?;
    if checked.index.files.is_empty() {
        return Err(Failure::Usage(format!("no definitions lie in `{}`", args.paths.join("`, `"))));
    }
    let around = models::load(terminal, options, &models::named(&args.models.models)?)?;
    let linted = lint_models(&DiskWorld::new(), &checked, &around);
    let report = &linted.report;
    match args.format {
        Format::Text => {
            let style = terminal.output_style(options.color);
            terminal.print(&text::findings(report, &linted.sources, style))?;
            terminal.print(&format!("{}\n", text::summary(report)))?;
        }
        Format::Json => {
            let document = json::render(report, &linted.sources)
                .map_err(|error| Failure::Environment(format!("cannot write the report: {error}")))?;
            terminal.print(&document)?;
        }
    }
    let least = Threshold::from(args.fail_on).severity();
    let fails = report.findings.iter().any(|finding| least.is_some_and(|least| finding.severity <= least));
    Ok(if fails { Exit::Findings } else { Exit::Done })
}
