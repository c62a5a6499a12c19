//! The timers of tokio, for systems without timers that are files. What they add is told as lateness.

use std::time::Duration;

use crate::clock;

/// A timer of tokio.
#[derive(Debug)]
pub(in crate::load) struct Timer;

impl Timer {
    /// A timer of the runtime that is running. It does not fail here.
    #[expect(clippy::unnecessary_wraps, reason = "the timers of Linux can fail")]
    pub(in crate::load) fn new() -> Result<Self, String> {
        Ok(Self)
    }

    /// Waits until a time of [`crate::clock`]; a time that has passed is no wait.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the timers of Linux are used, and can fail")]
    pub(in crate::load) async fn until(&self, time: u64) -> Result<(), String> {
        tokio::time::sleep(Duration::from_nanos(time.saturating_sub(clock::now()))).await;
        Ok(())
    }
}
