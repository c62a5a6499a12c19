//! D0106 read-differently.

use design_vocabulary::{Finding, Span};

use crate::fix;
use crate::rule::rule;

rule! {
    /// A plain scalar in the body of a component means something else to kubectl.
    ///
    /// Design files are YAML 1.2: `yes` is a text, `0644` is six hundred and forty-four. kubectl reads manifests by older
    /// rules: `yes` is true, `0644` is four hundred and twenty. Who copies a value from one to the other changes it.
    ///
    /// ## What to do
    ///
    /// Write the value so that both read the same: quote a text (`"yes"`), write `true` for a truth value, and write octal
    /// numbers as `0o644`.
    "D0106", "read-differently", Warning
}

/// `kubernetes` and `here` are the two readings, as JSON.
pub fn finding(written: &str, kubernetes: &str, here: &str, span: Span) -> Finding {
    RULE.finding(format!("`{written}` is {here} in a design, but {kubernetes} in a manifest"), span)
        .help("quote it if the text is meant; else write `true`, `false`, or an octal number as `0o…`")
        // A number keeps its reader's meaning only where it is known whose it was.
        .fix(if here.starts_with('"') { fix::quote(span, written) } else { None })
}
