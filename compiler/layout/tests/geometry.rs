//! What a picture must not have, on graphs of any shape: boxes on boxes, arrows through boxes, anything outside.

use design_layout::{Edge, Group, Input, Layout, Node, Point, Rectangle, Route, Size, layout};
use proptest::prelude::*;

fn size(width: i64, height: i64) -> Size {
    Size { width, height }
}

/// Graphs of up to 40 boxes in up to 5 groups, the first of which may have no frame.
fn graphs() -> impl Strategy<Value = Input> {
    let node = (20_i64..260, 20_i64..64, 0_usize..5);
    (prop::collection::vec(node, 0..40), any::<bool>(), 1_usize..6).prop_flat_map(|(nodes, is_framed, groups)| {
        let count = nodes.len().max(1);
        let edges = prop::collection::vec((0..count, 0..count), 0..80);
        edges.prop_map(move |edges| Input {
            nodes: nodes.iter().map(|(w, h, group)| Node { size: size(*w, *h), group: group % groups }).collect(),
            groups: (0..groups)
                .map(|group| Group { label: (group > 0 || is_framed).then_some(size(100, 20)) })
                .collect(),
            edges: edges.into_iter().map(|(from, to)| Edge { from, to }).collect(),
        })
    })
}

fn overlap(one: &Rectangle, other: &Rectangle) -> bool {
    one.at.x < other.right() && other.at.x < one.right() && one.at.y < other.bottom() && other.at.y < one.bottom()
}

fn holds(outer: &Rectangle, inner: &Rectangle) -> bool {
    outer.at.x <= inner.at.x
        && outer.at.y <= inner.at.y
        && inner.right() <= outer.right()
        && inner.bottom() <= outer.bottom()
}

/// Points along a route, close enough together that no box fits between two. A bend is the cubic curve whose control
/// points lie level with its ends in the middle between them.
fn along(route: &Route) -> Vec<Point> {
    let cubic = |points: [(i64, i64); 4]| {
        (0..=24_i64).map(move |step| {
            let (t, u) = (step, 24 - step);
            let parts = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
            let sum = |of: fn(&(i64, i64)) -> i64| {
                points.iter().zip(parts).map(|(point, part)| of(point) * part).sum::<i64>() / (24 * 24 * 24)
            };
            Point { x: sum(|point| point.0), y: sum(|point| point.1) }
        })
    };
    match route {
        Route::Through(points) => points
            .windows(2)
            .flat_map(|pair| {
                let (one, other) = (pair[0], pair[1]);
                let middle = i64::midpoint(one.x, other.x);
                cubic([(one.x, one.y), (middle, one.y), (middle, other.y), (other.x, other.y)])
            })
            .collect(),
        Route::Loop(out, back, reach) => {
            cubic([(out.x, out.y), (out.x + reach, out.y), (out.x + reach, back.y), (back.x, back.y)]).collect()
        }
    }
}

/// The least rectangle with all points.
fn around(points: &[Point]) -> Rectangle {
    let ends = |of: fn(&Point) -> i64| {
        let all = points.iter().map(of);
        (all.clone().min().unwrap_or(0), all.max().unwrap_or(0))
    };
    let ((left, right), (top, bottom)) = (ends(|point| point.x), ends(|point| point.y));
    Rectangle { at: Point { x: left, y: top }, size: size(right - left + 1, bottom - top + 1) }
}

/// Whether a point lies in a box, its border left out.
fn is_inside(point: &Point, node: &Rectangle) -> bool {
    node.at.x < point.x && point.x < node.right() && node.at.y < point.y && point.y < node.bottom()
}

