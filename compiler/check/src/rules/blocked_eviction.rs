//! D0316 blocked-eviction.

use design_vocabulary::{Finding, Number, Segment, Span, Value};

use crate::Context;
use crate::edges::Edges;
use crate::reading::{at, path};
use crate::rule::rule;

rule! {
    /// A `PodDisruptionBudget` allows no eviction at all.
    ///
    /// Nodes with such pods cannot be drained, so upgrades of the cluster wait for ever. That is so with
    /// `maxUnavailable: 0` or `0%`, with `minAvailable: 100%`, and with a `minAvailable` that is not below the number of
    /// replicas of the workload that it selects. Of a workload that is scaled the smallest number counts: `minReplicas` of its
    /// autoscaler, or one.
    ///
    /// ## What to do
    ///
    /// Leave room for one pod: `maxUnavailable: 1`, or one replica more than `minAvailable`.
    "D0316", "blocked-eviction", Warning
}

/// One finding a budget, at the value that blocks.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let scalers = Edges::of(context, &["autoscaler-to-target", "scaled-object-to-target"]);
    let pods = Edges::of(context, &["disruption-budget-of-pods"]);
    for (number, budget) in context.design.components.iter().enumerate() {
        if (budget.group(), budget.kind.as_str()) != ("policy", "PodDisruptionBudget") {
            continue;
        }
        let Some(spec) = budget.configuration.get("spec") else { continue };
        let name = budget.name().unwrap_or_default();
        let mut tell = |field: &str, message: String, beside: Option<usize>| {
            let path: [Segment; 3] = ["configuration".into(), "spec".into(), field.into()];
            let Some(span) = context.span(number, &path) else { return };
            let mut finding =
                RULE.finding(message, span).help("leave room for one pod, such as by `maxUnavailable: 1`");
            if let Some(span) = beside.and_then(|of| place_of_least(context, &scalers, of)) {
                finding = finding.related("so many replicas there are", span);
            }
            findings.push(finding);
        };
        if spec.get("maxUnavailable").is_some_and(|value| is(value, 0, "0%")) {
            tell("maxUnavailable", format!("PodDisruptionBudget {name} lets no pod be unavailable"), None);
        }
        match spec.get("minAvailable") {
            Some(value) if is(value, -1, "100%") => {
                tell("minAvailable", format!("PodDisruptionBudget {name} wants every pod available"), None);
            }
            Some(Value::Number(Number::Int(least))) => {
                let selected: Vec<(usize, i64)> = selected(context, &pods, &scalers, number);
                let all: i64 = selected.iter().map(|(_, replicas)| *replicas).sum();
                if let Some((workload, _)) = selected.first().filter(|_| *least >= all) {
                    let message = format!("PodDisruptionBudget {name} wants {least} of {all} pods available");
                    tell("minAvailable", message, Some(*workload));
                }
            }
            _ => {}
        }
    }
}

/// Whether a value is that number, or that text.
fn is(value: &Value, number: i64, text: &str) -> bool {
    *value == Value::from(number) || value.as_str() == Some(text)
}

/// The workloads that a budget selects, with the least number of their replicas. Nothing where one of them says no number:
/// there is one pod a node, or the default counts.
fn selected(context: &Context<'_>, pods: &Edges<'_>, scalers: &Edges<'_>, budget: usize) -> Vec<(usize, i64)> {
    let least = |workload: usize| Some((workload, least(context, scalers, workload)?));
    let workloads: Option<Vec<(usize, i64)>> = pods.from(budget).iter().map(|edge| least(edge.to)).collect();
    workloads.unwrap_or_default()
}

/// The least number of replicas of a workload.
fn least(context: &Context<'_>, scalers: &Edges<'_>, workload: usize) -> Option<i64> {
    let number = |component: usize, key: &str| integer(at(context.design.components.get(component)?, &["spec", key])?);
    match scalers.to(workload).first() {
        // What KEDA scales may go down to none; then there is nothing to evict.
        Some(edge) => {
            let scaler = context.design.components.get(edge.from)?;
            let key = if scaler.kind == "ScaledObject" { "minReplicaCount" } else { "minReplicas" };
            let usual = if scaler.kind == "ScaledObject" { None } else { Some(1) };
            number(edge.from, key).or(usual)
        }
        None => number(workload, "replicas"),
    }
}

/// Where the least number of replicas of a workload is said.
fn place_of_least(context: &Context<'_>, scalers: &Edges<'_>, workload: usize) -> Option<Span> {
    match scalers.to(workload).first() {
        Some(edge) => {
            let key =
                if edge.definition == Some("scaled-object-to-target") { "minReplicaCount" } else { "minReplicas" };
            context.span(edge.from, &path(["spec".into(), key.into()]))
        }
        None => context.span(workload, &path(["spec".into(), "replicas".into()])),
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(Number::Int(number)) => Some(*number),
        _ => None,
    }
}
