//! The graph of a design, shown. One file a format; all of them show the same [`View`], in the same order.

pub mod difference;
pub mod dot;
pub mod json;
pub mod mermaid;
pub mod text;
mod view;

pub use view::{EdgeView, MissingView, NodeView, View};
