//! `design perf compare`

use clap::{Args, ValueEnum};
use design_perf::compare::Comparison;
use design_perf::gate::Metric;
use design_perf::load::Stop;
use design_perf::report;

use super::RequestArgs;
use super::run::Format;
use super::trials::{Sent, TrialArgs};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Rank several targets
///
/// All are started on this machine, or run already; in each round every one has a trial, in an order by chance: latency at a rate that all
/// of them take, and as much load as each takes. The ranking says how each differs from the first, with 95 percent intervals from the
/// rounds that both were in; where one holds 0, the two are not told apart.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design perf compare http://127.0.0.1:8001/ http://127.0.0.1:8002/ http://127.0.0.1:8003/
  design perf compare --by cpu './one --port {port}' './two --port {port}'")]
pub struct PerfCompareArgs {
    /// The targets: commands, in which {port} stands for a free port, and URLs
    #[arg(value_name = "COMMAND|URL", num_args = 2..=16, required = true)]
    targets: Vec<String>,

    /// A profile: what its first client sends to its first endpoint, and how often
    #[arg(long, value_name = "FILE")]
    profile: Option<String>,

    /// What is asked for of a command: path and query [default: / or what the profile says]
    #[arg(long, value_name = "PATH")]
    path: Option<String>,

    /// By what targets are ranked
    #[arg(long, value_enum, default_value_t, value_name = "METRIC")]
    by: By,

    /// How often each target has a trial
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(6..=100))]
    rounds: u16,

    /// The number of this attempt, which gives the targets another order
    #[arg(long, value_name = "N", default_value_t = 1)]
    attempt: u32,

    /// The format of the ranking; text is Markdown as well
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    #[command(flatten)]
    trials: TrialArgs,

    #[command(flatten)]
    request: RequestArgs,
}

/// By what targets are ranked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum By {
    /// The median latency
    #[default]
    P50,
    /// The 99th percentile
    P99,
    /// The processor time of a request, where it is known: --cpu-from
    Cpu,
}

/// Runs `design perf compare`.
pub fn cmd_compare(terminal: &mut Terminal, args: &PerfCompareArgs) -> Result<Exit, Failure> {
    let Some(sent) = Sent::read(terminal, args.profile.as_deref(), &args.request)? else { return Ok(Exit::Findings) };
    let cpu_from = args.trials.cpu_from();
    let arm = |(number, target): (usize, &String)| {
        sent.arm(&(number + 1).to_string(), target, args.path.as_deref(), &cpu_from)
    };
    let comparison = Comparison {
        arms: args.targets.iter().enumerate().map(arm).collect(),
        trials: args.trials.trials(&sent, args.request.timeout),
        rounds: usize::from(args.rounds),
        by: match args.by {
            By::P50 => Metric::P50,
            By::P99 => Metric::P99,
            By::Cpu => Metric::CpuPerRequest,
        },
        attempt: args.attempt,
    };
    let stop = Stop::default();
    stop.at_interrupt().map_err(Failure::Environment)?;
    let is_quiet = terminal.is_quiet();
    let tell = std::cell::RefCell::new(terminal);
    let listener = |round: usize| {
        if !is_quiet {
            // Whoever does not read the log wants the ranking all the same.
            let _ = tell.borrow_mut().error(&format!("round {round} of {}\n", args.rounds));
        }
    };
    let ranking = comparison.run(&stop, &listener).map_err(Failure::Environment)?;
    let text = match args.format {
        Format::Text => report::ranking_text(&comparison, &ranking),
        Format::Json => format!("{:#}\n", report::ranking_json(&comparison, &ranking)),
    };
    tell.into_inner().print(&text)?;
    Ok(Exit::Done)
}
