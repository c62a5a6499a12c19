//! Which arrows are drawn against the direction of reading.

use crate::{acyclic, rank};

/// For each arrow whether it is turned round, so that no cycle is left.
///
/// Arrows between lanes that lead to each other both ways do not order columns: each of these lanes has the columns that
/// its own arrows ask for, and an arrow to another lane follows them. Otherwise every lane would begin where another one
/// ends, and the picture would be a staircase. Linear.
pub fn turned(lanes: &[usize], edges: &[(usize, usize)]) -> Vec<bool> {
    let count = lanes.iter().max().map_or(0, |lane| lane + 1);
    let between: Vec<(usize, usize)> =
        edges.iter().map(|(from, to)| (lanes[*from], lanes[*to])).filter(|(from, to)| from != to).collect();
    let circle = circles(count, &between);
    let is_free =
        |(from, to): &(usize, usize)| lanes[*from] == lanes[*to] || circle[lanes[*from]] != circle[lanes[*to]];
    let own: Vec<(usize, usize)> = edges.iter().filter(|edge| is_free(edge)).copied().collect();
    let own_turned = acyclic::turned(lanes.len(), &own);
    let within: Vec<(usize, usize)> = own
        .iter()
        .zip(&own_turned)
        .filter(|((from, to), _)| lanes[*from] == lanes[*to])
        .map(|((from, to), is_turned)| if *is_turned { (*to, *from) } else { (*from, *to) })
        .collect();
    let columns = rank::ranks(lanes.len(), &within);
    let place = |node: usize| (columns[node], lanes[node], node);
    let mut own_turned = own_turned.into_iter();
    edges
        .iter()
        .map(|edge| if is_free(edge) { own_turned.next().unwrap_or(false) } else { place(edge.0) > place(edge.1) })
        .collect()
}

/// For each lane the number of the circle of lanes that it is in: two have the same number where arrows lead from each to
/// the other, over others or not (Kosaraju and Sharir).
fn circles(lanes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let (mut out, mut into) = (vec![Vec::new(); lanes], vec![Vec::new(); lanes]);
    for (from, to) in edges {
        out[*from].push(*to);
        into[*to].push(*from);
    }
    let mut finished = Vec::with_capacity(lanes);
    let mut is_seen = vec![false; lanes];
    for start in 0..lanes {
        let mut path = if std::mem::replace(&mut is_seen[start], true) { Vec::new() } else { vec![(start, 0)] };
        while let Some((lane, followed)) = path.last_mut() {
            if let Some(next) = out[*lane].get(*followed).copied() {
                *followed += 1;
                if !std::mem::replace(&mut is_seen[next], true) {
                    path.push((next, 0));
                }
            } else {
                finished.push(*lane);
                path.pop();
            }
        }
    }
    let mut circle = vec![usize::MAX; lanes];
    for (number, start) in finished.into_iter().rev().enumerate() {
        let mut waiting = vec![start];
        while let Some(lane) = waiting.pop() {
            if circle[lane] == usize::MAX {
                circle[lane] = number;
                waiting.extend(&into[lane]);
            }
        }
    }
    circle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_that_call_each_other_share_their_columns() {
        // Two lanes of a service before a deployment; each deployment calls the service of the other lane.
        let (lanes, edges) = ([0, 0, 1, 1], [(0, 1), (2, 3), (1, 2), (3, 0)]);
        assert_eq!(turned(&lanes, &edges), [false, false, true, true]);
        // Where only one calls the other, the other follows it.
        assert_eq!(turned(&lanes, &edges[..3]), [false, false, false]);
    }

    #[test]
    fn circles_of_lanes_are_found() {
        let found = circles(4, &[(0, 1), (1, 2), (2, 0), (2, 3)]);
        assert!(found[0] == found[1] && found[1] == found[2] && found[2] != found[3], "{found:?}");
    }
}
