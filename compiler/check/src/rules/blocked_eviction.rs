//! D0316 blocked-eviction.

use design_vocabulary::{Component, Finding, Number, Segment, Value};

use crate::Context;
use crate::rule::rule;

rule! {
    /// A `PodDisruptionBudget` allows no eviction at all.
    ///
    /// Nodes with such pods cannot be drained, so upgrades of the cluster wait for ever. That is so with
    /// `maxUnavailable: 0` or `0%`, with `minAvailable: 100%`, and with a `minAvailable` that is not below the number of
    /// replicas of the workload that it selects.
    ///
    /// ## What to do
    ///
    /// Leave room for one pod: `maxUnavailable: 1`, or one replica more than `minAvailable`.
    "D0316", "blocked-eviction", Warning
}

/// One finding a budget, at the value that blocks.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
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
            let replicas: [Segment; 3] = ["configuration".into(), "spec".into(), "replicas".into()];
            if let Some(span) = beside.and_then(|workload| context.span(workload, &replicas)) {
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
                let selected: Vec<(usize, i64)> = selected(context, number).collect();
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

/// The workloads that a budget selects, with their numbers of replicas. Nothing where one of them says no number: an
/// autoscaler may decide, or there is one pod a node.
fn selected<'a>(context: &'a Context<'_>, budget: usize) -> impl Iterator<Item = (usize, i64)> + 'a {
    let workloads: Option<Vec<(usize, i64)>> = context
        .graph
        .edges
        .iter()
        .filter(|edge| edge.from == budget && edge.path.last() == Some(&Segment::from("selector")))
        .map(|edge| Some((edge.to, replicas(context.design.components.get(edge.to)?)?)))
        .collect();
    workloads.into_iter().flatten()
}

fn replicas(workload: &Component) -> Option<i64> {
    match workload.configuration.get("spec")?.get("replicas")? {
        Value::Number(Number::Int(replicas)) => Some(*replicas),
        _ => None,
    }
}
