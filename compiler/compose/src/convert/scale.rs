//! Autoscalers that labels ask for.

use design_source::Traced;

use super::workload::Controller;
use super::{Conversion, Service, said};

/// What Kompose takes where a label does not say.
const LEAST: i64 = 1;
const MOST: i64 = 3;
const UTILIZATION: i64 = 50;

const LABELS: [&str; 4] =
    ["kompose.hpa.replicas.min", "kompose.hpa.replicas.max", "kompose.hpa.cpu", "kompose.hpa.memory"];

impl Conversion<'_> {
    pub(super) fn autoscaler(&mut self, service: Service<'_>) {
        if !is_scaled(service) || !self.groups.is_leader(service.position) {
            return;
        }
        let place =
            LABELS.iter().find_map(|label| service.steering(label)).map_or(service.place(), |label| label.node.span);
        let members = self.groups.members(service.position).len();
        let kind = match self.controller(service, members) {
            Controller::Deployment => "Deployment",
            Controller::StatefulSet => "StatefulSet",
            _ => {
                let why = "only a Deployment and a StatefulSet can be scaled";
                return self.inexpressible(service, "labels", why, place);
            }
        };
        let name = self.pod_name(service);
        let least = self.count(service, "kompose.hpa.replicas.min", LEAST, place);
        let most = self.count(service, "kompose.hpa.replicas.max", MOST, place);
        let is_upside_down = most.to_value().as_number_or_zero() < least.to_value().as_number_or_zero();
        let most = if is_upside_down { least.clone() } else { most };
        let mut metrics = Traced::list(place, Vec::new());
        for (label, resource) in [("kompose.hpa.cpu", "cpu"), ("kompose.hpa.memory", "memory")] {
            let value = self.count(service, label, UTILIZATION, place);
            let target = Traced::mapping(value.place)
                .with("type", Traced::new(value.place, "Utilization"))
                .with("averageUtilization", value.clone());
            let metric = Traced::mapping(value.place).with("type", Traced::new(value.place, "Resource")).with(
                "resource",
                Traced::mapping(value.place).with("name", Traced::new(value.place, resource)).with("target", target),
            );
            metrics.push(metric);
        }
        let target = Traced::mapping(place)
            .with("apiVersion", Traced::new(place, "apps/v1"))
            .with("kind", Traced::new(place, kind))
            .with("name", Traced::new(place, name.as_str()));
        let spec = Traced::mapping(place)
            .with("scaleTargetRef", target)
            .with("minReplicas", least)
            .with("maxReplicas", most)
            .with("metrics", metrics);
        let labels = self.labels(place, &name);
        let object =
            Traced::mapping(place).with("metadata", Traced::mapping(place).with("labels", labels)).with("spec", spec);
        self.push("HorizontalPodAutoscaler", "autoscaling/v2", object, &Traced::new(place, name.as_str()));
    }

    fn count(&mut self, service: Service<'_>, label: &str, default: i64, place: design_vocabulary::Span) -> Traced {
        match service.steering(label).map(|label| (label.node.as_integer(), label)) {
            Some((Some(count), label)) if count > 0 => said(label.node, count),
            Some((_, label)) => {
                self.invalid(service, "labels", "a number above 0", label.node);
                Traced::new(label.node.span, default)
            }
            None => Traced::new(place, default),
        }
    }
}

/// The number of a value that was made here.
trait AsNumber {
    fn as_number_or_zero(&self) -> i64;
}

impl AsNumber for design_vocabulary::Value {
    fn as_number_or_zero(&self) -> i64 {
        match self {
            Self::Number(design_vocabulary::Number::Int(value)) => *value,
            _ => 0,
        }
    }
}

/// Whether an autoscaler says how many pods of a service there are.
pub(super) fn is_scaled(service: Service<'_>) -> bool {
    LABELS.iter().any(|label| service.steering(label).is_some())
}
