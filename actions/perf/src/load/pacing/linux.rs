//! Timers of the kernel that are files (`timerfd_create(2)`).

use std::cell::Cell;
use std::os::fd::OwnedFd;

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use tokio::io::unix::AsyncFd;

use crate::clock;

/// A timer of the kernel.
#[derive(Debug)]
pub(in crate::load) struct Timer {
    file: AsyncFd<OwnedFd>,
    /// The period in which it goes on by itself, in nanoseconds; 0 where it ends once.
    period: Cell<u64>,
}

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
        registered.map(|file| Self { file, period: Cell::new(0) }).map_err(|error| words(&error))
    }

    /// Waits until a time of [`crate::clock`]; a time that has passed is no wait.
    pub(in crate::load) async fn until(&self, time: u64) -> Result<(), String> {
        self.set(time, 0)?;
        self.end().await
    }

    /// As [`Timer::until`], of times that come at a period: it is set once and goes on by itself, which spares a call to the system for
    /// each. It may end too early, and is set anew by the next call then.
    pub(in crate::load) async fn tick(&self, time: u64, period: u64) -> Result<(), String> {
        if self.period.get() != period {
            self.set(time, period)?;
        }
        self.end().await?;
        if clock::now() < time {
            // What ended was the time of one before it, or the period is no whole number of nanoseconds.
            self.period.set(0);
        }
        Ok(())
    }

    fn set(&self, time: u64, period: u64) -> Result<(), String> {
        let span = |time: u64| Timespec {
            tv_sec: i64::try_from(time / 1_000_000_000).unwrap_or(i64::MAX),
            tv_nsec: i64::try_from(time % 1_000_000_000).unwrap_or_default(),
        };
        // A time of zero would disarm the timer.
        let times = Itimerspec { it_interval: span(period), it_value: span(time.max(1)) };
        self.period.set(period);
        timerfd_settime(self.file.get_ref(), TimerfdTimerFlags::ABSTIME, &times)
            .map(drop)
            .map_err(|error| format!("a timer cannot be set: {error}"))
    }

    async fn end(&self) -> Result<(), String> {
        // Readiness comes by edges, one each time that the timer ends, so it is not read.
        let ready = self.file.readable().await;
        ready.map(|mut ready| ready.clear_ready()).map_err(|error| format!("a timer cannot be waited for: {error}"))
    }
}
