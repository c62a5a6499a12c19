//! D0830 inactive-profile.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A service belongs to profiles none of which is active, so it is not part of the output.
    ///
    /// Profiles become active by the setting `compose.profiles` or by `COMPOSE_PROFILES` in the file `.env`; `*` is all
    /// of them.
    ///
    /// ## What to do
    ///
    /// Nothing, if the service is for a laptop only.
    "D0830", "inactive-profile", Note
}

/// `profiles` are those of the service.
pub fn finding(service: &str, profiles: &str, span: Span) -> Finding {
    RULE.finding(format!("the service `{service}` is left out: none of its profiles is active ({profiles})"), span)
        .help("activate one by the setting `compose.profiles`, or by `COMPOSE_PROFILES` in `.env`")
}
