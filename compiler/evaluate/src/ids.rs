//! Ids of components that have none.

use std::collections::{HashMap, HashSet};

use design_vocabulary::{Component, Design, Text};
use foldhash::fast::RandomState;
use uuid::Uuid;

/// The ids of the components of a design, in its order: the written ones, and for the others those that `design fmt --to`
/// gives them, made of the design's name or id and of the component's kind, namespace and name.
pub fn component_ids(design: &Design) -> Vec<Text> {
    let written = |id: &Option<Text>| id.as_ref().and_then(|id| id.parse::<Uuid>().ok()).filter(|id| !id.is_nil());
    let name = if design.name.is_empty() { "untitled" } else { design.name.as_str() };
    let namespace =
        written(&design.id).unwrap_or_else(|| Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("design:{name}").as_bytes()));
    let has_id = |component: &Component| component.id.as_ref().is_some_and(|id| !id.is_empty() && *id != NIL);
    if design.components.iter().all(has_id) {
        return design.components.iter().filter_map(|component| component.id.clone()).collect();
    }
    let mut copies: HashMap<[&str; 4], u32, RandomState> = HashMap::default();
    let mut seen: HashSet<Text, RandomState> = HashSet::default();
    let ids = design.components.iter().map(|component| {
        let identity = identity(component);
        let copy = copies.entry(identity).or_insert(0);
        let id = component.id.clone().filter(|_| has_id(component));
        let id = id.unwrap_or_else(|| {
            let identity = identity.join("/");
            let mut derived = (*copy..)
                .map(|copy| Uuid::new_v5(&namespace, format!("{identity}/{copy}").as_bytes()).to_string().into());
            derived.find(|id| !seen.contains(id)).unwrap_or_default()
        });
        *copy += 1;
        seen.insert(id.clone());
        id
    });
    ids.collect()
}

/// Ids by the positions of their components, in one text.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    text: String,
    ends: Vec<usize>,
}

impl Ids {
    /// Adds the id of the next component.
    pub fn push(&mut self, id: &str) {
        self.text.push_str(id);
        self.ends.push(self.text.len());
    }

    /// The id of a component; empty where there is none.
    pub fn get(&self, position: usize) -> &str {
        let start = position.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(position)).map(|(start, end)| start..*end);
        range.and_then(|range| self.text.get(range)).unwrap_or_default()
    }
}

/// An id that files give to what has none.
const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// apiVersion, kind, namespace and name.
fn identity(component: &Component) -> [&str; 4] {
    let Component { api_version, kind, display_name, .. } = component;
    let name = if display_name.is_empty() { component.name().unwrap_or_default() } else { display_name };
    let namespace = component.metadata().and_then(|metadata| metadata.get_str("namespace")).unwrap_or_default();
    [api_version, kind, namespace, name]
}
