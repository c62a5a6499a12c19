//! D0707 policy-limit-passed.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A policy needs more than a policy may.
    ///
    /// Policies come from strangers too, so they are evaluated in a process of their own that has 1 s of processor time and one
    /// more for each MiB of objects, 512 MiB of memory and more for many objects, and 64 MiB for its answer. Brackets
    /// may be 64 levels deep. The process is stopped when it passes a limit; the design is then not judged by any policy of
    /// the run.
    ///
    /// ## What to do
    ///
    /// Look for a rule that calls itself, a range or a shift by a huge number, or a comparison of each object with each.
    "D0707", "policy-limit-passed", Error
}

/// What was passed, where the policy stands, and the object that was being judged.
pub fn finding(message: &str, place: Span, object: Option<Span>) -> Finding {
    let finding = RULE.finding(message, place).help("nothing is judged until this policy is mended or left out");
    match object {
        Some(object) => finding.related("while this object was judged", object),
        None => finding,
    }
}
