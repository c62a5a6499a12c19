//! What of a graph becomes a box: each component, or, where there are too many to look at, all of a kind and namespace.

use std::collections::{BTreeMap, HashMap};

use crate::picture::{Arrow, Frame, Mark, Picture, Place, Tile};
use crate::{EdgeView, MissingView, NodeView, View};

/// The most boxes of a picture; above that they are put together.
pub const MOST_TILES: usize = 300;
/// The most arrows of a picture; above that boxes are put together as well.
const MOST_ARROWS: usize = 2_000;

impl Picture {
    /// The picture of a design. Above 300 boxes or 2,000 arrows, all of a kind and namespace share a box; if those are
    /// still too many, all of a kind; then the kinds with the fewest components.
    pub fn of(view: &View, name: &str) -> Self {
        let things = Things::of(view);
        let levels = [Level::Each, Level::KindAndNamespace, Level::Kind, Level::FrequentKind];
        let mut picture = Self::default();
        for level in levels {
            let is_last = level == Level::FrequentKind;
            if !is_last && things.count(level) > MOST_TILES {
                continue;
            }
            picture = things.picture(view, level);
            if picture.arrows.len() <= MOST_ARROWS {
                break;
            }
        }
        picture.title = if name.is_empty() { "Graph of a design".to_owned() } else { format!("Graph of {name}") };
        picture.description = description(view, &things, picture.tiles.iter().any(Tile::is_many));
        picture
    }
}

fn description(view: &View, things: &Things<'_>, is_collapsed: bool) -> String {
    let missing = view.missing.len();
    let mut text = format!(
        "{} and {}.",
        counted(view.nodes.len(), "component", "components"),
        counted(view.edges.len(), "relationship", "relationships")
    );
    if missing > 0 {
        let what = counted(missing, "reference leads", "references lead");
        text.push_str(&format!(" {what} to objects that are not in the design; they are dashed."));
    }
    if !view.external.is_empty() {
        let what = counted(view.external.len(), "reference leads", "references lead");
        text.push_str(&format!(" {what} to what is declared to come from outside; it has round sides."));
    }
    if things.contained > 0 {
        let what = counted(things.contained, "relationship", "relationships");
        text.push_str(&format!(" {what} of objects to their namespace are shown by its frame."));
    }
    if is_collapsed {
        text.push_str(" Components of one kind share a box, because there are too many to draw each.");
    }
    text
}

/// A number with its noun.
pub fn counted(count: usize, one: &str, several: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {several}") }
}

/// How much is put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Each,
    KindAndNamespace,
    Kind,
    FrequentKind,
}

/// A component, or an object that is named and not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Thing<'a> {
    namespace: &'a str,
    kind: &'a str,
    name: &'a str,
    /// Of what an object does not have, the kind and name of the part.
    part: Option<(&'a str, &'a str)>,
    /// Of a component, its number.
    node: Option<usize>,
    /// Whether it is declared to come from outside.
    is_external: bool,
}

impl Thing<'_> {
    fn mark(&self) -> Mark {
        match (self.node, self.is_external) {
            (Some(_), _) => Mark::Plain,
            (None, true) => Mark::External,
            (None, false) => Mark::Missing,
        }
    }
}

/// The boxes of things.
struct Places<'a> {
    by_node: Vec<Place>,
    missing: BTreeMap<Thing<'a>, usize>,
}

/// What a box is made of: namespace, kind and, of one object, which.
type Key<'a> = (&'a str, &'a str, Option<Thing<'a>>);

/// All that could be a box.
struct Things<'a> {
    all: Vec<Thing<'a>>,
    /// The number of each component by its id.
    by_id: HashMap<&'a str, usize>,
    /// By namespace, the Namespace object that its frame stands for.
    framed: BTreeMap<&'a str, &'a NodeView>,
    /// How many relationships the frames stand for.
    contained: usize,
    /// The kinds with the most objects.
    frequent: Vec<&'a str>,
}

