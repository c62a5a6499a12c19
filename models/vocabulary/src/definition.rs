//! Relationship definitions in Meshery's form: which components relate, through which fields, and whose value wins.
//!
//! The versions v1alpha3 to v1beta3 differ in the spelling of a few keys; every spelling is read. The same shape stands in
//! the `selectors` of a design's relationships, where the items carry the ids of components. The lists inside an item are
//! shared, not copied, when it is cloned: every relationship that a definition finds holds the fields of the definition.

mod read;
mod write;

pub use read::Misread;
pub(crate) use read::Reader;

use ecow::EcoVec;

use crate::{Segment, Text, Value};

/// A relationship definition of a model: `relationships/*.json` in a model folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RelationshipDefinition {
    /// The UUID of the file; the nil one in most.
    pub id: Option<Text>,
    /// Such as `relationships.meshery.io/v1alpha3`.
    pub schema_version: Text,
    /// The version of the definition itself.
    pub version: Text,
    /// `hierarchical`, `edge` or `sibling`.
    pub kind: Text,
    /// Such as `parent`, `binding`, `non-binding`, `sibling`.
    pub type_name: Text,
    /// Such as `inventory`, `alias`, `wallet`, `network`; free text.
    pub sub_type: Text,
    /// Such as `enabled`; empty where it is not said.
    pub status: Text,
    /// The model that the definition belongs to.
    pub model: ModelReference,
    /// What the definition is about, for people (`metadata.description`).
    pub description: Text,
    /// Whether both ends must live in one namespace (`metadata.sameNamespace`). Ours: Meshery's definitions cannot say it.
    pub same_namespace: bool,
    /// Sets of selectors. A relationship arises where any of them matches.
    pub selectors: Vec<SelectorSet>,
}

/// The name of a model where something refers to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ModelReference {
    /// Such as `kubernetes`; `*` and empty stand for any.
    pub name: Text,
    /// The version of the model's definitions, such as `v1.0.0`.
    pub version: Text,
    /// The version of what the model describes, such as `v1.35.0`.
    pub upstream_version: Text,
    /// Where the model comes from: `github`, `artifacthub`, `meshery`.
    pub registrant: Text,
}

/// One set of selectors: which pairs it takes, and which of those it does not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SelectorSet {
    /// The pairs that relate.
    pub allow: Selector,
    /// The pairs that do not, whatever `allow` says.
    pub deny: Selector,
}

/// Every item of one side with every item of the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selector {
    /// Items of the side that the relationship starts at. In a hierarchy this is the child.
    pub from: Vec<SelectorItem>,
    /// Items of the side that it ends at.
    pub to: Vec<SelectorItem>,
}

/// Which components stand on one side, and which of their fields matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SelectorItem {
    /// The kind; `*` and empty stand for any.
    pub kind: Text,
    /// The model; `*` and empty stand for any.
    pub model: ModelReference,
    /// The component: `None` in a definition, the id of a component in a design.
    pub id: Option<Text>,
    /// The fields of this side that are compared, and which way values flow.
    pub patch: Patch,
    /// Groups by equal labels, and the middle component of a binding.
    pub matching: Match,
    /// How each pair of fields is compared, in the order of the pairs; a pair without an entry is compared by
    /// [`Strategy::Equal`]. Only the matrix of a `from` item counts.
    pub strategies: EcoVec<EcoVec<Strategy>>,
}

/// Fields of one side: the mutator's values flow into the mutated fields of the other side, first to first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    /// Such as `replace`. No engine reads it: a value is always set.
    pub strategy: Text,
    /// Fields that give their values.
    pub mutator: EcoVec<FieldPath>,
    /// Fields that take values.
    pub mutated: EcoVec<FieldPath>,
}

/// What a selector item matches beyond its patch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Match {
    /// Mappings whose equal entries group components: labels.
    pub refs: EcoVec<FieldPath>,
    /// One end of a leg of a binding.
    pub from: EcoVec<MatchItem>,
    /// The other end of the leg.
    pub to: EcoVec<MatchItem>,
}

