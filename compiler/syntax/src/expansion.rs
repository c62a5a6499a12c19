//! How large a document becomes when its aliases are followed, computed without following them.

use crate::arena::{Document, Kind};

/// The size of a document whose aliases are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expansion {
    /// Nodes beyond the written ones.
    pub added: u64,
    /// Collections inside each other.
    pub depth: u64,
}

/// Walks the nodes once, backwards, so that every subtree is known before the node above it. An alias can only name an
/// earlier node, so two passes are needed: sizes settle in the order of the text.
pub(crate) fn measure(document: &Document) -> Expansion {
    let count = document.nodes.len();
    // Per node: the nodes and the depth of its subtree with aliases followed. Both saturate.
    let mut sizes: Vec<(u64, u64)> = vec![(1, 0); count];
    // A subtree is complete when its last node has been seen; open collections wait on a stack.
    let mut open: Vec<(usize, u64, u64)> = Vec::new();
    for (index, node) in document.nodes.iter().enumerate() {
        let (size, depth) = match node.kind {
            // An alias inside the node that it names would never end; the subtree is still open then.
            Kind::Alias if open.iter().any(|(ancestor, ..)| *ancestor == node.text as usize) => (u64::MAX, u64::MAX),
            Kind::Alias => sizes.get(node.text as usize).copied().unwrap_or((1, 0)),
            Kind::Scalar => (1, 0),
            Kind::Sequence | Kind::Mapping => {
                open.push((index, 1, 0));
                (0, 0)
            }
        };
        if let Some((_, total, deepest)) = open.last_mut() {
            *total = total.saturating_add(size);
            *deepest = (*deepest).max(depth);
        }
        if let Some(slot) = sizes.get_mut(index) {
            *slot = (size, depth);
        }
        while let Some((collection, total, deepest)) = open.last().copied() {
            if document.nodes.get(collection).is_some_and(|node| node.next as usize > index + 1) {
                break;
            }
            open.pop();
            let done = (total, deepest.saturating_add(1));
            if let Some(slot) = sizes.get_mut(collection) {
                *slot = done;
            }
            if let Some((_, total, deepest)) = open.last_mut() {
                *total = total.saturating_add(done.0);
                *deepest = (*deepest).max(done.1);
            }
        }
    }
    let (size, depth) = sizes.first().copied().unwrap_or_default();
    Expansion { added: size.saturating_sub(count as u64), depth }
}

#[cfg(test)]
mod tests {
    use design_vocabulary::FileId;

    use super::*;
    use crate::{Limits, SourceText, parse};

    fn measured(text: &str) -> Expansion {
        let parsed = parse(
            &SourceText::new(FileId(0), "a.yaml", text),
            &Limits { expansion_floor: u64::MAX, ..Limits::default() },
        );
        measure(&parsed.documents[0])
    }

    #[test]
    fn aliases_count_what_they_stand_for() {
        assert_eq!(measured("a: 1\nb: [x, y]\n"), Expansion { added: 0, depth: 2 });
        assert_eq!(measured("a: &a [x, y]\nb: *a\n"), Expansion { added: 2, depth: 2 });
        // Five nodes in `b`, two of them aliases of three nodes each.
        assert_eq!(measured("a: &a [x, y]\nb: &b [*a, *a]\nc: *b\n"), Expansion { added: 10, depth: 3 });
    }

    #[test]
    fn doubling_saturates() {
        let mut text = String::from("a0: &a0 [x]\n");
        for level in 1..100 {
            text.push_str(&format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1));
        }
        assert!(measured(&text).added > u64::MAX / 2);
    }
}
