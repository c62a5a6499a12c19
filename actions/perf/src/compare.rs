//! Several targets side by side: the same service on different meshes, in different configurations, of different makes.
//!
//! In each round every target has a trial, in an order by chance, so that what disturbs the machine disturbs all alike. What is told is
//! how each compares with the best one, from the rounds that both were in.

use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64Mcg;
use serde::Serialize;

use crate::gate::{Arm, Environment, METRICS, Metric, Running, Trial, Trials, counts, is_disturbed, seed};
use crate::load::Stop;
use crate::statistics::{ErrorCounts, Estimate, estimate, median};

/// What is compared, and how.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The targets.
    pub arms: Vec<Arm>,
    /// How trials are measured.
    pub trials: Trials,
    /// How often each has a trial.
    pub rounds: usize,
    /// By what they are ranked.
    pub by: Metric,
    /// The number of this attempt: another one has another order.
    pub attempt: u32,
}

/// What came of a comparison.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ranking {
    /// The targets, the best first.
    pub places: Vec<Place>,
    /// How many rounds there were.
    pub rounds: usize,
    /// Why rounds were measured again.
    pub redone: Vec<String>,
    /// Requests each second of the open loops.
    pub rate: f64,
    /// The machine.
    pub environment: Environment,
}

/// A target in a ranking.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Its command or URL.
    pub target: String,
    /// The medians of its trials.
    pub values: Vec<Compared>,
    /// How many requests it had, of all trials, and how many failed.
    pub requests: u64,
    /// How many of them failed.
    pub errors: u64,
}

/// A metric of a target.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    /// Which.
    pub metric: Metric,
    /// The median of its trials, in nanoseconds; `None` where it was not measured.
    pub value: Option<f64>,
    /// How it differs from the first of the ranking: relative, with 95 % bounds from the exact signed-rank test; `None` of the first.
    pub change: Option<Estimate>,
}

/// The level of either bound of an interval.
const ALPHA: f64 = 0.025;

impl Comparison {
    /// Measures and ranks. `listener` is told of each round. An error is one line: a target does not start or does not answer, the
    /// machine was disturbed too often, or the system is out of something.
    pub fn run(&self, stop: &Stop, listener: &dyn Fn(usize)) -> Result<Ranking, String> {
        let start = |arm: &Arm| arm.start(self.trials.timeout).map_err(|why| format!("`{}`: {}", arm.command, why.0));
        let running: Vec<Running> = self.arms.iter().map(start).collect::<Result<_, String>>()?;
        let rate = match self.trials.rate {
            Some(rate) => rate,
            None => self.rate_for_all(&running, stop)?,
        };
        let commands: Vec<&str> = self.arms.iter().map(|arm| arm.command.as_str()).collect();
        let mut chance = Pcg64Mcg::seed_from_u64(seed(&commands, self.attempt));
        let mut rounds: Vec<Vec<Trial>> = Vec::new();
        let mut redone = Vec::new();
        while rounds.len() < self.rounds && !stop.is_stopped() {
            let mut order: Vec<usize> = (0..running.len()).collect();
            for last in (1..order.len()).rev() {
                order.swap(last, chance.random_range(0..=last));
            }
            let mut trials: Vec<(usize, Trial)> = Vec::new();
            for arm in order {
                let Some(running) = running.get(arm) else { continue };
                trials.push((arm, self.trials.trial(running, rate, stop)?));
            }
            if let Some(why) = trials.iter().find_map(|(_, trial)| trial.invalid.clone()) {
                redone.push(why.clone());
                if is_disturbed(redone.len(), rounds.len()) {
                    return Err(format!("the machine was disturbed too often: {why}"));
                }
                continue;
            }
            trials.sort_by_key(|(arm, _)| *arm);
            rounds.push(trials.into_iter().map(|(_, trial)| trial).collect());
            listener(rounds.len());
        }
        if rounds.is_empty() {
            return Err("nothing was measured".to_owned());
        }
        let places = self.ranked(&rounds)?;
        Ok(Ranking { places, rounds: rounds.len(), redone, rate, environment: Environment::read() })
    }

    /// A rate that every target can take: four tenths of what the weakest can do.
    fn rate_for_all(&self, running: &[Running], stop: &Stop) -> Result<f64, String> {
        let mut least = f64::INFINITY;
        for (arm, running) in self.arms.iter().zip(running) {
            let rate = self.trials.calibrate(running, stop).map_err(|why| format!("`{}` {why}", arm.command))?;
            least = least.min(rate);
        }
        Ok(least)
    }

    fn ranked(&self, rounds: &[Vec<Trial>]) -> Result<Vec<Place>, String> {
        let values = |arm: usize, metric: Metric| -> Vec<Option<f64>> {
            rounds.iter().map(|trials| trials.get(arm).and_then(|trial| metric.of(trial))).collect()
        };
        let middle = |arm: usize, metric: Metric| median(values(arm, metric).into_iter().flatten().collect());
        let mut order = Vec::new();
        for arm in 0..self.arms.len() {
            let value = middle(arm, self.by).ok_or_else(|| format!("{} is not known of all", self.by.words()))?;
            order.push((value, arm));
        }
        order.sort_by(|one, other| one.0.total_cmp(&other.0));
        let first = order.first().map_or(0, |(_, arm)| *arm);
        let change = |arm: usize, metric: Metric| {
            let pairs = values(arm, metric).into_iter().zip(values(first, metric));
            let ratios: Vec<f64> = pairs.filter_map(|(one, best)| Some((one? / best?).ln())).collect();
            let Estimate { center, lower, upper } = estimate(&ratios, ALPHA)?;
            Some(Estimate { center: center.exp_m1(), lower: lower.exp_m1(), upper: upper.exp_m1() })
        };
        let place = |(_, arm): (f64, usize)| {
            let counts = counts(rounds.iter().filter_map(|trials| trials.get(arm)));
            let compared = |metric: Metric| Compared {
                metric,
                value: middle(arm, metric),
                change: if arm == first { None } else { change(arm, metric) },
            };
            Place {
                target: self.arms.get(arm).map_or_else(String::new, |arm| arm.command.clone()),
                values: METRICS.map(compared).to_vec(),
                requests: counts.requests,
                errors: counts.errors,
            }
        };
        Ok(order.into_iter().map(place).collect())
    }
}

impl Place {
    /// What is known of a metric.
    pub fn of(&self, metric: Metric) -> Option<&Compared> {
        self.values.iter().find(|one| one.metric == metric)
    }

    /// The share of requests that failed, in percent.
    pub fn failed(&self) -> f64 {
        100.0 * ErrorCounts { requests: self.requests, errors: self.errors }.ratio()
    }
}
