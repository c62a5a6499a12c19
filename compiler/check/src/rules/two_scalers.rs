//! D0320 two-scalers.

use std::collections::BTreeSet;

use design_graph::Edge;
use design_vocabulary::{Component, Finding, Value};

use crate::Context;
use crate::edges::Edges;
use crate::reading::{annotation, at, list, text};
use crate::rule::rule;

rule! {
    /// Two autoscalers change the same thing of one workload.
    ///
    /// Two that scale the number of replicas (`HorizontalPodAutoscaler`, `ScaledObject`) undo each other's work; a
    /// `ScaledObject` of KEDA makes an autoscaler of its own, so one beside it makes two. A `VerticalPodAutoscaler` that sets
    /// the requests for a resource by whose usage another one scales changes what is measured: both run away ("Known
    /// limitations" of the vertical autoscaler).
    ///
    /// A `ScaledObject` that takes over an autoscaler by name, and a vertical autoscaler with `updateMode: "Off"`, are not told
    /// of.
    ///
    /// ## What to do
    ///
    /// Keep one autoscaler for a workload and resource; several metrics fit into one.
    "D0320", "two-scalers", Error
}

const RESOURCES: [&str; 2] = ["cpu", "memory"];

/// One finding a pair, at the later one.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let horizontal = Edges::of(context, &["autoscaler-to-target", "scaled-object-to-target"]);
    let vertical = Edges::of(context, &["vertical-autoscaler-to-target"]);
    let of = |edge: &Edge| context.design.components.get(edge.from);
    for (target, edges) in horizontal.by_end() {
        let is_taken_over = |edge: &Edge| {
            let others = edges.iter().filter(|other| other.from != edge.from).filter_map(|other| of(other));
            of(edge).is_some_and(|scaler| others.clone().any(|other| takes_over(other, scaler)))
        };
        let left: Vec<&&Edge> = edges.iter().filter(|edge| !is_taken_over(edge)).collect();
        if let Some((first, others)) = left.split_first() {
            for other in others.iter().filter(|other| !context.is_same(other.from, first.from)) {
                tell(context, findings, other, first, target, "both set its replicas");
            }
        }
    }
    for (target, edges) in vertical.by_end() {
        let active: Vec<&&Edge> = edges.iter().filter(|edge| of(edge).is_some_and(is_active)).collect();
        let Some((first, others)) = active.split_first() else { continue };
        for other in others.iter().filter(|other| !context.is_same(other.from, first.from)) {
            tell(context, findings, other, first, target, "both set its requests");
        }
        let (Some(vertical), Some(scaler)) = (of(first), horizontal.to(target).first()) else { continue };
        let set = controlled(vertical);
        let measured = of(scaler).map(measured).unwrap_or_default();
        if let Some(resource) = set.intersection(&measured).next() {
            let what = format!("one sets the requests for {resource}, the other scales by its usage");
            tell(context, findings, first, scaler, target, &what);
        }
    }
}

fn tell(context: &Context<'_>, findings: &mut Vec<Finding>, later: &Edge, first: &Edge, target: usize, what: &str) {
    let Some(span) = context.span(later.from, &later.path) else { return };
    let other = context.named(first.from);
    let message =
        format!("{} scales {}, and so does {other}: {what}", context.named(later.from), context.named(target));
    let mut finding = RULE.finding(message, span).help("keep one autoscaler for a workload and resource");
    if let Some(span) = context.span(first.from, &first.path) {
        finding = finding.related(format!("{other} scales it"), span);
    }
    findings.push(finding);
}

/// Whether a scaled object of KEDA names an autoscaler as the one that it takes over.
fn takes_over(owner: &Component, scaler: &Component) -> bool {
    let transfers = annotation(owner, "scaledobject.keda.sh/transfer-hpa-ownership") == Some("true");
    let name = at(owner, &["spec", "advanced", "horizontalPodAutoscalerConfig", "name"]).and_then(Value::as_str);
    owner.kind == "ScaledObject" && transfers && name == scaler.name()
}

/// Whether a vertical autoscaler changes anything.
fn is_active(scaler: &Component) -> bool {
    at(scaler, &["spec", "updatePolicy", "updateMode"]).and_then(Value::as_str) != Some("Off")
}

/// The resources whose requests a vertical autoscaler sets: both, unless its policies name some.
fn controlled(scaler: &Component) -> BTreeSet<String> {
    let policies =
        at(scaler, &["spec", "resourcePolicy"]).map_or(&[] as &[Value], |policy| list(policy, "containerPolicies"));
    let all = || RESOURCES.iter().map(|resource| (*resource).to_owned()).collect::<BTreeSet<_>>();
    if policies.is_empty() {
        return all();
    }
    let active = policies.iter().filter(|policy| policy.get("mode").and_then(Value::as_str) != Some("Off"));
    let each = active.map(|policy| match policy.get("controlledResources").and_then(Value::as_array) {
        Some(listed) => listed.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        None => all(),
    });
    each.flatten().collect()
}

/// The resources by whose usage an autoscaler scales.
fn measured(scaler: &Component) -> BTreeSet<String> {
    let Some(spec) = scaler.configuration.get("spec") else { return BTreeSet::new() };
    if scaler.kind == "ScaledObject" {
        let types = list(spec, "triggers").iter().filter_map(|trigger| text(trigger, "type"));
        return types.filter(|kind| RESOURCES.contains(kind)).map(str::to_owned).collect();
    }
    match spec.get("metrics").and_then(Value::as_array) {
        Some(metrics) => {
            let resource = |metric: &Value| {
                let of = metric.get("resource").or_else(|| metric.get("containerResource"))?;
                text(of, "name").map(str::to_owned)
            };
            metrics.iter().filter_map(resource).collect()
        }
        // An autoscaler without metrics scales by the usage of processors.
        None => BTreeSet::from([RESOURCES.first().copied().unwrap_or_default().to_owned()]),
    }
}
