//! From a reference to what it names, and back; the components of a file.

use std::sync::Arc;

use design_pipeline::{Compilation, Compiled, World};
use design_source::Cursor;
use design_syntax::SourceText;
use design_vocabulary::{FileId, Segment, Span};

use crate::Workspace;

/// A place in a file.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file.
    pub source: Arc<SourceText>,
    /// The bytes.
    pub span: Span,
}

/// A component of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// All of it.
    pub whole: Span,
    /// Its name as it is written.
    pub span: Span,
}

/// One reference: a design, and an edge of its graph.
type Reference<'a> = (&'a Compiled, &'a design_graph::Edge);

impl<W: World> Workspace<W> {
    /// The declarations of what a byte of a file refers to: the name of the object, or the key that is meant of it.
    pub fn definitions(&self, path: &str, offset: u32) -> Vec<Place> {
        self.collect(path, offset, |compilation, compiled, cursor| {
            let edges = references_at(compiled, cursor);
            let places = edges.into_iter().filter_map(|(compiled, edge)| {
                let part = (cursor.path != *edge.path).then(|| part(compiled, edge.to, cursor.node.text())).flatten();
                place(compilation, part.or_else(|| name(compiled, edge.to))?)
            });
            places.collect()
        })
    }

    /// The places that refer to the object at a byte of a file: the one that is declared there, or that is referred to
    /// there; with its declaration where that is asked for.
    pub fn references(&self, path: &str, offset: u32, with_declaration: bool) -> Vec<Place> {
        self.collect(path, offset, |compilation, compiled, cursor| {
            let mut wanted: Vec<usize> = references_at(compiled, cursor).into_iter().map(|(_, edge)| edge.to).collect();
            if wanted.is_empty() {
                wanted.push(cursor.component);
            }
            let declared =
                wanted.iter().filter(|_| with_declaration).filter_map(|component| name(compiled, *component));
            let edges = compiled.graph.edges.iter().filter(|edge| wanted.contains(&edge.to) && !edge.path.is_empty());
            let referring = edges.filter_map(|edge| Some(compiled.map.locate(edge.from, &edge.path)?.best()));
            let mut spans: Vec<Span> = declared.chain(referring).collect();
            spans.sort_unstable();
            spans.dedup();
            spans.into_iter().filter_map(|span| place(compilation, span)).collect()
        })
    }

    /// The components of a file in their order.
    pub fn symbols(&self, path: &str) -> Vec<Symbol> {
        let Some((_, compilation, file)) = self.holding(path).next() else { return Vec::new() };
        let of_design = |compiled: &Compiled| {
            let symbol = |(number, component): (usize, &design_vocabulary::Component)| {
                let whole = compiled.map.whole(number).filter(|span| span.file == file)?;
                let span = name(compiled, number).filter(|span| whole.contains(*span)).unwrap_or(whole);
                let name = component.name().unwrap_or_default().to_owned();
                Some(Symbol { name, kind: component.kind.to_string(), whole, span })
            };
            compiled.design.components.iter().enumerate().filter_map(symbol).collect::<Vec<_>>()
        };
        compilation.designs.iter().flat_map(of_design).collect()
    }

    /// What the sources that hold a file say of a byte, without what two of them say alike.
    fn collect(
        &self,
        path: &str,
        offset: u32,
        find: impl Fn(&Compilation, &Compiled, &Cursor<'_>) -> Vec<Place>,
    ) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for (_, compilation, file) in self.holding(path) {
            for place in in_designs(compilation, file, offset, &find) {
                let is_same = |known: &Place| {
                    known.source.path() == place.source.path()
                        && (known.span.start, known.span.end) == (place.span.start, place.span.end)
                };
                if !places.iter().any(is_same) {
                    places.push(place);
                }
            }
        }
        places
    }
}

fn in_designs(
    compilation: &Compilation,
    file: FileId,
    offset: u32,
    find: &impl Fn(&Compilation, &Compiled, &Cursor<'_>) -> Vec<Place>,
) -> Vec<Place> {
    let designs = compilation.designs.iter();
    let cursors = designs.filter_map(|compiled| Some((compiled, compiled.map.at(file, offset)?)));
    cursors.flat_map(|(compiled, cursor)| find(compilation, compiled, &cursor)).collect()
}

/// The edges whose field stands at a cursor; where none does, those whose field stands beside it in the same mapping, for a
/// key or a port beside the name.
fn references_at<'a>(compiled: &'a Compiled, cursor: &Cursor<'_>) -> Vec<Reference<'a>> {
    let own = compiled.graph.edges.iter().filter(|edge| edge.from == cursor.component && !edge.path.is_empty());
    let exact: Vec<Reference<'a>> =
        own.clone().filter(|edge| cursor.path.starts_with(&edge.path)).map(|edge| (compiled, edge)).collect();
    if !exact.is_empty() {
        return exact;
    }
    let Some((_, mapping)) = cursor.path.split_last() else { return Vec::new() };
    let is_beside = |edge: &&design_graph::Edge| {
        let names_part = edge.detail.as_ref().is_some_and(|detail| {
            let text = cursor.node.text();
            [&detail.keys, &detail.ports, &detail.sections].iter().any(|parts| parts.iter().any(|part| part == text))
        });
        names_part && edge.path.split_last().is_some_and(|(_, parent)| mapping.starts_with(parent))
    };
    own.filter(is_beside).map(|edge| (compiled, edge)).collect()
}

/// Where a component writes its name; where it has none, where it begins.
fn name(compiled: &Compiled, component: usize) -> Option<Span> {
    let path: [Segment; 3] = ["configuration".into(), "metadata".into(), "name".into()];
    let located = compiled.map.locate(component, &path).filter(|located| located.complete);
    located.map(|located| located.value).or_else(|| compiled.map.component(component))
}

/// Where a config map or a secret declares a key.
fn part(compiled: &Compiled, component: usize, key: &str) -> Option<Span> {
    ["data", "stringData", "binaryData"].into_iter().find_map(|field| {
        let path: [Segment; 3] = ["configuration".into(), field.into(), key.into()];
        let located = compiled.map.locate(component, &path).filter(|located| located.complete)?;
        Some(located.key_or_value())
    })
}

fn place(compilation: &Compilation, span: Span) -> Option<Place> {
    Some(Place { source: Arc::clone(compilation.sources.get(span.file)?), span })
}
