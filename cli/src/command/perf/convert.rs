//! `design perf convert`

use clap::{Args, ValueEnum};
use design_perf::smp::{self, Dialect, Unit};
use design_syntax::Document;

use super::profile::read_document;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Write a profile or a result in another form
///
/// Of profiles, Meshery's file, the test of the specification alone, what protojson writes, Meshery's form since 2026 and its saved profile
/// are read; names in any spelling. Times have units and enumerations their names.
///
/// Of results (`--to result`) our own, the specification's since v0.1, what Meshery stores, and what fortio, k6, vegeta, wrk and wrk2 write
/// are read; the specification's is written, in milliseconds, with what it has no field for under `design`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design perf convert profile.yaml --to native
  design perf convert old.yaml > profile.yaml
  design perf convert fortio.json --to result")]
pub struct PerfConvertArgs {
    /// The file; `-` is standard input
    #[arg(value_name = "FILE")]
    file: String,

    /// The dialect
    #[arg(long, value_enum, default_value_t, value_name = "DIALECT")]
    to: To,

    /// What the latencies of a result of the specification are in, whatever they are called
    #[arg(long, value_enum, value_name = "UNIT")]
    unit: Option<In>,
}

/// The dialects that are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum To {
    /// The test of the specification alone
    #[default]
    Smp,
    /// Meshery's file with `test` and `mesh`
    Meshery,
    /// Meshery's form since 2026
    Native,
    /// A result, as the specification has it
    Result,
}

/// The units of latencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum In {
    /// Milliseconds
    Ms,
    /// Seconds
    S,
}

/// Runs `design perf convert`.
pub fn cmd_convert(terminal: &mut Terminal, args: &PerfConvertArgs) -> Result<Exit, Failure> {
    let dialect = match args.to {
        To::Smp => Dialect::Bare,
        To::Meshery => Dialect::Wrapped,
        To::Native => Dialect::Native,
        To::Result => return convert_result(terminal, args),
    };
    if args.unit.is_some() {
        return Err(Failure::Usage("--unit is of results: --to result".to_owned()));
    }
    let Some((mut profile, _)) = super::profile::read(terminal, &args.file)? else { return Ok(Exit::Findings) };
    if dialect == Dialect::Bare
        && let Some(mesh) = profile.mesh.take()
    {
        terminal.error(&format!("warning: a test alone has no place for its mesh, {mesh}\n"))?;
    }
    let text = smp::write(&profile, dialect);
    terminal.print(&text.ok_or_else(|| Failure::Usage("this profile cannot be written".to_owned()))?)?;
    Ok(Exit::Done)
}

fn convert_result(terminal: &mut Terminal, args: &PerfConvertArgs) -> Result<Exit, Failure> {
    let unit = args.unit.map(|unit| match unit {
        In::Ms => Unit::Milliseconds,
        In::S => Unit::Seconds,
    });
    let take = |document: &Document| {
        let found = smp::read_result(document, unit);
        (found.result, found.findings)
    };
    // What wrk prints is no YAML.
    let result = read_document(terminal, &args.file, smp::read_wrk, take)?;
    let Some(result) = result else { return Ok(Exit::Findings) };
    let text = smp::write_result(&result);
    terminal.print(&text.ok_or_else(|| Failure::Usage("this result cannot be written".to_owned()))?)?;
    Ok(Exit::Done)
}
