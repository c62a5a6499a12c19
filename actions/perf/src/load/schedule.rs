//! When requests are sent.

use rand::RngExt as _;
use rand::SeedableRng as _;
use rand_pcg::Pcg64Mcg;

use crate::number::number;

/// The law by which requests come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arrivals {
    /// At equal distances, so many each second.
    Constant(f64),
    /// Independent of each other, so many each second on average; the same seed gives the same times.
    Poisson(f64, u64),
    /// At distances that shrink or grow: from one rate to another over a time in seconds, and then at the second.
    Ramp {
        /// The rate at the begin, each second.
        from: f64,
        /// The rate at the end, each second.
        to: f64,
        /// How long it takes from the one to the other, in seconds.
        over: f64,
    },
}

/// The times of the requests of one thread among several, in nanoseconds from the begin, ascending and without an end.
#[derive(Debug)]
pub struct Schedule {
    arrivals: Arrivals,
    /// The number of the next request among those of all threads.
    next: u64,
    step: u64,
    last: f64,
    chance: Pcg64Mcg,
}

impl Schedule {
    /// The part of one thread.
    pub fn new(arrivals: Arrivals, thread: usize, threads: usize) -> Self {
        let (thread, threads) = (thread as u64, threads as u64);
        let seed = match arrivals {
            Arrivals::Poisson(_, seed) => seed ^ (thread << 32),
            _ => 0,
        };
        Self { arrivals, next: thread, step: threads, last: 0.0, chance: Pcg64Mcg::seed_from_u64(seed) }
    }
}

impl Iterator for Schedule {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let (number, threads) = (number(self.next), number(self.step));
        self.next += self.step;
        let seconds = match self.arrivals {
            Arrivals::Constant(rate) => number / rate,
            Arrivals::Poisson(rate, _) => {
                // Independent streams together are a Poisson process of the sum of their rates.
                let uniform: f64 = self.chance.random();
                self.last -= (1.0 - uniform).ln() * threads / rate;
                self.last
            }
            Arrivals::Ramp { from, to, over } => ramp(from, to, over, number),
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "times are positive and finite")]
        Some((seconds * 1e9) as u64)
    }
}

/// When a request comes whose rate grows evenly: the time until which that many have come, in seconds.
fn ramp(from: f64, to: f64, over: f64, number: f64) -> f64 {
    let slope = (to - from) / over;
    let during = f64::midpoint(from, to) * over;
    if number >= during {
        return over + (number - during) / to;
    }
    // from t + slope t^2 / 2 = number, in the form that stays exact where the slope is small.
    let root = slope.mul_add(2.0 * number, from * from).max(0.0).sqrt();
    if from + root > 0.0 { 2.0 * number / (from + root) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_share_what_one_would_send() {
        let one: Vec<u64> = Schedule::new(Arrivals::Constant(1_000.0), 0, 1).take(6).collect();
        assert_eq!(one, [0, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000]);
        let second: Vec<u64> = Schedule::new(Arrivals::Constant(1_000.0), 1, 2).take(3).collect();
        assert_eq!(second, [1_000_000, 3_000_000, 5_000_000]);
    }

    #[test]
    fn chance_keeps_the_rate_and_is_the_same_each_time() {
        let times = |seed| Schedule::new(Arrivals::Poisson(1_000.0, seed), 0, 1).take(100_000).collect::<Vec<u64>>();
        let one = times(1);
        assert_eq!(one, times(1));
        assert!(one != times(2) && one.is_sorted());
        assert!(one[99_999].abs_diff(100_000_000_000) < 1_500_000_000, "{}", one[99_999]);
    }

    #[test]
    fn a_ramp_reaches_its_rate() {
        // From 0 to 100 each second in 10 s: 500 requests, then one each 10 ms.
        let times: Vec<u64> =
            Schedule::new(Arrivals::Ramp { from: 0.0, to: 100.0, over: 10.0 }, 0, 1).take(503).collect();
        assert!(times.is_sorted());
        assert_eq!(times[500], 10_000_000_000);
        assert_eq!(times[502], 10_020_000_000);
        // Half of the time, a quarter of the requests.
        assert_eq!(times[125], 5_000_000_000);
    }
}
