//! How far down each slot lies: near its neighbours, arrows straight, nothing on top of another.

use crate::layers::Layers;

/// The free space between two boxes of a column, and beside a passing arrow.
const APART: i64 = 22;
const APART_FROM_PASSING: i64 = 10;
/// Sweeps over all columns, to and fro.
const SWEEPS: usize = 12;

/// The middles of all slots, each lane from its own top, and the heights of the lanes. Lanes do not know of each other:
/// an arrow from one to another pulls at neither. A bounded number of linear sweeps.
pub fn heights(layers: &Layers, lanes: usize) -> (Vec<i64>, Vec<i64>) {
    let runs = runs(layers, lanes);
    let mut middle = vec![0; layers.slots.len()];
    for run in runs.iter().flatten() {
        let mut at = 0;
        for (place, slot) in run.iter().enumerate() {
            at += place.checked_sub(1).map_or(0, |before| distance(layers, run[before], *slot));
            middle[*slot] = at;
        }
        // Columns begin with their middles beside each other.
        let half = at / 2;
        for slot in run {
            middle[*slot] -= half;
        }
    }
    for sweep in 0..SWEEPS {
        let sides = match (sweep + 2 >= SWEEPS, sweep % 2 == 0) {
            (true, _) => Sides { before: true, after: true },
            (false, to_the_right) => Sides { before: to_the_right, after: !to_the_right },
        };
        let ranks = 0..layers.columns.len();
        let ranks: Vec<usize> = if sweep % 2 == 0 { ranks.collect() } else { ranks.rev().collect() };
        for rank in ranks {
            for run in &runs[rank] {
                settle(layers, run, sides, &mut middle);
            }
        }
    }
    straighten(layers, &runs, &mut middle);
    from_the_top(layers, lanes, middle)
}

#[derive(Clone, Copy)]
struct Sides {
    before: bool,
    after: bool,
}

/// The slots of each column by lane.
fn runs(layers: &Layers, lanes: usize) -> Vec<Vec<Vec<usize>>> {
    let by_lane = |column: &Vec<usize>| {
        let mut runs = vec![Vec::new(); lanes];
        for slot in column {
            runs[layers.slots[*slot].lane].push(*slot);
        }
        runs.retain(|run| !run.is_empty());
        runs
    };
    layers.columns.iter().map(by_lane).collect()
}

/// How far the middles of two slots that follow each other lie apart at least.
fn distance(layers: &Layers, upper: usize, lower: usize) -> i64 {
    let (upper, lower) = (layers.slots[upper], layers.slots[lower]);
    let apart = if upper.is_passing || lower.is_passing { APART_FROM_PASSING } else { APART };
    (upper.size.height + 1) / 2 + (lower.size.height + 1) / 2 + apart
}

/// Slots that push against each other and lie as near to their wishes as all of them can.
struct Pool {
    weight: i64,
    sum: i64,
    slots: usize,
}

impl Pool {
    fn at(&self) -> i64 {
        self.sum.div_euclid(self.weight)
    }
}

/// Moves the slots of one column and lane as near to where their neighbours want them as their distances allow: the sum
/// of squares is least (pooling of adjacent violators). Linear.
fn settle(layers: &Layers, run: &[usize], sides: Sides, middle: &mut [i64]) {
    let mut pools: Vec<Pool> = Vec::new();
    let mut offsets = Vec::with_capacity(run.len());
    for (place, slot) in run.iter().enumerate() {
        let before = place.checked_sub(1).map(|before| offsets[before] + distance(layers, run[before], *slot));
        let offset = before.unwrap_or(0);
        offsets.push(offset);
        let (wanted, weight) = wanted(layers, *slot, sides, middle);
        let mut pool = Pool { weight, sum: (wanted - offset) * weight, slots: 1 };
        while let Some(above) = pools.pop_if(|above| above.at() >= pool.at()) {
            pool.weight += above.weight;
            pool.sum += above.sum;
            pool.slots += above.slots;
        }
        pools.push(pool);
    }
    let mut slots = run.iter().zip(offsets);
    for pool in pools {
        let at = pool.at();
        for (slot, offset) in slots.by_ref().take(pool.slots) {
            middle[*slot] = at + offset;
        }
    }
}

/// Where the neighbours of a slot want it, and how strongly. Without any it stays, and yields to all that want something.
fn wanted(layers: &Layers, slot: usize, sides: Sides, middle: &[i64]) -> (i64, i64) {
    const STRONG: i64 = 16;
    let (mut sum, mut weight) = (0, 0);
    let before = layers.before[slot].iter().filter(|_| sides.before);
    for other in before.chain(layers.after[slot].iter().filter(|_| sides.after)) {
        if layers.slots[*other].lane == layers.slots[slot].lane {
            let pull = layers.pull(slot, *other);
            sum += middle[*other] * pull;
            weight += pull;
        }
    }
    if weight == 0 { (middle[slot], 1) } else { (sum.div_euclid(weight), weight * STRONG) }
}

/// Gives the places of each passing arrow one height, as far as their neighbours leave room.
fn straighten(layers: &Layers, runs: &[Vec<Vec<usize>>], middle: &mut [i64]) {
    let mut above = vec![None; layers.slots.len()];
    let mut below = vec![None; layers.slots.len()];
    for run in runs.iter().flatten() {
        for pair in run.windows(2) {
            if let [upper, lower] = pair {
                above[*lower] = Some(*upper);
                below[*upper] = Some(*lower);
            }
        }
    }
    let mut chains: Vec<&[usize]> = layers.chains.iter().filter_map(|chain| chain.get(1..chain.len() - 1)).collect();
    chains.retain(|chain| chain.len() > 1);
    chains.sort_by_key(|chain| std::cmp::Reverse(chain.len()));
    for chain in chains {
        let mut rest = chain;
        while !rest.is_empty() {
            // As many as can share a height.
            let (mut least, mut most) = (i64::MIN, i64::MAX);
            let mut taken = 0;
            for slot in rest {
                let from = above[*slot].map_or(i64::MIN, |upper| middle[upper] + distance(layers, upper, *slot));
                let to = below[*slot].map_or(i64::MAX, |lower| middle[lower] - distance(layers, *slot, lower));
                if from.max(least) > to.min(most) {
                    break;
                }
                (least, most) = (from.max(least), to.min(most));
                taken += 1;
            }
            let (together, others) = rest.split_at(taken.max(1));
            if taken > 1 {
                let sum: i64 = together.iter().map(|slot| middle[*slot]).sum();
                let height = (sum / crate::plane::pixels(together.len())).clamp(least, most);
                for slot in together {
                    middle[*slot] = height;
                }
            }
            rest = others;
        }
    }
}

/// The same middles from the top of each lane, and how high the lanes are.
fn from_the_top(layers: &Layers, lanes: usize, mut middle: Vec<i64>) -> (Vec<i64>, Vec<i64>) {
    let mut top = vec![i64::MAX; lanes];
    let mut bottom = vec![i64::MIN; lanes];
    for (slot, middle) in layers.slots.iter().zip(&middle) {
        let half = (slot.size.height + 1) / 2;
        top[slot.lane] = top[slot.lane].min(middle - half);
        bottom[slot.lane] = bottom[slot.lane].max(middle + half);
    }
    for (slot, middle) in layers.slots.iter().zip(&mut middle) {
        *middle -= top[slot.lane];
    }
    (middle, top.iter().zip(&bottom).map(|(top, bottom)| bottom.saturating_sub(*top).max(0)).collect())
}
