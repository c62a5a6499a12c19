//! The highest rate that still meets an objective, searched as Nighthawk's adaptive load controller searches: by doubling until
//! the objective is missed, then by halving the gap, and at the end by a longer test of what was found.

/// Where a search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Twice as much as before, or half of the gap.
    Search,
    /// The longer test of what was found.
    Test,
}

/// How a search is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    /// The rate to begin with, in requests a second.
    pub from: f64,
    /// The rate at which it ends, whatever the target could do more.
    pub most: f64,
    /// It ends once the gap between what is met and what is missed is at most this share of the rate.
    pub precision: f64,
}

/// What a search found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The highest rate that met the objective in the longer test; `None` where none did.
    pub rate: Option<f64>,
    /// Whether nothing higher was tried, since the search ends there.
    pub is_limit: bool,
    /// How many rates were tried.
    pub tried: usize,
}

/// How often a test that missed the objective is repeated with a lower rate.
const TESTS: usize = 5;
/// By how much it is lower.
const STEP_BACK: f64 = 0.9;

/// Searches. `meets` sends a rate and says whether the objective was met; its error ends the search.
pub fn search(search: Search, mut meets: impl FnMut(f64, Stage) -> Result<bool, String>) -> Result<Found, String> {
    let mut tried = 0;
    let mut test = |rate, stage| {
        tried += 1;
        meets(rate, stage)
    };
    let (mut met, mut missed) = (None, None);
    let mut rate = search.from.min(search.most);
    loop {
        if test(rate, Stage::Search)? {
            met = Some(rate);
            if rate >= search.most {
                break;
            }
            rate = (rate * 2.0).min(search.most);
        } else {
            missed = Some(rate);
            break;
        }
    }
    // Below the first rate that was tried there may be one that meets it.
    let mut low = met.unwrap_or(0.0);
    if let Some(mut high) = missed {
        while high - low > high * search.precision && high >= 1.0 {
            let middle = f64::midpoint(low, high);
            if test(middle, Stage::Search)? { low = middle } else { high = middle }
        }
    }
    let mut rate = None;
    for _ in 0..TESTS {
        if low < 1.0 {
            break;
        }
        if test(low, Stage::Test)? {
            rate = Some(low);
            break;
        }
        low *= STEP_BACK;
    }
    Ok(Found { rate, is_limit: rate.is_some() && missed.is_none(), tried })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SEARCH: Search = Search { from: 100.0, most: 100_000.0, precision: 0.02 };

    #[test]
    fn a_target_without_a_limit_is_searched_up_to_ours() {
        let found = search(SEARCH, |_, _| Ok(true)).unwrap();
        assert_eq!((found.rate, found.is_limit), (Some(100_000.0), true));
    }

    #[test]
    fn a_target_that_meets_nothing_has_no_rate() {
        let found = search(SEARCH, |_, _| Ok(false)).unwrap();
        assert_eq!((found.rate, found.is_limit), (None, false));
    }

    #[test]
    fn a_test_that_misses_steps_back() {
        // What is met for a short time only.
        let found =
            search(SEARCH, |rate, stage| Ok(rate <= if stage == Stage::Test { 900.0 } else { 1_000.0 })).unwrap();
        let rate = found.rate.unwrap();
        assert!((790.0..=900.0).contains(&rate), "{rate}");
    }

    #[test]
    fn an_error_ends_the_search() {
        assert_eq!(search(SEARCH, |_, _| Err("away".to_owned())), Err("away".to_owned()));
    }

    proptest! {
        #[test]
        fn what_is_found_is_within_the_precision(limit in 2.0f64..90_000.0) {
            let found = search(SEARCH, |rate, _| Ok(rate <= limit)).unwrap();
            let rate = found.rate.unwrap();
            prop_assert!(rate <= limit && rate >= limit * 0.979, "{} of {}", rate, limit);
            prop_assert!(found.tried < 30);
        }
    }
}
