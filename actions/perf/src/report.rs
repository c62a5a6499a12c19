//! What is told of measurements: as text for people, and as JSON for programs.

mod html;
mod ranking;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::cost::Cost;
use crate::gate::{Compared, Gate, Outcome, Pair, Trial, Verdict};
use crate::load::{Arrivals, Load, Measurement, Quantiles, milliseconds};
use crate::number::number;
use crate::objective::{Judged, Limited};
use crate::statistics::{Decision, median};

pub use html::gate_html;
pub use ranking::{ranking_json, ranking_text};

/// What a load measured, for people, and whether its objectives are met.
pub fn text(load: &Load, measured: &Measurement, judged: &[Judged]) -> String {
    let latency = Quantiles::of(&measured.latency);
    let lateness = Quantiles::of(&measured.lateness);
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(text, "{} {}", wanted(load), load.target.url);
    let seconds = load.duration.as_secs_f64().min(number(measured.elapsed) / 1e9);
    let _ = writeln!(text, "{} requests in {seconds:.1} s: {:.1} a second", measured.requests(), measured.rate());
    let _ = writeln!(
        text,
        "latency    p50 {}  p90 {}  p99 {}  p99.9 {}  max {}",
        time(latency.p50),
        time(latency.p90),
        time(latency.p99),
        time(latency.p999),
        time(latency.max)
    );
    if load.arrivals.is_some() {
        let _ = writeln!(
            text,
            "lateness   p50 {}  p99 {}  max {}  (of the load generator itself; {} requests found all connections busy)",
            time(lateness.p50),
            time(lateness.p99),
            time(lateness.max),
            measured.queued
        );
    } else {
        text.push_str("closed loop: latencies say how long answers take, not how long users wait\n");
    }
    let statuses: Vec<String> = measured.statuses.iter().map(|(status, count)| format!("{status}: {count}")).collect();
    let failures: Vec<String> = measured.failures.iter().map(|(reason, count)| format!("{reason}: {count}")).collect();
    let _ = writeln!(text, "answers    {}", if statuses.is_empty() { "none".to_owned() } else { statuses.join("  ") });
    if measured.errors() > 0 {
        let failed = Quantiles::of(&measured.failed);
        let _ = writeln!(
            text,
            "errors     {}  p50 {}  max {}  {}",
            measured.errors(),
            time(failed.p50),
            time(failed.max),
            failures.join("  ")
        );
    }
    for one in judged {
        let _ = writeln!(text, "objective  {}", objective(one));
    }
    text
}

/// What a load cost, for people: a line for each thing that was asked for.
pub fn costs_text(costs: &[Cost]) -> String {
    let mut text = String::new();
    for cost in costs {
        let cores = cost.cores.zip(cost.cpu_per_request_us);
        let cores = cores.map(|(cores, each)| format!("{} of processor a request, {cores:.2} cores", time(each / 1e3)));
        let memory = cost.memory_bytes.map(|bytes| format!("{:.1} MiB", bytes / 1_048_576.0));
        let known: Vec<String> = [cores, memory].into_iter().flatten().collect();
        let known = if known.is_empty() { "nothing was measured".to_owned() } else { known.join(", ") };
        let _ = writeln!(text, "cost       {}: {known}", cost.name);
    }
    text
}

/// What came of an objective, in words.
fn objective(judged: &Judged) -> String {
    let Judged { objective, value, met } = judged;
    let written = |value: f64| match objective.metric {
        Limited::Errors => format!("{:.3} %", value * 100.0),
        Limited::Rate => format!("{value:.1} a second"),
        _ if value.is_finite() => time(value),
        _ => "no answer".to_owned(),
    };
    let bound = if objective.metric == Limited::Rate { "at least" } else { "at most" };
    let verdict = if *met { "met" } else { "MISSED" };
    format!("{} {bound} {}: {}, {verdict}", objective.name(), written(objective.limit), written(*value))
}