/// One end of a leg: the component of the selector item (`self`) or the component in the middle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MatchItem {
    /// `self`, or the kind of the component in the middle.
    pub kind: Text,
    /// The component, in a design.
    pub id: Option<Text>,
    /// Fields that give their values.
    pub mutator: EcoVec<FieldPath>,
    /// Fields that take values.
    pub mutated: EcoVec<FieldPath>,
}

/// How the values of a pair of fields are compared. All strategies of a pair must hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// `equal`: the same JSON value.
    Equal,
    /// `equal_as_strings`: the same text, so 8080 and `"8080"`.
    EqualAsStrings,
    /// `to_contains_from`: the mutated value has all that the mutator's has, mappings inside included.
    ToContainsFrom,
    /// `not_null`: both are there.
    NotNull,
    /// A name that the format does not have; it is taken as `equal`, as Meshery does.
    Other(Text),
}

/// The path of a field, from the root of a component: `configuration`, `displayName`, `component`, …
///
/// The segments are as the file has them: a number indexes a sequence and is a key in a mapping, `_` stands for the
/// elements of a sequence. Keys may hold any character, dots included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath(pub EcoVec<Text>);

impl RelationshipDefinition {
    /// Kind, type and subType with slashes between them: `edge/non-binding/network`.
    pub fn combination(&self) -> Text {
        ecow::eco_format!("{}/{}/{}", self.kind, self.type_name, self.sub_type)
    }
}

impl FieldPath {
    /// The segment that stands for the elements of a sequence.
    pub const EVERY: &'static str = "_";

    /// A path from its segments.
    pub fn new<S: Into<Text>>(segments: impl IntoIterator<Item = S>) -> Self {
        Self(segments.into_iter().map(Into::into).collect())
    }

    /// Whether a segment stands for the elements of a sequence.
    pub fn has_wildcard(&self) -> bool {
        self.0.iter().any(|segment| segment == Self::EVERY)
    }

    /// The path as one of a value: a number is an index where the value has a sequence, else a key. Where the path leads
    /// out of the value, a number is taken for an index.
    pub fn segments(&self, root: &Value) -> Vec<Segment> {
        let mut value = Some(root);
        let mut path = Vec::with_capacity(self.0.len());
        for segment in &self.0 {
            let is_key = matches!(value, Some(Value::Object(_)));
            let segment = match segment.parse::<usize>() {
                Ok(index) if !is_key => Segment::Index(index),
                _ => Segment::Key(segment.clone()),
            };
            value = value.and_then(|value| value.at(std::slice::from_ref(&segment)));
            path.push(segment);
        }
        path
    }
}

impl Strategy {
    /// The strategy with a name.
    pub fn named(name: &str) -> Self {
        match name {
            "equal" => Self::Equal,
            "equal_as_strings" => Self::EqualAsStrings,
            "to_contains_from" => Self::ToContainsFrom,
            "not_null" => Self::NotNull,
            other => Self::Other(other.into()),
        }
    }

    /// The name in files.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Equal => "equal",
            Self::EqualAsStrings => "equal_as_strings",
            Self::ToContainsFrom => "to_contains_from",
            Self::NotNull => "not_null",
            Self::Other(name) => name,
        }
    }
}

impl Patch {
    /// Whether the side names no field.
    pub fn is_empty(&self) -> bool {
        self.mutator.is_empty() && self.mutated.is_empty()
    }
}

impl Match {
    /// Whether there is nothing to match.
    pub fn is_empty(&self) -> bool {
        self.refs.is_empty() && self.from.is_empty() && self.to.is_empty()
    }
}

impl Selector {
    /// Whether neither side has an item.
    pub fn is_empty(&self) -> bool {
        self.from.is_empty() && self.to.is_empty()
    }
}
