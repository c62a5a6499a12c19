//! D0214 incomplete-external.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A declaration of something from outside does not say what it means.
    ///
    /// A design declares what it expects from outside under `externals`, each entry with at least `kind` and `name`, or by a
    /// comment in any file of YAML: `# design: external Secret/shop/tls`. References to such objects are then shown as
    /// external, not as missing. A declaration without kind or name covers nothing and is left out.
    ///
    /// ## What to do
    ///
    /// Write `{kind: Secret, name: tls}`, if need be with `namespace` and `group` or `apiVersion`; in a comment
    /// `Kind/name`, `Kind/namespace/name` or `Kind.group/namespace/name`. In names and namespaces `*` stands for any text.
    "D0214", "incomplete-external", Warning
}

/// `key` is `kind` or `name`.
pub fn finding(key: &str, span: Span) -> Finding {
    RULE.finding(format!("the entry of `externals` has no {key}"), span).help("write `{kind: Secret, name: tls}`")
}

/// A comment that begins like a declaration.
pub fn comment(span: Span) -> Finding {
    RULE.finding("the comment declares nothing from outside", span).help("write `# design: external Secret/shop/tls`")
}
