//! What Meshery's clients ask its server for, where that needs neither an account nor a cluster: the patterns of the catalog (`patterns`),
//! a file as a design (`import`), models (`models`), and the relationships of a design (`evaluate`).
//!
//! The shapes are those of meshery/schemas as of August 2026, in which names are written in camel case; the older names of the counts of a
//! page are there as well, since `mesheryctl` reads both.

mod evaluate;
mod import;
mod models;
mod patterns;

pub use evaluate::evaluate;
pub use import::{design_of, import};
pub use models::Registered;
pub use patterns::{Asked, identity, page, pattern};

/// Why something is not done: the status of the answer, and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status of HTTP.
    pub status: u16,
    /// Why.
    pub why: String,
}

impl Refusal {
    fn new(status: u16, why: impl Into<String>) -> Self {
        Self { status, why: why.into() }
    }
}
