//! The load generator.
//!
//! Open loop: the times of all requests are fixed before the first is sent, and a latency counts from the time at which its
//! request should have been sent, so that a server that stalls is not spared the requests that it kept waiting. Closed loop:
//! each connection sends its next request when the last was answered, which measures capacity and never latency.

mod deadlines;
mod grpc;
mod http1;
mod http2;
mod live;
mod measurement;
mod pacing;
mod response;
mod schedule;
mod stream;
mod target;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::clock;

use worker::Part;

pub use live::{Glimpse, Live};
pub use measurement::{Measurement, Quantiles};
pub(crate) use measurement::{histogram, milliseconds};
pub use schedule::{Arrivals, Schedule};
pub use stream::Trust;
pub use target::{Request, Speech, Target, Unusable};

/// How many connections there are where nobody says.
pub const CONNECTIONS: u32 = 32;

/// A load.
#[derive(Clone, Debug)]
pub struct Load {
    /// Where requests go.
    pub target: Target,
    /// When they are sent; `None` is a closed loop.
    pub arrivals: Option<Arrivals>,
    /// How many connections are open at a time, of all threads together.
    pub connections: usize,
    /// How long is measured.
    pub duration: Duration,
    /// For how long the same load runs before that without being measured.
    pub warm_up: Duration,
    /// After this a request counts as failed.
    pub timeout: Duration,
    /// How many threads send; no more than there are cores.
    pub threads: usize,
}

/// A way to end a load before its time.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Ends the load: what was measured until now is its result.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Ends the load when the user interrupts the program (Ctrl-C). The error is one line: the system takes no handler.
    pub fn at_interrupt(&self) -> Result<(), String> {
        let words = |error: std::io::Error| format!("an interrupt cannot be waited for: {error}");
        let stop = self.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().map_err(words)?;
        thread::Builder::new()
            .name("interrupt".to_owned())
            .spawn(move || {
                if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
                    stop.stop();
                }
            })
            .map(drop)
            .map_err(words)
    }

    /// Whether the load was ended.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Load {
    /// Sends the load and returns what came of it. An error is one line: the system gives no thread, timer or runtime.
    pub fn run(&self, stop: &Stop) -> Result<Measurement, String> {
        self.run_before(None, stop)
    }

    /// As [`Load::run`], while somebody looks on.
    pub fn run_before(&self, live: Option<&Live>, stop: &Stop) -> Result<Measurement, String> {
        let threads = self.threads.clamp(1, self.connections.max(1));
        let nanoseconds = |duration: Duration| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        // All threads begin together, once each of them is there.
        let begin = clock::now() + 20_000_000;
        let from = begin + nanoseconds(self.warm_up);
        let window = (from, from.saturating_add(nanoseconds(self.duration)));
        let parts: Vec<Result<Measurement, String>> = thread::scope(|scope| {
            let spawned: Vec<_> = (0..threads)
                .map(|thread| {
                    scope.spawn(move || worker::run(&Part { load: self, thread, threads, begin, window, live, stop }))
                })
                .collect();
            let lost = |_| Err("a thread of the load generator ended before its time".to_owned());
            spawned.into_iter().map(|thread| thread.join().unwrap_or_else(lost)).collect()
        });
        let mut whole = Measurement::new()?;
        for part in parts {
            whole.add(&part?)?;
        }
        whole.close(window, clock::now(), stop.is_stopped());
        Ok(whole)
    }
}
