//! A graph as boxes and arrows with places: what the drawings have in common.

use std::collections::BTreeMap;

use design_layout::{Edge, Group, Input, Layout, Node, Size, layout};

use crate::label::{Face, NAME, NOTE, lines, width};

/// Boxes, arrows and frames, ready to be laid out.
#[derive(Debug, Default)]
pub struct Picture {
    /// What it shows, in a few words.
    pub title: String,
    /// What it shows, in a sentence or two.
    pub description: String,
    /// The frames.
    pub frames: Vec<Frame>,
    /// The boxes.
    pub tiles: Vec<Tile>,
    /// The arrows.
    pub arrows: Vec<Arrow>,
    /// Of what each component of the graph became a part, in their order.
    pub places: Vec<Place>,
}

/// Where a component is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Nowhere.
    #[default]
    Nowhere,
    /// As this box or within it.
    Tile(usize),
    /// As this frame: the Namespace object of the namespace.
    Frame(usize),
}

/// A frame around the boxes of a namespace.
#[derive(Debug)]
pub struct Frame {
    /// The namespace; `None` draws no frame.
    pub label: Option<String>,
    /// The id of the Namespace object, where the design has it and the frame stands for it; else empty.
    pub id: String,
}

/// A box.
#[derive(Debug)]
pub struct Tile {
    /// The id of the component; empty for a box of many.
    pub id: String,
    /// The upper line: the kind.
    pub kind: String,
    /// The name.
    pub name: String,
    /// Lines below the name.
    pub notes: Vec<String>,
    /// All that is told of it where the pointer rests: its id and place.
    pub title: String,
    /// Its frame.
    pub frame: usize,
    /// How it differs from an ordinary one.
    pub mark: Mark,
}

/// An arrow.
#[derive(Debug)]
pub struct Arrow {
    /// The box where it starts.
    pub from: usize,
    /// The box where it ends.
    pub to: usize,
    /// The sub-type of the relationship.
    pub sort: String,
    /// All that is told of it where the pointer rests.
    pub title: String,
    /// How it differs from an ordinary one.
    pub mark: Mark,
}

/// What sets a box or an arrow apart, by more than its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Nothing.
    #[default]
    Plain,
    /// Named, and not in the design: dashed.
    Missing,
    /// Declared to come from outside the design: with round sides.
    External,
    /// Only in the new design: thick, with a plus.
    Added,
    /// Only in the old design: dotted, with a minus.
    Removed,
    /// In both and not the same: double, with a tilde.
    Changed,
}

impl Mark {
    /// The word for it in classes and legends; empty for none.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Missing => "missing",
            Self::External => "external",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }

    /// The sign before a name and on an arrow.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Plain | Self::External => "",
            Self::Missing => "?",
            Self::Added => "+",
            Self::Removed => "−",
            Self::Changed => "~",
        }
    }
}

/// The height of a line of a name.
pub const NAME_LINE: i64 = 17;
/// The height of a line below a name.
pub const NOTE_LINE: i64 = 15;
/// The space between a text and the side of its box.
pub const INSET: i64 = 12;
/// The space above the first line and below the last.
pub const INSET_DOWN: i64 = 7;
/// What an arrow needs of the side of its box, and how high a box becomes for that at most.
const PORT: i64 = 10;
const HIGHEST_FOR_PORTS: i64 = 180;

impl Tile {
    /// Whether it stands for several components.
    pub fn is_many(&self) -> bool {
        self.id.is_empty()
    }

    /// The lines of the label with their faces, from the top.
    pub fn lines(&self) -> Vec<(Face, String)> {
        let sign = match self.mark {
            Mark::Plain | Mark::Missing | Mark::External => String::new(),
            mark => format!("{} ", mark.sign()),
        };
        let kind = match self.mark {
            Mark::Missing => format!("{}, not here", self.kind),
            Mark::External => format!("{}, from outside", self.kind),
            _ => self.kind.clone(),
        };
        let kind = lines(&kind, NAME).into_iter().filter(|line| !line.is_empty()).map(|line| (Face::Small, line));
        let name = lines(&format!("{sign}{}", self.name), NAME).into_iter().map(|line| (Face::Name, line));
        let notes = self.notes.iter().flat_map(|note| lines(note, NOTE)).map(|line| (Face::Small, line));
        kind.chain(name).chain(notes).collect()
    }

    fn size(&self, ports: usize) -> Size {
        let lines = self.lines();
        let width = lines.iter().map(|(face, line)| width(line, *face)).max().unwrap_or(0) + 2 * INSET;
        let height: i64 = lines.iter().map(|(face, _)| line_height(*face)).sum::<i64>() + 2 * INSET_DOWN;
        let for_ports = (i64::try_from(ports).unwrap_or(i64::MAX).saturating_add(1)).saturating_mul(PORT);
        Size { width, height: height.max(for_ports.min(HIGHEST_FOR_PORTS)) }
    }
}

/// The height of a line.
pub fn line_height(face: Face) -> i64 {
    match face {
        Face::Name => NAME_LINE,
        Face::Small => NOTE_LINE,
    }
}

impl Frame {
    /// The lines of the label.
    pub fn lines(&self) -> Vec<String> {
        self.label.as_ref().map(|label| lines(&format!("namespace {label}"), NAME)).unwrap_or_default()
    }
}

impl Picture {
    /// Where everything lies.
    pub fn layout(&self) -> Layout {
        let mut ports: Vec<(usize, usize)> = vec![(0, 0); self.tiles.len()];
        for arrow in &self.arrows {
            if let Some(ports) = ports.get_mut(arrow.from) {
                ports.0 += 1;
            }
            if let Some(ports) = ports.get_mut(arrow.to) {
                ports.1 += 1;
            }
        }
        let nodes = self.tiles.iter().zip(ports);
        let group = |frame: &Frame| {
            let lines = frame.lines();
            let width = lines.iter().map(|line| width(line, Face::Name)).max()?;
            let height = NAME_LINE * i64::try_from(lines.len()).unwrap_or(1);
            Some(Size { width, height })
        };
        layout(&Input {
            nodes: nodes
                .map(|(node, ports)| Node { size: node.size(ports.0.max(ports.1)), group: node.frame })
                .collect(),
            groups: self.frames.iter().map(|frame| Group { label: group(frame) }).collect(),
            edges: self.arrows.iter().map(|arrow| Edge { from: arrow.from, to: arrow.to }).collect(),
        })
    }

    /// The sorts of arrows with their numbers, for the legend; those to what is not here are told apart.
    pub fn sorts(&self) -> BTreeMap<(&str, Mark), usize> {
        let mut sorts = BTreeMap::new();
        for arrow in &self.arrows {
            *sorts.entry((arrow.sort.as_str(), arrow.mark)).or_default() += 1;
        }
        sorts
    }
}
