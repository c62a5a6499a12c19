//! The edges of a graph by their ends, for rules that follow them.

use std::collections::HashMap;

use design_graph::Edge;

use crate::Context;

/// The edges of some definitions, by both ends.
pub(crate) struct Edges<'a> {
    from: HashMap<usize, Vec<&'a Edge>>,
    to: HashMap<usize, Vec<&'a Edge>>,
}

impl<'a> Edges<'a> {
    /// Collects the edges that the definitions with these names found, in the order of the graph.
    pub(crate) fn of(context: &Context<'a>, definitions: &[&str]) -> Self {
        let mut edges = Self { from: HashMap::new(), to: HashMap::new() };
        for edge in context.graph.found_by(definitions) {
            edges.from.entry(edge.from).or_default().push(edge);
            edges.to.entry(edge.to).or_default().push(edge);
        }
        edges
    }

    /// The edges that start at a component.
    pub(crate) fn from(&self, component: usize) -> &[&'a Edge] {
        self.from.get(&component).map_or(&[], Vec::as_slice)
    }

    /// The edges that end at a component.
    pub(crate) fn to(&self, component: usize) -> &[&'a Edge] {
        self.to.get(&component).map_or(&[], Vec::as_slice)
    }

    /// The edges that end at each component to which any leads, by the position of the component.
    pub(crate) fn by_end(&self) -> Vec<(usize, &[&'a Edge])> {
        let mut ends: Vec<(usize, &[&'a Edge])> = self.to.iter().map(|(to, edges)| (*to, edges.as_slice())).collect();
        ends.sort_unstable_by_key(|(to, _)| *to);
        ends
    }
}
