//! Timers of the kernel that are files (`timerfd_create(2)`).

use std::os::fd::OwnedFd;

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use tokio::io::unix::AsyncFd;

/// A timer of the kernel.
#[derive(Debug)]
pub(in crate::load) struct Timer(AsyncFd<OwnedFd>);

impl Timer {
    /// A timer of the runtime that is running. It fails where the system gives no more files.
    pub(in crate::load) fn new() -> Result<Self, String> {
        let words = |error: &dyn std::fmt::Display| format!("the system gives no timer: {error}");
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags).map_err(|error| words(&error))?;
        #[expect(
            deprecated,
            reason = "its successor is unsafe; that a file stays the same, which it asks for, an `OwnedFd` keeps"
        )]
        let registered = AsyncFd::new(timer);
        registered.map(Self).map_err(|error| words(&error))
    }

    /// Waits until a time of [`crate::clock`]; a time that has passed is no wait.
    pub(in crate::load) async fn until(&self, time: u64) -> Result<(), String> {
        let words = |error: &dyn std::fmt::Display| format!("a timer cannot be set: {error}");
        let seconds = i64::try_from(time / 1_000_000_000).unwrap_or(i64::MAX);
        // A time of zero would disarm the timer.
        let nanoseconds = i64::try_from(time % 1_000_000_000).unwrap_or_default().max(1);
        let once = Itimerspec {
            it_interval: Timespec { tv_sec: 0, tv_nsec: 0 },
            it_value: Timespec { tv_sec: seconds, tv_nsec: nanoseconds },
        };
        timerfd_settime(self.0.get_ref(), TimerfdTimerFlags::ABSTIME, &once).map_err(|error| words(&error))?;
        // Setting it took back what it had to tell; readiness comes by edges, so it is not read.
        let mut ready = self.0.readable().await.map_err(|error| words(&error))?;
        ready.clear_ready();
        Ok(())
    }
}
