//! `design perf`

mod capacity;
mod compare;
mod convert;
mod costs;
mod deployed;
mod gate;
mod history;
mod live;
mod meshmark;
mod profile;
mod run;
mod trials;

use std::num::NonZeroU16;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use design_perf::load::{Request, Speech, Trust};

use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Measure what answers under load, and whether a candidate got slower
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design perf run http://127.0.0.1:8080/ --rate 2000 --duration 10s
  design perf run profile.yaml
  design perf gate --baseline './old --port {port}' --candidate './new --port {port}'")]
pub struct PerfArgs {
    #[command(subcommand)]
    command: PerfCommand,
}

#[derive(Debug, Subcommand)]
enum PerfCommand {
    Init(profile::PerfInitArgs),
    Run(run::PerfRunArgs),
    Gate(gate::PerfGateArgs),
    Compare(compare::PerfCompareArgs),
    Capacity(capacity::PerfCapacityArgs),
    History(history::PerfHistoryArgs),
    Convert(convert::PerfConvertArgs),
    Meshmark(meshmark::PerfMeshmarkArgs),
}

/// Runs a command of `design perf`.
pub fn cmd_perf(terminal: &mut Terminal, options: &Options, args: &PerfArgs) -> Result<Exit, Failure> {
    match &args.command {
        PerfCommand::Init(args) => profile::cmd_init(terminal, args),
        PerfCommand::Convert(args) => convert::cmd_convert(terminal, args),
        PerfCommand::Run(args) => run::cmd_run(terminal, args),
        PerfCommand::Compare(args) => compare::cmd_compare(terminal, args),
        PerfCommand::Capacity(args) => capacity::cmd_capacity(terminal, args),
        PerfCommand::History(args) => history::cmd_history(terminal, args),
        PerfCommand::Meshmark(args) => meshmark::cmd_meshmark(terminal, args),
        PerfCommand::Gate(args) => gate::cmd_gate(terminal, options, args),
    }
}

/// What every request says.
#[derive(Args, Debug)]
struct RequestArgs {
    /// The method
    #[arg(short = 'X', long, value_name = "METHOD", default_value = "GET")]
    method: String,

    /// A header field, `NAME: VALUE`; may be given several times
    #[arg(short = 'H', long = "header", value_name = "FIELD", value_parser = header)]
    headers: Vec<(String, String)>,

    /// The body
    #[arg(short = 'd', long, value_name = "TEXT", default_value = "")]
    body: String,

    /// Speak HTTP/2; without TLS by prior knowledge
    #[arg(long)]
    http2: bool,

    /// How many requests a connection has at a time; more than one takes HTTP/2, as gRPC does
    #[arg(long, value_name = "N", default_value_t = NonZeroU16::MIN)]
    streams: NonZeroU16,

    /// Believe the certificates that those in this file have signed (PEM), and no others
    #[arg(long, value_name = "FILE", conflicts_with = "insecure")]
    ca: Option<PathBuf>,

    /// Believe any certificate
    #[arg(long)]
    insecure: bool,

    /// A request has failed that takes longer: 500ms, 10s, 1m
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = time)]
    timeout: Duration,
}

impl RequestArgs {
    /// What every request says.
    fn request(&self) -> Request {
        Request {
            method: self.method.clone(),
            headers: self.headers.clone(),
            body: self.body.clone().into_bytes(),
            speech: if self.http2 || self.streams > NonZeroU16::MIN {
                Speech::Http2 { streams: self.streams }
            } else {
                Speech::Http1
            },
            trust: match &self.ca {
                Some(file) => Trust::File(file.clone()),
                None if self.insecure => Trust::Anyone,
                None => Trust::System,
            },
        }
    }

    /// Whether anything of a request was named.
    fn is_given(&self) -> bool {
        self.method != "GET"
            || !self.headers.is_empty()
            || !self.body.is_empty()
            || self.http2
            || self.streams > NonZeroU16::MIN
    }
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or_else(|| "it reads NAME: VALUE".to_owned())?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// A time with a unit, or in seconds.
fn time(text: &str) -> Result<Duration, String> {
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("", 1.0)];
    let found = units.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?.parse::<f64>().ok()?, seconds)));
    match found.map(|(number, seconds)| number * seconds) {
        Some(seconds) if seconds > 0.0 && seconds <= 1e6 => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("it reads 500ms, 90, 90s, 5m or 1h".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        for (text, milliseconds) in [("500ms", 500), ("2", 2_000), ("2s", 2_000), ("1.5m", 90_000)] {
            assert_eq!(time(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "s", "0s", "-1s", "1d", "inf"] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
