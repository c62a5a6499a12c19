//! Places for boxes, arrows and groups: the layered layout of Sugiyama, Tagawa and Toda, in the steps that dagre takes.
//!
//! Arrows run from left to right. Cycles are broken (`acyclic`, `direction`), boxes get columns (`rank`), arrows that pass a column get
//! a place in it (`layers`), places are ordered so that few arrows cross (`order`), and get heights that make arrows
//! straight (`height`). A group is a lane: its boxes lie in one horizontal band, so that frames never overlap. What hangs
//! together inside one group is laid out by itself and packed beside the rest (`pack`).
//!
//! All arithmetic is on whole numbers, so every machine gives the same picture. An arrow runs level where it passes a
//! column and bends only in the free space between two, so it never goes through a box.

mod acyclic;
mod direction;
mod height;
mod layers;
mod order;
mod pack;
mod part;
mod plane;
mod rank;
mod route;

pub use plane::{Point, Rectangle, Size};

/// What is to be laid out.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The boxes.
    pub nodes: Vec<Node>,
    /// The groups; a box names its own by position. One without boxes gets no frame.
    pub groups: Vec<Group>,
    /// The arrows; those that name a box that is not there get an empty route.
    pub edges: Vec<Edge>,
}

/// A box.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Its size in pixels, label included; less than one counts as one.
    pub size: Size,
    /// The position of its group; what is behind the last counts as the last.
    pub group: usize,
}

/// A group of boxes.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The size of the label above its boxes; `None` for a group without a frame.
    pub label: Option<Size>,
}

/// An arrow.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The position of the box where it starts.
    pub from: usize,
    /// The position of the box where it ends.
    pub to: usize,
}

/// Where everything lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The size of the picture, margins included.
    pub size: Size,
    /// One rectangle a box.
    pub nodes: Vec<Rectangle>,
    /// One rectangle a group: the frame, or what its boxes take; `None` for a group without boxes.
    pub groups: Vec<Option<Rectangle>>,
    /// One route an arrow.
    pub edges: Vec<Route>,
}

/// The way of an arrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// Through these points: level where two have the same height, else a bend that leaves and arrives level.
    Through(Vec<Point>),
    /// From a box to itself: out at the first point, back in at the second, reaching this far to the right.
    Loop(Point, Point, i64),
}

/// The space around the picture.
const MARGIN: i64 = 16;
/// The space between a frame and its label, and between both and its boxes.
pub const PADDING: i64 = 16;
/// The space between frames, and between parts that are packed side by side.
const BETWEEN: i64 = 28;

/// Lays out boxes and arrows. The work grows with boxes, arrows and the columns that arrows pass; the last is bounded by
/// letting the arrows of a box share their places where there would be too many.
pub fn layout(input: &Input) -> Layout {
    let parts = part::split(input);
    pack::pack(input, parts)
}
