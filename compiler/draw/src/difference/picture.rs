//! What differs between two designs, as boxes and arrows.

use std::collections::{BTreeMap, BTreeSet};

use design_graph::{Difference, Link};

use super::values;
use crate::grouping::{MOST_TILES, counted, some_of};
use crate::picture::{Arrow, Frame, Mark, Picture, Tile};
use crate::{NodeView, View};

/// The most fields that a box tells of.
const MOST_FIELDS: usize = 6;

impl Picture {
    /// The picture of a difference: components that were added, removed or changed, the ends of relationships that were
    /// added or removed, and the relationships between all of these that stayed. Above 300 boxes, all of a namespace and
    /// kind with the same fate share one; if those are still too many, all of a kind, or all with the same fate.
    pub fn of_difference(difference: &Difference, old: &View, new: &View) -> Self {
        let items = Items::of(difference, old, new);
        let fits = |level: &Level| items.keys(*level).values().collect::<BTreeSet<_>>().len() <= MOST_TILES;
        let levels = [Level::Each, Level::KindAndNamespace, Level::Kind];
        let level = levels.into_iter().find(fits).unwrap_or(Level::Fate);
        Self {
            title: "Difference of two designs".to_owned(),
            description: description(difference),
            ..items.picture(level)
        }
    }
}

fn description(difference: &Difference) -> String {
    if difference.is_empty() {
        return "No difference.".to_owned();
    }
    let components = |ids: usize, fate: &str| format!("{} {fate}", counted(ids, "component", "components"));
    let links =
        |links: &[Link], fate: &str| format!("{} {fate}", counted(links.len(), "relationship", "relationships"));
    format!(
        "{}, {}, {}; {}, {}. What was added has a plus and a thick border, what was removed a minus and a dotted border, \
         what was changed a tilde and a double border.",
        components(difference.added.len(), "added"),
        components(difference.removed.len(), "removed"),
        components(difference.changed.len(), "changed"),
        links(&difference.edges_added, "added"),
        links(&difference.edges_removed, "removed"),
    )
}

/// How much is put together.
#[derive(Clone, Copy)]
enum Level {
    Each,
    KindAndNamespace,
    Kind,
    Fate,
}

/// What a box is made of: namespace, kind, id where it is one component, and its fate.
type Key<'a> = (&'a str, &'a str, &'a str, Mark);

/// All that could be a box, by id, and the arrows between.
struct Items<'a> {
    nodes: BTreeMap<&'a str, (&'a NodeView, Mark)>,
    notes: BTreeMap<&'a str, Vec<String>>,
    links: Vec<(Link, Mark)>,
}

impl<'a> Items<'a> {
    fn of(difference: &'a Difference, old: &'a View, new: &'a View) -> Self {
        // The new place of a component counts, where it has one.
        let all: BTreeMap<&str, &NodeView> =
            old.nodes.iter().chain(&new.nodes).map(|node| (node.id.as_str(), node)).collect();
        let mut items = Self { nodes: BTreeMap::new(), notes: BTreeMap::new(), links: Vec::new() };
        let changed = difference.changed.iter().map(|changed| (changed.id.as_str(), Mark::Changed));
        let added = difference.added.iter().map(|id| (id.as_str(), Mark::Added));
        let removed = difference.removed.iter().map(|id| (id.as_str(), Mark::Removed));
        for (id, mark) in changed.chain(added).chain(removed) {
            if let Some(node) = all.get(id) {
                items.nodes.insert(id, (node, mark));
            }
        }
        for changed in &difference.changed {
            let fields = changed.fields.iter().take(MOST_FIELDS);
            let mut notes: Vec<String> = fields.flat_map(|field| [format!("{}:", field.path), values(field)]).collect();
            if changed.fields.len() > MOST_FIELDS {
                notes.push(format!("and {} more fields", changed.fields.len() - MOST_FIELDS));
            }
            items.notes.insert(&changed.id, notes);
        }
        let fates = [(&difference.edges_added, Mark::Added), (&difference.edges_removed, Mark::Removed)];
        for (link, mark) in fates.into_iter().flat_map(|(links, mark)| links.iter().map(move |link| (link, mark))) {
            let (Some(from), Some(to)) = (all.get(link.from.as_str()), all.get(link.to.as_str())) else { continue };
            // The frame of a namespace shows what lies in it.
            if is_containment(link, from, to) {
                continue;
            }
            items.nodes.entry(&from.id).or_insert((from, Mark::Plain));
            items.nodes.entry(&to.id).or_insert((to, Mark::Plain));
            items.links.push((link.clone(), mark));
        }
        let is_new: BTreeSet<&Link> = difference.edges_added.iter().collect();
        for edge in &new.edges {
            let link = Link {
                from: edge.from.clone(),
                to: edge.to.clone(),
                sort: format!("{}/{}/{}", edge.kind, edge.type_name, edge.sub_type),
                field: edge.field_path.clone(),
            };
            let ends = items.nodes.get(link.from.as_str()).zip(items.nodes.get(link.to.as_str()));
            if ends.is_some_and(|(from, to)| !is_containment(&link, from.0, to.0)) && !is_new.contains(&link) {
                items.links.push((link, Mark::Plain));
            }
        }
        items
    }

