//! What is laid out together: parts of the graph that no arrow connects are parts of the picture.

use std::collections::BTreeMap;

use crate::Input;

/// Boxes that are laid out together, with the arrows between them.
#[derive(Debug, Default)]
pub struct Part {
    /// Positions of boxes.
    pub nodes: Vec<usize>,
    /// The lane of each, counted from 0 within this part.
    pub lanes: Vec<usize>,
    /// Positions of arrows between them.
    pub edges: Vec<usize>,
    /// Positions of arrows from a box to itself.
    pub loops: Vec<usize>,
}

/// A graph in parts.
#[derive(Debug, Default)]
pub struct Parts {
    /// All that hangs together across groups; its lanes are `crossing_groups`.
    pub crossing: Part,
    /// The groups of the lanes of `crossing`, ascending.
    pub crossing_groups: Vec<usize>,
    /// By group: what hangs together within it, then what stands alone.
    pub local: BTreeMap<usize, Local>,
}

/// What lies within one group.
#[derive(Debug, Default)]
pub struct Local {
    /// Boxes with arrows between them.
    pub parts: Vec<Part>,
    /// Boxes without arrows to others.
    pub alone: Vec<usize>,
    /// The loops of those.
    pub loops: Vec<usize>,
}

/// Splits a graph. Linear but for the depth of a tree.
pub fn split(input: &Input) -> Parts {
    let count = input.nodes.len();
    let last = input.groups.len().saturating_sub(1);
    let group = |node: usize| input.nodes.get(node).map_or(0, |node| node.group.min(last));
    let mut leader: Vec<usize> = (0..count).collect();
    let mut is_alone = vec![true; count];
    let sound = || input.edges.iter().enumerate().filter(|(_, edge)| edge.from < count && edge.to < count);
    for (_, edge) in sound().filter(|(_, edge)| edge.from != edge.to) {
        is_alone[edge.from] = false;
        is_alone[edge.to] = false;
        let (one, other) = (lead(&mut leader, edge.from), lead(&mut leader, edge.to));
        leader[one.max(other)] = one.min(other);
    }
    let leader: Vec<usize> = (0..count).map(|node| lead(&mut leader, node)).collect();
    let mut is_crossing = vec![false; count];
    for node in 0..count {
        if group(node) != group(leader[node]) {
            is_crossing[leader[node]] = true;
        }
    }
    let mut crossing_groups: Vec<usize> = (0..count).filter(|node| is_crossing[leader[*node]]).map(group).collect();
    crossing_groups.sort_unstable();
    crossing_groups.dedup();
    let mut parts = Parts { crossing_groups, ..Parts::default() };
    let mut place: BTreeMap<usize, usize> = BTreeMap::new();
    for node in 0..count {
        if is_crossing[leader[node]] {
            parts.crossing.nodes.push(node);
            parts.crossing.lanes.push(parts.crossing_groups.binary_search(&group(node)).unwrap_or_default());
            continue;
        }
        let local = parts.local.entry(group(node)).or_default();
        if is_alone[node] {
            local.alone.push(node);
            continue;
        }
        let number = *place.entry(leader[node]).or_insert_with(|| {
            local.parts.push(Part::default());
            local.parts.len() - 1
        });
        if let Some(part) = local.parts.get_mut(number) {
            part.nodes.push(node);
            part.lanes.push(0);
        }
    }
    for (number, edge) in sound() {
        let local = parts.local.entry(group(edge.from));
        let is_loop = edge.from == edge.to;
        let part = if is_crossing[leader[edge.from]] {
            &mut parts.crossing
        } else if is_alone[edge.from] {
            local.or_default().loops.push(number);
            continue;
        } else {
            let number = place.get(&leader[edge.from]).copied().unwrap_or_default();
            let Some(part) = local.or_default().parts.get_mut(number) else { continue };
            part
        };
        if is_loop { part.loops.push(number) } else { part.edges.push(number) }
    }
    parts
}

/// The box that stands for all that hang together with one, with the way to it made short.
fn lead(leader: &mut [usize], node: usize) -> usize {
    let mut at = node;
    while leader[at] != at {
        leader[at] = leader[leader[at]];
        at = leader[at];
    }
    at
}
