//! In which order the objects of a design can come up: what an object needs comes before it.

use std::collections::btree_map::{BTreeMap, Entry};
use std::collections::{BTreeSet, VecDeque};

use petgraph::algo::tarjan_scc;
use petgraph::stable_graph::{NodeIndex, StableDiGraph};
use petgraph::visit::EdgeRef;

use crate::{Edge, Graph};

/// The order of a graph.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// Components that need nothing of a later batch, by their positions in the design, ascending. Members of a cycle share
    /// a batch.
    pub batches: Vec<Vec<usize>>,
    /// Cycles of needs, one for each group of components that need each other: positions of edges, each beginning where the
    /// one before it ends.
    pub cycles: Vec<Vec<usize>>,
}

impl Graph {
    /// What needs what: components as nodes, positions of edges as edges.
    fn needs(&self) -> StableDiGraph<usize, usize, u32> {
        let mut needs: StableDiGraph<usize, usize, u32> =
            StableDiGraph::with_capacity(self.nodes.len(), self.edges.len());
        let nodes: Vec<NodeIndex<u32>> = (0..self.nodes.len()).map(|component| needs.add_node(component)).collect();
        let is_drawing = |component: usize| self.nodes.get(component).is_some_and(|node| node.is_annotation);
        // Drawings never come up, and what is said to need itself needs nothing else.
        let counts =
            |edge: &Edge| edge.is_need && edge.from != edge.to && !is_drawing(edge.from) && !is_drawing(edge.to);
        for (number, edge) in self.edges.iter().enumerate().filter(|(_, edge)| counts(edge)) {
            if let (Some(from), Some(to)) = (nodes.get(edge.from), nodes.get(edge.to)) {
                needs.add_edge(*from, *to, number);
            }
        }
        needs
    }

    /// The cycles of the [`Order`], without the batches.
    pub fn cycles(&self) -> Vec<Vec<usize>> {
        if !self.edges.iter().any(|edge| edge.is_need) {
            return Vec::new();
        }
        let needs = self.needs();
        let groups = tarjan_scc(&needs).into_iter().filter(|group| group.len() > 1);
        let mut cycles: Vec<Vec<usize>> =
            groups.filter_map(|group| shortest_cycle(&needs, &group.into_iter().collect())).collect();
        cycles.sort();
        cycles
    }

    /// Orders the components by what they need. Linear in the number of components and edges.
    pub fn order(&self) -> Order {
        let needs = self.needs();
        // Groups come with what they need before them.
        let mut batch_of: BTreeMap<usize, usize> = BTreeMap::new();
        let mut order = Order::default();
        for group in tarjan_scc(&needs) {
            let members: BTreeSet<NodeIndex<u32>> = group.iter().copied().collect();
            let needed =
                members.iter().flat_map(|member| needs.neighbors(*member)).filter(|needed| !members.contains(needed));
            let batch =
                needed.filter_map(|needed| batch_of.get(needs.node_weight(needed)?)).map(|batch| batch + 1).max();
            let batch = batch.unwrap_or(0);
            if order.batches.len() <= batch {
                order.batches.resize(batch + 1, Vec::new());
            }
            for member in &members {
                let Some(component) = needs.node_weight(*member).copied() else { continue };
                batch_of.insert(component, batch);
                if let Some(batch) = order.batches.get_mut(batch) {
                    batch.push(component);
                }
            }
            order.cycles.extend(shortest_cycle(&needs, &members));
        }
        for batch in &mut order.batches {
            batch.sort_unstable();
        }
        order.cycles.sort();
        order
    }
}

/// The shortest cycle through the first member of a group, as edges; `None` for a component by itself.
fn shortest_cycle(needs: &StableDiGraph<usize, usize, u32>, members: &BTreeSet<NodeIndex<u32>>) -> Option<Vec<usize>> {
    let start = *members.first()?;
    if members.len() == 1 {
        return None;
    }
    // The edge over which each member was reached first.
    let mut reached: BTreeMap<NodeIndex<u32>, (NodeIndex<u32>, usize)> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(member) = waiting.pop_front() {
        let mut edges: Vec<_> = needs.edges(member).filter(|edge| members.contains(&edge.target())).collect();
        edges.sort_by_key(|edge| *edge.weight());
        for edge in edges {
            if edge.target() == start {
                let mut cycle = vec![*edge.weight()];
                let mut at = member;
                while at != start {
                    let (before, number) = *reached.get(&at)?;
                    cycle.push(number);
                    at = before;
                }
                cycle.reverse();
                return Some(cycle);
            }
            if let Entry::Vacant(place) = reached.entry(edge.target()) {
                place.insert((member, *edge.weight()));
                waiting.push_back(edge.target());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Node, Scope};

    fn graph(count: usize, edges: &[(usize, usize, &str)]) -> Graph {
        let node = |number| Node { id: format!("n{number}"), scope: Scope::Namespaced, is_annotation: false };
        let edge = |(from, to, sub_type): &(usize, usize, &str)| Edge {
            from: *from,
            to: *to,
            kind: "edge".into(),
            type_name: "non-binding".into(),
            sub_type: (*sub_type).into(),
            relationship: None,
            definition: None,
            path: [].into(),
            is_need: *sub_type != "network",
            detail: None,
        };
        Graph { nodes: (0..count).map(node).collect(), edges: edges.iter().map(edge).collect(), ..Graph::default() }
    }

    #[test]
    fn what_is_needed_comes_before_and_calls_do_not_count() {
        let order = graph(4, &[(0, 1, "mount"), (1, 2, "reference"), (2, 0, "network"), (0, 2, "reference")]).order();
        assert_eq!(order, Order { batches: vec![vec![2, 3], vec![1], vec![0]], cycles: vec![] });
    }

    #[test]
    fn a_cycle_is_told_as_a_path_and_shares_a_batch() {
        let order = graph(
            4,
            &[(0, 1, "reference"), (1, 2, "reference"), (2, 0, "mount"), (3, 0, "reference"), (2, 1, "mount")],
        )
        .order();
        assert_eq!(order.batches, [vec![0, 1, 2], vec![3]]);
        assert_eq!(order.cycles, [vec![0, 1, 2]]);
    }
}
