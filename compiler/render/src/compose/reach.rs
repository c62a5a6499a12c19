//! How services are reached: the Services of a design as further names and published ports.

use design_vocabulary::{Component, Object, Path, Value};

use super::container::protocol;
use super::workload::{Pod, annotation};
use super::{PUBLISHED, Project, add_to, deeper, element, integer, scalar};

impl Project<'_> {
    /// The Services that select a pod.
    pub(super) fn reach(&mut self, pod: &Pod<'_>, _component: &Component, service: &mut Object) {
        for index in self.objects.services_of(pod.namespace, &pod.labels) {
            let Some(found) = self.design.components.get(index) else { continue };
            self.used.insert(index);
            let name = found.name().unwrap_or_default().to_owned();
            names(pod, &name, service);
            self.published(pod, index, found, &name, service);
        }
    }

    fn published(&mut self, pod: &Pod<'_>, index: usize, found: &Component, name: &str, service: &mut Object) {
        let Some(spec) = found.configuration.get("spec").and_then(Value::as_object) else { return };
        let kind = spec.get_str("type").unwrap_or("ClusterIP");
        let annotated = annotation(found, PUBLISHED);
        let listed: Vec<&str> = annotated.as_deref().map(|list| list.split(',').collect()).unwrap_or_default();
        let routed = self.objects.routed.get(&(pod.namespace.to_owned(), name.to_owned())).cloned().unwrap_or_default();
        let root: Path = vec!["spec".into()];
        for (number, port) in spec.get("ports").and_then(Value::as_array).unwrap_or_default().iter().enumerate() {
            let Some(own) = port.get("port").and_then(integer) else { continue };
            let target = port.get("targetPort").map_or(Some(own), |target| container_port(pod, target));
            let Some(target) = target.filter(|target| *target > 0) else { continue };
            let here = element(&root, "ports", number);
            let protocol = protocol(port);
            let suffix = if protocol == "tcp" { String::new() } else { format!("/{protocol}") };
            let port_name = port.get("name").and_then(scalar);
            let is_routed = routed.iter().any(|wanted| match wanted {
                None => true,
                Some(wanted) => **wanted == own.to_string() || Some(wanted.as_str()) == port_name.as_deref(),
            });
            let is_outside = matches!(kind, "NodePort" | "LoadBalancer") || is_routed;
            if listed.contains(&own.to_string().as_str()) || (is_outside && listed.is_empty()) {
                add_to(service, "ports", format!("{own}:{target}{suffix}").as_str().into());
                if let Value::Array(list) = service.get("expose").cloned().unwrap_or_default() {
                    let exposed = Value::from(format!("{target}{suffix}").as_str());
                    let left: Vec<Value> = list.into_iter().filter(|port| *port != exposed).collect();
                    if left.is_empty() {
                        service.remove("expose");
                    } else {
                        service.insert("expose", Value::from_iter(left));
                    }
                }
            } else {
                let is_published = service
                    .get("ports")
                    .and_then(Value::as_array)
                    .unwrap_or_default()
                    .iter()
                    .any(|port| port.as_str().is_some_and(|port| port.ends_with(&format!(":{target}{suffix}"))));
                if !is_published {
                    add_to(service, "expose", format!("{target}{suffix}").as_str().into());
                }
                if own != target {
                    let why = "others reach the container by its own port";
                    self.field(index, &deeper(&here, &["port"]), why);
                }
            }
        }
        for key in spec.keys() {
            match key.as_str() {
                "ports"
                | "selector"
                | "type"
                | "clusterIP"
                | "clusterIPs"
                | "ipFamilies"
                | "ipFamilyPolicy"
                | "internalTrafficPolicy"
                | "externalTrafficPolicy"
                | "publishNotReadyAddresses" => {}
                _ => self.field(index, &deeper(&root, &[key]), "compose has no such word"),
            }
        }
    }
}

/// The names by which others in a cluster would call a Service.
fn names(pod: &Pod<'_>, name: &str, service: &mut Object) {
    let mut names = Vec::new();
    if name != pod.name {
        names.push(name.to_owned());
    }
    if !pod.namespace.is_empty() {
        let namespace = pod.namespace;
        names.push(format!("{name}.{namespace}"));
        names.push(format!("{name}.{namespace}.svc"));
        names.push(format!("{name}.{namespace}.svc.cluster.local"));
    }
    // A container that has the network of the host has no names of its own.
    if names.is_empty() || service.contains_key("network_mode") {
        return;
    }
    let mut network = service
        .get("networks")
        .and_then(|networks| networks.get("default"))
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    for name in names {
        add_to(&mut network, "aliases", name.as_str().into());
    }
    super::set_in(service, "networks", "default", network.into());
}

/// The number of a port that a Service names by number or name.
fn container_port(pod: &Pod<'_>, target: &Value) -> Option<i64> {
    if let Some(number) = integer(target) {
        return Some(number);
    }
    let containers = pod.spec.get("containers").and_then(Value::as_array).unwrap_or_default();
    let mut ports = containers
        .iter()
        .flat_map(|container| container.get("ports").and_then(Value::as_array).unwrap_or_default().iter());
    ports.find(|port| port.get("name") == Some(target))?.get("containerPort").and_then(integer)
}
