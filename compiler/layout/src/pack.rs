//! Puts the parts of a picture together: lanes below each other, what hangs together by itself beside them.

use crate::part::{Local, Part, Parts};
use crate::plane::{Point, Rectangle, Size, pixels, root};
use crate::route::{Drawing, LOOP};
use crate::{BETWEEN, Input, Layout, MARGIN, PADDING, Route};

/// How much wider than high a packed picture should be, in tenths: about as a screen is.
const WIDER: i64 = 16;
/// The space between boxes that stand alone.
const APART: i64 = 20;

/// Something with a size that can be put anywhere.
#[derive(Debug)]
enum Piece {
    Drawing(Box<Drawing>),
    Alone(Alone),
}

/// Boxes without arrows to others, in rows.
#[derive(Debug)]
struct Alone {
    nodes: Vec<(usize, Point)>,
    loops: Vec<usize>,
    size: Size,
}

/// Pieces side by side.
#[derive(Debug, Default)]
struct Shelves {
    pieces: Vec<(Piece, Point)>,
    size: Size,
}

/// Places all parts.
pub fn pack(input: &Input, parts: Parts) -> Layout {
    let mut layout = Layout {
        size: Size::default(),
        nodes: vec![Rectangle::default(); input.nodes.len()],
        groups: vec![None; input.groups.len()],
        edges: vec![Route::Through(Vec::new()); input.edges.len()],
    };
    let Parts { crossing, crossing_groups, mut local } = parts;
    let mut size = Size { width: MARGIN, height: MARGIN };
    if !crossing.nodes.is_empty() {
        let beside = crossing_groups.iter().map(|group| local.remove(group).unwrap_or_default()).collect();
        let stack = lanes(input, &mut layout, crossing, &crossing_groups, beside);
        size = Size { width: MARGIN + stack.width, height: MARGIN + stack.height };
    }
    let blocks: Vec<(usize, Shelves, Size)> = local
        .into_iter()
        .map(|(group, local)| {
            let shelves = Shelves::new(input, local, None);
            let framed = frame(input, group, shelves.size);
            (group, shelves, framed)
        })
        .collect();
    if !blocks.is_empty() {
        let sizes: Vec<Size> = blocks.iter().map(|(_, _, framed)| *framed).collect();
        let (places, packed) = shelve(&sizes, &by_height(&sizes), size.width - MARGIN);
        let top = if crossing_groups.is_empty() { MARGIN } else { size.height + BETWEEN };
        for ((group, shelves, framed), place) in blocks.iter().zip(places) {
            let at = place.moved(Point { x: MARGIN, y: top });
            shelves.write(input, at.moved(inside(input, *group)), &mut layout);
            if let Some(frame) = layout.groups.get_mut(*group) {
                *frame = Some(Rectangle { at, size: *framed });
            }
        }
        size = Size { width: size.width.max(MARGIN + packed.width), height: top + packed.height };
    }
    layout.size = Size { width: size.width + MARGIN, height: size.height + MARGIN };
    layout
}

/// The lanes of what crosses groups, from the top; beside each what else its group has. Returns what they take.
fn lanes(input: &Input, layout: &mut Layout, crossing: Part, groups: &[usize], beside: Vec<Local>) -> Size {
    let label = |group: &usize| input.groups.get(*group).and_then(|group| group.label);
    let first = groups.iter().filter_map(label).map(|label| label.width).max().unwrap_or(0);
    let drawing = Drawing::new(input, crossing, first);
    let mut tops = Vec::new();
    let mut frames = Vec::new();
    let mut sides = Vec::new();
    let mut width = drawing.width + 2 * PADDING;
    let mut top = MARGIN;
    for ((group, local), height) in groups.iter().zip(beside).zip(&drawing.lanes) {
        let side = Shelves::new(input, local, Some(*height));
        if !side.pieces.is_empty() {
            width = width.max(2 * PADDING + drawing.width + BETWEEN + side.size.width);
        }
        let content = Size { width: 0, height: side.size.height.max(*height) };
        let outer = frame(input, *group, content);
        frames.push((*group, top, outer.height));
        tops.push(top + inside(input, *group).y);
        sides.push(side);
        top += outer.height + BETWEEN;
    }
    drawing.write(Point { x: MARGIN + PADDING, y: 0 }, &tops, &mut layout.nodes, &mut layout.edges, input);
    for (side, top) in sides.iter().zip(&tops) {
        side.write(input, Point { x: MARGIN + PADDING + drawing.width + BETWEEN, y: *top }, layout);
    }
    for (group, top, height) in frames {
        if let Some(frame) = layout.groups.get_mut(group) {
            *frame = Some(Rectangle { at: Point { x: MARGIN, y: top }, size: Size { width, height } });
        }
    }
    Size { width, height: top - BETWEEN - MARGIN }
}

/// What a group takes with its frame and label around its content.
fn frame(input: &Input, group: usize, content: Size) -> Size {
    match input.groups.get(group).and_then(|group| group.label) {
        None => content,
        Some(label) => Size {
            width: content.width.max(label.width) + 2 * PADDING,
            height: content.height + label.height + 3 * PADDING,
        },
    }
}

