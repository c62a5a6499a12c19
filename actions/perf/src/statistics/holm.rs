//! Several questions at once: Holm, "A Simple Sequentially Rejective Multiple Test Procedure" (1979).

use crate::number::number;

/// Which of the hypotheses with these probabilities are rejected, so that the chance of rejecting any true one is at most
/// `alpha`.
pub fn rejected(probabilities: &[f64], alpha: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    let of = |index: usize| probabilities.get(index).copied().unwrap_or(1.0);
    order.sort_by(|a, b| of(*a).total_cmp(&of(*b)));
    let mut rejected = vec![false; probabilities.len()];
    let mut left = number(probabilities.len() as u64);
    for index in order {
        if of(index) > alpha / left {
            break;
        }
        if let Some(slot) = rejected.get_mut(index) {
            *slot = true;
        }
        left -= 1.0;
    }
    rejected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_is_held_against_the_strictest() {
        assert_eq!(rejected(&[0.02, 0.001, 0.04], 0.05), [true, true, true]);
        assert_eq!(rejected(&[0.03, 0.001, 0.04], 0.05), [false, true, false]);
        assert_eq!(rejected(&[0.02, 0.02, 0.02], 0.05), [false, false, false]);
        assert!(rejected(&[], 0.05).is_empty());
    }
}
