//! Components as nodes; relationships as edges, declared ones and those that fields declare.
//!
//! A node has the identity that a cluster gives its object: kind, group, namespace and name. Two components with one
//! identity are two nodes all the same, so that nothing is lost on the way to the output; the pair is listed.

mod build;
mod created;
mod difference;
mod external;
mod host;
mod identity;
mod index;
mod infer;
mod memory;
mod mesh;
mod order;
mod part;
mod pattern;
mod pods;
mod question;
mod scope;
mod search;
mod select;
mod selector;

pub use build::{Detail, Duplicate, Edge, Graph, Node, Unresolved};
pub use difference::{Changed, Difference, FieldChange, Link, difference};
pub use external::External;
pub use identity::identity;
pub use infer::{Contested, Inferred, Missing, Stopped, infer};
pub use memory::Memory;
pub use order::Order;
pub use part::{Part, listed_parts};
pub use pods::Pods;
pub use scope::{Scope, Scopes};