/// What a load measured, for programs: `schemas/perf-result.schema.json`.
pub fn json(load: &Load, measured: &Measurement, judged: &[Judged], costs: &[Cost]) -> Value {
    let (law, rate) = match load.arrivals {
        None => ("closed", None),
        Some(Arrivals::Constant(rate)) => ("constant", Some(rate)),
        Some(Arrivals::Poisson(rate, _)) => ("poisson", Some(rate)),
        Some(Arrivals::Ramp { to, .. }) => ("ramp", Some(to)),
    };
    json!({
        "schemaVersion": "perf-result.design/v1",
        "url": load.target.url.as_str(),
        "arrivals": law,
        "requestedRate": rate,
        "connections": load.connections,
        "durationSeconds": number(measured.elapsed) / 1e9,
        "requests": measured.requests(),
        "errors": measured.errors(),
        "rate": measured.rate(),
        "latencyMs": Quantiles::of(&measured.latency),
        "failedMs": Quantiles::of(&measured.failed),
        "latenessMs": Quantiles::of(&measured.lateness),
        "queued": measured.queued,
        "statuses": measured.statuses,
        "failures": measured.failures,
        "bytes": measured.bytes,
        "connectionsOpened": measured.opened,
        "generatorCpuSeconds": number(measured.processor) / 1e9,
        "objectives": judged,
        "costs": costs,
    })
}

fn wanted(load: &Load) -> String {
    let connections = load.connections;
    match load.arrivals {
        None => format!("closed loop, {connections} connections,"),
        Some(Arrivals::Constant(rate)) => format!("{rate} requests a second, {connections} connections,"),
        Some(Arrivals::Poisson(rate, _)) => {
            format!("{rate} requests a second by chance (Poisson), {connections} connections,")
        }
        Some(Arrivals::Ramp { from, to, over }) => {
            format!("{from} to {to} requests a second within {over} s, {connections} connections,")
        }
    }
}

/// A time in milliseconds with a unit that suits it.
fn time(milliseconds: f64) -> String {
    if milliseconds < 1.0 {
        format!("{:.0} us", milliseconds * 1_000.0)
    } else if milliseconds < 100.0 {
        format!("{milliseconds:.2} ms")
    } else if milliseconds < 10_000.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{:.1} s", milliseconds / 1_000.0)
    }
}

impl Verdict {
    /// The verdict in one word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Inconclusive => "INCONCLUSIVE",
            Self::InvalidEnvironment => "INVALID ENVIRONMENT",
        }
    }
}

/// The first line of a report: the verdict and what it is about.
fn headline(outcome: &Outcome) -> String {
    let name = outcome.verdict.name();
    let failed: Vec<String> = outcome
        .metrics
        .iter()
        .filter(|one| one.ineligible.is_none() && one.judgement.decision == Decision::Fail)
        .map(|one| format!("{} {}", one.metric.words(), percent(one.judgement.change.center)))
        .collect();
    match outcome.verdict {
        Verdict::Pass => format!("{name}: the candidate is not slower than the tolerances allow"),
        Verdict::Fail if !failed.is_empty() => format!("{name}: {}", failed.join(", ")),
        Verdict::Fail => match outcome.objectives.iter().find(|one| !one.met) {
            Some(missed) => format!("{name}: the candidate misses an objective: {}", objective(missed)),
            None => format!("{name}: more requests fail"),
        },
        Verdict::Inconclusive => format!("{name}: {} pairs do not tell", outcome.pairs.len()),
        Verdict::InvalidEnvironment => {
            format!(
                "{name}: {} of {} pairs were disturbed",
                outcome.redone.len(),
                outcome.pairs.len() + outcome.redone.len()
            )
        }
    }
}

/// What a gate says, for people: a table that is Markdown as well.
pub fn gate_text(gate: &Gate, outcome: &Outcome) -> String {
    let mut text = format!("{}\n\n", headline(outcome));
    text.push_str("| metric | baseline | candidate | change | between | would be seen | decides |\n|---|---|---|---|---|---|---|\n");
    for one in &outcome.metrics {
        text.push_str(&row(one));
    }
    let (baseline, candidate) = outcome.errors;
    let _ = writeln!(
        text,
        "| errors | {} of {} | {} of {} | p = {:.3} | | | yes |",
        baseline.errors, baseline.requests, candidate.errors, candidate.requests, outcome.errors_probability
    );
    text.push('\n');
    for note in notes(outcome) {
        let _ = writeln!(text, "- {note}");
    }
    let _ = writeln!(
        text,
        "- {} pairs at {:.0} requests a second, {} connections; attempt {}.",
        outcome.pairs.len(),
        outcome.rate,
        gate.trials.connections,
        gate.attempt
    );
    text
}

