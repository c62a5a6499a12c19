//! D0315 scaled-replicas.

use design_vocabulary::{Finding, Segment};

use crate::Context;
use crate::rule::rule;

rule! {
    /// A workload fixes its number of replicas and is scaled by an autoscaler as well.
    ///
    /// Each apply sets `spec.replicas` back to what is written, and the autoscaler changes it again: the application loses
    /// or gains pods with every deployment.
    ///
    /// ## What to do
    ///
    /// Delete `spec.replicas` from the workload; the autoscaler's minimum takes its place.
    "D0315", "scaled-replicas", Warning
}

/// The kinds that scale another object by its `spec.replicas`.
const AUTOSCALERS: [(&str, &str); 2] = [("autoscaling", "HorizontalPodAutoscaler"), ("keda.sh", "ScaledObject")];

/// How they name what they scale.
const SCALING: [&str; 2] = ["autoscaler-to-target", "scaled-object-to-target"];

/// One finding a workload and autoscaler, at the number.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let replicas: [Segment; 3] = ["configuration".into(), "spec".into(), "replicas".into()];
    for edge in context.graph.found_by(&SCALING) {
        let ends = context.design.components.get(edge.from).zip(context.design.components.get(edge.to));
        let Some((autoscaler, workload)) = ends else { continue };
        if !AUTOSCALERS.contains(&(autoscaler.group(), autoscaler.kind.as_str())) {
            continue;
        }
        let Some(fixed) = workload.configuration.get("spec").and_then(|spec| spec.get("replicas")) else { continue };
        // Zero switches the autoscaler off, and null is no value.
        if fixed.is_null() || *fixed == design_vocabulary::Value::from(0) {
            continue;
        }
        let Some(span) = context.span(edge.to, &replicas) else { continue };
        let name = |component: &design_vocabulary::Component| component.name().unwrap_or_default().to_owned();
        let message = format!(
            "{} {} fixes its replicas, which {} {} scales",
            workload.kind,
            name(workload),
            autoscaler.kind,
            name(autoscaler)
        );
        let mut finding =
            RULE.finding(message, span).help("delete `replicas`; the autoscaler's minimum takes its place");
        if let Some(target) = context.span(edge.from, &edge.path) {
            finding = finding.related(format!("{} {} scales it", autoscaler.kind, name(autoscaler)), target);
        }
        findings.push(finding);
    }
}
