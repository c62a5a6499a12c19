//! D0339 policy-without-pods.

use std::collections::{BTreeMap, BTreeSet};

use design_graph::Pods;
use design_registry::Registry;
use design_vocabulary::Finding;

use crate::Context;
use crate::mesh::{ROOT, namespace};
use crate::reading::{at, path};
use crate::rule::rule;

rule! {
    /// An `AuthorizationPolicy` is for all pods of a namespace that has none.
    ///
    /// A policy without a selector is for its namespace. Where the input declares that namespace and nothing in it describes
    /// pods, the policy guards nothing: the pods it was written for are elsewhere. A policy in the namespace of Istio's
    /// control plane is for the whole mesh.
    ///
    /// ## What to do
    ///
    /// Correct the namespace, or delete the policy.
    "D0339", "policy-without-pods", Warning
}

/// One finding a policy.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let pods = Pods::of(Registry::builtin().relationships());
    let components = || context.design.components.iter().enumerate().filter(|(_, one)| !one.is_annotation);
    let inhabited: BTreeSet<&str> =
        components().filter(|(_, one)| pods.is_of_pods(one)).map(|(_, one)| namespace(one)).collect();
    let declared: BTreeMap<&str, usize> = components()
        .filter(|(_, one)| one.kind == "Namespace" && one.group().is_empty())
        .filter_map(|(number, one)| Some((one.name()?, number)))
        .collect();
    for (number, policy) in components() {
        if policy.kind != "AuthorizationPolicy" || policy.group() != "security.istio.io" {
            continue;
        }
        let space = namespace(policy);
        let says = |key: &str| at(policy, &["spec", key]).is_some();
        let is_wide = !says("selector") && !says("targetRef") && !says("targetRefs");
        let Some(declared) = declared.get(space).filter(|_| is_wide && space != ROOT && !inhabited.contains(space))
        else {
            continue;
        };
        let name = path(["metadata".into(), "namespace".into()]);
        let Some(span) = context.span(number, &name) else { continue };
        let message = format!("{} is for the pods of namespace `{space}`, which has none", context.named(number));
        let mut finding = RULE.finding(message, span).help("correct the namespace, or delete the policy");
        if let Some(span) = context.span(*declared, &path(["metadata".into(), "name".into()])) {
            finding = finding.related("the namespace is declared here", span);
        }
        findings.push(finding);
    }
}
