//! D0851 unknown-trait.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A component of an application has a trait that nothing here defines, so it changes nothing.
    ///
    /// The traits that KubeVela installs and that change Kubernetes objects are built in. Others are defined in a cluster, in
    /// CUE, and what they do is known only there.
    ///
    /// ## What to do
    ///
    /// Correct the name. Else say the same with `json-merge-patch` or `json-patch`, which change any field, or render the
    /// application with `vela dry-run`.
    "D0851", "unknown-trait", Warning
}

/// `nearest` is the trait that was probably meant; `definition` is where the input defines it for a cluster.
pub fn finding(name: &str, nearest: Option<&str>, definition: Option<Span>, span: Span) -> Finding {
    let finding = RULE.finding(format!("the trait `{name}` is not built in, and changes nothing"), span);
    match (definition, nearest) {
        (Some(definition), _) => finding
            .related("its definition is evaluated only in a cluster", definition)
            .help("say the same with `json-merge-patch`, or render the application with `vela dry-run`"),
        (None, Some(near)) => finding.help(format!("did you mean `{near}`?")),
        (None, None) => {
            finding.help("say the same with `json-merge-patch`, or render the application with `vela dry-run`")
        }
    }
}
