//! Components by their ids.

use std::collections::HashMap;

use design_vocabulary::Text;
use foldhash::fast::RandomState;
use uuid::Uuid;

/// A table of components by id. Nearly all ids are UUIDs, which are held as numbers: to compare two of them, no text has to
/// be fetched from elsewhere in the memory.
#[derive(Debug, Default)]
pub(crate) struct ById {
    numbers: HashMap<u128, u32, RandomState>,
    texts: HashMap<Text, u32, RandomState>,
}

impl ById {
    /// A table with room for that many components.
    pub fn with_capacity(components: usize) -> Self {
        let numbers = HashMap::with_capacity_and_hasher(components, RandomState::default());
        Self { numbers, texts: HashMap::default() }
    }

    /// The component with an id.
    pub fn get(&self, id: &Text) -> Option<usize> {
        let found = match number(id) {
            Some(number) => self.numbers.get(&number),
            None => self.texts.get(id),
        };
        found.map(|node| *node as usize)
    }

    /// Gives an id to a component. Returns whether another one had it.
    pub fn insert(&mut self, id: &Text, node: usize) -> bool {
        let node = crate::link::short(node);
        match number(id) {
            Some(number) => self.numbers.insert(number, node).is_some(),
            None => self.texts.insert(id.clone(), node).is_some(),
        }
    }

    /// Forgets an id.
    pub fn remove(&mut self, id: &Text) {
        match number(id) {
            Some(number) => self.numbers.remove(&number),
            None => self.texts.remove(id),
        };
    }
}

/// The number of an id that is a UUID in its usual spelling. Ids are compared as texts, so one in another spelling is none.
fn number(id: &Text) -> Option<u128> {
    const LENGTH: usize = 36;
    if id.len() != LENGTH {
        return None;
    }
    let uuid = Uuid::try_parse(id).ok()?;
    let mut buffer = Uuid::encode_buffer();
    let spelled: &str = uuid.hyphenated().encode_lower(&mut buffer);
    (spelled == id.as_str()).then(|| uuid.as_u128())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_apart_as_texts() {
        let ids: [Text; 4] = [
            "5d7a3f0e-0b1c-4e6a-9c57-000000000001".into(),
            "5D7A3F0E-0B1C-4E6A-9C57-000000000001".into(),
            "5d7a3f0e0b1c4e6a9c57000000000001".into(),
            "a name".into(),
        ];
        let mut table = ById::with_capacity(0);
        for (node, id) in ids.iter().enumerate() {
            assert!(!table.insert(id, node), "{id} is taken for another one");
        }
        for (node, id) in ids.iter().enumerate() {
            assert_eq!(table.get(id), Some(node));
            assert!(table.insert(id, node));
            table.remove(id);
            assert_eq!(table.get(id), None);
        }
    }
}
