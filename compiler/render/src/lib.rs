//! A design as artifacts.
//!
//! [`kubernetes`] writes one manifest an object, [`compose`] a compose file. What a target cannot express is a [`Loss`] that names the field, and
//! what is left out is counted: components in = artifacts + left out.

pub mod compose;
mod file_name;
pub mod kubernetes;
mod target;

pub use kubernetes::{Artifact, LeftOut, Loss, Manifests, object};
pub use target::Target;
