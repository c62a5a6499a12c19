//! The judgement over a growing number of pairs.
//!
//! The pairs are looked at a few times, at numbers that are fixed beforehand, each time at a level so small that all looks
//! together keep the promise; so a clear case ends early. Pairs are never thrown away to start again.

use serde::Serialize;

use crate::number::number;
use crate::statistics::holm::rejected;
use crate::statistics::signed_rank::{Estimate, estimate, p_value};

/// After so many pairs they are looked at.
pub const LOOKS: [usize; 5] = [8, 12, 16, 24, 32];

/// The level of a verdict against the candidate, at each look, for all metrics together.
const ALPHA: f64 = 0.005;
/// The level of the bound that lets a metric pass.
const PASS_ALPHA: f64 = 0.05;

/// What is asked of a metric; both are relative: 0.03 is 3 percent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// A change that is proved and is smaller than this is no reason to fail.
    pub guard: f64,
    /// A change that is surely smaller than this is none.
    pub tolerance: f64,
}

/// The pairs of a metric, of which less is better.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The natural logarithms of candidate over baseline, in the order in which they were taken.
    pub ratios: Vec<f64>,
    /// What is asked of it.
    pub limits: Limits,
}

/// What is known of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// It did not get worse by its tolerance.
    Pass,
    /// More pairs may tell.
    Open,
    /// It got worse.
    Fail,
}

/// What a look at a metric gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// What is known of it.
    pub decision: Decision,
    /// The change with the bounds that decide: the lower at the level of a failure, the upper at that of passing. Relative:
    /// 0.07 is 7 percent more than the baseline.
    pub change: Estimate,
    /// The probability of such ranks without a change.
    pub probability: f64,
    /// The smallest change that so many pairs with this noise show in nine of ten gates.
    pub least_effect: f64,
}

/// Judges metrics by the pairs that there are. Metrics without a pair are open. All metrics have to pass for the whole to
/// pass; one that fails fails it.
pub fn judge(metrics: &[Series]) -> Vec<Judgement> {
    let probabilities: Vec<f64> = metrics.iter().map(|metric| p_value(&metric.ratios)).collect();
    let worse = rejected(&probabilities, ALPHA);
    let each = metrics.iter().zip(worse).zip(probabilities);
    each.map(|((metric, is_worse), probability)| judged(metric, is_worse, probability)).collect()
}

fn judged(metric: &Series, is_worse: bool, probability: f64) -> Judgement {
    let bounds = |alpha| estimate(&metric.ratios, alpha);
    let nothing = Estimate { center: 0.0, lower: f64::NEG_INFINITY, upper: f64::INFINITY };
    let lower = bounds(ALPHA).unwrap_or(nothing);
    let upper = bounds(PASS_ALPHA).unwrap_or(nothing);
    let change = Estimate { center: lower.center.exp_m1(), lower: lower.lower.exp_m1(), upper: upper.upper.exp_m1() };
    let decision = if is_worse && change.center >= metric.limits.guard {
        Decision::Fail
    } else if change.upper < metric.limits.tolerance {
        Decision::Pass
    } else {
        Decision::Open
    };
    Judgement { decision, change, probability, least_effect: least_effect(&metric.ratios) }
}

/// The smallest change, relative, that so many pairs with this noise show at the level 0.01 in nine of ten gates; infinite
/// without pairs. The noise is taken from the median of the distances to the median, which a few outliers do not move; .955
/// is the efficiency of the signed-rank test beside the t-test, both for a normal distribution (Hodges and Lehmann, 1956).
pub fn least_effect(ratios: &[f64]) -> f64 {
    const NORMAL_99: f64 = 2.326_348;
    const NORMAL_90: f64 = 1.281_552;
    let Some(center) = median(ratios.to_vec()) else { return f64::INFINITY };
    let Some(distance) = median(ratios.iter().map(|one| (one - center).abs()).collect()) else { return f64::INFINITY };
    let pairs = number(ratios.len() as u64);
    let deviation = 1.4826 * distance;
    ((NORMAL_99 + NORMAL_90) * deviation / (pairs * 0.955).sqrt()).exp_m1()
}

/// The middle of values; of an even number of them the mean of the two in the middle. `None` of none.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    Some(f64::midpoint(*values.get(last / 2)?, *values.get(last.div_ceil(2))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { guard: 0.03, tolerance: 0.05 };

    fn series(ratios: &[f64]) -> Series {
        Series { ratios: ratios.to_vec(), limits: LIMITS }
    }

    fn decisions(metrics: &[Series]) -> Vec<Decision> {
        judge(metrics).iter().map(|judgement| judgement.decision).collect()
    }

    #[test]
    fn a_clear_change_fails_at_the_first_look_and_none_passes() {
        let worse: Vec<f64> = (0..8).map(|index| 0.1 + f64::from(index) * 0.001).collect();
        let same: Vec<f64> = (0..8).map(|index| (f64::from(index) - 3.5) * 0.001).collect();
        assert_eq!(decisions(&[series(&worse)]), [Decision::Fail]);
        assert_eq!(decisions(&[series(&same)]), [Decision::Pass]);
        // With three metrics eight pairs prove nothing against any; see the smallest possible p, 2^-8.
        assert_eq!(decisions(&[series(&worse), series(&same), series(&same)])[0], Decision::Open);
    }

    #[test]
    fn a_proved_change_below_the_guard_is_no_failure() {
        let little: Vec<f64> = (0..12).map(|index| 0.02 + f64::from(index) * 0.0001).collect();
        assert_eq!(decisions(&[series(&little)]), [Decision::Pass]);
    }

    #[test]
    fn without_pairs_nothing_is_known() {
        let judgement = judge(&[series(&[])])[0];
        assert_eq!(judgement.decision, Decision::Open);
        assert!(judgement.least_effect.is_infinite());
    }

    #[test]
    fn the_least_effect_is_that_of_the_table() {
        // Trials with a deviation of 5 percent make pairs with one of 7.07; 12 pairs of them: 7.8 percent.
        let spread = 0.05 * std::f64::consts::SQRT_2 / 1.4826;
        let ratios: Vec<f64> = (0..12).map(|index| if index % 2 == 0 { spread } else { -spread }).collect();
        assert!((least_effect(&ratios) - 0.078).abs() < 0.002, "{}", least_effect(&ratios));
    }
}
