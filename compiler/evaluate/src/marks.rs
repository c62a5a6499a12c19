//! Components that are marked.

/// A mark for each of some components. It is asked for every relationship, so it is no set: a few bits are near.
#[derive(Debug, Default)]
pub(crate) struct Marks(Vec<bool>);

impl Marks {
    /// Marks a component.
    pub fn mark(&mut self, node: usize) {
        if self.0.len() <= node {
            self.0.resize(node + 1, false);
        }
        if let Some(mark) = self.0.get_mut(node) {
            *mark = true;
        }
    }

    /// Whether a component is marked.
    pub fn has(&self, node: usize) -> bool {
        self.0.get(node).copied().unwrap_or_default()
    }

    /// Whether no component is marked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
