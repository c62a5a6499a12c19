//! What a load looks like while it runs, on a terminal.

use std::io::Write as _;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use design_perf::load::{Glimpse, Live};

/// How often the picture is drawn.
const DRAW: Duration = Duration::from_millis(500);

/// How many columns the plot has.
const COLUMNS: usize = 60;

/// The steps of a column.
const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// What was seen until now.
#[derive(Debug, Default)]
struct Seen {
    /// The 99th percentile of each glimpse, in microseconds; 0 where nothing was answered.
    p99: Vec<u64>,
    errors: u64,
    is_drawn: bool,
}

/// Draws until the load has ended, which whoever has the other end of `ended` tells by dropping it.
pub(super) fn draw(live: &Live, whole: Duration, ended: &Receiver<()>) {
    let started = Instant::now();
    let mut seen = Seen::default();
    let mut last = started;
    while ended.recv_timeout(DRAW) == Err(RecvTimeoutError::Timeout) {
        let (glimpse, within) = (live.take(), last.elapsed());
        last = Instant::now();
        let frame = seen.frame(&glimpse, within, started.elapsed().min(whole), whole);
        let _ = std::io::stderr().write_all(frame.as_bytes());
    }
    if seen.is_drawn {
        // The result takes its place.
        let _ = std::io::stderr().write_all(b"\x1b[2A\x1b[J");
    }
}

impl Seen {
    /// Two lines that take the place of the two before.
    fn frame(&mut self, glimpse: &Glimpse, within: Duration, passed: Duration, whole: Duration) -> String {
        let at =
            |quantile: f64| if glimpse.latency.is_empty() { 0 } else { glimpse.latency.value_at_quantile(quantile) };
        self.p99.push(at(0.99));
        self.errors += glimpse.errors;
        let rate = f64::from(u32::try_from(glimpse.requests()).unwrap_or(u32::MAX)) / within.as_secs_f64();
        let late = if glimpse.lateness.is_empty() {
            String::new()
        } else {
            format!("  lateness p99 {}", time(glimpse.lateness.value_at_quantile(0.99)))
        };
        let begin = if self.is_drawn { "\x1b[2A\x1b[J" } else { "" };
        self.is_drawn = true;
        let skipped = self.p99.len().saturating_sub(COLUMNS);
        let shown = self.p99.get(skipped..).unwrap_or_default();
        let most = shown.iter().copied().max().unwrap_or_default().max(1);
        format!(
            "{begin}{:3.0} of {:.0} s  {rate:.0} a second  p50 {}  p99 {}{late}  {} errors\np99 {} up to {}\n",
            passed.as_secs_f64(),
            whole.as_secs_f64(),
            time(at(0.5)),
            time(at(0.99)),
            self.errors,
            shown.iter().map(|value| column(*value, most)).collect::<String>(),
            time(most)
        )
    }
}

/// A column for a value, of a plot that goes up to the most.
fn column(value: u64, most: u64) -> char {
    let step = (value.saturating_mul(STEPS.len() as u64 - 1) + most / 2) / most;
    usize::try_from(step).ok().and_then(|step| STEPS.get(step)).copied().unwrap_or(' ')
}

/// A time in microseconds with a unit that suits it.
fn time(microseconds: u64) -> String {
    match microseconds {
        0..1_000 => format!("{microseconds} us"),
        1_000..10_000_000 => format!("{}.{} ms", microseconds / 1_000, microseconds % 1_000 / 100),
        _ => format!("{} s", microseconds / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_takes_the_place_of_the_one_before() {
        let mut seen = Seen::default();
        let mut glimpse = Glimpse::new().unwrap();
        for time in [100, 100, 100, 4_000] {
            glimpse.latency.saturating_record(time);
        }
        glimpse.lateness.saturating_record(20);
        let (half, whole) = (Duration::from_millis(500), Duration::from_secs(10));
        let first = seen.frame(&glimpse, half, half, whole);
        assert_eq!(
            first,
            "  0 of 10 s  8 a second  p50 100 us  p99 4.0 ms  lateness p99 20 us  0 errors\np99 █ up to 4.0 ms\n"
        );
        let mut worse = Glimpse::new().unwrap();
        worse.latency.saturating_record(32_000);
        worse.errors = 2;
        let second = seen.frame(&worse, half, Duration::from_secs(1), whole);
        assert!(second.starts_with("\x1b[2A\x1b[J  1 of 10 s  6 a second"), "{second:?}");
        assert!(second.contains("2 errors\np99 ▂█ up to 32"), "{second:?}");
        for _ in 0..100 {
            seen.frame(&glimpse, half, half, whole);
        }
        let long = seen.frame(&glimpse, half, half, whole);
        assert_eq!(long.chars().filter(|letter| STEPS.contains(letter)).count(), COLUMNS);
    }
}