impl<'a> Things<'a> {
    fn of(view: &'a View) -> Self {
        let by_id: HashMap<&str, usize> =
            view.nodes.iter().enumerate().map(|(number, node)| (node.id.as_str(), number)).collect();
        let node = |id: &str| by_id.get(id).and_then(|number| view.nodes.get(*number));
        let mut framed: BTreeMap<&str, &NodeView> = BTreeMap::new();
        let mut contained = 0;
        for edge in &view.edges {
            if let Some(namespace) = containment(edge, node(&edge.from), node(&edge.to)) {
                framed.insert(&namespace.name, namespace);
                contained += 1;
            }
        }
        // A Namespace that something else names too is a box of its own.
        for edge in &view.edges {
            if containment(edge, node(&edge.from), node(&edge.to)).is_none() {
                for end in [&edge.from, &edge.to] {
                    framed.retain(|_, namespace| namespace.id != **end);
                }
            }
        }
        let is_frame = |node: &NodeView| framed.get(node.name.as_str()).is_some_and(|framed| framed.id == node.id);
        let nodes = view.nodes.iter().enumerate().filter(|(_, node)| !is_frame(node));
        let mut things: Vec<Thing<'_>> = nodes
            .map(|(number, node)| Thing {
                namespace: &node.namespace,
                kind: &node.kind,
                name: &node.name,
                part: None,
                node: Some(number),
                is_external: false,
            })
            .chain(references(view).map(|(missing, mark)| absent(missing, mark)))
            .collect();
        things.sort_unstable();
        things.dedup();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for thing in &things {
            *counts.entry(thing.kind).or_default() += 1;
        }
        let mut frequent: Vec<&str> = counts.keys().copied().collect();
        frequent.sort_by_key(|kind| (std::cmp::Reverse(counts.get(kind).copied()), *kind));
        frequent.truncate(MOST_TILES - 1);
        Self { all: things, by_id, framed, contained, frequent }
    }

    fn key(&self, thing: Thing<'a>, level: Level) -> Key<'a> {
        match level {
            Level::Each => (thing.namespace, thing.kind, Some(thing)),
            Level::KindAndNamespace => (thing.namespace, thing.kind, None),
            Level::Kind => ("", thing.kind, None),
            Level::FrequentKind if self.frequent.contains(&thing.kind) => ("", thing.kind, None),
            Level::FrequentKind => ("", "other kinds", None),
        }
    }

    fn count(&self, level: Level) -> usize {
        let mut keys: Vec<Key<'_>> = self.all.iter().map(|thing| self.key(*thing, level)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.len()
    }

    fn picture(&self, view: &View, level: Level) -> Picture {
        let mut members: BTreeMap<Key<'_>, Vec<Thing<'_>>> = BTreeMap::new();
        for thing in &self.all {
            members.entry(self.key(*thing, level)).or_default().push(*thing);
        }
        let mut namespaces: Vec<&str> = members.keys().map(|key| key.0).collect();
        namespaces.dedup();
        let frames = namespaces.iter().map(|namespace| Frame {
            label: (!namespace.is_empty()).then(|| (*namespace).to_owned()),
            id: self.framed.get(namespace).map(|node| node.id.clone()).unwrap_or_default(),
        });
        let mut places = Places { by_node: vec![Place::Nowhere; view.nodes.len()], missing: BTreeMap::new() };
        let mut tiles = Vec::with_capacity(members.len());
        for (key, things) in &members {
            for thing in things {
                match thing.node {
                    Some(node) => places.by_node[node] = Place::Tile(tiles.len()),
                    None => {
                        places.missing.insert(*thing, tiles.len());
                    }
                }
            }
            let frame = namespaces.binary_search(&key.0).unwrap_or_default();
            tiles.push(match things.as_slice() {
                [thing] => tile(view, *thing, frame),
                things => together(key.1, things, frame),
            });
        }
        for (number, namespace) in namespaces.iter().enumerate() {
            let node = self.framed.get(namespace).and_then(|node| self.by_id.get(node.id.as_str()));
            if let Some(node) = node {
                places.by_node[*node] = Place::Frame(number);
            }
        }
        let arrows = self.arrows(view, &places);
        Picture { frames: frames.collect(), tiles, arrows, places: places.by_node, ..Picture::default() }
    }

    /// One arrow for all relationships of one sort between two boxes.
    fn arrows(&self, view: &View, places: &Places<'_>) -> Vec<Arrow> {
        let node = |id: &str| self.by_id.get(id).and_then(|number| view.nodes.get(*number));
        let tile_of = |id: &str| match places.by_node.get(*self.by_id.get(id)?)? {
            Place::Tile(tile) => Some(*tile),
            Place::Nowhere | Place::Frame(_) => None,
        };
        let mut arrows: BTreeMap<(usize, usize, &str, Mark), Vec<String>> = BTreeMap::new();
        for edge in &view.edges {
            let (Some(from), Some(to)) = (tile_of(&edge.from), tile_of(&edge.to)) else { continue };
            if containment(edge, node(&edge.from), node(&edge.to)).is_none() {
                arrows.entry((from, to, &edge.sub_type, Mark::Plain)).or_default().push(told(edge));
            }
        }
        for (missing, mark) in references(view) {
            let end = absent(missing, mark);
            let (Some(from), Some(to)) = (tile_of(&missing.from), places.missing.get(&end).copied()) else { continue };
            let line = format!(
                "{} names {}: {}  {}:{}:{}",
                missing.from,
                missing.shown(),
                missing.field_path,
                missing.file,
                missing.line,
                missing.column
            );
            arrows.entry((from, to, "", mark)).or_default().push(line);
        }
        let arrow = |((from, to, sort, mark), lines): ((usize, usize, &str, Mark), Vec<String>)| Arrow {
            from,
            to,
            sort: sort.to_owned(),
            title: some_of(&lines),
            mark,
        };
        arrows.into_iter().map(arrow).collect()
    }
}

/// The references that lead out of the design, each with its mark.
fn references(view: &View) -> impl Iterator<Item = (&MissingView, Mark)> {
    let missing = view.missing.iter().map(|missing| (missing, Mark::Missing));
    missing.chain(view.external.iter().map(|external| (external, Mark::External)))
}

/// What such a reference names; of a part that an object does not have, that part.
fn absent(missing: &MissingView, mark: Mark) -> Thing<'_> {
    let part = missing.part.as_ref();
    Thing {
        namespace: &missing.namespace,
        kind: &missing.kind,
        name: &missing.name,
        part: part.map(|part| (part.kind.as_str(), part.name.as_str())),
        node: None,
        is_external: mark == Mark::External,
    }
}

