//! The clock that everything here is measured with.

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds of the monotonic clock, which the timers of the pacing know as well.
pub fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    let (seconds, nanoseconds) = (u64::try_from(time.tv_sec), u64::try_from(time.tv_nsec));
    seconds.unwrap_or_default() * 1_000_000_000 + nanoseconds.unwrap_or_default()
}
