//! `design perf capacity`

use std::time::Duration;

use clap::Args;
use design_perf::capacity::{Found, Search, Stage, search};
use design_perf::load::{Arrivals, Load, Quantiles, Stop, Target};
use design_perf::statistics::ErrorCounts;
use serde_json::json;
use url::Url;

use super::run::Format;
use super::{RequestArgs, time};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Search the highest rate at which a target still meets an objective
///
/// The rate is doubled until the objective is missed, then the gap is halved, and what was found is tested for longer. A rate is
/// missed as well if more requests fail than are allowed, or if fewer were answered than were due.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design perf capacity http://127.0.0.1:8080/ --p99 20ms
  design perf capacity http://127.0.0.1:8080/ --p99 5ms --from 1000 --precision 0.01")]
pub struct PerfCapacityArgs {
    /// Where requests go: http, https, grpc or grpcs
    #[arg(value_name = "URL")]
    url: Url,

    /// The objective: 99 of 100 answers come within this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    p99: Duration,

    /// The share of requests that may fail
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    errors: f64,

    /// The rate to begin with
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    from: u32,

    /// The highest rate that is tried
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    most: u32,

    /// How close to come, as a share of the rate
    #[arg(long, value_name = "SHARE", default_value_t = 0.05)]
    precision: f64,

    /// How many connections are open at a time
    #[arg(short, long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    connections: u16,

    /// How long a rate is tried; the test at the end takes three times as long
    #[arg(short = 't', long, value_name = "TIME", default_value = "3s", value_parser = time)]
    duration: Duration,

    /// The format of the result
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    #[command(flatten)]
    request: RequestArgs,
}

/// Runs `design perf capacity`.
pub fn cmd_capacity(terminal: &mut Terminal, args: &PerfCapacityArgs) -> Result<Exit, Failure> {
    let request = &args.request;
    let target = Target::new(&request.request(), &args.url);
    let target = target.map_err(|why| Failure::Usage(why.0))?;
    if !(0.001..1.0).contains(&args.precision) || !(0.0..1.0).contains(&args.errors) {
        return Err(Failure::Usage("--precision lies between 0.001 and 1, --errors between 0 and 1".to_owned()));
    }
    let stop = Stop::default();
    stop.at_interrupt().map_err(Failure::Environment)?;
    let is_quiet = terminal.is_quiet();
    let wanted = Search { from: f64::from(args.from), most: f64::from(args.most), precision: args.precision };
    let found = search(wanted, |rate, stage| {
        let load = Load {
            target: target.clone(),
            arrivals: Some(Arrivals::Constant(rate)),
            connections: usize::from(args.connections),
            duration: if stage == Stage::Test { args.duration * 3 } else { args.duration },
            warm_up: Duration::from_millis(500),
            timeout: request.timeout,
            threads: 1,
        };
        let measured = load.run(&stop)?;
        if stop.is_stopped() {
            return Err("interrupted".to_owned());
        }
        let (latency, errors) = (Quantiles::of(&measured.latency), measured.errors());
        let share = ErrorCounts { requests: measured.requests(), errors }.ratio();
        let is_met = !measured.latency.is_empty()
            && latency.p99 <= args.p99.as_secs_f64() * 1e3
            && share <= args.errors
            && measured.rate() >= rate * 0.99;
        if !is_quiet {
            let (word, p99) = (if is_met { "meets" } else { "misses" }, latency.p99);
            let text = format!("{rate:.0} a second {word} it: p99 {p99:.2} ms, {errors} errors\n");
            // Whoever does not read the log wants the result all the same.
            let _ = terminal.error(&text);
        }
        Ok(is_met)
    });
    let found = found.map_err(Failure::Environment)?;
    terminal.print(&match args.format {
        Format::Text => text(args, &found),
        Format::Json => {
            let rate = found.rate;
            format!("{:#}\n", json!({"rate": rate, "isLimit": found.is_limit, "tried": found.tried}))
        }
    })?;
    Ok(if found.rate.is_some() { Exit::Done } else { Exit::Findings })
}

fn text(args: &PerfCapacityArgs, found: &Found) -> String {
    let objective = format!("p99 within {:.1} ms", args.p99.as_secs_f64() * 1e3);
    match found.rate {
        Some(rate) if found.is_limit => format!("{rate:.0} requests a second or more: {objective} up to --most\n"),
        Some(rate) => format!("{rate:.0} requests a second: {objective}, of {} rates that were tried\n", found.tried),
        None => format!("no rate that was tried meets it: {objective}\n"),
    }
}
