//! Relationship definitions: which fields of a kind name which other objects.
//!
//! The words are Meshery's (`kind`, `type`, `subType`, `from`, `to`), extended by paths and ways of matching that its
//! selectors cannot say; `docs/relationships.md` describes them. The definitions themselves are data of a model.

use std::collections::BTreeMap;

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
    /// A key beside the field whose presence says that the field means something else.
    #[serde(default)]
    pub unless: Option<String>,
    /// For selectors: the keys beside the field, with `|` between them, that say in which other namespaces to look.
    #[serde(default)]
    pub namespaces: Option<String>,
    /// For selectors: the namespaces from which it selects in all namespaces; `*` stands for each. Configuration of a mesh
    /// that lies in the namespace of its control plane is for the whole mesh.
    #[serde(default)]
    pub everywhere_from: Vec<String>,
    /// For names: the path, below the object, of a selector of pods. The object that is named lies in the namespaces of
    /// those pods; where the selector selects none that are known, it may lie in any.
    #[serde(default)]
    pub beside_pods: Option<String>,
    /// For host names: whether the field holds nothing but one, so that a lone word is a host.
    #[serde(default)]
    pub certain: bool,
    /// For parameters: where the kind is said.
    #[serde(default)]
    pub through: Option<Through>,
    /// Parts of the named object that fields nearby name as well.
    #[serde(default)]
    pub parts: Vec<PartField>,
}

impl FieldRelationship {
    /// Whether the object with the field cannot work before the one that it names is there. Who calls or selects whom says
    /// nothing of order: services wait for their peers at run time, and a selector finds pods that come later.
    pub fn is_need(&self) -> bool {
        !self.free
            && !matches!(self.by, By::Selector | By::Host | By::MeshHost | By::Within)
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
    /// Other groups whose kind of that name may be meant as well.
    pub also: Vec<String>,
    /// Whatever has pods.
    pub pods: bool,
    /// Every kind: the value says which.
    pub any: bool,
    /// The object that has the field: its own pods, its own ports.
    pub own: bool,
    /// Kinds by the names of their resources, for rules that name objects of resources.
    pub resources: BTreeMap<String, String>,
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
    /// It is a host of a mesh: a service by its name or its full name, or a host of a service entry.
    MeshHost,
    /// The object's own kind is the one that is defined there.
    Definition,
    /// It is a name; the key `resources` beside it says of what.
    Resource,
    /// It is a mapping with `name`, and another object says of which kind ([`FieldRelationship::through`]).
    Parameter,
    /// It is a mapping whose own parts are named inside it: a container with its ports and probes.
    Within,
}

/// Which object says of what kind a parameter is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Through {
    /// The path, below the object with the field, of the name of the object that says it.
    pub path: String,
    /// The kind of that object.
    pub kind: String,
    /// Its group.
    pub group: String,
    /// The path, below that object, of a mapping with `apiVersion` and `kind`.
    pub says: String,
}

/// What an object may be named a part of.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum PartKind {
    /// A key of a mapping.
    Key,
    /// A port, by name or number.
    Port,
    /// A section, by name: a listener of a gateway.
    Section,
}

impl PartKind {
    /// The word that people read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Port => "port",
            Self::Section => "section",
        }
    }
}

/// A field that names a part of the object that another field names.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PartField {
    /// What it names.
    pub part: PartKind,
    /// Where it is: a path below the mapping that holds the field, or below the field where that is a mapping which names
    /// its object; each leading `^.` goes out to the next mapping around.
    pub path: String,
    /// The number where the field is absent.
    #[serde(default)]
    pub default: Option<i64>,
    /// The protocol where the key `protocol` beside the number says none; `None`: protocols are not compared.
    #[serde(default)]
    pub protocol: Option<String>,
    /// Whether only names are meant, since a number needs nobody to declare it.
    #[serde(default)]
    pub names_only: bool,
    /// A value of the named object with which anything may be named: a service without an address of its own.
    #[serde(default)]
    pub unless: Option<Unless>,
}

/// A value with which something does not hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unless {
    /// The path below the object.
    pub path: String,
    /// The text that is there.
    pub is: String,
}

/// Where the parts of a kind are listed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartList {
    /// What they are.
    pub part: PartKind,
    /// The kind that has them.
    #[serde(default)]
    pub kind: String,
    /// Its group; the core group where it is absent.
    #[serde(default)]
    pub group: String,
    /// Whether pods have them, whatever the kind.
    #[serde(default)]
    pub pods: bool,
    /// The lists or mappings that each must be there for a number to count as absent: containers without ports may listen
    /// anywhere.
    #[serde(default)]
    pub of: Option<String>,
    /// The path of each part: below the object, below the spec of pods, or below each element of `of`.
    pub path: String,
    /// The key that holds its name. Where there is neither name nor number, `path` leads to mappings whose keys are names.
    #[serde(default)]
    pub name: Option<String>,
    /// The key that holds its number.
    #[serde(default)]
    pub number: Option<String>,
    /// Whether an object that lists none may have any.
    #[serde(default)]
    pub open: bool,
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

/// What the controller of a kind makes of an object: a secret of a certificate, the claims of a stateful set. A reference to
/// what is made leads to the object that it is made of.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Creation {
    /// The kinds whose objects others are made of, all of one group.
    pub kinds: Vec<String>,
    /// The group of the kinds; the core group where it is absent.
    #[serde(default)]
    pub group: String,
    /// Paths of the name: the first that leads anywhere counts.
    pub names: Vec<String>,
    /// What stands before the name.
    #[serde(default)]
    pub prefix: String,
    /// What stands behind the name.
    #[serde(default)]
    pub suffix: String,
    /// The kind that is made.
    pub makes: String,
    /// Its group; the core group where it is absent.
    #[serde(default)]
    pub makes_group: String,
    /// A path that has to lead somewhere: an annotation that asks for it.
    #[serde(default)]
    pub when: Option<String>,
    /// Whether only the object itself finds it under that name.
    #[serde(default)]
    pub own: bool,
    /// Whether what is made is called after the name, the object and a number, with `-` between them.
    #[serde(default)]
    pub numbered: bool,
}

/// The field relationships of a model, and where its kinds describe pods.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRelationships {
    /// Kinds that have pods.
    #[serde(default)]
    pub pods: Vec<PodKind>,
    /// Where kinds list what may be named of them.
    #[serde(default)]
    pub parts: Vec<PartList>,
    /// What is made of objects by the controllers of their kinds.
    #[serde(default)]
    pub creates: Vec<Creation>,
    /// The definitions, in the order of the file.
    #[serde(rename = "relationships")]
    pub definitions: Vec<FieldRelationship>,
}

/// The files of the embedded models.
const FILES: [&str; 3] = [
    embedded!("kubernetes-relationships.json"),
    embedded!("istio-relationships.json"),
    embedded!("operators-relationships.json"),
];

/// The definitions of the embedded models, in the order of the files.
pub(crate) fn builtin() -> FieldRelationships {
    let mut all = FieldRelationships::default();
    for file in FILES {
        // A test reads the same texts; a build whose models do not parse never ships.
        all.append(serde_json::from_str(file).unwrap_or_default());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_definitions_parse_and_have_names_of_their_own() {
        for file in FILES {
            serde_json::from_str::<FieldRelationships>(file).unwrap();
        }
        let file = builtin();
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
