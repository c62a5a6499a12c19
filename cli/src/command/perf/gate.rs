//! `design perf gate`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use design_perf::gate::{Gate, Progress, Verdict};
use design_perf::load::Stop;
use design_perf::report;

use super::RequestArgs;
use super::deployed::DeployedArgs;
use super::run::Format;
use super::trials::{Sent, TrialArgs};
use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Say whether a candidate is slower than a baseline
///
/// Both are started on this machine, and measured in pairs, one after the other in an order by chance: latency at a fixed
/// rate, and the processor time of a request under as much load as the server takes. Exact statistics of the pairs decide,
/// after 8, 12, 16, 24 and 32 of them at the latest; a change has to be proved and large enough to fail.
///
/// A design is applied to a namespace of its own in a cluster, waited for, asked through the Service of --component, and deleted.
///
/// The processor time comes from the kernel's accounting of the processes that a command starts, on Linux only, or with --cpu-from from a
/// control group or from Prometheus. Of a URL only the last knows it, and otherwise latency decides alone.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit codes: 0 pass, 1 fail (and inconclusive with --inconclusive fail), 3 the machine was disturbed or an arm does not start

Examples:
  design perf gate --baseline './old --port {port}' --candidate './new --port {port}'
  design perf gate profile.yaml --baseline './old --port {port}' --candidate './new --port {port}'
  design perf gate profile.yaml --baseline git:main:k8s --candidate k8s --component web:80
  design perf gate --baseline http://127.0.0.1:8001/ --candidate http://127.0.0.1:8002/ --rate 2000")]
pub struct PerfGateArgs {
    /// A profile: what its first client sends to its first endpoint, how often, and the objectives that the candidate has to meet
    #[arg(value_name = "PROFILE")]
    profile: Option<String>,

    /// What runs now: a command, in which {port} stands for a free port, a URL, a design (a folder or a YAML file), or a design at a
    /// revision, git:REVISION or git:REVISION:PATH
    #[arg(long, value_name = "COMMAND|URL|DESIGN")]
    baseline: String,

    /// What may take its place, likewise
    #[arg(long, value_name = "COMMAND|URL|DESIGN")]
    candidate: String,

    /// What is asked for of a command: path and query [default: / or what the profile says]
    #[arg(long, value_name = "PATH")]
    path: Option<String>,

    /// Measure at most so many pairs
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(8..=32))]
    most_pairs: u16,

    /// The number of this attempt, which gives the arms another order
    #[arg(long, value_name = "N", default_value_t = 1)]
    attempt: u32,

    /// What it means if the pairs do not tell
    #[arg(long, value_enum, default_value_t, value_name = "MEANING")]
    inconclusive: Meaning,

    /// Write the report to this file as a page, too
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,

    /// The format of the report; text is Markdown as well
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    #[command(flatten)]
    trials: TrialArgs,

    #[command(flatten)]
    deployed: DeployedArgs,

    #[command(flatten)]
    request: RequestArgs,
}

/// What it means if the pairs do not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Meaning {
    /// A warning
    #[default]
    Warn,
    /// A failure
    Fail,
}

/// Runs `design perf gate`.
pub fn cmd_gate(terminal: &mut Terminal, options: &Options, args: &PerfGateArgs) -> Result<Exit, Failure> {
    let Some(sent) = Sent::read(terminal, args.profile.as_deref(), &args.request)? else { return Ok(Exit::Findings) };
    let stop = Stop::default();
    stop.at_interrupt().map_err(Failure::Environment)?;
    let (mut baseline, mut candidate) = (args.baseline.clone(), args.candidate.clone());
    let arms = [&mut baseline, &mut candidate];
    let deployed = args.deployed.deploy(terminal, options, sent.component.as_deref(), arms)?;
    let Some(deployed) = deployed else { return Ok(Exit::Findings) };
    let judged = judged(terminal, args, sent, (&baseline, &candidate), &stop);
    // What was applied goes whatever came of the gate.
    let deleted = deployed.delete(terminal);
    let exit = judged?;
    deleted.map(|()| exit)
}

/// Measures two arms that are commands or URLs, and writes the report.
fn judged(
    terminal: &mut Terminal,
    args: &PerfGateArgs,
    sent: Sent,
    (baseline, candidate): (&str, &str),
    stop: &Stop,
) -> Result<Exit, Failure> {
    let cpu_from = args.trials.cpu_from();
    let arm = |name: &str, command: &str| sent.arm(name, command, args.path.as_deref(), &cpu_from);
    let gate = Gate {
        baseline: arm("baseline", baseline),
        candidate: arm("candidate", candidate),
        trials: args.trials.trials(&sent, args.request.timeout),
        most_pairs: usize::from(args.most_pairs),
        attempt: args.attempt,
        objectives: sent.objectives,
    };
    let is_quiet = terminal.is_quiet();
    let tell = std::cell::RefCell::new(terminal);
    let listener = |progress: Progress<'_>| {
        let text = match progress {
            _ if is_quiet => return,
            Progress::Calibrating => "looking for the rate".to_owned(),
            Progress::Calibrated(rate) => format!("{rate:.0} requests a second"),
            Progress::Measured(count) => format!("pair {count}"),
            Progress::Redone(why) => format!("a pair is measured again: {why}"),
        };
        // Whoever does not read the log wants the verdict all the same.
        let _ = tell.borrow_mut().error(&format!("{text}\n"));
    };
    let outcome = gate.run(stop, &listener).map_err(Failure::Environment)?;
    let text = match args.format {
        Format::Text => report::gate_text(&gate, &outcome),
        Format::Json => format!("{:#}\n", report::gate_json(&gate, &outcome)),
    };
    if let Some(file) = &args.report {
        let page = report::gate_html(&gate, &outcome);
        std::fs::write(file, page).map_err(|error| Failure::system("write", file, &error))?;
    }
    tell.into_inner().print(&text)?;
    Ok(match outcome.verdict {
        Verdict::Fail => Exit::Findings,
        Verdict::Inconclusive if args.inconclusive == Meaning::Fail => Exit::Findings,
        Verdict::Pass | Verdict::Inconclusive => Exit::Done,
        Verdict::InvalidEnvironment => Exit::Environment,
    })
}
