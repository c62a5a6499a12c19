//! `design check`

use clap::{Args, ValueEnum};
use design_report::{json, text};

use crate::args::{Input, Options};
use crate::command::compile_related;
use crate::exit::{Exit, Failure};
use crate::settings::FailOn;
use crate::terminal::Terminal;

/// Check a design and report findings
///
/// The report goes to standard output in every format. `design explain CODE` prints the page of a finding.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design check
  design check k8s/ --fail-on warning
  design check app.yaml --format json | jq '.findings[].code'")]
pub struct CheckArgs {
    #[command(flatten)]
    input: Input,

    /// The format of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    /// Exit with 1 from this severity on [default: error, or what .design.yaml says]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, with the source line
    #[default]
    Text,
    /// For programs
    Json,
}

/// Runs `design check`.
pub fn cmd_check(terminal: &mut Terminal, options: &Options, args: &CheckArgs) -> Result<Exit, Failure> {
    let (compilation, settings) = compile_related(terminal, options, &args.input)?;
    let report = &compilation.report;
    match args.format {
        Format::Text => {
            let style = terminal.output_style(options.color);
            terminal.print(&text::findings(report, &compilation.sources, style))?;
            terminal.print(&format!("{}\n", text::summary(report)))?;
        }
        Format::Json => {
            let document = json::render(report, &compilation.sources)
                .map_err(|error| Failure::Environment(format!("cannot write the report: {error}")))?;
            terminal.print(&document)?;
        }
    }
    let summary = report.summary();
    let fails = match args.fail_on.unwrap_or(settings.fail_on) {
        FailOn::Error => summary.errors > 0,
        FailOn::Warning => summary.errors + summary.warnings > 0,
        FailOn::Never => false,
    };
    Ok(if fails { Exit::Findings } else { Exit::Done })
}