    fn keys(&self, level: Level) -> BTreeMap<&'a str, Key<'a>> {
        let key = |id: &'a str, node: &'a NodeView, mark: Mark| match level {
            Level::Each => (node.namespace.as_str(), node.kind.as_str(), id, mark),
            Level::KindAndNamespace => (node.namespace.as_str(), node.kind.as_str(), "", mark),
            Level::Kind => ("", node.kind.as_str(), "", mark),
            Level::Fate => ("", "component", "", mark),
        };
        self.nodes.iter().map(|(id, (node, mark))| (*id, key(id, node, *mark))).collect()
    }

    fn picture(&self, level: Level) -> Picture {
        let keys = self.keys(level);
        let mut members: BTreeMap<Key<'_>, Vec<&str>> = BTreeMap::new();
        for (id, key) in &keys {
            members.entry(*key).or_default().push(id);
        }
        let namespaces: BTreeSet<&str> = members.keys().map(|key| key.0).collect();
        let namespaces: Vec<&str> = namespaces.into_iter().collect();
        let frame = |namespace: &&str| Frame {
            label: (!namespace.is_empty()).then(|| (*namespace).to_owned()),
            id: String::new(),
        };
        let number: BTreeMap<&Key<'_>, usize> = members.keys().enumerate().map(|(number, key)| (key, number)).collect();
        let tiles = members.iter().map(|(key, ids)| {
            let frame = namespaces.binary_search(&key.0).unwrap_or_default();
            match ids.as_slice() {
                [id] => self.tile(id, frame),
                ids => together(*key, ids, frame),
            }
        });
        let tile_of = |id: &str| number.get(keys.get(id)?).copied();
        let mut arrows: BTreeMap<(usize, usize, &str, Mark), Vec<String>> = BTreeMap::new();
        for (link, mark) in &self.links {
            let (Some(from), Some(to)) = (tile_of(&link.from), tile_of(&link.to)) else { continue };
            let sub_type = link.sort.rsplit('/').next().unwrap_or_default();
            let line = format!("{} → {}  {}", link.from, link.to, link.field);
            arrows.entry((from, to, sub_type, *mark)).or_default().push(line);
        }
        let arrow = |((from, to, sort, mark), lines): ((usize, usize, &str, Mark), Vec<String>)| Arrow {
            from,
            to,
            sort: sort.to_owned(),
            title: some_of(&lines),
            mark,
        };
        Picture {
            frames: namespaces.iter().map(frame).collect(),
            tiles: tiles.collect(),
            arrows: arrows.into_iter().map(arrow).collect(),
            ..Picture::default()
        }
    }

    fn tile(&self, id: &str, frame: usize) -> Tile {
        let (node, mark) = self.nodes.get(id).copied().unzip();
        let mark = mark.unwrap_or_default();
        let place = node.map(|node| format!("{}:{}", node.file, node.line)).unwrap_or_default();
        let fate = if mark == Mark::Plain { "unchanged" } else { mark.word() };
        Tile {
            id: id.to_owned(),
            kind: node.map(|node| node.kind.clone()).unwrap_or_default(),
            name: node.map(|node| node.name.clone()).unwrap_or_default(),
            notes: self.notes.get(id).cloned().unwrap_or_default(),
            title: format!("{id}, {fate}  {place}"),
            frame,
            mark,
        }
    }
}

/// Whether a relationship only says in which namespace an object lies.
fn is_containment(link: &Link, from: &NodeView, to: &NodeView) -> bool {
    to.kind == "Namespace" && from.namespace == to.name && link.field == "metadata.namespace"
}

fn together(key: Key<'_>, ids: &[&str], frame: usize) -> Tile {
    let lines: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    Tile {
        id: String::new(),
        kind: key.3.word().to_owned(),
        name: format!("{} × {}", ids.len(), key.1),
        notes: Vec::new(),
        title: some_of(&lines),
        frame,
        mark: key.3,
    }
}
