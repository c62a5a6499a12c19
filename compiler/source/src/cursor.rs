//! From a place in the text to the value of a design that stands there: the way back of a source map.

use design_syntax::{Kind, NodeRef};
use design_vocabulary::{FileId, Path, Segment, Span};

use crate::SourceMap;

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
            let (node, is_entry) = self.origin(component)?;
            let node = node.resolved();
            let is_here = node.document().source().id() == file && holds(node, offset);
            is_here.then_some(())?;
            let (inside, node, is_key) = innermost(node, offset);
            let path = if is_entry { inside } else { of_object(inside) };
            Some(Cursor { component, path, node, is_key })
        })
    }

    /// The place of a whole component; `None` for a service of the legacy form.
    pub fn whole(&self, component: usize) -> Option<Span> {
        Some(self.origin(component)?.0.resolved().span())
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
                let Some((index, element)) = node.children().enumerate().find(|(_, element)| holds(*element, offset))
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
