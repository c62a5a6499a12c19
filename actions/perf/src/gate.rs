//! The gate: is a candidate slower than a baseline?
//!
//! Both run on this machine at once, and only one is under load at a time. What is measured are pairs of trials, one of each,
//! right after each other in an order by chance; what disturbs the machine for longer than a trial disturbs both. The pairs
//! are judged by [`crate::statistics`]; nothing here decides by a single number.

mod environment;
mod listener;
mod meter;
mod process;
mod trial;

use hdrhistogram::Histogram;
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64Mcg;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::load::{Stop, histogram};
use crate::number::number;
use crate::objective::{Judged, Objective};
use crate::statistics::{Decision, ErrorCounts, Judgement, LOOKS, Limits, Series, fisher, judge, median};

pub use environment::Environment;
pub use meter::{ARM, CpuFrom};
pub use process::{Arm, Running, Unstarted};
pub use trial::{Trial, Trials};
pub(crate) use trial::{counts, is_disturbed};

/// How a gate measures.
#[derive(Clone, Debug)]
pub struct Gate {
    /// What runs now.
    pub baseline: Arm,
    /// What may take its place.
    pub candidate: Arm,
    /// How trials are measured.
    pub trials: Trials,
    /// At most so many pairs are measured.
    pub most_pairs: usize,
    /// The number of this attempt: another one has another order.
    pub attempt: u32,
    /// What the candidate has to meet, whatever the baseline does.
    pub objectives: Vec<Objective>,
}

/// What a gate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// No metric got worse by its tolerance.
    Pass,
    /// One got worse.
    Fail,
    /// More pairs than were allowed would be needed.
    Inconclusive,
    /// The machine was disturbed too often.
    InvalidEnvironment,
}

/// A quantity that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// The processor time of the server for a request, while it has as many as it takes.
    CpuPerRequest,
    /// The median latency of the open loop.
    P50,
    /// The 99th percentile of the open loop.
    P99,
}

/// The metrics in the order of a report.
pub const METRICS: [Metric; 3] = [Metric::CpuPerRequest, Metric::P50, Metric::P99];

impl Metric {
    /// What is asked of it.
    pub const fn limits(self) -> Limits {
        match self {
            Self::CpuPerRequest => Limits { guard: 0.03, tolerance: 0.05 },
            Self::P50 => Limits { guard: 0.05, tolerance: 0.10 },
            Self::P99 => Limits { guard: 0.10, tolerance: 0.25 },
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::CpuPerRequest => "CPU per request",
            Self::P50 => "p50 latency",
            Self::P99 => "p99 latency",
        }
    }

    /// Its value in a trial: nanoseconds.
    pub(crate) fn of(self, trial: &Trial) -> Option<f64> {
        match self {
            Self::CpuPerRequest => trial.cpu_per_request,
            Self::P50 => Some(trial.p50),
            Self::P99 => Some(trial.p99),
        }
    }
}

/// A baseline and a candidate, measured right after each other.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pair {
    /// Whether the baseline came first.
    pub baseline_first: bool,
    /// The baseline.
    pub baseline: Trial,
    /// The candidate.
    pub candidate: Trial,
}

/// A metric in a report.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Which.
    pub metric: Metric,
    /// The median of the baseline's trials, in nanoseconds; `None` where it was not measured.
    pub baseline: Option<f64>,
    /// The same of the candidate.
    pub candidate: Option<f64>,
    /// What the pairs say.
    pub judgement: Judgement,
    /// Why it is only told of and does not decide; `None` where it does.
    pub ineligible: Option<String>,
}

/// What came of a gate.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What the gate says.
    pub verdict: Verdict,
    /// The metrics.
    pub metrics: Vec<Compared>,
    /// All requests of all valid trials, and the errors among them: of the baseline, and of the candidate.
    pub errors: (ErrorCounts, ErrorCounts),
    /// The probability of so many errors more of the candidate by chance.
    pub errors_probability: f64,
    /// The valid pairs.
    pub pairs: Vec<Pair>,
    /// Why pairs were measured again.
    pub redone: Vec<String>,
    /// Requests each second of the open loop.
    pub rate: f64,
    /// The number that the order came from.
    pub seed: u64,
    /// The latencies of all valid trials, in nanoseconds: of the baseline, and of the candidate.
    pub latencies: (Histogram<u64>, Histogram<u64>),
    /// Whether the candidate meets the objectives, by all valid trials.
    pub objectives: Vec<Judged>,
    /// The machine.
    pub environment: Environment,
}

