//! Where a service runs.

use design_source::Traced;

use super::labels::selector;
use super::{Conversion, Service, said};
use crate::node::Node;

impl Conversion<'_> {
    pub(super) fn placement(&mut self, service: Service<'_>, pod: &mut Traced) {
        let Some(placement) = service.some("deploy").and_then(|deploy| deploy.some("placement")) else { return };
        for node in placement.some("constraints").map(Node::elements).unwrap_or_default() {
            self.constraint(service, node, pod);
        }
        let preferences = placement.some("preferences").map(Node::elements).unwrap_or_default();
        for (position, preference) in preferences.iter().enumerate() {
            let Some(node) = preference.some("spread") else { continue };
            let Some(key) = node.scalar().and_then(|key| node_label(&key)) else {
                self.inexpressible(service, "deploy.placement.preferences", "a node has no such label", node.span);
                continue;
            };
            // The first preference weighs most, and the later ones may be less even.
            let skew = i64::try_from(preferences.len() - position).unwrap_or(1);
            let object = self.object(service).to_owned();
            let constraint = Traced::mapping(node.span)
                .with("maxSkew", Traced::new(node.span, skew))
                .with("topologyKey", said(node, key.as_str()))
                .with("whenUnsatisfiable", Traced::new(node.span, "ScheduleAnyway"))
                .with("labelSelector", Traced::mapping(node.span).with("matchLabels", selector(node.span, &object)));
            pod.entry_list("topologySpreadConstraints", node.span).push(constraint);
        }
        if let Some(node) = placement.some("max_replicas_per_node") {
            if node.as_integer() == Some(1) {
                let object = self.object(service).to_owned();
                let term = Traced::mapping(node.span)
                    .with("labelSelector", Traced::mapping(node.span).with("matchLabels", selector(node.span, &object)))
                    .with("topologyKey", Traced::new(node.span, "kubernetes.io/hostname"));
                let affinity = pod.entry("affinity", node.place()).entry("podAntiAffinity", node.place());
                affinity.entry_list("requiredDuringSchedulingIgnoredDuringExecution", node.place()).push(term);
            } else {
                let why = "pods keep apart from each other, one on a node, or do not";
                self.inexpressible(service, "deploy.placement.max_replicas_per_node", why, node.place());
            }
        }
    }

    fn constraint(&mut self, service: Service<'_>, node: &Node, pod: &mut Traced) {
        let Some(written) = node.scalar() else { return };
        let split = |sign: &str| written.split_once(sign).map(|(key, value)| (key.trim(), value.trim()));
        let (operator, found) = match split("!=") {
            Some(found) => ("NotIn", Some(found)),
            None => ("In", split("==")),
        };
        let found = found.and_then(|(key, value)| Some((node_label(key)?, value)));
        let Some((key, value)) = found else {
            let why = "nodes are chosen by `node.hostname`, `node.platform.os`, `node.platform.arch` or \
                       `node.labels.NAME`, with `==` or `!=`";
            return self.inexpressible(service, "deploy.placement.constraints", why, node.span);
        };
        let expression = Traced::mapping(node.span)
            .with("key", said(node, key.as_str()))
            .with("operator", Traced::new(node.span, operator))
            .with("values", Traced::list(node.span, vec![said(node, value)]));
        let required = pod
            .entry("affinity", node.span)
            .entry("nodeAffinity", node.span)
            .entry("requiredDuringSchedulingIgnoredDuringExecution", node.span);
        let terms = required.entry_list("nodeSelectorTerms", node.span);
        if terms.is_empty() {
            terms.push(Traced::mapping(node.span));
        }
        // All constraints hold at once, so they stand in one term.
        if let design_source::Data::List(list) = &mut terms.data
            && let Some(term) = list.first_mut()
        {
            term.entry_list("matchExpressions", node.span).push(expression);
        }
    }
}

/// The label of a Kubernetes node that says what swarm knows of one.
fn node_label(key: &str) -> Option<String> {
    match key {
        "node.hostname" => Some("kubernetes.io/hostname".to_owned()),
        "node.platform.os" | "engine.labels.operatingsystem" => Some("kubernetes.io/os".to_owned()),
        "node.platform.arch" => Some("kubernetes.io/arch".to_owned()),
        _ => key.strip_prefix("node.labels.").filter(|label| !label.is_empty()).map(str::to_owned),
    }
}
