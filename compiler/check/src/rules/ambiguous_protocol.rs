//! D1003 ambiguous-protocol.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A performance profile names its protocol by a number that means two things.
    ///
    /// Up to v0.2.1 of the specification 0 was HTTP, 1 TCP, 2 UDP and 3 gRPC; since v0.3.0 each is one more, and 0 is
    /// none. A file with the key `smps_version` is of the older releases, or was made from one and never renumbered, so
    /// that nobody can tell.
    ///
    /// ## What to do
    ///
    /// Write the protocol by its name: `PROTOCOL_HTTP`.
    "D1003", "ambiguous-protocol", Error
}

/// The number.
pub fn finding(number: usize, span: Span) -> Finding {
    RULE.finding(format!("the protocol {number} means two things, depending on the release that wrote it"), span)
        .help("write it by its name, such as PROTOCOL_HTTP".to_owned())
}
