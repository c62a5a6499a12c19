//! Boxes in columns, and the places that arrows take in the columns that they pass.

use std::collections::BTreeMap;

use crate::plane::Size;

/// Beyond so many places for passing arrows, the arrows that leave one box share them.
const MOST_PASSING: usize = 30_000;
/// The height that is kept for a passing arrow.
const PASSING: i64 = 8;

/// A box or the place of a passing arrow.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// What it takes.
    pub size: Size,
    /// The band in which it lies.
    pub lane: usize,
    /// Its column.
    pub rank: usize,
    /// Whether an arrow passes here.
    pub is_passing: bool,
}

/// A graph whose arrows lead from each column to the next.
#[derive(Debug, Default)]
pub struct Layers {
    /// Boxes first, in the order of the input, then the places of passing arrows.
    pub slots: Vec<Slot>,
    /// The slots of each column, from the top.
    pub columns: Vec<Vec<usize>>,
    /// For each slot, those in the column before that lead to it.
    pub before: Vec<Vec<usize>>,
    /// For each slot, those in the column behind that it leads to.
    pub after: Vec<Vec<usize>>,
    /// For each arrow, the slots from its left end to its right end.
    pub chains: Vec<Vec<usize>>,
}

impl Layers {
    /// Cuts arrows, all of which lead to the right, at the columns that they pass.
    pub fn new(boxes: Vec<Slot>, edges: &[(usize, usize)]) -> Self {
        let span = |(from, to): &(usize, usize)| boxes[*to].rank - boxes[*from].rank;
        let is_full = edges.iter().map(|edge| span(edge) - 1).sum::<usize>() > MOST_PASSING;
        let last = boxes.iter().map(|slot| slot.rank + 1).max().unwrap_or(0);
        let mut layers = Self {
            before: vec![Vec::new(); boxes.len()],
            after: vec![Vec::new(); boxes.len()],
            slots: boxes,
            ..Self::default()
        };
        let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (from, to) in edges {
            let target = layers.slots[*to];
            let mut chain = vec![*from];
            let mut at = *from;
            for rank in layers.slots[*from].rank + 1..target.rank {
                let known = if is_full { shared.get(&(*from, rank)).copied() } else { None };
                let next = known.unwrap_or_else(|| {
                    let lane = if is_full { layers.slots[*from].lane } else { target.lane };
                    let slot = layers.passing(lane, rank);
                    layers.connect(at, slot);
                    shared.insert((*from, rank), slot);
                    slot
                });
                chain.push(next);
                at = next;
            }
            layers.connect(at, *to);
            chain.push(*to);
            layers.chains.push(chain);
        }
        layers.columns = vec![Vec::new(); last];
        layers
    }

    fn passing(&mut self, lane: usize, rank: usize) -> usize {
        self.slots.push(Slot { size: Size { width: 0, height: PASSING }, lane, rank, is_passing: true });
        self.before.push(Vec::new());
        self.after.push(Vec::new());
        self.slots.len() - 1
    }

    fn connect(&mut self, from: usize, to: usize) {
        self.after[from].push(to);
        self.before[to].push(from);
    }

    /// How strongly two neighbours pull at each other: places of one arrow most, so that it becomes straight.
    pub fn pull(&self, one: usize, other: usize) -> i64 {
        match (self.slots[one].is_passing, self.slots[other].is_passing) {
            (true, true) => 8,
            (false, false) => 1,
            _ => 2,
        }
    }

    /// The number of arrows between neighbouring columns: what a sweep over all columns costs.
    pub fn segments(&self) -> usize {
        self.after.iter().map(Vec::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_gets_a_place_in_each_column_that_it_passes() {
        let size = Size { width: 1, height: 1 };
        let at = |rank| Slot { size, lane: 0, rank, is_passing: false };
        let layers = Layers::new(vec![at(0), at(1), at(3)], &[(0, 1), (0, 2)]);
        assert_eq!(layers.chains, [vec![0, 1], vec![0, 3, 4, 2]]);
        assert_eq!((layers.after[3].clone(), layers.before[2].clone()), (vec![4], vec![4]));
        assert!(layers.slots[3].is_passing && layers.slots[4].rank == 2);
    }
}
