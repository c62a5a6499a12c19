//! D0892 refused-member.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Something in a package is refused.
    ///
    /// A package comes from strangers. A path that leads out of it, a link, a device, an archive inside of it, or a file
    /// of more than 16 MiB is not read; everything else is.
    ///
    /// ## What to do
    ///
    /// Find out who packed it, and why it holds that. `tar -tvf FILE` lists what is in it without unpacking.
    "D0892", "refused-member", Error
}

/// `reason` is a whole sentence without its full stop.
pub fn finding(reason: &str, span: Span) -> Finding {
    RULE.finding(reason, span).help("nothing of it is read; pack the folder again without it")
}
