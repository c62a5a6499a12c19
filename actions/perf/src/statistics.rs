//! The statistics of the gate and of histories: pure functions over numbers, so that a simulation can ask them what a gate asks them.
//!
//! Measurements come in pairs, one of each arm, taken close in time, so that what disturbs the machine disturbs both. A pair
//! is one number: the natural logarithm of candidate over baseline. Nothing is assumed of its distribution but symmetry.

mod change_points;
mod errors;
mod holm;
mod sequential;
mod signed_rank;

pub use change_points::{ChangePoint, change_points};
pub use errors::{ErrorCounts, fisher};
pub use holm::rejected;
pub(crate) use sequential::median;
pub use sequential::{Decision, Judgement, LOOKS, Limits, Series, judge, least_effect};
pub use signed_rank::{Estimate, estimate, p_value};
