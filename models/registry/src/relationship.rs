//! Relationship definitions: which fields of a kind name which other objects.
//!
//! The words are Meshery's (`kind`, `type`, `subType`, `from`, `to`), extended by paths and ways of matching that its
//! selectors cannot say; `docs/relationships.md` describes them. The definitions themselves are data of a model.

use serde::Deserialize;

/// A relationship definition of ours: a field of a kind, and the objects that it names.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FieldRelationship {
    /// What people call it.
    pub name: String,
    /// `hierarchical`, `edge` or `sibling`.
    pub kind: String,
    /// Such as `non-binding`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Such as `network`.
    pub sub_type: String,
    /// Which objects have the field, and where.
    pub from: From,
    /// Which objects it names.
    pub to: To,
    /// How a value names its object.
    pub by: By,
    /// The key beside the field that, when true, says that the object need not be there.
    #[serde(default)]
    pub optional: Option<String>,
    /// Names that every cluster has; a trailing `*` stands for any rest.
    #[serde(default)]
    pub known: Vec<String>,
    /// Whether such objects usually come from elsewhere, so that a missing one is not worth telling.
    #[serde(default)]
    pub elsewhere: bool,
    /// For references that name a kind: the only kind that is meant.
    #[serde(default)]
    pub only: Option<String>,
    /// Whether the object with the field can do without the one that it names, though the relationship is of a sort that
    /// usually orders: a volume with a claim reserved for it.
    #[serde(default)]
    pub free: bool,
}

impl FieldRelationship {
    /// Whether the object with the field cannot work before the one that it names is there. Who calls or selects whom says
    /// nothing of order: services wait for their peers at run time, and a selector finds pods that come later.
    pub fn is_need(&self) -> bool {
        !self.free
            && !matches!(self.by, By::Selector | By::Host)
            && !matches!(self.sub_type.as_str(), "network" | "firewall")
    }
}

/// Which objects have the field, and where. One of `pod`, `kind`, `kinds` and `any` says which objects.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct From {
    /// A path below the spec of pods, for every kind that has pods.
    pub pod: Option<String>,
    /// A kind.
    pub kind: Option<String>,
    /// Several kinds of one group.
    pub kinds: Vec<String>,
    /// The group of the kinds; the core group where it is absent.
    pub group: String,
    /// Every kind.
    pub any: bool,
    /// The path below the object.
    pub path: String,
}

/// Which objects a field names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct To {
    /// A kind.
    pub kind: Option<String>,
    /// The group of the kind; the core group where it is absent.
    pub group: String,
    /// Whatever has pods.
    pub pods: bool,
    /// Every kind: the value says which.
    pub any: bool,
}

/// How a value names its object.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// It is the name, in the namespace of the object that has the field.
    Name,
    /// It is a mapping with `name`, and perhaps `kind`, `apiVersion`, `apiGroup`, `group` and `namespace`.
    Object,
    /// It is a label selector, or a mapping of labels.
    Selector,
    /// It is a text with host names of services.
    Host,
    /// The object's own kind is the one that is defined there.
    Definition,
}

/// Where the pods of a kind are described.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PodKind {
    /// The kind.
    pub kind: String,
    /// Its group; the core group where it is absent.
    #[serde(default)]
    pub group: String,
    /// The path of the pods' spec.
    pub spec: String,
    /// The path of the pods' metadata, which carries their labels.
    pub metadata: String,
}

/// The field relationships of a model, and where its kinds describe pods.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRelationships {
    /// Kinds that have pods.
    pub pods: Vec<PodKind>,
    /// The definitions, in the order of the file.
    #[serde(rename = "relationships")]
    pub definitions: Vec<FieldRelationship>,
}

/// The definitions of the embedded Kubernetes model.
pub(crate) fn builtin() -> FieldRelationships {
    // A test reads the same text; a build whose model does not parse never ships.
    serde_yaml::from_str(include_str!("../../kubernetes/relationships.yaml")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_definitions_parse_and_have_names_of_their_own() {
        let file: FieldRelationships =
            serde_yaml::from_str(include_str!("../../kubernetes/relationships.yaml")).unwrap();
        let mut names: Vec<&str> = file.definitions.iter().map(|definition| definition.name.as_str()).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(count > 50);
        for definition in &file.definitions {
            let from = &definition.from;
            let ways = [from.pod.is_some(), from.kind.is_some(), !from.kinds.is_empty(), from.any];
            assert_eq!(ways.into_iter().filter(|way| *way).count(), 1, "{} says {from:?}", definition.name);
        }
    }
}
