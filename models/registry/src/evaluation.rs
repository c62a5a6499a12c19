//! The definitions of the embedded model that evaluation uses.

use design_vocabulary::RelationshipDefinition;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    relationships: Vec<RelationshipDefinition>,
}

const FILE: &str = embedded!("kubernetes-evaluation.json");

/// The definitions of the embedded Kubernetes model.
pub(crate) fn builtin() -> Vec<RelationshipDefinition> {
    // A test reads the same text; a build whose model does not parse never ships.
    serde_json::from_str::<File>(FILE).unwrap_or_default().relationships
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_says_what_flows_where() {
        let file: File = serde_json::from_str(FILE).unwrap();
        assert!(file.relationships.len() > 15);
        for definition in &file.relationships {
            assert!(!definition.description.is_empty() && !definition.selectors.is_empty(), "{definition:?}");
            for item in definition.selectors.iter().flat_map(|set| set.allow.from.iter().chain(&set.allow.to)) {
                assert!(!item.patch.is_empty() || !item.matching.is_empty(), "{item:?}");
            }
        }
    }
}
