//! D0850 unknown-component-type.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A component of an application has a type that nothing here defines, so it becomes no object.
    ///
    /// The types that KubeVela installs are built in: webservice, worker, statefulset, daemon, task, cron-task, k8s-objects and
    /// raw. Other types are defined in a cluster, mostly in CUE, and what they make is known only there. A definition in
    /// the input whose schematic is `kube` (an object with fields to fill in) is followed.
    ///
    /// ## What to do
    ///
    /// Correct the type. Else render the application where its definitions are (`vela dry-run -f app.yaml > out.yaml`) and
    /// build the manifests, or write the object out with the type `k8s-objects`.
    "D0850", "unknown-component-type", Error
}

/// `nearest` is the type that was probably meant; `definition` is where the input defines it for a cluster.
pub fn finding(component: &str, name: &str, nearest: Option<&str>, definition: Option<Span>, span: Span) -> Finding {
    let message =
        format!("the component `{component}` has the type `{name}`, which is not built in, and becomes no object");
    let finding = RULE.finding(message, span);
    match (definition, nearest) {
        (Some(definition), _) => finding
            .related("its definition is evaluated only in a cluster", definition)
            .help("render it with `vela dry-run` and build the manifests"),
        (None, Some(near)) => finding.help(format!("did you mean `{near}`?")),
        (None, None) => finding.help("render it with `vela dry-run` and build the manifests, or use `k8s-objects`"),
    }
}