fn faults(input: &Input, found: &Layout) -> Vec<String> {
    let mut faults = Vec::new();
    let picture = Rectangle { at: Point::default(), size: found.size };
    for (number, node) in found.nodes.iter().enumerate() {
        if node.size != input.nodes[number].size {
            faults.push(format!("box {number} changed its size"));
        }
        if !holds(&picture, node) {
            faults.push(format!("box {number} leaves the picture"));
        }
        for (other, rectangle) in found.nodes.iter().enumerate().skip(number + 1) {
            if overlap(node, rectangle) {
                faults.push(format!("boxes {number} and {other} overlap"));
            }
        }
        for (group, frame) in found.groups.iter().enumerate() {
            let Some(frame) = frame else { continue };
            if input.nodes[number].group == group && !holds(frame, node) {
                faults.push(format!("box {number} leaves its frame"));
            }
            if input.nodes[number].group != group && overlap(frame, node) {
                faults.push(format!("box {number} lies in the frame of another group"));
            }
        }
    }
    let frames: Vec<&Rectangle> = found.groups.iter().flatten().collect();
    for (number, frame) in frames.iter().enumerate() {
        if !holds(&picture, frame) || frames.iter().skip(number + 1).any(|other| overlap(frame, other)) {
            faults.push(format!("frame {number} leaves the picture or overlaps another"));
        }
    }
    let labels = input.groups.iter().zip(&found.groups).filter_map(|(group, frame)| {
        let (label, frame) = (group.label?, frame.as_ref()?);
        Some(Rectangle { at: Point { x: frame.at.x + 16, y: frame.at.y + 16 }, size: label })
    });
    let solid: Vec<Rectangle> = found.nodes.iter().copied().chain(labels).collect();
    for (number, route) in found.edges.iter().enumerate() {
        let points = along(route);
        if points.is_empty() {
            faults.push(format!("arrow {number} has no way"));
        }
        let near: Vec<&Rectangle> = solid.iter().filter(|node| overlap(node, &around(&points))).collect();
        for point in &points {
            if near.iter().any(|node| is_inside(point, node)) {
                faults.push(format!("arrow {number} goes through a box at {point:?}"));
            }
            if point.x < 0 || point.y < 0 || point.x > found.size.width || point.y > found.size.height {
                faults.push(format!("arrow {number} leaves the picture at {point:?}"));
            }
        }
        let on = |point: Option<&Point>, node: usize| {
            let node = &found.nodes[node];
            point.is_some_and(|point| {
                (point.x == node.at.x || point.x == node.right()) && node.at.y <= point.y && point.y <= node.bottom()
            })
        };
        let edge = input.edges[number];
        if !on(points.first(), edge.from) || !on(points.last(), edge.to) {
            faults.push(format!("arrow {number} does not lead from box to box: {points:?}"));
        }
    }
    faults
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn nothing_overlaps_and_no_arrow_goes_through_a_box(input in graphs()) {
        // Arrows of a graph without boxes lead nowhere.
        prop_assume!(!input.nodes.is_empty());
        let found = layout(&input);
        let faults = faults(&input, &found);
        prop_assert!(faults.is_empty(), "{faults:#?}");
        prop_assert_eq!(&found, &layout(&input));
    }
}

#[test]
fn where_too_many_arrows_pass_they_share_their_places() {
    let nodes = vec![Node { size: size(60, 30), group: 0 }; 64];
    let chain = (1..64).map(|to| Edge { from: to - 1, to });
    let all = (0..64).flat_map(|from| (from + 1..64).map(move |to| Edge { from, to }));
    let input = Input { nodes, groups: vec![Group { label: None }], edges: chain.chain(all).collect() };
    let faults = faults(&input, &layout(&input));
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn what_is_not_there_has_no_place() {
    assert_eq!(layout(&Input::default()).nodes, []);
    let input = Input { edges: vec![Edge { from: 0, to: 7 }], ..Input::default() };
    assert_eq!(layout(&input).edges, [Route::Through(Vec::new())]);
    let lonely = Input { nodes: vec![Node { size: size(0, -3), group: 9 }], ..Input::default() };
    assert_eq!(layout(&lonely).nodes.first().unwrap().size, size(1, 1));
}
