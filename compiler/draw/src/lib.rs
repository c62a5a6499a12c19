//! The graph of a design, shown. One file a format; all of them show the same [`View`], in the same order.

pub mod difference;
pub mod dot;
mod grouping;
pub mod html;
pub mod json;
mod label;
pub mod mermaid;
mod picture;
mod sort;
pub mod svg;
pub mod text;
mod view;
pub mod why;

pub use grouping::counted;
pub use picture::Picture;
pub use view::{EdgeView, MissingView, NodeView, View};
