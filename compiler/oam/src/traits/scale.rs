//! How many copies there are, and how they are replaced.

use design_source::Traced;

use super::Target;
use crate::properties::Properties;
use crate::said::{merge_by, text};
use crate::workload::{Made, labelled};

/// `scaler`: a fixed number of copies.
pub(super) fn replicas(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let replicas = properties.said_or("replicas", 1);
    if let Some(workload) = target.workload() {
        workload.body.entry("spec", replicas.place).set("replicas", replicas);
    }
}

/// The object that an autoscaler scales: what the trait says, or else the workload.
fn scaled(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) -> Traced {
    let place = properties.place();
    let (kind, version) = target.workload().map_or(("Deployment".into(), "apps/v1".into()), |workload| {
        (workload.kind.clone(), workload.api_version.clone())
    });
    let version = properties.said("targetAPIVersion").unwrap_or_else(|| text(place, version));
    let kind = properties.said("targetKind").unwrap_or_else(|| text(place, kind));
    Traced::mapping(place).with("apiVersion", version).with("kind", kind).with("name", target.around.name.clone())
}

/// `cpuscaler`: an autoscaler that looks at the processor.
pub(super) fn processor(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let spec = Traced::mapping(properties.place())
        .with("scaleTargetRef", scaled(target, properties))
        .with("minReplicas", properties.said_or("min", 1))
        .with("maxReplicas", properties.said_or("max", 10));
    let older = properties.said("cpuPercent");
    let wanted = properties.said("cpuUtil").or(older).unwrap_or_else(|| Traced::new(properties.place(), 50));
    let spec = spec.with("targetCPUUtilizationPercentage", wanted);
    let body = Traced::mapping(properties.place()).with("metadata", labelled(target.around)).with("spec", spec);
    target.made.push(Made::new("HorizontalPodAutoscaler", "autoscaling/v1", body));
}

/// `hpa`: an autoscaler that looks at processor, memory and metrics of the pods.
pub(super) fn autoscaler(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let place = properties.place();
    let mut metrics = vec![resource("cpu", properties.inner("cpu"), place)];
    if let Some(memory) = properties.inner("mem") {
        metrics.push(resource("memory", Some(memory), place));
    }
    for mut custom in properties.each("podCustomMetrics") {
        let at = custom.place();
        let wanted =
            Traced::mapping(at).with("type", text(at, "AverageValue")).with_some("averageValue", custom.said("value"));
        let metric = Traced::mapping(at).with_some("name", custom.said("name"));
        let pods = Traced::mapping(at).with("metric", metric).with("target", wanted);
        metrics.push(Traced::mapping(at).with("type", text(at, "Pods")).with("pods", pods));
    }
    let spec = Traced::mapping(place)
        .with("scaleTargetRef", scaled(target, properties))
        .with("minReplicas", properties.said_or("min", 1))
        .with("maxReplicas", properties.said_or("max", 10))
        .with("metrics", Traced::list(place, metrics));
    let body = Traced::mapping(place).with("metadata", labelled(target.around)).with("spec", spec);
    target.made.push(Made::new("HorizontalPodAutoscaler", "autoscaling/v2", body));
}

fn resource(name: &str, wanted: Option<Properties<'_>>, place: design_vocabulary::Span) -> Traced {
    let mut wanted = wanted.unwrap_or_else(|| Properties::new(name.to_owned(), place, None));
    let at = wanted.place();
    let kind = wanted.said_or("type", "Utilization");
    let field = if kind.as_str() == Some("AverageValue") { "averageValue" } else { "averageUtilization" };
    let wanted = Traced::mapping(at).with("type", kind).with(field, wanted.said_or("value", 50));
    let resource = Traced::mapping(at).with("name", text(at, name)).with("target", wanted);
    Traced::mapping(at).with("type", text(at, "Resource")).with("resource", resource)
}

/// `k8s-update-strategy`: how copies are replaced.
pub(super) fn update_strategy(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    // The kind of the workload is known here.
    properties.take("targetAPIVersion");
    properties.take("targetKind");
    let Some(mut strategy) = properties.inner("strategy") else { return };
    let place = strategy.place();
    let kind = strategy.said_or("type", "RollingUpdate");
    let mut made = Traced::mapping(place).with("type", kind);
    if let Some(mut rolling) = strategy.inner("rollingStrategy") {
        let mut update = Traced::mapping(rolling.place());
        for field in ["maxSurge", "maxUnavailable", "partition"] {
            update = update.with_some(field, rolling.said(field));
        }
        made.set("rollingUpdate", update);
    }
    if let Some(workload) = target.workload() {
        let field = if workload.kind == "Deployment" { "strategy" } else { "updateStrategy" };
        workload.body.entry("spec", place).set(field, made);
    }
}

/// Adds or replaces environment variables of a container.
pub(super) fn set_variables(container: &mut Traced, variables: Vec<Traced>) {
    for variable in variables {
        let place = variable.place;
        merge_by(container.entry_list("env", place), "name", variable);
    }
}
