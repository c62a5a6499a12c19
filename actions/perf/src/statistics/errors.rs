//! Errors of two arms: Fisher's exact test.

use crate::number::{number, share};

/// How many requests there were, and how many of them failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ErrorCounts {
    /// All.
    pub requests: u64,
    /// Those that failed.
    pub errors: u64,
}

impl ErrorCounts {
    /// The share of requests that failed, from 0 to 1.
    pub fn ratio(self) -> f64 {
        share(self.errors, self.requests)
    }
}

/// The probability that the candidate has so many errors or more of those that both have together, if both had the same
/// chance of one (Fisher, "The Design of Experiments", 1935): one-sided.
pub fn fisher(baseline: ErrorCounts, candidate: ErrorCounts) -> f64 {
    let errors = baseline.errors + candidate.errors;
    let (first, second) = (number(baseline.requests), number(candidate.requests));
    let ways = choose(first + second, number(errors));
    let most = errors.min(candidate.requests);
    let mut sum = 0.0;
    for here in candidate.errors..=most {
        let there = errors - here;
        if there > baseline.requests {
            continue;
        }
        let chance = (choose(second, number(here)) + choose(first, number(there)) - ways).exp();
        sum += chance;
        // Beyond the expected number each is less likely than the one before.
        if chance < sum * 1e-15 && number(here) * (first + second) > number(errors) * second {
            break;
        }
    }
    sum.min(1.0)
}

/// The logarithm of the number of ways to choose `some` of `all`.
fn choose(all: f64, some: f64) -> f64 {
    ln_factorial(all) - ln_factorial(some) - ln_factorial(all - some)
}

/// The logarithm of a factorial: summed for few, by Stirling's series above, where its error is below 1e-12.
fn ln_factorial(number: f64) -> f64 {
    if number < 32.0 {
        let mut sum = 0.0;
        let mut factor = 2.0;
        while factor <= number {
            sum += f64::ln(factor);
            factor += 1.0;
        }
        return sum;
    }
    let inverse = number.recip();
    let series = inverse / 12.0 - inverse.powi(3) / 360.0 + inverse.powi(5) / 1260.0;
    number.mul_add(number.ln(), -number) + 0.5 * (std::f64::consts::TAU * number).ln() + series
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(requests: u64, errors: u64) -> ErrorCounts {
        ErrorCounts { requests, errors }
    }

    #[test]
    fn small_tables_are_exact() {
        let close = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
        // Fisher's tea: all four cups right, 1 in 70; three or more, 17 in 70.
        close(fisher(counts(4, 0), counts(4, 4)), 1.0 / 70.0);
        close(fisher(counts(4, 1), counts(4, 3)), 17.0 / 70.0);
        close(fisher(counts(10, 0), counts(10, 0)), 1.0);
        close(fisher(counts(0, 0), counts(0, 0)), 1.0);
    }

    #[test]
    fn large_tables_are_near_their_limit() {
        // 2 and 20 errors in 100,000 each: the smaller is as likely as 2 or fewer heads of 22 tosses.
        let found = fisher(counts(100_000, 2), counts(100_000, 20));
        let wanted = (1.0 + 22.0 + 231.0) / 2f64.powi(22);
        assert!((found / wanted - 1.0).abs() < 0.01, "{found} {wanted}");
    }

    #[test]
    fn factorials_meet_where_the_series_begins() {
        let summed: f64 = (2..=32).map(|number| f64::from(number).ln()).sum();
        assert!((ln_factorial(32.0) - summed).abs() < 1e-10);
    }
}
