//! The words of the product as plain values.
//!
//! Everything above this crate speaks in these types. They hold no behaviour beyond their own invariants, touch no
//! disk, network or clock, and depend on nothing but serde and a string type.
//!
//! | word | type |
//! |---|---|
//! | design | [`Design`] |
//! | component | [`Component`] |
//! | relationship | [`Relationship`] |
//! | model | [`Model`], [`ModelReference`] |
//! | component definition | [`ComponentDefinition`] |
//! | relationship definition | [`RelationshipDefinition`] |
//! | configuration | [`Value`], [`Object`] |
//! | finding | [`Finding`], [`Severity`], [`Code`] |
//! | change of the text | [`Fix`], [`Edit`] |
//! | place | [`Span`], [`FileId`] |
//! | field path | [`Path`], [`Segment`] |

mod definition;
mod design;
mod finding;
mod fix;
mod model;
mod object;
mod path;
mod quantity;
mod span;
mod value;
mod value_serde;

pub use definition::{
    FieldPath, Match, MatchItem, Misread, ModelReference, Patch, RelationshipDefinition, Selector, SelectorItem,
    SelectorSet, Strategy,
};
pub use design::{Component, Design, Endpoint, External, Relationship, Use};
pub use finding::{Code, Finding, Related, Severity};
pub use fix::{Edit, Fix};
pub use model::{ComponentDefinition, Model};
pub use object::Object;
pub use path::{Path, Segment, display_path};
pub use quantity::quantity;
pub use span::{FileId, Span};
pub use value::{Number, Value};

/// The string type of every value: short strings are stored in place, long ones are shared, cloning never copies.
pub type Text = ecow::EcoString;
