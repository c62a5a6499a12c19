//! Which kinds exist, and what holds for each: scope, name rule, served versions, phase.
//!
//! The data lies beside this crate as a model folder (`models/kubernetes`) and is embedded; it is read the first time
//! that somebody asks. Kinds that no model defines are looked for in the input by the caller: a custom resource
//! definition says scope and versions too.

/// The text of a file of the embedded models, `MODEL-NAME.json`, as the build wrote it from the YAML.
macro_rules! embedded {
    ($file:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/", $file))
    };
}

pub mod definitions;
mod evaluation;
mod extend;
mod kind;
mod name;
mod nearest;
mod relationship;

use std::collections::HashMap;
use std::sync::OnceLock;

use design_vocabulary::RelationshipDefinition;
use foldhash::fast::RandomState;

pub use kind::{Kind, NameRule, Phase};
pub use nearest::nearest;
pub use relationship::{
    By, Creation, FieldRelationship, FieldRelationships, From, PartField, PartKind, PartList, PodKind, Through, To,
    Unless,
};

/// The kinds of the models that are built in, indexed by group and kind.
#[derive(Debug)]
pub struct Registry {
    kinds: Vec<Kind>,
    by_name: HashMap<String, Vec<usize>, RandomState>,
    /// Where they are others than the built-in ones.
    relationships: Option<&'static FieldRelationships>,
}

impl Registry {
    /// The registry of the built-in models; read once per process.
    pub fn builtin() -> &'static Self {
        static REGISTRY: OnceLock<Registry> = OnceLock::new();
        REGISTRY.get_or_init(|| Self::from_kinds(kind::builtin()))
    }

    fn from_kinds(kinds: Vec<Kind>) -> Self {
        let mut by_name: HashMap<String, Vec<usize>, RandomState> = HashMap::default();
        for (index, kind) in kinds.iter().enumerate() {
            by_name.entry(kind.kind.clone()).or_default().push(index);
        }
        Self { kinds, by_name, relationships: None }
    }

    /// The field relationships of the models; those of the built-in ones are read once per process.
    pub fn relationships(&self) -> &'static FieldRelationships {
        static RELATIONSHIPS: OnceLock<FieldRelationships> = OnceLock::new();
        self.relationships.unwrap_or_else(|| RELATIONSHIPS.get_or_init(relationship::builtin))
    }

    /// All kinds, in the order of the models.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The definitions by which evaluation finds relationships, of the built-in models and in Meshery's form; read once per
    /// process.
    pub fn evaluated(&self) -> &'static [RelationshipDefinition] {
        static EVALUATED: OnceLock<Vec<RelationshipDefinition>> = OnceLock::new();
        EVALUATED.get_or_init(evaluation::builtin)
    }

    /// The definition of a kind in a group; the core group is the empty text. Any version of the group matches.
    pub fn find(&self, group: &str, kind: &str) -> Option<&Kind> {
        self.named(kind).find(|candidate| candidate.group == group)
    }

    /// All definitions of a kind, in the order of the model: one per group.
    pub fn named(&self, kind: &str) -> impl Iterator<Item = &Kind> {
        self.by_name.get(kind).into_iter().flatten().filter_map(|index| self.kinds.get(*index))
    }

    /// The apiVersion of a kind where a person left it out: the preferred version of the one served group that has it.
    /// `None` where no model knows the kind or more than one served group does.
    pub fn api_version(&self, kind: &str) -> Option<String> {
        let mut served = self.named(kind).filter(|candidate| candidate.is_served());
        let only = served.next()?;
        // `Event` is served by two groups; both are one resource, and the core group is what people write.
        match served.next() {
            Some(_) if !only.group.is_empty() => None,
            _ => only.api_version(),
        }
    }

    /// Whether the models define all kinds of a group, so that any other kind in it is a mistake.
    pub fn knows_group(&self, group: &str) -> bool {
        self.kinds.iter().any(|kind| kind.group == group)
    }

    /// The kind of a group with the nearest name.
    pub fn nearest_in_group(&self, group: &str, kind: &str) -> Option<&str> {
        let kinds = self.kinds.iter().filter(|candidate| candidate.group == group);
        nearest(kind, kinds.map(|candidate| candidate.kind.as_str()))
    }

    /// The kind with the nearest name, for a "did you mean".
    pub fn nearest_kind(&self, kind: &str) -> Option<&str> {
        nearest(kind, self.kinds.iter().map(|candidate| candidate.kind.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_of_kubernetes_are_known() {
        let registry = Registry::builtin();
        let deployment = registry.find("apps", "Deployment").unwrap();
        assert!(deployment.namespaced);
        assert!(!registry.find("", "Namespace").unwrap().namespaced);
        assert_eq!(registry.api_version("Deployment").as_deref(), Some("apps/v1"));
        assert_eq!(registry.api_version("HorizontalPodAutoscaler").as_deref(), Some("autoscaling/v2"));
        assert_eq!(registry.api_version("Event").as_deref(), Some("v1"));
        assert_eq!(registry.api_version("PodSecurityPolicy"), None);
        assert_eq!(registry.nearest_kind("Deploymnet"), Some("Deployment"));
    }

    #[test]
    fn what_must_exist_first_has_an_earlier_phase() {
        let registry = Registry::builtin();
        let phase = |group, kind| registry.find(group, kind).unwrap().phase;
        assert!(phase("", "Namespace") < phase("", "ConfigMap"));
        assert!(phase("", "ConfigMap") < phase("apps", "Deployment"));
        assert!(phase("apps", "Deployment") < phase("networking.k8s.io", "Ingress"));
    }
}