/// What else there is to know of a gate, a sentence each.
fn notes(outcome: &Outcome) -> Vec<String> {
    let mut notes: Vec<String> =
        outcome.objectives.iter().map(|one| format!("Objective of the candidate: {}.", objective(one))).collect();
    for one in &outcome.metrics {
        let name = one.metric.words();
        let (least, tolerance) = (one.judgement.least_effect, one.metric.limits().tolerance);
        if let Some(why) = &one.ineligible {
            notes.push(format!("{name} does not decide: {why}."));
        } else if one.judgement.decision == Decision::Open && least > tolerance {
            let (least, tolerance) = (percent(least), percent(tolerance));
            notes.push(format!(
                "{name}: this run could not have seen a change of {tolerance}; only one of {least} or more."
            ));
        }
    }
    let memory = |arm: fn(&Pair) -> &Trial| {
        let held = outcome.pairs.iter().filter_map(|pair| arm(pair).memory.map(number)).collect();
        median(held).map(|bytes| format!("{:.1} MiB", bytes / 1_048_576.0))
    };
    if let Some((baseline, candidate)) = memory(|pair| &pair.baseline).zip(memory(|pair| &pair.candidate)) {
        notes.push(format!("Memory at the end of a trial: {baseline} of the baseline, {candidate} of the candidate."));
    }
    let mut reasons = BTreeMap::<&str, usize>::new();
    for why in &outcome.redone {
        *reasons.entry(why).or_default() += 1;
    }
    notes.extend(reasons.iter().map(|(why, times)| format!("{times} pairs were measured again: {why}.")));
    let environment = &outcome.environment;
    notes.push(format!("The order of the arms comes from the seed {:#x}.", outcome.seed));
    let (processor, cores, kernel) = (&environment.processor, environment.cores, &environment.kernel);
    notes.push(format!("{processor}, {cores} cores, Linux {kernel}."));
    notes
}

fn row(one: &Compared) -> String {
    format!("| {} |\n", cells(one).join(" | "))
}

/// What a table says of a metric.
fn cells(one: &Compared) -> [String; 7] {
    let value = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| time(value / 1e6));
    let change = one.judgement.change;
    let bound = |bound: f64| if bound.is_finite() { percent(bound) } else { "?".to_owned() };
    let decides = match (&one.ineligible, one.judgement.decision) {
        (Some(_), _) => "no",
        (None, Decision::Pass) => "passes",
        (None, Decision::Fail) => "FAILS",
        (None, Decision::Open) => "open",
    };
    let lower = if change.lower <= -1.0 { "?".to_owned() } else { bound(change.lower) };
    [
        one.metric.words().to_owned(),
        value(one.baseline),
        value(one.candidate),
        if one.baseline.is_some() { percent(change.center) } else { "-".to_owned() },
        format!("{lower} and {}", bound(change.upper)),
        bound(one.judgement.least_effect),
        decides.to_owned(),
    ]
}

fn percent(share: f64) -> String {
    format!("{:+.1} %", share * 100.0)
}

/// What a gate says, for programs: `schemas/perf-gate.schema.json`.
pub fn gate_json(gate: &Gate, outcome: &Outcome) -> Value {
    let finite = |value: f64| value.is_finite().then_some(value);
    let metrics: Vec<Value> = outcome
        .metrics
        .iter()
        .map(|one| {
            let limits = one.metric.limits();
            json!({
                "metric": one.metric,
                "baselineMs": one.baseline.map(|value| value / 1e6),
                "candidateMs": one.candidate.map(|value| value / 1e6),
                "change": one.judgement.change.center,
                "lower": finite(one.judgement.change.lower).filter(|lower| *lower > -1.0),
                "upper": finite(one.judgement.change.upper),
                "probability": one.judgement.probability,
                "leastEffect": finite(one.judgement.least_effect),
                "guard": limits.guard,
                "tolerance": limits.tolerance,
                "decision": one.judgement.decision,
                "ineligible": one.ineligible,
            })
        })
        .collect();
    let (baseline, candidate) = outcome.errors;
    json!({
        "schemaVersion": "perf-gate.design/v1",
        "verdict": outcome.verdict,
        "summary": headline(outcome),
        "metrics": metrics,
        "errors": {
            "baseline": {"requests": baseline.requests, "errors": baseline.errors},
            "candidate": {"requests": candidate.requests, "errors": candidate.errors},
            "probability": outcome.errors_probability,
        },
        "rate": outcome.rate,
        "connections": gate.trials.connections,
        "seed": format!("{:#x}", outcome.seed),
        "attempt": gate.attempt,
        "baseline": gate.baseline.command,
        "candidate": gate.candidate.command,
        "pairs": outcome.pairs,
        "redone": outcome.redone,
        "objectives": outcome.objectives,
        "environment": outcome.environment,
    })
}
