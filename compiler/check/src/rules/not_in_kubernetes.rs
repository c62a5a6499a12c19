//! D0820 not-in-kubernetes.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A field of a compose file says something that Kubernetes has no word for.
    ///
    /// Everything else of the service is converted; this field has no effect in the output. `docs/compose.md` lists
    /// every key of the specification and what becomes of it.
    ///
    /// ## What to do
    ///
    /// Read what stands instead in the message. Where the field does not matter in a cluster, remove it, or keep it for
    /// `docker compose` and say so: `# design: ignore D0820 REASON`.
    "D0820", "not-in-kubernetes", Warning
}

/// `why` says why, or what stands instead, as a sentence fragment.
pub fn finding(field: &str, why: &str, span: Span) -> Finding {
    RULE.finding(format!("`{field}` is not said in Kubernetes"), span).help(why)
}
