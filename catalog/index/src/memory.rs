//! What reading a catalog leaves for the next time. It is no part of what the catalog is: with it or without, the same is read.

use std::collections::HashMap;
use std::sync::Arc;

use design_store::{History, State};
use serde::{Deserialize, Serialize};

use crate::content::Metadata;
use crate::status::Status;

/// What is known of a repository.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Memory {
    /// What its folders have been.
    pub(crate) history: History,
    /// What those say in which nothing is wrong.
    pub(crate) clean: HashMap<String, Clean>,
}

/// What a folder says at one state, where nothing is wrong with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Clean {
    /// What is said of the pattern there.
    pub status: Option<Status>,
    /// The version, and the digest of its files; `None` of a draft, and of a folder without one.
    pub version: Option<(Arc<Metadata>, String)>,
}

/// What a state is known by: its bytes, and the path that names what does not name itself.
pub(crate) fn key(state: &State) -> String {
    format!("{} {}", state.tree, state.path)
}
