//! Performance: what a target answers under load, and whether a candidate got slower than a baseline.
//!
//! [`load`] sends requests at times that are fixed beforehand and measures from those times; [`gate`] compares two servers in
//! interleaved pairs; [`statistics`] judges the pairs.

pub mod clock;
pub mod gate;

pub mod load;
pub mod report;
pub mod statistics;
