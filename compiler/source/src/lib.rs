//! Documents to designs.
//!
//! [`classify`] says what a document is. [`read_design`] and [`read_manifests`] turn documents into a [`Design`] of plain
//! values together with a [`SourceMap`], which finds the place of any field again. [`canonical`] and [`convert`] work on
//! the values of design files: the order of keys that `design fmt` writes, and the versions that Meshery reads.
//!
//! Nothing here stops at a fault: what cannot be read is a [`Problem`], and everything else is still read.
//!
//! [`Design`]: design_vocabulary::Design

mod canonical;
mod classify;
mod convert;
mod cursor;
mod external;
mod fields;
mod legacy;
mod live;
mod manifests;
mod map;
mod model;
mod problem;
mod read;
mod spelling;
mod trace;
mod traced;
mod uses;
mod written;

pub use canonical::canonical;
pub use classify::{Form, classify, is_appfile, is_drawing_group};
pub use convert::{Converted, Version, convert};
pub use cursor::Cursor;
pub use external::commented;
pub use legacy::modernize;
pub use live::Live;
pub use manifests::read_manifests;
pub use map::{Located, SourceMap};
pub use problem::{Level, Problem};
pub use read::{lower_design, read_design, read_design_with};
pub use trace::{Trace, Written};
pub use traced::{Data, Traced};
pub use uses::{Revision, Use, is_address};
pub use written::design_file;

use design_parameters::{Environment, Symbols, Values};
use design_vocabulary::{Component, Design, External, Relationship, Span};

/// A design as it was read.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The design.
    pub design: Design,
    /// Where each of its values stands.
    pub map: SourceMap,
    /// What could not be read as it stands.
    pub problems: Vec<Problem>,
    /// The parameters and their values.
    pub values: Values,
    /// The components with their parameters open; `None` where no parameter is referred to.
    pub open: Option<Open>,
    /// The environments that it was read for, a base before what extends it.
    pub environments: Vec<Environment>,
    /// The designs that it uses, which are not part of it yet.
    pub uses: Vec<Use>,
}

/// The components of a design with symbols in the place of parameters, as many as the design has and in its order.
#[derive(Clone, Debug, Default)]
pub struct Open {
    /// The components.
    pub components: Vec<Component>,
    /// The symbols.
    pub symbols: Symbols,
}

impl Loaded {
    /// Adds a relationship that was made from elsewhere.
    pub fn push_relationship(&mut self, relationship: Relationship, place: Span) {
        self.design.relationships.push(relationship);
        self.map.push_related(place);
    }

    /// Adds something that the design expects from outside.
    pub fn push_external(&mut self, external: External, place: Span) {
        self.design.externals.push(external);
        self.map.push_external(place);
    }

    /// Takes over the components, relationships and problems of another design, behind the ones that are here.
    pub fn append(&mut self, other: Self) {
        self.design.components.extend(other.design.components);
        self.design.relationships.extend(other.design.relationships);
        self.design.externals.extend(other.design.externals);
        self.map.append(other.map);
        self.problems.extend(other.problems);
    }
}
