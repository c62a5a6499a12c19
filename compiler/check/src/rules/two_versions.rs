//! D0925 two-versions.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// One repository is used at two commits.
    ///
    /// Designs that are used may use others. Where two of them name one repository at different commits, what is built
    /// is made of two states of it that were perhaps never tried together.
    ///
    /// ## What to do
    ///
    /// Name the same version in both. Where both are meant, because the repository holds patterns that have nothing to
    /// do with each other, say so: `# design: ignore D0925 REASON` above the entry.
    "D0925", "two-versions", Warning
}

/// `address` is the repository; `first` stands where it was used first, at another version.
pub fn finding(address: &str, (earlier, first): (&str, Span), later: &str, span: Span) -> Finding {
    RULE.finding(format!("`{address}` is used at two commits: {earlier} and {later}"), span)
        .related(format!("it is used at {earlier} here"), first)
        .help("name the same version in both places")
}
