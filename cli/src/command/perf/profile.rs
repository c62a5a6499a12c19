//! Reading profiles, and `design perf init` and `convert`.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use design_check::word_syntax;
use design_perf::smp::{self, Dialect, Profile};
use design_pipeline::read_file;
use design_report::{Report, Sources, text};
use design_syntax::{Limits, parse};
use design_vocabulary::FileId;

use crate::command::create_new;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Reads the profile in a file and tells what is wrong with it. `None` where it cannot be run.
pub(super) fn read(terminal: &mut Terminal, path: &str) -> Result<Option<(Profile, Dialect)>, Failure> {
    let mut sources = Sources::default();
    let mut report = Report::default();
    let mut profile = None;
    match read_file(&DiskWorld::new(), path, FileId(0), &Limits::default()) {
        Ok(source) => {
            let parsed = parse(&source, &Limits::default());
            report.findings.extend(parsed.problems.iter().map(word_syntax));
            match parsed.documents.as_slice() {
                [document] => {
                    let found = smp::read(document);
                    report.findings.extend(found.findings);
                    profile = found.profile;
                }
                [] => {}
                documents => {
                    return Err(Failure::Usage(format!(
                        "{path} holds {} documents; a profile is one",
                        documents.len()
                    )));
                }
            }
            sources.insert(source);
        }
        Err((source, finding)) => {
            sources.insert(source);
            report.findings.push(finding);
        }
    }
    report.sort();
    terminal.error(&text::findings(&report, &sources, terminal.style()))?;
    Ok(profile.filter(|_| report.summary().errors == 0))
}

/// The profile that `design perf init` writes.
const FIRST: &str = "\
# A performance profile: what `design perf run` sends. https://smp-spec.io
name: shop
# How long is measured: 30s, 1m30s, 500ms
duration: 30s
labels:
  team: shop
clients:
- protocol: PROTOCOL_HTTP
  # How many connections are open at a time
  connections: 32
  # Requests each second; without it as many as are answered
  rps: 100
  endpoint_urls:
  - http://127.0.0.1:8080/
  headers:
    accept: text/html
";

/// Write a first profile
///
/// Nothing is ever overwritten.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design perf init
  design perf init perf/checkout.yaml")]
pub struct PerfInitArgs {
    /// The file
    #[arg(value_name = "FILE", default_value = "profile.yaml")]
    file: PathBuf,
}

/// Runs `design perf init`.
pub fn cmd_init(terminal: &mut Terminal, args: &PerfInitArgs) -> Result<Exit, Failure> {
    let file = &args.file;
    create_new(file)?.write_all(FIRST.as_bytes()).map_err(|error| Failure::system("write", file, &error))?;
    terminal.print(&format!("wrote {}\nNext: design perf run {}\n", file.display(), file.display()))?;
    Ok(Exit::Done)
}

/// Write a profile in another dialect
///
/// Meshery's file, the test of the specification alone, what protojson writes, Meshery's form since 2026 and its saved profile
/// are read; names in any spelling. Times have units and enumerations their names.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design perf convert profile.yaml --to native
  design perf convert old.yaml > profile.yaml")]
pub struct PerfConvertArgs {
    /// The file; `-` is standard input
    #[arg(value_name = "FILE")]
    file: String,

    /// The dialect
    #[arg(long, value_enum, default_value_t, value_name = "DIALECT")]
    to: To,
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
}

/// Runs `design perf convert`.
pub fn cmd_convert(terminal: &mut Terminal, args: &PerfConvertArgs) -> Result<Exit, Failure> {
    let Some((mut profile, _)) = read(terminal, &args.file)? else { return Ok(Exit::Findings) };
    let dialect = match args.to {
        To::Smp => Dialect::Bare,
        To::Meshery => Dialect::Wrapped,
        To::Native => Dialect::Native,
    };
    if dialect == Dialect::Bare
        && let Some(mesh) = profile.mesh.take()
    {
        terminal.error(&format!("warning: a test alone has no place for its mesh, {mesh}\n"))?;
    }
    let text = smp::write(&profile, dialect);
    terminal.print(&text.ok_or_else(|| Failure::Usage("this profile cannot be written".to_owned()))?)?;
    Ok(Exit::Done)
}
