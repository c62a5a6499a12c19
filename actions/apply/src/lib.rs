//! A design and a cluster: plan, apply, status, delete.

pub mod connect;
mod readiness;
mod request;

pub use connect::{Access, Connection, Unconnected, connect};
pub use readiness::{Readiness, State, readiness};
pub use request::{Cause, Cluster, How, Refused, Status};
