//! Text to spanned documents.
//!
//! [`parse`] takes the text of one file and returns its documents as arenas of nodes with byte ranges. It never fails:
//! what is wrong comes back as [`Problem`]s, and a broken document does not hide the next one. [`lower`] turns a node
//! into a [`Value`](design_vocabulary::Value) under one of two sets of scalar rules, and a document finds the span of
//! any field of such a value again. [`to_yaml`] is the only way in which this workspace writes YAML.
//!
//! The crate knows nothing of Kubernetes objects or designs, and never words a sentence for people.

mod arena;
mod emit;
mod expansion;
mod index;
mod json;
mod lenient;
mod limits;
mod lower;
mod parse;
mod print;
mod problem;
mod scalar;
mod split;
mod subject;
mod text;

pub use arena::{Children, Comment, Document, Entries, Kind, NodeId, NodeRef, Style};
pub use emit::{to_yaml, write_yaml};
pub use limits::Limits;
pub use lower::lower;
pub use parse::{Parsed, parse, parse_within};
pub use print::{Layout, layout_of, print};
pub use problem::{Limit, Problem};
pub use scalar::{Resolved, Rules, key_text, resolve};
pub use text::{Place, SourceText};
