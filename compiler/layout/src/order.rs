//! The order in each column, from the top: few crossings.

use crate::layers::Layers;
use crate::plane::pixels;

/// The most sweeps over all columns, and after how many without a better order to stop; both are dagre's.
const SWEEPS: usize = 24;
const PATIENCE: usize = 4;
/// Above this many arrows between columns, fewer sweeps: the picture is too full for one to matter.
const MANY: usize = 20_000;
const SWEEPS_OF_MANY: usize = 4;
/// Passes that exchange neighbours, at the end.
const EXCHANGES: usize = 6;

/// Orders the columns. Slots of one lane stay together, lanes in their order. Bounded sweeps, each of which costs
/// n log n.
pub fn order(layers: &mut Layers) {
    layers.columns = first(layers);
    let mut position = positions(layers);
    let mut best = layers.columns.clone();
    let mut fewest = crossings(layers, &position);
    let sweeps = if layers.segments() > MANY { SWEEPS_OF_MANY } else { SWEEPS };
    let mut waited = 0;
    for sweep in 0..sweeps {
        if fewest == 0 || waited >= PATIENCE {
            break;
        }
        // Ties go to the upper one in two sweeps, to the lower one in the next two.
        run(layers, &mut position, sweep % 2 == 1, sweep % 4 >= 2);
        let found = crossings(layers, &position);
        waited += 1;
        if found < fewest {
            (fewest, best, waited) = (found, layers.columns.clone(), 0);
        }
    }
    layers.columns = best;
    if layers.segments() <= MANY {
        exchange(layers);
    }
}

/// The order in which a walk in depth from the left meets the slots, by lanes.
fn first(layers: &Layers) -> Vec<Vec<usize>> {
    let mut columns = vec![Vec::new(); layers.columns.len()];
    let mut is_seen = vec![false; layers.slots.len()];
    let mut starts: Vec<usize> = (0..layers.slots.len()).collect();
    starts.sort_by_key(|slot| (layers.slots[*slot].rank, *slot));
    for start in starts {
        let mut waiting = vec![start];
        while let Some(slot) = waiting.pop() {
            if !std::mem::replace(&mut is_seen[slot], true) {
                columns[layers.slots[slot].rank].push(slot);
                waiting.extend(layers.after[slot].iter().rev());
            }
        }
    }
    for column in &mut columns {
        column.sort_by_key(|slot| layers.slots[*slot].lane);
    }
    columns
}

fn positions(layers: &Layers) -> Vec<usize> {
    let mut positions = vec![0; layers.slots.len()];
    for column in &layers.columns {
        for (position, slot) in column.iter().enumerate() {
            positions[*slot] = position;
        }
    }
    positions
}

/// One sweep: each column is sorted by the mean position of its neighbours in the column before it, or behind it.
fn run(layers: &mut Layers, position: &mut [usize], to_the_left: bool, lower_first: bool) {
    // A mean is kept as a whole number of parts of a position.
    const PARTS: i64 = 4096;
    let count = layers.columns.len();
    for step in 1..count {
        let rank = if to_the_left { count - 1 - step } else { step };
        let mut column = std::mem::take(&mut layers.columns[rank]);
        if lower_first {
            column.reverse();
        }
        let neighbours = if to_the_left { &layers.after } else { &layers.before };
        let key = |slot: &usize| {
            let mean = neighbours[*slot].iter().map(|other| pixels(position[*other])).sum::<i64>() * PARTS;
            let count = pixels(neighbours[*slot].len());
            let mean = if count == 0 { pixels(position[*slot]) * PARTS } else { mean / count };
            (layers.slots[*slot].lane, mean)
        };
        column.sort_by_cached_key(key);
        for (place, slot) in column.iter().enumerate() {
            position[*slot] = place;
        }
        layers.columns[rank] = column;
    }
}

/// How many pairs of arrows cross. A tree of sums counts them in n log n (Barth, Jünger, Mutzel: Simple and Efficient
/// Bilayer Cross Counting).
fn crossings(layers: &Layers, position: &[usize]) -> u64 {
    let mut total = 0;
    for (rank, column) in layers.columns.iter().enumerate() {
        let width = layers.columns.get(rank + 1).map_or(0, Vec::len);
        let mut tree = vec![0_u64; width + 1];
        let mut inserted = 0_u64;
        for slot in column {
            let mut ends: Vec<usize> = layers.after[*slot].iter().map(|end| position[*end]).collect();
            ends.sort_unstable();
            for end in &ends {
                let mut at = end + 1;
                let mut at_or_above = 0;
                while at > 0 {
                    at_or_above += tree[at];
                    at &= at - 1;
                }
                total += inserted - at_or_above;
            }
            for end in ends {
                let mut at = end + 1;
                while at <= width {
                    tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
                inserted += 1;
            }
        }
    }
    total
}

/// Exchanges neighbours of one column where that takes crossings away.
fn exchange(layers: &mut Layers) {
    let mut position = positions(layers);
    for _ in 0..EXCHANGES {
        let mut has_changed = false;
        for rank in 0..layers.columns.len() {
            for place in 1..layers.columns[rank].len() {
                let (upper, lower) = (layers.columns[rank][place - 1], layers.columns[rank][place]);
                if layers.slots[upper].lane != layers.slots[lower].lane {
                    continue;
                }
                let both = |one: usize, other: usize| {
                    inversions(&layers.before[one], &layers.before[other], &position)
                        + inversions(&layers.after[one], &layers.after[other], &position)
                };
                if both(lower, upper) < both(upper, lower) {
                    layers.columns[rank].swap(place - 1, place);
                    position.swap(upper, lower);
                    has_changed = true;
                }
            }
        }
        if !has_changed {
            break;
        }
    }
}

/// The crossings between the arrows of an upper slot and those of a lower one, on one side.
fn inversions(upper: &[usize], lower: &[usize], position: &[usize]) -> usize {
    let sorted = |slots: &[usize]| {
        let mut places: Vec<usize> = slots.iter().map(|slot| position[*slot]).collect();
        places.sort_unstable();
        places
    };
    let (upper, lower) = (sorted(upper), sorted(lower));
    upper.iter().map(|place| lower.partition_point(|other| other < place)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::Slot;
    use crate::plane::Size;

    fn layers(ranks: &[usize], edges: &[(usize, usize)]) -> Layers {
        let slot = |rank: &usize| Slot { size: Size { width: 9, height: 9 }, lane: 0, rank: *rank, is_passing: false };
        Layers::new(ranks.iter().map(slot).collect(), edges)
    }

    #[test]
    fn crossings_are_counted_and_taken_away() {
        let mut crossed = layers(&[0, 0, 0, 1, 1, 1], &[(0, 5), (1, 4), (2, 3)]);
        crossed.columns = vec![vec![0, 1, 2], vec![3, 4, 5]];
        assert_eq!(crossings(&crossed, &positions(&crossed)), 3);
        order(&mut crossed);
        assert_eq!(crossings(&crossed, &positions(&crossed)), 0);
    }

    #[test]
    fn lanes_stay_together() {
        let mut mixed = layers(&[0, 0, 1, 1], &[(0, 3), (1, 2)]);
        mixed.slots[1].lane = 1;
        mixed.slots[3].lane = 1;
        order(&mut mixed);
        assert_eq!(mixed.columns, [[0, 1], [2, 3]]);
    }
}