impl Pair {
    /// A metric of the candidate over that of the baseline; `None` where it was not measured.
    pub fn ratio(&self, metric: Metric) -> Option<f64> {
        Some(metric.of(&self.candidate)? / metric.of(&self.baseline)?)
    }
}

/// What a gate is doing.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// It looks for the rate.
    Calibrating,
    /// It has the rate: requests each second.
    Calibrated(f64),
    /// A pair was measured; so many there are.
    Measured(usize),
    /// A pair is measured again, because of this.
    Redone(&'a str),
}

/// So many errors more, as a share of all requests, are a reason to fail, if they are proved.
const MORE_ERRORS: f64 = 0.001;
/// The level at which more errors are proved.
const ERRORS_ALPHA: f64 = 0.005;
/// A percentile is no better than the requests beyond it: at least so many in each trial.
const BEYOND: f64 = 50.0;
/// Of what is measured, the generator's own lateness may be at most this share.
const OWN_SHARE: f64 = 0.25;

impl Gate {
    /// Measures and judges. An error is one line: an arm does not start, or the system is out of something.
    pub fn run(&self, stop: &Stop, listener: &dyn Fn(Progress<'_>)) -> Result<Outcome, String> {
        let baseline = self.baseline.start(self.trials.timeout).map_err(|why| format!("the baseline: {}", why.0))?;
        let candidate = self.candidate.start(self.trials.timeout).map_err(|why| format!("the candidate: {}", why.0))?;
        let rate = if let Some(rate) = self.trials.rate {
            rate
        } else {
            listener(Progress::Calibrating);
            self.trials.calibrate(&baseline, stop).map_err(|why| format!("the baseline {why}"))?
        };
        listener(Progress::Calibrated(rate));
        let seed = self.seed();
        let mut chance = Pcg64Mcg::seed_from_u64(seed);
        let mut pairs: Vec<Pair> = Vec::new();
        let mut latencies = (histogram()?, histogram()?);
        let mut redone = Vec::new();
        let verdict = loop {
            if stop.is_stopped() {
                break Verdict::Inconclusive;
            }
            let baseline_first: bool = chance.random();
            let measure = |running: &Running| self.trials.trial(running, rate, stop);
            let (first, second) = if baseline_first { (&baseline, &candidate) } else { (&candidate, &baseline) };
            let (one, other) = (measure(first)?, measure(second)?);
            let (baseline, candidate) = if baseline_first { (one, other) } else { (other, one) };
            let invalid = [&baseline, &candidate].into_iter().find_map(|trial| trial.invalid.clone());
            if let Some(why) = invalid {
                listener(Progress::Redone(&why));
                redone.push(why);
                if is_disturbed(redone.len(), pairs.len()) {
                    break Verdict::InvalidEnvironment;
                }
                continue;
            }
            for (whole, trial) in [(&mut latencies.0, &baseline), (&mut latencies.1, &candidate)] {
                whole.add(&trial.latency).map_err(|error| format!("histograms do not add up: {error}"))?;
            }
            pairs.push(Pair { baseline_first, baseline, candidate });
            listener(Progress::Measured(pairs.len()));
            if LOOKS.contains(&pairs.len())
                && let Some(verdict) = decided(&pairs, rate)
            {
                break verdict;
            }
            if pairs.len() >= self.most_pairs {
                break Verdict::Inconclusive;
            }
        };
        let errors = counts_of(&pairs);
        let achieved = median(pairs.iter().map(|pair| pair.candidate.rate).collect()).unwrap_or_default();
        let judge = |objective: &Objective| objective.judge(&latencies.1, errors.1, achieved);
        let objectives: Vec<Judged> = self.objectives.iter().filter(|_| !pairs.is_empty()).map(judge).collect();
        let is_missed = objectives.iter().any(|one| !one.met) && verdict != Verdict::InvalidEnvironment;
        Ok(Outcome {
            verdict: if is_missed { Verdict::Fail } else { verdict },
            metrics: compared(&pairs, rate),
            errors_probability: fisher(errors.0, errors.1),
            errors,
            pairs,
            redone,
            rate,
            seed,
            latencies,
            objectives,
            environment: Environment::read(),
        })
    }

    /// The number that the order of the arms comes from: the same for the same commands and attempt.
    fn seed(&self) -> u64 {
        seed(&[&self.baseline.command, &self.candidate.command], self.attempt)
    }
}

/// The number that an order comes from: the same for the same commands and attempt.
pub(crate) fn seed(commands: &[&str], attempt: u32) -> u64 {
    let text = format!("{}\0{attempt}", commands.join("\0"));
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

/// What the pairs say, where they say something.
fn decided(pairs: &[Pair], rate: f64) -> Option<Verdict> {
    let (baseline, candidate) = counts_of(pairs);
    let has_more_errors = candidate.ratio() - baseline.ratio() >= MORE_ERRORS;
    if has_more_errors && fisher(baseline, candidate) < ERRORS_ALPHA {
        return Some(Verdict::Fail);
    }
    let compared = compared(pairs, rate);
    let decisions = compared.iter().filter(|one| one.ineligible.is_none()).map(|one| one.judgement.decision);
    // Of nothing that is judged nothing passes.
    match decisions.max()? {
        Decision::Fail => Some(Verdict::Fail),
        Decision::Pass if !has_more_errors => Some(Verdict::Pass),
        _ => None,
    }
}

/// The requests of both arms, and the errors among them.
fn counts_of(pairs: &[Pair]) -> (ErrorCounts, ErrorCounts) {
    (counts(pairs.iter().map(|pair| &pair.baseline)), counts(pairs.iter().map(|pair| &pair.candidate)))
}

fn compared(pairs: &[Pair], rate: f64) -> Vec<Compared> {
    let of = |arm: fn(&Pair) -> &Trial, value: &dyn Fn(&Trial) -> Option<f64>| {
        median(pairs.iter().filter_map(|pair| value(arm(pair))).collect())
    };
    let ineligible: Vec<Option<String>> = METRICS.iter().map(|metric| ineligible(*metric, pairs, rate)).collect();
    let series = |metric: Metric| Series {
        ratios: pairs.iter().filter_map(|pair| pair.ratio(metric).map(f64::ln)).collect(),
        limits: metric.limits(),
    };
    // What does not decide must not make it harder for what does.
    let gated: Vec<Series> =
        METRICS.iter().zip(&ineligible).filter(|(_, why)| why.is_none()).map(|(metric, _)| series(*metric)).collect();
    let mut judged = judge(&gated).into_iter();
    let each = METRICS.iter().zip(ineligible).filter_map(|(metric, ineligible)| {
        let judgement = match &ineligible {
            None => judged.next(),
            Some(_) => judge(&[series(*metric)]).into_iter().next(),
        }?;
        Some(Compared {
            metric: *metric,
            baseline: of(|pair| &pair.baseline, &|trial| metric.of(trial)),
            candidate: of(|pair| &pair.candidate, &|trial| metric.of(trial)),
            judgement,
            ineligible,
        })
    });
    each.collect()
}

/// Why a metric does not decide.
fn ineligible(metric: Metric, pairs: &[Pair], rate: f64) -> Option<String> {
    let arms: [fn(&Pair) -> &Trial; 2] = [|pair| &pair.baseline, |pair| &pair.candidate];
    if metric == Metric::CpuPerRequest {
        let is_measured = pairs.iter().all(|pair| arms.iter().all(|arm| arm(pair).cpu_per_request.is_some()));
        return (!is_measured).then(|| {
            "the processor time of what answers is not known: it is no process that a command started, or Prometheus knows nothing of it".to_owned()
        });
    }
    if metric == Metric::P99 {
        let requests = pairs.iter().map(|pair| pair.baseline.requests.min(pair.candidate.requests)).min()?;
        if number(requests) * 0.01 < BEYOND {
            return Some(format!(
                "a trial has {requests} requests at {rate:.0} per second, and 5,000 are needed for a p99"
            ));
        }
    }
    let lateness = |trial: &Trial| if metric == Metric::P99 { trial.lateness_p99 } else { trial.lateness_p50 };
    for arm in arms {
        let own = median(pairs.iter().map(|pair| lateness(arm(pair))).collect())?;
        let whole = median(pairs.iter().filter_map(|pair| metric.of(arm(pair))).collect())?;
        if own > whole * OWN_SHARE {
            let share = 100.0 * own / whole;
            return Some(format!("{share:.0} % of it is the load generator's own lateness"));
        }
    }
    None
}
