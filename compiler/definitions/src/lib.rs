//! Models: definitions of kinds and of relationships, as files, as packages and as a registry.
//!
//! [`read`] turns the text of one file into definitions with their documents, so that every value has a place; [`scan`]
//! looks at no more than what a registry lists, many times as fast. [`Index`] keeps what was scanned between two runs,
//! [`Definitions`] finds a definition by kind, apiVersion, model and version. [`unpack`] and [`pack`] know packages.
//!
//! Nothing here touches a disk, and nothing stops at a fault: what cannot be read is a [`Problem`].

mod find;
mod form;
mod generate;
mod image;
mod index;
mod lint;
mod package;
mod read;
mod scan;
mod schema;
mod short;
mod version;

pub use find::{Definitions, Entry, Listed, Query, is_version};
pub use form::Form;
pub use generate::{Generated, is_name};
pub use image::pack_image;
pub use index::{Head, Index, Indexed, Stamp};
pub use lint::{Fault, Known, Subject, What, lint};
pub use package::{Member, PackageLimits, is_package, pack, unpack, unpack_all};
pub use read::{Definition, Loaded, Problem, Read, read};
pub use scan::scan;
pub use schema::{Field, Schema, SchemaNode, Step, Types};
pub use short::ShortForm;
pub use version::compare_versions;
