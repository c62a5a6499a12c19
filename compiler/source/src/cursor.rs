//! From a place in the text to the value of a design that stands there: the way back of a source map.

use design_syntax::{Kind, NodeRef};
use design_vocabulary::{FileId, Path, Segment, Span};

use crate::SourceMap;
use crate::map::Base;

/// What stands at a place.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    /// The component, by its position in the design.
    pub component: usize,
    /// The path from the component to the key or value: `configuration.spec.replicas`.
    pub path: Path,
    /// The key or value as it is written.
    pub node: NodeRef<'a>,
    /// Whether it is a key.
    pub is_key: bool,
}

impl SourceMap {
    /// What stands at a byte of a file: of values inside each other the innermost. `None` outside of components, and inside the
    /// services of the legacy form, whose paths are not those of a component.
    pub fn at(&self, file: FileId, offset: u32) -> Option<Cursor<'_>> {
        (0..self.component_count()).rev().find_map(|component| {
            let (document, base) = self.origin(component)?;
            let (range, text) = (document.span(), document.source());
            if text.id() != file || offset < range.start || range.end < offset {
                return None;
            }
            let (Base::Object(id) | Base::Component(id)) = base else { return None };
            let node = document.node(*id)?.resolved();
            holds(node, offset).then_some(())?;
            let (inside, node, is_key) = innermost(node, offset);
            let path = if matches!(base, Base::Component(_)) { inside } else { of_object(inside) };
            Some(Cursor { component, path, node, is_key })
        })
    }

    /// The place of a whole component.
    pub fn whole(&self, component: usize) -> Option<Span> {
        let (document, base) = self.origin(component)?;
        let (Base::Object(id) | Base::Component(id) | Base::Service(id)) = base;
        Some(document.node(*id)?.resolved().span())
    }
}

fn holds(node: NodeRef<'_>, offset: u32) -> bool {
    let span = node.span();
    span.start <= offset && offset <= span.end
}

/// Goes down to the innermost key or value.
fn innermost(mut node: NodeRef<'_>, offset: u32) -> (Path, NodeRef<'_>, bool) {
    let mut path = Path::new();
    loop {
        match node.kind() {
            Kind::Mapping => {
                let Some((key, value)) =
                    node.entries().find(|(key, value)| holds(*key, offset) || holds(*value, offset))
                else {
                    return (path, node, false);
                };
                path.push(Segment::from(key.text()));
                if holds(key, offset) {
                    return (path, key, true);
                }
                node = value;
            }
            Kind::Sequence => {
                let Some((index, element)) =
                    node.children().enumerate().find(|(_, element)| holds(*element, offset))
                else {
                    return (path, node, false);
                };
                path.push(index.into());
                node = element;
            }
            Kind::Scalar | Kind::Alias => return (path, node, false),
        }
    }
}

/// How a path of a Kubernetes object reads in its component.
fn of_object(path: Path) -> Path {
    let is = |key: &str| matches!(path.as_slice(), [only] if *only == Segment::from(key));
    if is("kind") {
        return vec!["component".into(), "kind".into()];
    }
    if is("apiVersion") {
        return vec!["component".into(), "version".into()];
    }
    [Segment::from("configuration")].into_iter().chain(path).collect()
}
