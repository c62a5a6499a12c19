//! Counts as numbers to compute with.

/// A count of requests, or of nanoseconds: exact up to 2^53, which is a hundred days of them.
#[expect(clippy::cast_precision_loss, reason = "no count here gets beyond 2^53")]
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}

/// The share that a part is of a whole; 0 of nothing.
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}
