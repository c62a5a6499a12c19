//! D0821 unknown-compose-key.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A key is none that the compose specification has.
    ///
    /// `docker compose` refuses such a file. Keys that begin with `x-` are extensions, and are left alone.
    ///
    /// ## What to do
    ///
    /// Correct the key; the finding names the nearest one that there is.
    "D0821", "unknown-compose-key", Warning
}

/// `of` says what the key is a key of; `nearest` is the key that was probably meant.
pub fn finding(key: &str, of: &str, nearest: Option<&str>, span: Span) -> Finding {
    let finding = RULE.finding(format!("a {of} has no key `{key}`"), span);
    match nearest {
        Some(nearest) => finding.help(format!("did you mean `{nearest}`?")),
        None => finding.help("remove it, or let it begin with `x-` if it is an extension"),
    }
}
