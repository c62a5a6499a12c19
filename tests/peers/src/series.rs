//! Several runs of the same work.

use std::time::Duration;

/// What one run took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// From the start to the end.
    pub wall: Duration,
    /// On all processors together, in the program and in the kernel.
    pub cpu: Duration,
    /// The most memory at a time, in bytes; unknown where the work was a part of a process.
    pub peak: Option<u64>,
}

/// The runs of one side of a row, at least one.
#[derive(Clone, Debug)]
pub struct Series {
    samples: Vec<Sample>,
}

impl Series {
    /// The runs, in any order; `None` where there is none.
    pub fn new(samples: Vec<Sample>) -> Option<Self> {
        (!samples.is_empty()).then_some(Self { samples })
    }

    /// How many runs.
    pub fn runs(&self) -> usize {
        self.samples.len()
    }

    /// The median of the times from start to end.
    pub fn wall(&self) -> Duration {
        median(self.walls())
    }

    /// The shortest and the longest run.
    pub fn range(&self) -> (Duration, Duration) {
        let walls = self.walls();
        (walls.first().copied().unwrap_or_default(), walls.last().copied().unwrap_or_default())
    }

    /// The median of the processor's time.
    pub fn cpu(&self) -> Duration {
        median(self.samples.iter().map(|sample| sample.cpu).collect())
    }

    /// The largest peak of all runs: a limit on memory is passed by the worst run, not by the median.
    pub fn peak(&self) -> Option<u64> {
        self.samples.iter().filter_map(|sample| sample.peak).max()
    }

    fn walls(&self) -> Vec<Duration> {
        let mut walls: Vec<_> = self.samples.iter().map(|sample| sample.wall).collect();
        walls.sort_unstable();
        walls
    }
}

fn median(mut values: Vec<Duration>) -> Duration {
    values.sort_unstable();
    let at = |index: usize| values.get(index).copied().unwrap_or_default();
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { at(middle) } else { (at(middle.saturating_sub(1)) + at(middle)) / 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(millis: &[u64]) -> Series {
        let sample = |millis: &u64| Sample {
            wall: Duration::from_millis(*millis),
            cpu: Duration::from_millis(2 * millis),
            peak: Some(*millis),
        };
        Series::new(millis.iter().map(sample).collect()).unwrap()
    }

    #[test]
    fn medians_of_odd_and_even_counts() {
        assert_eq!(series(&[9, 1, 5]).wall(), Duration::from_millis(5));
        assert_eq!(series(&[9, 1, 5, 6]).wall(), Duration::from_micros(5500));
        assert_eq!(series(&[9, 1, 5]).cpu(), Duration::from_millis(10));
    }

    #[test]
    fn the_range_and_the_peak_are_those_of_all_runs() {
        let series = series(&[9, 1, 5]);
        assert_eq!(series.range(), (Duration::from_millis(1), Duration::from_millis(9)));
        assert_eq!(series.peak(), Some(9));
        assert!(Series::new(Vec::new()).is_none());
    }
}