/// The Namespace object at the end of a relationship that only says in which namespace the object at its start lies: the
/// frame shows that.
fn containment<'a>(edge: &EdgeView, from: Option<&NodeView>, to: Option<&'a NodeView>) -> Option<&'a NodeView> {
    let (from, to) = (from?, to?);
    let is_namespace = to.kind == "Namespace" && to.api_version == "v1" && from.namespace == to.name;
    (is_namespace && edge.sub_type == "inventory" && edge.field_path == "metadata.namespace").then_some(to)
}

fn told(edge: &EdgeView) -> String {
    let field = if edge.field_path.is_empty() { edge.origin } else { edge.field_path.as_str() };
    format!("{} → {}: {field}  {}:{}:{}", edge.from, edge.to, edge.file, edge.line, edge.column)
}

/// The first lines, and how many more there are.
pub fn some_of(lines: &[String]) -> String {
    const MOST: usize = 8;
    let mut shown: Vec<String> = lines.iter().take(MOST).cloned().collect();
    if lines.len() > MOST {
        shown.push(format!("and {} more", lines.len() - MOST));
    }
    shown.join("\n")
}

fn tile(view: &View, thing: Thing<'_>, frame: usize) -> Tile {
    let node = thing.node.and_then(|number| view.nodes.get(number));
    let object = format!("{}/{}/{}", thing.kind, thing.namespace, thing.name);
    let what = thing.part.map_or_else(|| object.clone(), |(part, name)| format!("{part} {name} of {object}"));
    let name = if thing.name.is_empty() { "(no name)" } else { thing.name };
    Tile {
        id: node.map_or_else(|| what.clone(), |node| node.id.clone()),
        kind: thing.part.map_or_else(|| thing.kind.to_owned(), |(part, _)| format!("{part} of {} {name}", thing.kind)),
        name: thing.part.map_or(name, |(_, name)| name).to_owned(),
        notes: Vec::new(),
        title: match node {
            Some(node) => format!("{}  {}:{}", node.id, node.file, node.line),
            None if thing.is_external => format!("{what}, from outside this design"),
            None => format!("{what}, not in this design"),
        },
        frame,
        mark: thing.mark(),
    }
}

/// A box for many.
fn together(kind: &str, things: &[Thing<'_>], frame: usize) -> Tile {
    let names: Vec<String> = things.iter().map(|thing| thing.name.to_owned()).collect();
    let absent = things.iter().filter(|thing| thing.mark() == Mark::Missing).count();
    let first = things.first().map(Thing::mark).unwrap_or_default();
    Tile {
        id: String::new(),
        kind: String::new(),
        name: format!("{} × {kind}", things.len()),
        notes: if absent == 0 { Vec::new() } else { vec![format!("{absent} of them not here")] },
        title: some_of(&names),
        frame,
        mark: if things.iter().all(|thing| thing.mark() == first) { first } else { Mark::Plain },
    }
}
