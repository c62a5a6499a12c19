//! What a load measured.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::number::{number, share};
use crate::objective::{Judged, Objective};
use crate::statistics::ErrorCounts;

/// The longest time that is told apart, in nanoseconds: an hour.
const LONGEST: u64 = 3_600_000_000_000;

/// Times of many requests, in nanoseconds, each known to one part in a thousand.
pub(crate) fn histogram() -> Result<Histogram<u64>, String> {
    Histogram::new_with_bounds(1, LONGEST, 3).map_err(|error| format!("no histogram: {error}"))
}

/// What came of a load.
#[derive(Clone, Debug)]
pub struct Measurement {
    /// How long answers took, from when their requests were due.
    pub latency: Histogram<u64>,
    /// How long it took until requests failed, likewise; an answer of status 400 or more is a failure.
    pub failed: Histogram<u64>,
    /// How much later than due requests were sent of which a connection was waiting: what the generator itself adds.
    pub lateness: Histogram<u64>,
    /// How many answers there were of each status.
    pub statuses: BTreeMap<u16, u64>,
    /// How many requests failed, by reason.
    pub failures: BTreeMap<&'static str, u64>,
    /// How many requests were due while every connection was busy.
    pub queued: u64,
    /// How many bytes of answers there were, heads included.
    pub bytes: u64,
    /// How many connections were opened.
    pub opened: u64,
    /// How long was measured, in nanoseconds.
    pub elapsed: u64,
    /// The processor time of the threads that sent, in nanoseconds, over the whole run.
    pub processor: u64,
    /// How long those threads were there, in nanoseconds, together.
    pub alive: u64,
}

/// Points of a distribution, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantiles {
    /// How many values there are.
    pub count: u64,
    /// The least.
    pub min: f64,
    /// The mean.
    pub mean: f64,
    /// Half are at most this.
    pub p50: f64,
    /// Nine of ten.
    pub p90: f64,
    /// 95 of 100.
    pub p95: f64,
    /// 99 of 100.
    pub p99: f64,
    /// 999 of 1,000.
    #[serde(rename = "p99.9")]
    pub p999: f64,
    /// 9,999 of 10,000.
    #[serde(rename = "p99.99")]
    pub p9999: f64,
    /// The most.
    pub max: f64,
}

impl Quantiles {
    /// Those of times in nanoseconds; all 0 where there are none.
    pub fn of(times: &Histogram<u64>) -> Self {
        let at = |quantile: f64| milliseconds(if times.is_empty() { 0 } else { times.value_at_quantile(quantile) });
        Self {
            count: times.len(),
            min: milliseconds(if times.is_empty() { 0 } else { times.min() }),
            mean: if times.is_empty() { 0.0 } else { times.mean() / 1e6 },
            p50: at(0.5),
            p90: at(0.9),
            p95: at(0.95),
            p99: at(0.99),
            p999: at(0.999),
            p9999: at(0.9999),
            max: milliseconds(times.max()),
        }
    }
}

/// Nanoseconds as milliseconds.
pub(crate) fn milliseconds(nanoseconds: u64) -> f64 {
    number(nanoseconds) / 1e6
}

impl Measurement {
    /// Nothing measured yet.
    pub(crate) fn new() -> Result<Self, String> {
        Ok(Self {
            latency: histogram()?,
            failed: histogram()?,
            lateness: histogram()?,
            statuses: BTreeMap::new(),
            failures: BTreeMap::new(),
            queued: 0,
            bytes: 0,
            opened: 0,
            elapsed: 0,
            processor: 0,
            alive: 0,
        })
    }

    /// Adds what another thread measured: exact, whatever the order.
    pub(crate) fn add(&mut self, other: &Self) -> Result<(), String> {
        let pairs = [
            (&mut self.latency, &other.latency),
            (&mut self.failed, &other.failed),
            (&mut self.lateness, &other.lateness),
        ];
        for (mine, theirs) in pairs {
            mine.add(theirs).map_err(|error| format!("histograms do not add up: {error}"))?;
        }
        for (status, count) in &other.statuses {
            *self.statuses.entry(*status).or_default() += count;
        }
        for (reason, count) in &other.failures {
            *self.failures.entry(reason).or_default() += count;
        }
        self.queued += other.queued;
        self.bytes += other.bytes;
        self.opened += other.opened;
        self.processor += other.processor;
        self.alive += other.alive;
        Ok(())
    }

    /// Says how long was measured: the whole window, or what there was of it.
    pub(crate) fn close(&mut self, window: (u64, u64), now: u64, is_stopped: bool) {
        let end = if is_stopped { window.1.min(now) } else { window.1 };
        self.elapsed = end.saturating_sub(window.0);
    }

    /// An answer: when its request was due, and when it was there.
    pub(crate) fn answered(&mut self, status: u16, time: u64, bytes: u64) {
        let times = if status < 400 { &mut self.latency } else { &mut self.failed };
        times.saturating_record(time.max(1));
        *self.statuses.entry(status).or_default() += 1;
        self.bytes += bytes;
    }

    /// A request that came to nothing.
    pub(crate) fn lost(&mut self, reason: &'static str, time: u64) {
        self.failed.saturating_record(time.max(1));
        *self.failures.entry(reason).or_default() += 1;
    }

    /// How many requests came to an end, well or not.
    pub fn requests(&self) -> u64 {
        self.latency.len() + self.failed.len()
    }

    /// How many were not answered, or with a status of 400 or more.
    pub fn errors(&self) -> u64 {
        self.failed.len()
    }

    /// How many requests came to an end each second.
    pub fn rate(&self) -> f64 {
        if self.elapsed == 0 { 0.0 } else { number(self.requests()) * 1e9 / number(self.elapsed) }
    }

    /// Whether objectives are met.
    pub fn judge(&self, objectives: &[Objective]) -> Vec<Judged> {
        let counts = ErrorCounts { requests: self.requests(), errors: self.errors() };
        objectives.iter().map(|objective| objective.judge(&self.latency, counts, self.rate())).collect()
    }

    /// The share of their time that the threads that sent were busy, from 0 to 1.
    pub fn busy(&self) -> f64 {
        share(self.processor, self.alive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_the_whole() {
        let mut whole = Measurement::new().unwrap();
        let mut parts = [Measurement::new().unwrap(), Measurement::new().unwrap()];
        for number in 1..=10_000u64 {
            let time = number * number;
            whole.answered(200, time, 10);
            parts[usize::try_from(number % 2).unwrap()].answered(200, time, 10);
        }
        let mut merged = Measurement::new().unwrap();
        for part in &parts {
            merged.add(part).unwrap();
        }
        assert!(merged.latency == whole.latency && merged.bytes == whole.bytes);
        assert_eq!(Quantiles::of(&merged.latency), Quantiles::of(&whole.latency));
    }

    #[test]
    fn quantiles_are_within_a_thousandth() {
        let mut measured = Measurement::new().unwrap();
        (1..=100_000u64).for_each(|number| measured.answered(200, number * 1_000, 0));
        let found = Quantiles::of(&measured.latency);
        for (found, wanted) in [(found.p50, 50.0), (found.p99, 99.0), (found.p999, 99.9), (found.max, 100.0)] {
            assert!((found / wanted - 1.0).abs() < 0.001, "{found} {wanted}");
        }
    }
}
