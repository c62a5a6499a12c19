//! A part laid out in columns, and the ways of its arrows.

use crate::layers::{Layers, Slot};
use crate::part::Part;
use crate::plane::{Point, Rectangle, Size, pixels};
use crate::{Input, Route, direction, height, order, rank};

/// The free space between two columns: enough for a bend and its head, more where arrows climb far.
const GAP: i64 = 56;
const WIDEST_GAP: i64 = 200;
/// The level piece of an arrow at a box, which its head needs.
const STUB: i64 = 14;
/// How far a loop reaches beyond its box.
pub const LOOP: i64 = 30;

impl Route {
    /// The way from a box to itself.
    pub(crate) fn around(node: &Rectangle) -> Self {
        let at = |parts: i64| Point { x: node.right(), y: node.at.y + node.size.height * parts / 4 };
        Self::Loop(at(1), at(3), LOOP)
    }
}

/// A part with its columns placed. Heights count from the top of each lane, so that lanes can be moved afterwards.
#[derive(Debug)]
pub struct Drawing {
    part: Part,
    layers: Layers,
    middle: Vec<i64>,
    /// The left and right end of each column.
    columns: Vec<(i64, i64)>,
    turned: Vec<bool>,
    /// The height of each lane.
    pub lanes: Vec<i64>,
    /// The width.
    pub width: i64,
}

impl Drawing {
    /// Lays out a part; its first column is at least `first` wide.
    pub fn new(input: &Input, part: Part, first: i64) -> Self {
        // The boxes of a part are in ascending order.
        let place = |node: usize| part.nodes.binary_search(&node).unwrap_or_default();
        let edges = part.edges.iter().filter_map(|edge| input.edges.get(*edge));
        let mut pairs: Vec<(usize, usize)> = edges.map(|edge| (place(edge.from), place(edge.to))).collect();
        let turned = direction::turned(&part.lanes, &pairs);
        for (pair, turned) in pairs.iter_mut().zip(&turned) {
            if *turned {
                *pair = (pair.1, pair.0);
            }
        }
        let ranks = rank::ranks(part.nodes.len(), &pairs);
        let mut has_loop = vec![false; part.nodes.len()];
        for edge in part.loops.iter().filter_map(|edge| input.edges.get(*edge)) {
            has_loop[place(edge.from)] = true;
        }
        let boxes = part.nodes.iter().zip(&part.lanes).zip(ranks.iter().zip(has_loop));
        let slots = boxes.map(|((node, lane), (rank, has_loop))| {
            let size = input.nodes.get(*node).map_or_else(Size::default, |node| node.size);
            let width = size.width.max(1) + if has_loop { LOOP } else { 0 };
            Slot { size: Size { width, height: size.height.max(1) }, lane: *lane, rank: *rank, is_passing: false }
        });
        let mut layers = Layers::new(slots.collect(), &pairs);
        order::order(&mut layers);
        let count = part.lanes.iter().max().map_or(0, |lane| lane + 1);
        let (middle, lanes) = height::heights(&layers, count);
        let mut drawing = Self { part, layers, middle, columns: Vec::new(), turned, lanes, width: 0 };
        drawing.place_columns(first);
        drawing
    }

    fn place_columns(&mut self, first: i64) {
        let mut tops = Vec::new();
        let mut top = 0;
        for height in &self.lanes {
            tops.push(top);
            top += height + 2 * GAP;
        }
        let down = |slot: usize| tops[self.layers.slots[slot].lane] + self.middle[slot];
        let mut left = 0;
        for (rank, column) in self.layers.columns.iter().enumerate() {
            let least = if rank == 0 { first } else { 0 };
            let width = column.iter().map(|slot| self.layers.slots[*slot].size.width).max().unwrap_or(0).max(least);
            self.columns.push((left, left + width));
            self.width = left + width;
            let climbs = column.iter().flat_map(|slot| self.layers.after[*slot].iter().map(move |next| (*slot, *next)));
            let highest = climbs.map(|(slot, next)| (down(slot) - down(next)).abs()).max().unwrap_or(0);
            left += width + (GAP + highest / 6).min(WIDEST_GAP);
        }
    }

    /// Writes rectangles and routes; `tops` says where the lanes begin, `by` where the part does.
    pub fn write(&self, by: Point, tops: &[i64], nodes: &mut [Rectangle], edges: &mut [Route], input: &Input) {
        let down =
            |slot: usize| by.y + tops.get(self.layers.slots[slot].lane).copied().unwrap_or(0) + self.middle[slot];
        for (slot, node) in self.part.nodes.iter().enumerate() {
            let size = input.nodes.get(*node).map_or_else(Size::default, |node| node.size);
            let size = Size { width: size.width.max(1), height: size.height.max(1) };
            let x = by.x + self.columns[self.layers.slots[slot].rank].0;
            nodes[*node] = Rectangle { at: Point { x, y: down(slot) - size.height / 2 }, size };
        }
        let ports = self.ports(nodes, &down);
        for (number, chain) in self.layers.chains.iter().enumerate() {
            let (Some(first), Some(last)) = (chain.first(), chain.last()) else { continue };
            let (start, end) = ports[number];
            let (from, to) = (nodes[self.part.nodes[*first]], nodes[self.part.nodes[*last]]);
            let mut points = vec![Point { x: from.right(), y: start }];
            let column_end = by.x + self.columns[self.layers.slots[*first].rank].1;
            points.push(Point { x: column_end + STUB, y: start });
            for slot in &chain[1..chain.len() - 1] {
                let (left, right) = self.columns[self.layers.slots[*slot].rank];
                points.push(Point { x: by.x + left, y: down(*slot) });
                points.push(Point { x: by.x + right, y: down(*slot) });
            }
            points.push(Point { x: to.at.x - STUB, y: end });
            points.push(Point { x: to.at.x, y: end });
            points.dedup();
            if self.turned[number] {
                points.reverse();
            }
            edges[self.part.edges[number]] = Route::Through(points);
        }
        for edge in &self.part.loops {
            if let Some(node) = input.edges.get(*edge).map(|edge| nodes[edge.from]) {
                edges[*edge] = Route::around(&node);
            }
        }
    }

    /// The heights at which each arrow leaves its left box and enters its right one: spread over the side of the box, in
    /// the order of what they lead to.
    fn ports(&self, nodes: &[Rectangle], down: &dyn Fn(usize) -> i64) -> Vec<(i64, i64)> {
        let mut ports = vec![(0, 0); self.layers.chains.len()];
        let mut leaving: Vec<Vec<(i64, usize)>> = vec![Vec::new(); self.part.nodes.len()];
        let mut entering = leaving.clone();
        for (number, chain) in self.layers.chains.iter().enumerate() {
            if let ([first, next, ..], [.., before, last]) = (chain.as_slice(), chain.as_slice()) {
                leaving[*first].push((down(*next), number));
                entering[*last].push((down(*before), number));
            }
        }
        for (slot, node) in self.part.nodes.iter().enumerate() {
            let side = nodes[*node];
            for (ends, is_start) in [(&mut leaving[slot], true), (&mut entering[slot], false)] {
                ends.sort_unstable();
                let count = pixels(ends.len()) + 1;
                for (place, (_, number)) in ends.iter().enumerate() {
                    let height = side.at.y + side.size.height * (pixels(place) + 1) / count;
                    let port = &mut ports[*number];
                    *(if is_start { &mut port.0 } else { &mut port.1 }) = height;
                }
            }
        }
        ports
    }
}
