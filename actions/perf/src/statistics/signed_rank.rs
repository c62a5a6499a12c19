//! Wilcoxon's signed-rank test and what comes of inverting it: the Hodges-Lehmann estimate and exact bounds.
//!
//! Sources: Wilcoxon, "Individual Comparisons by Ranking Methods" (1945); Hodges and Lehmann, "Estimates of Location Based on
//! Rank Tests" (1963); Hollander, Wolfe and Chicken, "Nonparametric Statistical Methods", 3.1 to 3.3.

use serde::Serialize;

use crate::number::number;

/// Where the centre of paired differences lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The median of the Walsh averages (Hodges and Lehmann).
    pub center: f64,
    /// Below this the centre lies with a probability of at most `alpha`; minus infinity where there are too few differences
    /// for any bound.
    pub lower: f64,
    /// Above this it lies with a probability of at most `alpha`.
    pub upper: f64,
}

/// The estimate of the centre of differences, with one-sided bounds, each at the level `alpha`. `None` of no differences.
pub fn estimate(differences: &[f64], alpha: f64) -> Option<Estimate> {
    let averages = walsh(differences);
    let last = averages.len().checked_sub(1)?;
    let at = |index: usize| averages.get(index).copied();
    let center = f64::midpoint(at(last / 2)?, at(last.div_ceil(2))?);
    let (lower, upper) = match critical(differences.len(), alpha) {
        Some(rank) => (at(rank)?, at(last - rank)?),
        None => (f64::NEG_INFINITY, f64::INFINITY),
    };
    Some(Estimate { center, lower, upper })
}

/// The exact probability of ranks at least as high as these, if the differences were symmetric about 0: small where they lie
/// above it. Differences of 0 count half for each side. 1 of no differences.
pub fn p_value(differences: &[f64]) -> f64 {
    let mut sizes: Vec<(f64, f64)> = differences.iter().map(|one| (one.abs(), *one)).collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut sum = 0.0;
    let mut rank = 1;
    for ties in sizes.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        // Equal sizes share the middle of their ranks.
        let last = rank + ties.len() as u64 - 1;
        let middle = f64::midpoint(number(rank), number(last));
        for (_, difference) in ties {
            sum += if *difference > 0.0 {
                middle
            } else if *difference < 0.0 {
                0.0
            } else {
                middle / 2.0
            };
        }
        rank = last + 1;
    }
    let counts = counts(differences.len());
    let all: f64 = counts.iter().sum();
    let as_high: f64 = (0..).zip(&counts).filter(|(rank, _)| number(*rank) >= sum - 1e-9).map(|(_, count)| count).sum();
    as_high / all
}

/// The averages of all pairs of values, each with itself as well, ascending.
fn walsh(values: &[f64]) -> Vec<f64> {
    let mut averages = Vec::with_capacity(values.len() * (values.len() + 1) / 2);
    for (index, one) in values.iter().enumerate() {
        averages.extend(values.iter().take(index + 1).map(|other| f64::midpoint(*one, *other)));
    }
    averages.sort_by(f64::total_cmp);
    averages
}

/// The greatest sum of ranks that has, with all lower ones, a probability of at most `alpha`; `None` where even 0 has more.
fn critical(count: usize, alpha: f64) -> Option<usize> {
    let counts = counts(count);
    let all: f64 = counts.iter().sum();
    let mut below = 0.0;
    let mut found = None;
    for (sum, ways) in counts.iter().enumerate() {
        below += ways;
        if below / all > alpha {
            break;
        }
        found = Some(sum);
    }
    found
}

/// In how many ways signs can be given to the ranks 1 to `count` so that the positive ones have a sum of 0, 1, …. Whole
/// numbers, exact up to 53 ranks.
fn counts(count: usize) -> Vec<f64> {
    let mut ways = vec![1.0];
    for rank in 1..=count {
        let mut more = vec![0.0; ways.len() + rank];
        for (sum, count) in ways.iter().enumerate() {
            for target in [sum, sum + rank] {
                if let Some(slot) = more.get_mut(target) {
                    *slot += count;
                }
            }
        }
        ways = more;
    }
    ways
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn critical_sums_are_those_of_the_tables() {
        // One-sided; from the tables in Hollander, Wolfe and Chicken: n, alpha, greatest sum.
        for (count, alpha, expected) in [(8, 0.05, 5), (8, 0.005, 0), (10, 0.01, 5), (12, 0.005, 7), (20, 0.01, 43)] {
            assert_eq!(critical(count, alpha), Some(expected), "{count} {alpha}");
        }
        assert_eq!(critical(7, 0.005), None);
    }

    #[test]
    fn bounds_are_walsh_averages() {
        let found = estimate(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], 0.005).unwrap();
        assert_eq!(found, Estimate { center: 4.5, lower: 1.0, upper: 8.0 });
        let few = estimate(&[1.0], 0.005).unwrap();
        assert_eq!((few.center, few.lower), (1.0, f64::NEG_INFINITY));
        assert_eq!(estimate(&[], 0.05), None);
    }

    #[test]
    fn p_is_exact() {
        let close = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
        close(p_value(&[1.0, 2.0, 3.0]), 1.0 / 8.0);
        close(p_value(&[-1.0, 2.0, 3.0]), 2.0 / 8.0);
        close(p_value(&[-1.0, -2.0, -3.0]), 1.0);
        close(p_value(&[]), 1.0);
    }

    proptest! {
        #[test]
        fn a_bound_above_zero_and_a_small_p_are_the_same(values in prop::collection::vec(-1.0f64..1.5, 8..24)) {
            for alpha in [0.05, 0.005] {
                let bound = estimate(&values, alpha).unwrap().lower;
                // Ties have no place in the comparison: a walsh average of exactly 0 is none either way.
                prop_assert_eq!(bound > 0.0, p_value(&values) <= alpha);
            }
        }

        #[test]
        fn signs_turn_an_estimate_around(values in prop::collection::vec(-1.0f64..1.0, 1..20)) {
            let turned: Vec<f64> = values.iter().map(|value| -value).collect();
            let (one, other) = (estimate(&values, 0.05).unwrap(), estimate(&turned, 0.05).unwrap());
            prop_assert!((one.center + other.center).abs() < 1e-12);
            let turned = [-other.upper, -other.lower];
            for (one, other) in [one.lower, one.upper].into_iter().zip(turned) {
                prop_assert!(one.total_cmp(&other).is_eq(), "{} {}", one, other);
            }
        }
    }
}
