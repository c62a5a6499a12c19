//! A design and a cluster: plan, apply, status, delete, pull.
//!
//! [`prepare`] looks at both, [`plan`] asks the server what would come of it, [`apply`] does it, [`remove`] takes it away
//! again. All of them tell of what stands in the way as [`Trouble`]s, by the objects that they concern. [`pull`] goes the other
//! way: from a cluster to what somebody would write.

mod adopt;
mod clash;
pub mod connect;
mod desired;
mod fields;
mod openapi;
mod plan;
mod prepare;
mod pull;
mod readiness;
mod remove;
mod request;
mod resource;
mod rights;
mod run;
mod set;
mod settled;
mod wait;

use std::io;

pub use clash::{Clash, clashes};
pub use connect::{Access, Connection, Unconnected, connect};
pub use desired::{Desired, Need};
pub use fields::Change;
pub use openapi::{Document, openapi};
pub use plan::{Action, Plan, Step, left, plan};
pub use prepare::{Prepared, Trouble, prepare};
pub use pull::{Pulled, Unread, Wanted, pull};
pub use readiness::{Readiness, State, readiness};
pub use remove::{Remaining, members, remove, remove_namespace};
pub use request::{Cause, Cluster, How, Refused, Status};
pub use rights::Permission;
pub use run::{Applied, Event, Listener, Manner, Wait, apply};
pub use set::{ApplySet, Guard, Member};

/// Runs something that talks to a cluster until it is done. It fails where the system has no room for a runtime.
pub fn block_on<T>(work: impl Future<Output = T>) -> io::Result<T> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work))
}
