//! The column of each box.

/// How often boxes are moved towards their neighbours. Twice there and back settles all but contrived graphs.
const PASSES: usize = 4;

/// Columns from 0, such that every arrow leads to the right: first as far left as possible, then each box moves, within
/// the room its arrows leave, towards the side where it has more of them. Linear. `edges` have no cycle.
pub fn ranks(nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let (mut into, mut out) = (vec![Vec::new(); nodes], vec![Vec::new(); nodes]);
    for (from, to) in edges {
        out[*from].push(*to);
        into[*to].push(*from);
    }
    let order = topological(&into, &out);
    let mut ranks = vec![0; nodes];
    for node in &order {
        ranks[*node] = into[*node].iter().map(|before| ranks[*before] + 1).max().unwrap_or(0);
    }
    for pass in 0..PASSES {
        let mut step = |node: usize| {
            let least = into[node].iter().map(|before| ranks[*before] + 1).max();
            let most = out[node].iter().map(|after| ranks[*after] - 1).min();
            let wanted = if out[node].len() > into[node].len() { most } else { least };
            ranks[node] = wanted.or(least).or(most).unwrap_or(ranks[node]);
        };
        if pass % 2 == 0 {
            order.iter().rev().copied().for_each(&mut step);
        } else {
            order.iter().copied().for_each(&mut step);
        }
    }
    let first = ranks.iter().min().copied().unwrap_or(0);
    ranks.iter().map(|rank| rank - first).collect()
}

/// The boxes, each behind those whose arrows end at it.
fn topological(into: &[Vec<usize>], out: &[Vec<usize>]) -> Vec<usize> {
    let mut waits: Vec<usize> = into.iter().map(Vec::len).collect();
    let mut order: Vec<usize> = (0..into.len()).filter(|node| waits[*node] == 0).collect();
    let mut next = 0;
    while let Some(node) = order.get(next).copied() {
        next += 1;
        for after in &out[node] {
            waits[*after] -= 1;
            if waits[*after] == 0 {
                order.push(*after);
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_lead_to_the_right_and_are_short() {
        // 4 names only 3, so it stands beside it and not at the far left.
        assert_eq!(ranks(5, &[(0, 1), (1, 2), (2, 3), (4, 3)]), [0, 1, 2, 3, 2]);
        assert_eq!(ranks(3, &[(0, 1), (0, 2), (1, 2)]), [0, 1, 2]);
    }
}
