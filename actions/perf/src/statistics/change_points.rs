//! Where a series changed: E-divisive with means (Matteson and James, "A Nonparametric Approach for Multiple Change Point Analysis
//! of Multivariate Data", 2014), in one dimension and with the exponent 1.
//!
//! The best place to cut a series is where the energy distance between its two sides is greatest. Whether the cut means
//! something is asked of the series itself in other orders: the greatest distance of each, so that the choice of the best place
//! is paid for. Then both sides are looked at in the same way.

use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_pcg::Pcg64Mcg;

use crate::number::{number, share};

/// So many orders are asked.
const ORDERS: usize = 199;
/// The share of them that may have a distance as great.
const ALPHA: f64 = 0.05;
/// At least so many values are on each side of a cut.
const LEAST: usize = 3;
/// What the orders come from: the same series has the same answer.
const SEED: u64 = 0x5eed;

/// A change of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChangePoint {
    /// The position of the first value after it.
    pub at: usize,
    /// The median of the values before it, back to the change before.
    pub before: f64,
    /// The median of the values from it on, up to the next change.
    pub after: f64,
    /// The share of orders with a distance as great.
    pub probability: f64,
}

/// The changes of a series, in its order.
pub fn change_points(values: &[f64]) -> Vec<ChangePoint> {
    let mut found = Vec::new();
    let mut chance = Pcg64Mcg::seed_from_u64(SEED);
    cut(values, 0, &mut chance, &mut found);
    found.sort_unstable_by_key(|(at, _)| *at);
    let ends: Vec<usize> = std::iter::once(0).chain(found.iter().map(|(at, _)| *at)).chain([values.len()]).collect();
    let median = |from: usize, to: usize| {
        let mut part = values.get(from..to).unwrap_or_default().to_vec();
        part.sort_by(f64::total_cmp);
        part.get(part.len() / 2).copied().unwrap_or_default()
    };
    let each = found.iter().zip(ends.windows(3));
    each.filter_map(|((at, probability), ends)| {
        let [from, _, to] = ends else { return None };
        let (before, after) = (median(*from, *at), median(*at, *to));
        Some(ChangePoint { at: *at, before, after, probability: *probability })
    })
    .collect()
}

fn cut(values: &[f64], offset: usize, chance: &mut Pcg64Mcg, found: &mut Vec<(usize, f64)>) {
    let Some((at, distance)) = best(values) else { return };
    let mut order = values.to_vec();
    let (mut as_great, mut asked) = (0_usize, 0_usize);
    // Once too many orders are as great, the others cannot make the cut mean something.
    let share = |great: usize, of: usize| share(great as u64 + 1, of as u64 + 1);
    while asked < ORDERS && share(as_great, ORDERS) <= ALPHA {
        order.shuffle(chance);
        as_great += usize::from(best(&order).is_some_and(|(_, other)| other >= distance));
        asked += 1;
    }
    let probability = share(as_great, asked);
    if probability > ALPHA {
        return;
    }
    found.push((offset + at, probability));
    let (left, right) = values.split_at(at);
    cut(left, offset, chance, found);
    cut(right, offset + at, chance, found);
}

/// The best place to cut, and the distance there; `None` of a series that is too short or does not vary.
fn best(values: &[f64]) -> Option<(usize, f64)> {
    let count = values.len();
    if count < 2 * LEAST {
        return None;
    }
    let distances = |one: f64, others: &[f64]| others.iter().map(|other| (one - other).abs()).sum::<f64>();
    // The sums of distances within the left side, within the right side and between them, as values go from right to left.
    let (mut left, mut between) = (0.0, 0.0);
    let mut right: f64 = (0..count)
        .filter_map(|index| values.get(index + 1..).zip(values.get(index)))
        .map(|(others, one)| distances(*one, others))
        .sum();
    let mut best = None;
    for (index, one) in values.iter().enumerate() {
        let to_left = distances(*one, values.get(..index).unwrap_or_default());
        let to_right = distances(*one, values.get(index + 1..).unwrap_or_default());
        left += to_left;
        right -= to_right;
        between += to_right - to_left;
        let (here, there) = (index + 1, count - index - 1);
        if here < LEAST || there < LEAST {
            continue;
        }
        let (here, there) = (number(here as u64), number(there as u64));
        let pairs = |number: f64| number * (number - 1.0) / 2.0;
        let distance = 2.0 * between / (here * there) - left / pairs(here) - right / pairs(there);
        let scaled = distance * here * there / (here + there);
        if best.is_none_or(|(_, greatest)| scaled > greatest) {
            best = Some((index + 1, scaled));
        }
    }
    best.filter(|(_, distance)| *distance > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_found_where_it_is() {
        let values: Vec<f64> =
            (0..40).map(|index| f64::from(index % 3) + if index < 25 { 100.0 } else { 110.0 }).collect();
        let found = change_points(&values);
        assert_eq!(found.iter().map(|point| point.at).collect::<Vec<_>>(), [25]);
        let point = found.first().unwrap();
        assert!(point.before < 103.0 && point.after > 109.0 && point.probability <= 0.05, "{point:?}");
    }

    #[test]
    fn what_does_not_change_has_no_point() {
        assert!(change_points(&[]).is_empty());
        assert!(change_points(&[1.0; 50]).is_empty());
        assert!(change_points(&[1.0, 2.0, 1.0, 2.0, 1.0]).is_empty());
    }

    #[test]
    fn several_steps_are_all_found() {
        let level = |index: u32| [10.0, 20.0, 15.0][usize::try_from(index / 20).unwrap()];
        let values: Vec<f64> = (0..60).map(|index| level(index) + f64::from(index * 7 % 5) * 0.1).collect();
        assert_eq!(change_points(&values).iter().map(|point| point.at).collect::<Vec<_>>(), [20, 40]);
    }
}
