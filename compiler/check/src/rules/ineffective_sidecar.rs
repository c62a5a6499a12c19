//! D0341 ineffective-sidecar.

use std::collections::HashMap;

use design_graph::Pods;
use design_registry::Registry;
use design_vocabulary::{Finding, Object, Value};

use crate::Context;
use crate::edges::Edges;
use crate::mesh::{is, namespace};
use crate::reading::{at, path};
use crate::rule::rule;

rule! {
    /// A `Sidecar` of Istio is for pods that have no sidecar.
    ///
    /// Pods of the ambient mode (`istio.io/dataplane-mode: ambient` on the namespace or the pod) share the proxy of their node.
    /// A `Sidecar` for them has no effect.
    ///
    /// ## What to do
    ///
    /// Delete it; what it restricts is said by policies of a waypoint.
    "D0341", "ineffective-sidecar", Warning
}

const MODE: &str = "istio.io/dataplane-mode";

/// One finding a sidecar.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let components = &context.design.components;
    if !components.iter().any(|component| is(component, "Sidecar")) {
        return;
    }
    let edges = Edges::of(context, &["sidecar-of-pods"]);
    let pods = Pods::of(Registry::builtin().relationships());
    let is_ambient = |labels: Option<&Object>| labels.and_then(|labels| labels.get_str(MODE)) == Some("ambient");
    let own_labels = |number: usize| components.get(number)?.metadata()?.get("labels")?.as_object();
    let spaces: HashMap<&str, usize> = components
        .iter()
        .enumerate()
        .filter(|(number, one)| one.kind == "Namespace" && is_ambient(own_labels(*number)))
        .filter_map(|(number, one)| Some((one.name()?, number)))
        .collect();
    for (number, sidecar) in components.iter().enumerate().filter(|(_, one)| is(one, "Sidecar")) {
        let selector = at(sidecar, &["spec", "workloadSelector", "labels"]).and_then(Value::as_object);
        let is_wide = selector.is_none_or(Object::is_empty);
        let space = spaces.get(namespace(sidecar)).copied();
        let of_pods = edges
            .from(number)
            .iter()
            .map(|edge| edge.to)
            .find(|pod| components.get(*pod).is_some_and(|pod| is_ambient(pods.labels(pod))));
        let labelled = if is_wide { space } else { of_pods.or(space) };
        let Some(labelled) = labelled else { continue };
        let Some(span) = context.span(number, &path(["metadata".into(), "name".into()])) else { continue };
        let message = format!("{} is for pods of the ambient mode, which have no sidecar", context.named(number));
        let mut finding = RULE.finding(message, span).help("delete it, or write a policy of the waypoint");
        if let Some(span) = context.span(labelled, &path(["metadata".into(), "name".into()])) {
            finding = finding.related(format!("{} is of the ambient mode", context.named(labelled)), span);
        }
        findings.push(finding);
    }
}
