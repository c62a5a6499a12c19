//! Performance: what a target answers under load, and whether a candidate got slower than a baseline.
//!
//! [`load`] sends requests at times that are fixed beforehand and measures from those times; [`gate`] compares two servers in
//! interleaved pairs; [`statistics`] judges the pairs; [`smp`] reads and writes profiles.

pub mod capacity;
pub mod clock;
pub mod compare;
pub mod cost;
pub mod export;
pub mod gate;
pub mod load;
pub mod meshmark;
mod number;
pub mod objective;
pub mod report;
pub mod smp;
pub mod statistics;
