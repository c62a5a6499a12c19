//! What a load that runs has measured since somebody last looked.

use std::sync::{Mutex, PoisonError};

use hdrhistogram::Histogram;

/// The longest time that is told apart, in microseconds: an hour.
const LONGEST: u64 = 3_600_000_000;

/// Where the threads of a load put what they measure, for somebody who looks on. Times are known to one part in a hundred.
#[derive(Debug)]
pub struct Live(Mutex<Glimpse>);

/// What was measured within some time.
#[derive(Clone, Debug)]
pub struct Glimpse {
    /// Latencies, in microseconds.
    pub latency: Histogram<u32>,
    /// How late requests were sent, in microseconds.
    pub lateness: Histogram<u32>,
    /// How many requests failed.
    pub errors: u64,
}

impl Glimpse {
    /// Nothing. The error is one line: there is no memory for it.
    pub fn new() -> Result<Self, String> {
        let histogram = || {
            Histogram::new_with_bounds(1, LONGEST, 2).map_err(|error| format!("no histogram for looking on: {error}"))
        };
        Ok(Self { latency: histogram()?, lateness: histogram()?, errors: 0 })
    }

    /// How many requests came to an end.
    pub fn requests(&self) -> u64 {
        self.latency.len() + self.errors
    }

    /// An answer, or none, after a time in nanoseconds.
    pub(super) fn concluded(&mut self, is_error: bool, time: u64) {
        if is_error {
            self.errors += 1;
        } else {
            self.latency.saturating_record((time / 1_000).max(1));
        }
    }

    /// A request was sent so many nanoseconds late.
    pub(super) fn sent(&mut self, lateness: u64) {
        self.lateness.saturating_record((lateness / 1_000).max(1));
    }

    fn add(&mut self, other: &Self) {
        // All are made alike, so that each takes what another has.
        let _ = self.latency.add(&other.latency);
        let _ = self.lateness.add(&other.lateness);
        self.errors += other.errors;
    }

    fn clear(&mut self) {
        self.latency.reset();
        self.lateness.reset();
        self.errors = 0;
    }
}

impl Live {
    /// A place for a load. The error is one line.
    pub fn new() -> Result<Self, String> {
        Glimpse::new().map(|glimpse| Self(Mutex::new(glimpse)))
    }

    /// What was measured since the last call.
    pub fn take(&self) -> Glimpse {
        let mut whole = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = whole.clone();
        whole.clear();
        taken
    }

    /// Adds what a thread has measured, which counts anew from then on.
    pub(super) fn put(&self, part: &mut Glimpse) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).add(part);
        part.clear();
    }
}
