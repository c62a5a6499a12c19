//! What can be wrong with a component.

use design_registry::definitions::KubernetesVersion;
use design_vocabulary::Path;

/// Where a component is not what the schema of its kind says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The component, by its position in the design.
    pub component: usize,
    /// The value that is wrong, below the configuration; of a field that is unknown or missing, the field itself.
    pub path: Path,
    /// What is wrong.
    pub what: What,
    /// Whether the kind is a custom resource, whose schema the API server enforces to the letter.
    pub is_custom: bool,
    /// The releases in which it is wrong, in the order in which they were asked for.
    pub releases: Vec<KubernetesVersion>,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The object has no such field.
    UnknownField {
        /// The field whose name is nearest.
        nearest: Option<String>,
    },
    /// The value has another type.
    WrongType {
        /// The types that are allowed, in the words of JSON Schema.
        expected: Vec<String>,
    },
    /// The field must be there.
    Missing,
    /// The value is none of those that are listed.
    Unlisted {
        /// The values that are allowed, as JSON writes them, texts without quotes.
        allowed: Vec<String>,
        /// The one that is nearest.
        nearest: Option<String>,
    },
    /// The text is not written as it should be.
    Malformed(Form),
    /// The value is too small, too large, too short, too long, or no multiple.
    OutOfBounds(Bound),
    /// An element of a list has the keys of an earlier one.
    Repeated {
        /// The earlier element.
        first: Path,
        /// The keys that are the same, with their values; none where the elements themselves are compared.
        keys: Vec<(String, String)>,
    },
    /// Of some fields one must be there, or not more than one may be.
    Choice {
        /// The fields.
        fields: Vec<String>,
        /// Whether several are there, and not none.
        is_several: bool,
    },
    /// A rule in CEL says that the value is wrong.
    Broken {
        /// The message of the rule, made up where it has none.
        message: String,
        /// The rule.
        rule: String,
    },
    /// A rule in CEL could not be read or evaluated.
    Unevaluated {
        /// The rule.
        rule: String,
        /// Why.
        reason: String,
    },
    /// The value is not allowed for another reason.
    NotAllowed {
        /// The reason, in words that follow the path of the value.
        reason: String,
    },
}

/// How a text should be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// As a regular expression says.
    Pattern(String),
    /// As a format says, by its name in OpenAPI: `date-time`, `byte`, `ipv4`.
    Named(String),
    /// As a quantity: `250m`, `1Gi`.
    Quantity,
}

/// A bound that a value breaks. Numbers are as the schema writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The least number.
    AtLeast(String),
    /// The greatest number.
    AtMost(String),
    /// A number that must be passed.
    MoreThan(String),
    /// A number that must not be reached.
    LessThan(String),
    /// A number of which the value must be a multiple.
    MultipleOf(String),
    /// The fewest characters.
    CharactersAtLeast(u64),
    /// The most characters.
    CharactersAtMost(u64),
    /// The fewest elements.
    ElementsAtLeast(u64),
    /// The most elements.
    ElementsAtMost(u64),
    /// The fewest fields.
    FieldsAtLeast(u64),
    /// The most fields.
    FieldsAtMost(u64),
}
