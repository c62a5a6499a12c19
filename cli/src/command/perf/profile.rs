//! Reading profiles, and `design perf init`.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use design_check::word_syntax;
use design_perf::smp::{self, Dialect, Profile};
use design_pipeline::read_file;
use design_report::{Report, Sources, text};
use design_syntax::{Document, Limits, parse};
use design_vocabulary::{FileId, Finding};

use crate::command::create_new;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Reads the profile in a file and tells what is wrong with it. `None` where it cannot be run.
pub(super) fn read(terminal: &mut Terminal, path: &str) -> Result<Option<(Profile, Dialect)>, Failure> {
    let take = |document: &Document| {
        let found = smp::read(document);
        (found.profile, found.findings)
    };
    read_document(terminal, path, |_| None, take)
}

/// Reads what the only document of a file holds, or what its text is where that is no document, and tells what is wrong with it. `None`
/// where it cannot be used.
pub(super) fn read_document<T>(
    terminal: &mut Terminal,
    path: &str,
    take_text: impl FnOnce(&str) -> Option<T>,
    take: impl FnOnce(&Document) -> (Option<T>, Vec<Finding>),
) -> Result<Option<T>, Failure> {
    let mut sources = Sources::default();
    let mut report = Report::default();
    let mut taken = None;
    match read_file(&DiskWorld::new(), path, FileId(0), &Limits::default()) {
        Ok(source) => {
            if let Some(found) = take_text(source.text()) {
                return Ok(Some(found));
            }
            let parsed = parse(&source, &Limits::default());
            report.findings.extend(parsed.problems.iter().map(word_syntax));
            match parsed.documents.as_slice() {
                [document] => {
                    let (found, findings) = take(document);
                    report.findings.extend(findings);
                    taken = found;
                }
                [] => {}
                documents => {
                    let count = documents.len();
                    return Err(Failure::Usage(format!("{path} holds {count} documents, and one is read")));
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
    Ok(taken.filter(|_| report.summary().errors == 0))
}

/// The profile that `design perf init` writes.
const FIRST: &str = "\
# A performance profile: what `design perf run` sends. https://smp-spec.io
name: shop
# How long is measured: 30s, 1m30s, 500ms
duration: 30s
labels:
  team: shop
  # What is to be met: p50 to p99.9, max, errors, rate
  objective.p99: 500ms
  objective.errors: 1%
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
