//! `design perf run`

use std::time::Duration;

use clap::{Args, ValueEnum};
use design_perf::load::{Arrivals, Load, Stop, Target};
use design_perf::report;
use url::Url;

use super::{RequestArgs, time};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Send requests to a URL and say how long answers took
///
/// With --rate the times of all requests are fixed beforehand, and a latency counts from the time at which its request was
/// due: a server that stalls is not spared the requests that it kept waiting. Without it each connection sends when its last
/// request was answered, which says how much a server takes. Only the host of the URL is asked; redirects are not followed.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design perf run http://127.0.0.1:8080/ --rate 2000 --duration 10s
  design perf run http://127.0.0.1:8080/ --connections 64
  design perf run http://127.0.0.1:8080/ --rate 500 --arrivals poisson --format json")]
pub struct PerfRunArgs {
    /// Where requests go; http only
    #[arg(value_name = "URL")]
    url: Url,

    /// Requests each second [default: as many as are answered]
    #[arg(short, long, value_name = "N", value_parser = positive)]
    rate: Option<f64>,

    /// The law by which requests come
    #[arg(long, value_enum, default_value_t, value_name = "LAW", requires = "rate")]
    arrivals: Law,

    /// What the times of --arrivals poisson come from; the same number gives the same times
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Begin with this many requests each second and come to --rate by the end of the warm-up
    #[arg(long, value_name = "N", requires = "rate", value_parser = not_negative)]
    ramp_from: Option<f64>,

    /// How many connections are open at a time
    #[arg(short, long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=65_535))]
    connections: u32,

    /// How long is measured
    #[arg(short = 't', long, value_name = "TIME", default_value = "10s", value_parser = time)]
    duration: Duration,

    /// How long the same load runs before without being measured
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = time)]
    warm_up: Duration,

    /// How many threads send; no more than there are cores
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: u16,

    /// The format of the result
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    #[command(flatten)]
    request: RequestArgs,
}

/// The law by which requests come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Law {
    /// At equal distances
    #[default]
    Constant,
    /// Independent of each other
    Poisson,
}

/// How a result is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

fn positive(text: &str) -> Result<f64, String> {
    not_negative(text).and_then(|rate| if rate > 0.0 { Ok(rate) } else { Err("it is more than 0".to_owned()) })
}

fn not_negative(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if (0.0..=1e7).contains(&rate) => Ok(rate),
        _ => Err("it is a number up to 10,000,000".to_owned()),
    }
}

/// Runs `design perf run`.
pub fn cmd_run(terminal: &mut Terminal, args: &PerfRunArgs) -> Result<Exit, Failure> {
    let request = &args.request;
    let target = Target::new(&request.method, &args.url, &request.headers, request.body.as_bytes());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = Load {
        target: target.map_err(|why| Failure::Usage(why.0))?,
        arrivals: args.rate.map(|rate| match (args.ramp_from, args.arrivals) {
            (Some(from), _) => Arrivals::Ramp { from, to: rate, over: args.warm_up.as_secs_f64() },
            (None, Law::Constant) => Arrivals::Constant(rate),
            (None, Law::Poisson) => Arrivals::Poisson(rate, args.seed),
        }),
        connections: args.connections.try_into().unwrap_or(usize::MAX),
        duration: args.duration,
        warm_up: args.warm_up,
        timeout: request.timeout,
        threads: usize::from(args.threads).min(cores),
    };
    let stop = Stop::default();
    stop.at_interrupt().map_err(Failure::Environment)?;
    let measured = load.run(&stop).map_err(Failure::Environment)?;
    let text = match args.format {
        Format::Text => report::text(&load, &measured),
        Format::Json => format!("{:#}\n", report::json(&load, &measured)),
    };
    terminal.print(&text)?;
    if stop.is_stopped() {
        terminal.error("interrupted: the result is of what was measured until then\n")?;
    }
    Ok(if measured.latency.is_empty() { Exit::Findings } else { Exit::Done })
}
