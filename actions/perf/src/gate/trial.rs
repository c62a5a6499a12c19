//! One trial of one arm.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::Running;
use super::environment::steal;
use crate::load::{Arrivals, Load, Stop, Target};
use crate::number::number;
use crate::statistics::ErrorCounts;

/// The achieved rate may differ from the one that was asked for by this share.
const RATE: f64 = 0.01;
/// A generator that is busier than this is late by its own fault.
const BUSY: f64 = 0.8;
/// The share of the machine's time that others may take away.
const STEAL: f64 = 0.05;

/// What a trial measured. Times are in nanoseconds.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trial {
    /// The median latency of the open loop.
    pub p50: f64,
    /// Its 99th percentile.
    pub p99: f64,
    /// How late the generator was itself: the median.
    pub lateness_p50: f64,
    /// The same: the 99th percentile.
    pub lateness_p99: f64,
    /// How many requests the open loop had.
    pub requests: u64,
    /// How many of them failed.
    pub errors: u64,
    /// How many requests a second there were of the open loop.
    pub rate: f64,
    /// How many requests a second the server took in the burst.
    pub capacity: f64,
    /// The processor time of the server for a request of the burst; `None` where its processes are not known.
    pub cpu_per_request: Option<f64>,
    /// The memory that the server holds at its end, in bytes; `None` where its processes are not known.
    pub memory: Option<u64>,
    /// The latencies of the open loop.
    #[serde(skip)]
    pub latency: Histogram<u64>,
    /// Why it does not count; `None` where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid: Option<String>,
}

/// How trials are measured.
#[derive(Clone, Debug)]
pub struct Trials {
    /// How many connections are open at a time.
    pub connections: usize,
    /// Requests each second of the open loop; `None`: four tenths of what the baseline can do.
    pub rate: Option<f64>,
    /// How long an open loop is measured in a trial.
    pub open: Duration,
    /// How long a trial is sent as much as the server takes.
    pub burst: Duration,
    /// For how long a trial is sent what is not measured.
    pub warm_up: Duration,
    /// After this a request counts as failed.
    pub timeout: Duration,
}

/// All requests of trials, and the errors among them.
pub(crate) fn counts<'a>(trials: impl Iterator<Item = &'a Trial>) -> ErrorCounts {
    trials.fold(ErrorCounts::default(), |sum, trial| ErrorCounts {
        requests: sum.requests + trial.requests,
        errors: sum.errors + trial.errors,
    })
}

/// Whether so many measurements had to be repeated beside those that count that the machine is none to measure on.
pub(crate) const fn is_disturbed(redone: usize, valid: usize) -> bool {
    redone > 2 && redone * 4 > valid + redone
}

impl Trials {
    fn load(&self, target: &Target, arrivals: Option<Arrivals>, warm_up: Duration, duration: Duration) -> Load {
        Load {
            target: target.clone(),
            arrivals,
            connections: self.connections,
            duration,
            warm_up,
            timeout: self.timeout,
            threads: 1,
        }
    }

    /// Four tenths of what an arm can do, in requests a second. The error says what the arm does instead.
    pub(crate) fn calibrate(&self, running: &Running, stop: &Stop) -> Result<f64, String> {
        let capacity = self.load(&running.target, None, self.warm_up, (self.burst * 2).max(self.open)).run(stop)?;
        if capacity.latency.is_empty() {
            let why = capacity.failures.keys().next().copied().unwrap_or("no answer");
            return Err(format!("answers no request: {why}"));
        }
        Ok((capacity.rate() * 0.4).max(1.0))
    }

    /// Measures one arm: an open loop at the rate, then as much as it takes.
    pub(crate) fn trial(&self, running: &Running, rate: f64, stop: &Stop) -> Result<Trial, String> {
        // Half a thousand requests warm a server as far as it gets warm.
        let warm_up = self.warm_up.max(Duration::from_secs_f64((500.0 / rate).min(10.0)));
        let stolen = steal();
        let open = self.load(&running.target, Some(Arrivals::Constant(rate)), warm_up, self.open).run(stop)?;
        let before = running.reading();
        let burst = self.load(&running.target, None, Duration::ZERO, self.burst).run(stop)?;
        let cpu_per_request = running.each(before, &burst)?;
        let memory = running.memory();
        let stolen = steal().since(stolen);
        let at = |times: &Histogram<u64>, quantile: f64| {
            number(if times.is_empty() { 0 } else { times.value_at_quantile(quantile) })
        };
        let achieved = open.rate();
        let invalid = if (achieved / rate - 1.0).abs() > RATE {
            Some(format!("{achieved:.0} requests a second were sent of {rate:.0}"))
        } else if open.busy() > BUSY {
            Some(format!("the load generator was busy for {:.0} % of the time", open.busy() * 100.0))
        } else if stolen > STEAL {
            Some(format!("{:.0} % of the machine's time was taken away by others", stolen * 100.0))
        } else if open.latency.is_empty() || burst.requests() == 0 {
            Some("no request was answered".to_owned())
        } else {
            let own = ["no local port left", "the system failed", "never sent, too many waited"];
            open.failures.keys().find(|reason| own.contains(reason)).map(|reason| (*reason).to_owned())
        };
        Ok(Trial {
            p50: at(&open.latency, 0.5),
            p99: at(&open.latency, 0.99),
            lateness_p50: at(&open.lateness, 0.5),
            lateness_p99: at(&open.lateness, 0.99),
            requests: open.requests(),
            errors: open.errors(),
            rate: achieved,
            capacity: burst.rate(),
            cpu_per_request,
            memory,
            latency: open.latency,
            invalid,
        })
    }
}
