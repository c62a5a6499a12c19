//! A design and a cluster: plan, apply, status, delete.

pub mod connect;
mod request;

pub use connect::{Access, Connection, Unconnected, connect};
pub use request::{Cause, Cluster, How, Refused, Status};
