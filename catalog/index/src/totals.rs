//! What a design asks of a cluster: processor time, memory, storage, images.

use std::collections::BTreeSet;

use design_vocabulary::{Component, Number, Object, Value, quantity};
use serde::{Deserialize, Serialize};

/// What the objects of a design ask for when all of them run. A `DaemonSet` counts as on one node, a `CronJob` as one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Pods.
    pub pods: u64,
    /// Processor time that is asked for, in thousandths of a processor.
    pub cpu: u64,
    /// Memory that is asked for, in bytes.
    pub memory: u64,
    /// Storage of claims, in bytes.
    pub storage: u64,
    /// Containers that ask for no processor time or no memory.
    pub unbounded: u64,
    /// Whether some of it runs on each node.
    pub is_per_node: bool,
    /// The images of all containers, sorted.
    pub images: Vec<String>,
}

impl Totals {
    /// Adds up the components of a design.
    pub fn of<'a>(components: impl IntoIterator<Item = &'a Component>) -> Self {
        let mut totals = Self::default();
        let mut images = BTreeSet::new();
        for component in components.into_iter().filter(|component| !component.is_annotation) {
            totals.component(component, &mut images);
        }
        totals.images = images.into_iter().collect();
        totals
    }

    fn component(&mut self, component: &Component, images: &mut BTreeSet<String>) {
        let Some(spec) = component.configuration.get("spec").and_then(Value::as_object) else { return };
        let template = |spec: &Object| Some(spec.get("template")?.get("spec")?.as_object()?.clone());
        let (pod, copies) = match component.kind.as_str() {
            "Pod" => (Some(spec.clone()), 1),
            "Deployment" | "StatefulSet" | "ReplicaSet" => (template(spec), count(spec, "replicas")),
            "Job" => (template(spec), count(spec, "parallelism")),
            "DaemonSet" => {
                self.is_per_node = true;
                (template(spec), 1)
            }
            "CronJob" => {
                let job = spec.get("jobTemplate").and_then(|job| job.get("spec")).and_then(Value::as_object);
                (job.and_then(template), job.map_or(1, |job| count(job, "parallelism")))
            }
            "PersistentVolumeClaim" => {
                self.storage += storage(spec);
                (None, 0)
            }
            _ => (None, 0),
        };
        let claims = spec.get("volumeClaimTemplates").and_then(Value::as_array).unwrap_or_default();
        let claims = claims.iter().filter_map(|claim| claim.get("spec")?.as_object());
        self.storage += copies.saturating_mul(claims.map(storage).sum());
        let Some(pod) = pod else { return };
        self.pods += copies;
        for name in ["initContainers", "containers"] {
            for container in pod.get(name).and_then(Value::as_array).unwrap_or_default() {
                images.extend(container.get("image").and_then(Value::as_str).map(str::to_owned));
                if name == "containers" {
                    self.container(container, copies);
                }
            }
        }
    }

    fn container(&mut self, container: &Value, copies: u64) {
        let asked = |name: &str| {
            let resources = container.get("resources");
            let of = |kind: &str| resources?.get(kind)?.get(name).and_then(billionths);
            // Without a request, the limit is one.
            of("requests").or_else(|| of("limits"))
        };
        let (cpu, memory) = (asked("cpu"), asked("memory"));
        self.cpu += copies.saturating_mul(whole(cpu.unwrap_or(0), 1_000_000));
        self.memory += copies.saturating_mul(whole(memory.unwrap_or(0), 1_000_000_000));
        if cpu.is_none() || memory.is_none() {
            self.unbounded += 1;
        }
    }
}

fn count(spec: &Object, name: &str) -> u64 {
    spec.get(name).and_then(billionths).map_or(1, |count| whole(count, 1_000_000_000))
}

fn storage(spec: &Object) -> u64 {
    let asked = spec.get("resources").and_then(|resources| resources.get("requests")?.get("storage"));
    asked.and_then(billionths).map_or(0, |amount| whole(amount, 1_000_000_000))
}

fn billionths(value: &Value) -> Option<i128> {
    match value {
        Value::String(text) => quantity(text).map(|(amount, _)| amount),
        Value::Number(Number::Int(number)) => Some(i128::from(*number) * 1_000_000_000),
        Value::Number(Number::Unsigned(number)) => Some(i128::from(*number) * 1_000_000_000),
        Value::Number(Number::Float(number)) => quantity(&number.to_string()).map(|(amount, _)| amount),
        _ => None,
    }
}

/// An amount in a unit, rounded up.
fn whole(amount: i128, unit: i128) -> u64 {
    u64::try_from((amount + unit - 1) / unit).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use design_pipeline::{MemoryWorld, Request, compile};

    use super::*;

    fn totals(text: &str) -> Totals {
        let world = MemoryWorld::new([("all.yaml", text)]);
        let compilation = compile(&world, &Request::new(["."]));
        Totals::of(&compilation.designs[0].design.components)
    }

    #[test]
    fn copies_containers_and_claims_add_up() {
        let text = "\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 3
  template:
    spec:
      initContainers: [{name: prepare, image: busybox}]
      containers:
      - {name: db, image: postgres, resources: {requests: {cpu: 250m, memory: 1Gi}}}
      - {name: metrics, image: exporter, resources: {limits: {cpu: 0.1, memory: 64Mi}}}
  volumeClaimTemplates:
  - {metadata: {name: data}, spec: {resources: {requests: {storage: 10Gi}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: backup}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: postgres}]}}}}}
";
        let totals = totals(text);
        assert_eq!((totals.pods, totals.cpu, totals.memory), (4, 3 * 350, 3 * ((1 << 30) + (64 << 20))));
        assert_eq!((totals.storage, totals.unbounded), (30 << 30, 1));
        assert_eq!(totals.images, ["busybox", "exporter", "postgres"]);
    }
}
