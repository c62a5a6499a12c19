//! `design perf run`

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use clap::{Args, ValueEnum};
use design_perf::cost::Costs;
use design_perf::load::{Arrivals, CONNECTIONS, Live, Load, Measurement, Stop, Target};
use design_perf::objective::Objective;
use design_perf::{export, report};
use url::Url;

use super::costs::CostArgs;
use super::{RequestArgs, time};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Send requests and say how long answers took
///
/// The target is a URL, or a performance profile of the SMP specification or of Meshery, whose clients send side by side.
///
/// With --rate the times of all requests are fixed beforehand, and a latency counts from the time at which its request was
/// due: a server that stalls is not spared the requests that it kept waiting. Without it each connection sends when its last
/// request was answered, which says how much a server takes. What a profile sets as an objective (a label
/// `objective.p99: 20ms`) and the target misses is exit code 1. On a terminal the load is shown while it runs. Only hosts that are named are asked; redirects are not followed.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design perf run http://127.0.0.1:8080/ --rate 2000 --duration 10s
  design perf run http://127.0.0.1:8080/ --connections 64
  design perf run https://127.0.0.1:8443/ --http2 --streams 16 --connections 8 --insecure
  design perf run grpc://127.0.0.1:50051 --rate 500
  design perf run profile.yaml
  design perf run http://127.0.0.1:8080/ --rate 500 --prometheus http://127.0.0.1:9090 --job shop --sidecars istio/shop
  design perf run http://127.0.0.1:8080/ --rate 500 --arrivals poisson --format json")]
pub struct PerfRunArgs {
    /// A URL (http, https, grpc, grpcs), or the file of a profile; `-` is standard input
    #[arg(value_name = "URL|FILE")]
    target: String,

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

    /// How many connections are open at a time [default: 32, or what the profile says]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    connections: Option<u16>,

    /// How long is measured [default: 10s, or what the profile says]
    #[arg(short = 't', long, value_name = "TIME", value_parser = time)]
    duration: Option<Duration>,

    /// How long the same load runs before without being measured
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = time)]
    warm_up: Duration,

    /// How many threads send; no more than there are cores
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: u16,

    /// The format of the result
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ResultFormat,

    /// Write the histograms to this file as a log that HDR tools read; of several loads the first
    #[arg(long, value_name = "FILE")]
    hdr_log: Option<PathBuf>,

    #[command(flatten)]
    request: RequestArgs,

    #[command(flatten)]
    costs: CostArgs,
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
enum ResultFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// As fortio writes it
    Fortio,
}

/// How a report is written.
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
    let Some(Wanted { loads, objectives, costs }) = wanted(terminal, args)? else { return Ok(Exit::Findings) };
    let stop = Stop::default();
    stop.at_interrupt().map_err(Failure::Environment)?;
    let is_shown = !terminal.is_quiet() && std::io::stderr().is_terminal();
    let live = is_shown.then(Live::new).transpose().map_err(Failure::Environment)?;
    let measured = measure(&loads, live.as_ref(), &stop);
    let measured: Vec<Measurement> = measured.into_iter().collect::<Result<_, _>>().map_err(Failure::Environment)?;
    let costs = match (&costs, measured.first()) {
        (Some(costs), Some(first)) => {
            let requests = measured.iter().map(Measurement::requests).sum();
            costs.ask(Duration::from_nanos(first.elapsed), requests).map_err(Failure::Environment)?
        }
        _ => Vec::new(),
    };
    let mut exit = Exit::Done;
    let mut hdr_log = args.hdr_log.as_ref();
    for (load, measured) in loads.iter().zip(&measured) {
        let judged = measured.judge(&objectives);
        terminal.print(&match args.format {
            ResultFormat::Text => report::text(load, measured, &judged),
            ResultFormat::Json => format!("{:#}\n", report::json(load, measured, &judged, &costs)),
            ResultFormat::Fortio => format!("{:#}\n", export::fortio(load, measured)),
        })?;
        if let Some(file) = hdr_log.take() {
            let log = export::hdr_log(measured).map_err(Failure::Environment)?;
            std::fs::write(file, log).map_err(|error| Failure::system("write", file, &error))?;
        }
        if measured.latency.is_empty() || judged.iter().any(|one| !one.met) {
            exit = Exit::Findings;
        }
    }
    if args.format == ResultFormat::Text {
        terminal.print(&report::costs_text(&costs))?;
    }
    if stop.is_stopped() {
        terminal.error("interrupted: the result is of what was measured until then\n")?;
    }
    Ok(exit)
}

/// Sends all loads side by side, before the eyes of whoever looks on.
fn measure(loads: &[Load], live: Option<&Live>, stop: &Stop) -> Vec<Result<Measurement, String>> {
    let (runs, ended) = channel();
    std::thread::scope(|scope| {
        let running: Vec<_> = loads.iter().map(|load| scope.spawn(move || load.run_before(live, stop))).collect();
        if let Some(live) = live {
            let whole = loads.iter().map(|load| load.warm_up + load.duration).max().unwrap_or_default();
            scope.spawn(move || super::live::draw(live, whole, &ended));
        }
        let lost = |_| Err("a load ended before its time".to_owned());
        let measured = running.into_iter().map(|thread| thread.join().unwrap_or_else(lost)).collect();
        drop::<Sender<()>>(runs);
        measured
    })
}

/// What is asked for.
struct Wanted {
    loads: Vec<Load>,
    /// What each load has to meet.
    objectives: Vec<Objective>,
    costs: Option<Costs>,
}

/// What is sent, what is to be met, and what is asked about it. `None` where a profile cannot be run, which was told.
fn wanted(terminal: &mut Terminal, args: &PerfRunArgs) -> Result<Option<Wanted>, Failure> {
    let request = &args.request;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if !args.target.contains("://") {
        let Some((profile, _)) = super::profile::read(terminal, &args.target)? else { return Ok(None) };
        if args.rate.is_some() || request.is_given() {
            return Err(Failure::Usage("a profile says itself what is sent, and how often".to_owned()));
        }
        let mut loads = profile.loads(args.warm_up, request.timeout).map_err(|why| Failure::Usage(why.0))?;
        for load in &mut loads {
            load.duration = args.duration.unwrap_or(load.duration);
            load.connections = args.connections.map_or(load.connections, usize::from);
            load.threads = usize::from(args.threads).min(cores);
        }
        let costs = args.costs.costs(&profile.labels)?;
        return Ok(Some(Wanted { loads, objectives: profile.objectives(), costs }));
    }
    let url = Url::parse(&args.target).map_err(|error| Failure::Usage(format!("{}: {error}", args.target)))?;
    let target = Target::new(&request.request(), &url);
    let load = Load {
        target: target.map_err(|why| Failure::Usage(why.0))?,
        arrivals: args.rate.map(|rate| match (args.ramp_from, args.arrivals) {
            (Some(from), _) => Arrivals::Ramp { from, to: rate, over: args.warm_up.as_secs_f64() },
            (None, Law::Constant) => Arrivals::Constant(rate),
            (None, Law::Poisson) => Arrivals::Poisson(rate, args.seed),
        }),
        connections: args.connections.map_or(CONNECTIONS, u32::from).try_into().unwrap_or(usize::MAX),
        duration: args.duration.unwrap_or(Duration::from_secs(10)),
        warm_up: args.warm_up,
        timeout: request.timeout,
        threads: usize::from(args.threads).min(cores),
    };
    let costs = args.costs.costs(&BTreeMap::new())?;
    Ok(Some(Wanted { loads: vec![load], objectives: Vec::new(), costs }))
}
