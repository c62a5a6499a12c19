//! Compose projects to designs.
//!
//! [`load`] reads the files of a project as `docker compose` does: files merged over each other, `include`, `extends`,
//! profiles, interpolation, short forms made long. [`convert`] makes a [`Design`] of it: what Kubernetes can say becomes
//! components whose every field knows its place in the compose file, what it cannot say becomes a [`Problem`] that names
//! the field. `docs/compose.md` is the table of both.
//!
//! Files come through [`Files`], so nothing here reads a disk or an environment variable.
//!
//! [`Design`]: design_vocabulary::Design

mod canonical;
mod convert;
mod dotenv;
mod environment;
mod files;
mod interpolate;
mod keys;
mod load;
mod merge;
mod mount;
mod names;
mod node;
mod options;
mod port;
mod problem;
mod project;
mod quantity;
mod shell;

pub use convert::{Read, convert, escape};
pub use dotenv::parse as parse_environment_file;
pub use files::{Files, Unreadable, join};
pub use load::{load, standard_files};
pub use names::{label_value, object_name};
pub use node::{Data, Node, Tag};
pub use options::{Options, ServiceGroups, VolumeKind};
pub use problem::Problem;
pub use project::Project;
pub use quantity::{bytes, seconds};
pub use shell::split as split_command;
