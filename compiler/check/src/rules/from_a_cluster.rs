//! D0890 from-a-cluster.

use std::collections::BTreeMap;

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Objects come from a cluster, and what the cluster put there was removed.
    ///
    /// An object that has a `uid`, a `resourceVersion` or `managedFields` is one that a server handed out, such as by
    /// `kubectl get -o yaml`. What describes its life there means nothing in another cluster, and some of it is refused:
    /// `status`, the fields of `metadata` that only the server sets, `ownerReferences`, annotations of controllers and
    /// of `kubectl apply`, and what the server chose where the author left it open: `clusterIP` and `nodePort` of
    /// services, the node of a pod, the volume of a claim, the selector of a job. What `kubectl apply` was given stays,
    /// as far as its annotation tells. Values that are merely defaults stay, too.
    ///
    /// ## What to do
    ///
    /// Nothing; the finding counts what was removed. docs/sources.md lists all fields.
    "D0890", "from-a-cluster", Note
}

/// How many objects, and how often each field was removed.
pub fn finding(objects: usize, removed: &BTreeMap<String, usize>, span: Span) -> Finding {
    let noun = if objects == 1 { "object comes" } else { "objects come" };
    let fields: Vec<String> = removed.iter().map(|(path, count)| format!("{count} x {path}")).collect();
    let total: usize = removed.values().sum();
    let plural = if total == 1 { "" } else { "s" };
    let message = format!("{objects} {noun} from a cluster; {total} field{plural} that it set were removed");
    let finding = RULE.finding(message, span);
    if fields.is_empty() { finding } else { finding.help(format!("removed: {}", fields.join(", "))) }
}
