//! Objectives: absolute limits that a profile sets, beside what a gate compares.
//!
//! The specification has no field for them, and other readers refuse fields that they do not know. So they are labels, which every
//! dialect has, and which come back from every one of them: `objective.p99: 20ms`.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::load::milliseconds;
use crate::smp;
use crate::statistics::ErrorCounts;

/// What the labels of objectives begin with.
pub const PREFIX: &str = "objective.";

/// An objective.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Objective {
    /// What is limited.
    pub metric: Limited,
    /// Its limit: milliseconds of a latency, a share of requests that fail, requests a second. A rate is at least its limit, anything
    /// else at most.
    pub limit: f64,
}

/// What an objective limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Limited {
    /// The median latency.
    #[serde(rename = "p50")]
    P50,
    /// Nine of ten answers.
    #[serde(rename = "p90")]
    P90,
    /// 95 of 100.
    #[serde(rename = "p95")]
    P95,
    /// 99 of 100.
    #[serde(rename = "p99")]
    P99,
    /// 999 of 1,000.
    #[serde(rename = "p99.9")]
    P999,
    /// The longest.
    #[serde(rename = "max")]
    Max,
    /// The share of requests that fail.
    #[serde(rename = "errors")]
    Errors,
    /// How many requests a second come to an end.
    #[serde(rename = "rate")]
    Rate,
}

/// What can be limited, by its name, with the quantile of a latency.
const NAMES: [(&str, Limited, f64); 8] = [
    ("p50", Limited::P50, 0.5),
    ("p90", Limited::P90, 0.9),
    ("p95", Limited::P95, 0.95),
    ("p99", Limited::P99, 0.99),
    ("p99.9", Limited::P999, 0.999),
    ("max", Limited::Max, 1.0),
    ("errors", Limited::Errors, 0.0),
    ("rate", Limited::Rate, 0.0),
];

/// What came of an objective.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// The objective.
    #[serde(flatten)]
    pub objective: Objective,
    /// What was measured, in the unit of the limit.
    pub value: f64,
    /// Whether the objective is met.
    pub met: bool,
}

impl Objective {
    /// Reads a label. `None` where it is of something else; the error is what is wrong with it, in words.
    pub fn read(label: &str, value: &str) -> Option<Result<Self, String>> {
        let name = label.strip_prefix(PREFIX)?;
        let Some((_, metric, _)) = NAMES.iter().find(|(known, ..)| *known == name) else {
            let names: Vec<&str> = NAMES.iter().map(|(name, ..)| *name).collect();
            return Some(Err(format!("`{name}` cannot be limited, only {}", names.join(", "))));
        };
        let limit = match metric {
            Limited::Errors => share(value).ok_or("a share of requests reads 0.1% or 0.001"),
            Limited::Rate => {
                value.parse().ok().filter(|rate| *rate > 0.0).ok_or("a rate is a number of requests a second")
            }
            _ => smp::time(value).map(|time| time.as_secs_f64() * 1e3).ok_or("a time reads 20ms, 1.5s or 800us"),
        };
        Some(limit.map(|limit| Self { metric: *metric, limit }).map_err(|why| format!("{why}, not `{value}`")))
    }

    /// The objectives among labels; what is none is left out, and was told where the labels were read.
    pub fn among(labels: &BTreeMap<String, String>) -> Vec<Self> {
        labels.iter().filter_map(|(label, value)| Self::read(label, value)?.ok()).collect()
    }

    /// Judges it by latencies in nanoseconds, by the requests with their errors, and by how many of them there were a second.
    pub fn judge(self, latency: &Histogram<u64>, counts: ErrorCounts, rate: f64) -> Judged {
        let quantile =
            NAMES.iter().find(|(_, metric, _)| *metric == self.metric).map_or(1.0, |(.., quantile)| *quantile);
        let value = match self.metric {
            Limited::Errors => counts.ratio(),
            Limited::Rate => rate,
            // Where nothing was answered every limit of a latency is passed.
            _ if latency.is_empty() => f64::INFINITY,
            _ => milliseconds(latency.value_at_quantile(quantile)),
        };
        let met = if self.metric == Limited::Rate { value >= self.limit } else { value <= self.limit };
        Judged { objective: self, value, met }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, metric, _)| *metric == self.metric).map_or("", |(name, ..)| name)
    }
}

/// A share, as a number up to 1 or in percent.
fn share(text: &str) -> Option<f64> {
    let (number, unit) = text.strip_suffix('%').map_or((text, 1.0), |number| (number.trim_end(), 100.0));
    number.parse::<f64>().ok().map(|number| number / unit).filter(|share| (0.0..=1.0).contains(share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_say_what_is_limited() {
        let read = |label: &str, value: &str| Objective::read(label, value);
        for (label, value, limit) in [
            ("objective.p99", "20ms", 20.0_f64),
            ("objective.p99.9", "1.5s", 1_500.0),
            ("objective.errors", "0.1%", 0.001),
            ("objective.errors", "0.5", 0.5),
            ("objective.rate", "1000", 1_000.0),
        ] {
            let found = read(label, value).unwrap().unwrap().limit;
            assert!((found - limit).abs() < 1e-9, "{label}: {value} is {found}");
        }
        for (label, value) in [
            ("objective.p42", "1ms"),
            ("objective.p99", "20"),
            ("objective.errors", "2"),
            ("objective.rate", "0"),
            ("objective.", "1"),
        ] {
            assert!(read(label, value).unwrap().is_err(), "{label}: {value}");
        }
        assert_eq!(read("team", "shop"), None);
    }

    #[test]
    fn a_limit_is_met_or_missed() {
        let mut latency = Histogram::<u64>::new(3).unwrap();
        let counts = ErrorCounts { requests: 100, errors: 1 };
        let judged = |metric, limit, latency: &Histogram<u64>| Objective { metric, limit }.judge(latency, counts, 50.0);
        assert!(!judged(Limited::P99, 1.0, &latency).met);
        latency.record_n(1_000_000, 99).unwrap();
        latency.record(9_000_000).unwrap();
        assert!(judged(Limited::P99, 1.01, &latency).met && !judged(Limited::Max, 8.0, &latency).met);
        assert!(judged(Limited::Errors, 0.01, &latency).met && !judged(Limited::Errors, 0.009, &latency).met);
        assert!(judged(Limited::Rate, 50.0, &latency).met && !judged(Limited::Rate, 51.0, &latency).met);
    }
}