/// Where the content of a group begins within its frame.
fn inside(input: &Input, group: usize) -> Point {
    match input.groups.get(group).and_then(|group| group.label) {
        None => Point::default(),
        Some(label) => Point { x: PADDING, y: label.height + 2 * PADDING },
    }
}

impl Shelves {
    /// What hangs together by itself, the large before the small, then what stands alone. Beside a lane, as high as that.
    fn new(input: &Input, local: Local, height: Option<i64>) -> Self {
        let drawings = local.parts.into_iter().map(|part| Piece::Drawing(Box::new(Drawing::new(input, part, 0))));
        let alone = Alone::new(input, &local.alone, local.loops).map(Piece::Alone);
        let pieces: Vec<Piece> = drawings.chain(alone).collect();
        let sizes: Vec<Size> = pieces.iter().map(Piece::size).collect();
        let least = height.map_or(0, |height| area(&sizes) / height.max(1));
        // What stands alone is the last, and the least to look at.
        let drawings = pieces.iter().take_while(|piece| matches!(piece, Piece::Drawing(_))).count();
        let mut order = by_height(&sizes[..drawings]);
        order.extend(drawings..sizes.len());
        let (places, size) = shelve(&sizes, &order, least);
        Self { pieces: pieces.into_iter().zip(places).collect(), size }
    }

    fn write(&self, input: &Input, by: Point, layout: &mut Layout) {
        for (piece, at) in &self.pieces {
            let by = by.moved(*at);
            match piece {
                Piece::Drawing(drawing) => drawing.write(by, &[0], &mut layout.nodes, &mut layout.edges, input),
                Piece::Alone(alone) => alone.write(input, by, layout),
            }
        }
    }
}

impl Piece {
    fn size(&self) -> Size {
        match self {
            Self::Drawing(drawing) => Size { width: drawing.width, height: drawing.lanes.iter().sum() },
            Self::Alone(alone) => alone.size,
        }
    }
}

impl Alone {
    fn new(input: &Input, nodes: &[usize], loops: Vec<usize>) -> Option<Self> {
        let size = |node: &usize| input.nodes.get(*node).map_or_else(Size::default, |node| node.size);
        let room = if loops.is_empty() { 0 } else { LOOP };
        let width = nodes.iter().map(|node| size(node).width.max(1) + room + APART).max()?;
        let height = nodes.iter().map(|node| size(node).height.max(1) + APART).max()?;
        let columns = root(pixels(nodes.len()) * height * WIDER / 10 / width).max(1);
        let columns = usize::try_from(columns).unwrap_or(1) + usize::from(nodes.len() > 3);
        let mut places = Vec::with_capacity(nodes.len());
        let mut top = 0;
        for row in nodes.chunks(columns) {
            let mut left = 0;
            for node in row {
                places.push((*node, Point { x: left, y: top }));
                left += width;
            }
            top += row.iter().map(|node| size(node).height.max(1)).max().unwrap_or(0) + APART;
        }
        let taken = Size { width: width * pixels(columns.min(nodes.len())) - APART, height: top - APART };
        Some(Self { nodes: places, loops, size: taken })
    }

    fn write(&self, input: &Input, by: Point, layout: &mut Layout) {
        for (node, at) in &self.nodes {
            let size = input.nodes.get(*node).map_or_else(Size::default, |node| node.size);
            let size = Size { width: size.width.max(1), height: size.height.max(1) };
            layout.nodes[*node] = Rectangle { at: at.moved(by), size };
        }
        for edge in &self.loops {
            if let Some(node) = input.edges.get(*edge).map(|edge| layout.nodes[edge.from]) {
                layout.edges[*edge] = Route::around(&node);
            }
        }
    }
}

fn area(sizes: &[Size]) -> i64 {
    sizes.iter().map(|size| (size.width + BETWEEN) * (size.height + BETWEEN)).sum()
}

/// The positions of sizes, the high before the low.
fn by_height(sizes: &[Size]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|piece| (std::cmp::Reverse(sizes[*piece].height), *piece));
    order
}

/// Rows of pieces in an order, about as wide as a screen, or as wide as the widest piece, or `least`. Returns
/// the place of each and what they take together.
fn shelve(sizes: &[Size], order: &[usize], least: i64) -> (Vec<Point>, Size) {
    let widest = sizes.iter().map(|size| size.width).max().unwrap_or(0);
    let width = root(area(sizes) * WIDER / 10).max(widest).max(least);
    let mut places = vec![Point::default(); sizes.len()];
    let mut taken = Size::default();
    let (mut left, mut top, mut row) = (0, 0, 0);
    for piece in order {
        let size = sizes[*piece];
        if left > 0 && left + size.width > width {
            (left, top, row) = (0, top + row + BETWEEN, 0);
        }
        places[*piece] = Point { x: left, y: top };
        left += size.width + BETWEEN;
        row = row.max(size.height);
        taken = Size { width: taken.width.max(left - BETWEEN), height: top + row };
    }
    (places, taken)
}
