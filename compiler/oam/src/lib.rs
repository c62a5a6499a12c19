//! Open Application Model applications to designs.
//!
//! [`read`] takes the documents of a source. An `Application` stands for the objects that KubeVela makes of it: each
//! component becomes the workload of its type, each trait changes that workload or adds objects, as the definitions do that
//! KubeVela installs (`vela-templates/definitions/internal` of kubevela/kubevela). An `ApplicationConfiguration` with its
//! `Component`s, the older form of the specification, is read as well, and so is an `Appfile` (`vela.yaml`). Other objects of
//! the source stay what they are.
//!
//! What a definition of the cluster's own decides cannot be known offline: its component type, trait, policy or workflow step
//! is a [`Problem`] that names it. `docs/oam.md` lists what is covered.

mod appfile;
mod application;
mod configuration;
mod container;
mod definition;
mod patch;
mod problem;
mod properties;
mod said;
mod traits;
mod workload;

pub use application::{Read, read};
pub use problem::Problem;
