//! The built-in models together with those of a project.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::{FieldRelationships, Kind, Registry};

impl Registry {
    /// This registry with more kinds and relationships behind its own. A kind of a group that is known already stays what it
    /// is.
    #[must_use]
    pub fn extended(&self, kinds: impl IntoIterator<Item = Kind>, relationships: FieldRelationships) -> Self {
        let mut all = self.kinds.clone();
        let name = |kind: &Kind| (kind.kind.clone(), kind.group.clone());
        let mut places: HashMap<(String, String), usize> = all.iter().map(name).zip(0..).collect();
        for kind in kinds {
            let place = *places.entry(name(&kind)).or_insert(all.len());
            match all.get_mut(place) {
                Some(known) => {
                    let new: Vec<String> =
                        kind.versions.into_iter().filter(|version| !known.versions.contains(version)).collect();
                    known.versions.extend(new);
                }
                None => all.push(kind),
            }
        }
        let relationships = if relationships.is_empty() {
            self.relationships()
        } else {
            let mut both = self.relationships().clone();
            both.append(relationships);
            kept(both)
        };
        Self { relationships: Some(relationships), ..Self::from_kinds(all) }
    }
}

impl FieldRelationships {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.pods.is_empty() && self.parts.is_empty() && self.creates.is_empty() && self.definitions.is_empty()
    }

    /// Takes over what another file says, behind what is here.
    pub fn append(&mut self, other: Self) {
        self.pods.extend(other.pods);
        self.parts.extend(other.parts);
        self.creates.extend(other.creates);
        self.definitions.extend(other.definitions);
    }
}

/// Relationships for the rest of the process: graphs name the definitions that their edges come from. A set that was kept
/// before is kept once.
fn kept(relationships: FieldRelationships) -> &'static FieldRelationships {
    static KEPT: OnceLock<Mutex<HashMap<String, &'static FieldRelationships>>> = OnceLock::new();
    let kept = KEPT.get_or_init(Mutex::default);
    let content = format!("{relationships:?}");
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.entry(content).or_insert_with(|| Box::leak(Box::new(relationships)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_relationships_are_added_behind_the_ones_that_are_there() {
        let kind = |text: &str| serde_yaml::from_str::<Kind>(text).unwrap();
        let widget = kind("{kind: Widget, group: acme.example, versions: [v1], plural: widgets, namespaced: true}");
        let job = kind("{kind: Job, group: batch, versions: [v2, v1], plural: jobs, namespaced: false}");
        let relationships = "pods: []\nparts: []\nrelationships:\n- {name: a, kind: edge, type: non-binding, subType: reference, \
             from: {kind: Widget, group: acme.example, path: spec.name}, to: {kind: ConfigMap}, by: name}\n";
        let more = || serde_yaml::from_str::<FieldRelationships>(relationships).unwrap();
        let builtin = Registry::builtin();
        let extended = builtin.extended([widget.clone(), job], more());
        assert!(extended.find("acme.example", "Widget").unwrap().namespaced);
        assert_eq!(extended.api_version("Widget").as_deref(), Some("acme.example/v1"));
        let job = extended.find("batch", "Job").unwrap();
        assert_eq!((job.versions.as_slice(), job.namespaced), (["v1".to_owned(), "v2".to_owned()].as_slice(), true));
        let count = |registry: &Registry| registry.relationships().definitions.len();
        assert_eq!(count(&extended), count(builtin) + 1);
        let again = builtin.extended([widget], more());
        assert!(std::ptr::eq(again.relationships(), extended.relationships()));
    }
}
