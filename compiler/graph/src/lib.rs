//! Components as nodes, declared relationships as edges.
//!
//! A node has the identity that a cluster gives its object: kind, group, namespace and name. Two components with one
//! identity are two nodes all the same, so that nothing is lost on the way to the output; the pair is listed.

mod build;
mod identity;
mod scope;

pub use build::{Duplicate, Edge, Graph, Node, Unresolved};
pub use identity::identity;
pub use scope::{Scope, Scopes};
