//! How services are reached: ports, and the Services by whose names others find them.

use design_source::Traced;
use design_vocabulary::{Span, Text};

use super::labels::selector;
use super::{Conversion, Service, said};
use crate::node::{Data, Node};
use crate::object_name;

/// The annotation of a Service that says which of its ports compose publishes on the host.
const PUBLISHED: &str = "design.compose/published";

/// A port of a service.
#[derive(Clone, Debug)]
pub(super) struct Port<'a> {
    /// The number by which it is reached from outside, where it says one.
    pub published: Option<i64>,
    /// The number in the container.
    pub target: i64,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
    pub node: &'a Node,
}

/// The ports that a service publishes or exposes, each once.
pub(super) fn ports(service: Service<'_>) -> Vec<Port<'_>> {
    let mut ports: Vec<Port<'_>> = Vec::new();
    for node in service.some("ports").map(Node::elements).unwrap_or_default() {
        let Some(target) = node.some("target").and_then(Node::as_integer) else { continue };
        let protocol = node.some("protocol").and_then(Node::scalar).unwrap_or_else(|| "tcp".into());
        let published = node.some("published").and_then(Node::as_integer).filter(|port| (1..=65_535).contains(port));
        ports.push(Port { published, target, protocol: protocol.to_uppercase().to_string(), node });
    }
    for node in service.some("expose").map(Node::elements).unwrap_or_default() {
        let Some(written) = node.scalar() else { continue };
        let (range, protocol) = written.split_once('/').unwrap_or((&written, "tcp"));
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (Ok(first), Ok(last)) = (first.parse::<i64>(), last.parse::<i64>()) else { continue };
        let protocol = protocol.to_uppercase();
        for target in (first..=last).take(65_536) {
            if !ports.iter().any(|port| port.target == target && port.protocol == protocol) {
                ports.push(Port { published: None, target, protocol: protocol.clone(), node });
            }
        }
    }
    ports
}

impl Conversion<'_> {
    pub(super) fn container_ports(&mut self, service: Service<'_>, container: &mut Traced) {
        let is_on_host =
            service.steering("kompose.controller.port.expose").is_some_and(|label| label.node.as_bool() == Some(true));
        let mut seen = Vec::new();
        for port in ports(service) {
            let node = port.node;
            for key in ["host_ip", "mode"] {
                let Some(said_so) = node.some(key) else { continue };
                let is_told = match key {
                    "mode" => said_so.as_text() == Some("host"),
                    _ => !is_on_host,
                };
                if is_told {
                    let what = "the port is reached through its Service, inside the cluster";
                    self.loosely(service, &format!("ports.{key}"), what, said_so.span);
                }
            }
            if seen.contains(&(port.target, port.protocol.clone())) {
                continue;
            }
            seen.push((port.target, port.protocol.clone()));
            let mut made = Traced::mapping(node.span)
                .with("containerPort", said_in(node, "target", port.target))
                .with("protocol", said_in(node, "protocol", port.protocol.as_str()));
            if is_on_host {
                made = made
                    .with_some("hostPort", port.published.map(|published| said_in(node, "published", published)))
                    .with_some("hostIP", node.some("host_ip").and_then(super::text));
            }
            container.entry_list("ports", node.span).push(made);
        }
        for node in service.some("expose").map(Node::elements).unwrap_or_default() {
            let is_port = |text: Text| {
                let range = text.split('/').next().unwrap_or_default().to_owned();
                range.split('-').all(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
            };
            if !node.scalar().is_some_and(is_port) {
                self.invalid(service, "expose", "a port such as `8080` or `8080/udp`", node);
            }
        }
    }

    /// The Services of a service: its own, and one for each further name that others know it by.
    pub(super) fn network_services(&mut self, service: Service<'_>) {
        let kind = self.service_type(service);
        let ports = ports(service);
        let is_needed = self.dependencies.named.contains(&service.position);
        let is_headless = kind == "Headless" || ports.is_empty();
        if ports.is_empty() && !is_needed && kind != "Headless" {
            return;
        }
        let name = self.object(service).to_owned();
        if ports.is_empty() && kind != "Headless" {
            let what = "others depend on it and it says no port, so its name leads to its pods directly";
            self.problems.push(crate::Problem::Loosely {
                field: format!("services.{}", service.name),
                what: what.to_owned(),
                span: service.place(),
            });
        }
        if self.is_new("Service", &name) {
            self.network_service(service, &name, &kind, is_headless, &ports);
            self.ingress(service, &name, &ports);
        }
        self.aliases(service, is_headless, &ports);
    }

    fn service_type(&mut self, service: Service<'_>) -> String {
        if let Some(label) = service.steering("kompose.service.type") {
            match label.text.to_ascii_lowercase().as_str() {
                "" | "clusterip" => return "ClusterIP".to_owned(),
                "nodeport" => return "NodePort".to_owned(),
                "loadbalancer" => return "LoadBalancer".to_owned(),
                "headless" => return "Headless".to_owned(),
                _ => {
                    let expected = "`clusterip`, `nodeport`, `loadbalancer` or `headless`";
                    self.invalid(service, "labels", expected, label.node);
                }
            }
        }
        let endpoint = service.some("deploy").and_then(|deploy| deploy.some("endpoint_mode")).and_then(Node::scalar);
        let is_stateful = service
            .steering("kompose.controller.type")
            .is_some_and(|label| label.text.eq_ignore_ascii_case("statefulset"));
        if endpoint.is_some_and(|mode| mode == "dnsrr") || is_stateful { "Headless" } else { "ClusterIP" }.to_owned()
    }

    fn network_service(&mut self, service: Service<'_>, name: &str, kind: &str, is_headless: bool, ports: &[Port<'_>]) {
        let place = service.place();
        let mut spec = Traced::mapping(place);
        let label = service.steering("kompose.service.type");
        let type_place = label.as_ref().map_or(place, |label| label.node.span);
        if kind == "NodePort" || kind == "LoadBalancer" {
            spec.set("type", Traced::new(type_place, kind));
            if let Some(label) = service.steering("kompose.service.external-traffic-policy") {
                match label.text.to_ascii_lowercase().as_str() {
                    "" | "cluster" => spec.set("externalTrafficPolicy", said(label.node, "Cluster")),
                    "local" => spec.set("externalTrafficPolicy", said(label.node, "Local")),
                    _ => self.invalid(service, "labels", "`cluster` or `local`", label.node),
                }
            }
        } else if is_headless {
            spec.set("clusterIP", Traced::new(type_place, "None"));
        }
        let node_port = service.steering("kompose.service.nodeport.port");
        let mut list = Traced::list(place, Vec::new());
        let mut numbers: Vec<(i64, String)> = Vec::new();
        // By the published number, as from outside; and by the container's own, as the services of a project know each other.
        let offered = ports.iter().map(|port| (port.published.unwrap_or(port.target), port));
        let known = ports.iter().map(|port| (port.target, port));
        for (number, port) in offered.chain(known) {
            if numbers.contains(&(number, port.protocol.clone())) {
                continue;
            }
            let named = port.node.some("name").filter(|_| number == port.published.unwrap_or(port.target));
            let named = named.and_then(|node| Some(said(node, object_name(&node.scalar()?).as_str())));
            let is_twice = numbers.iter().any(|(other, _)| *other == number);
            let own = if is_twice { format!("{number}-{}", port.protocol.to_lowercase()) } else { number.to_string() };
            numbers.push((number, port.protocol.clone()));
            let number_key = if port.published == Some(number) { "published" } else { "target" };
            let mut made = Traced::mapping(port.node.span)
                .with("name", named.unwrap_or_else(|| Traced::new(port.node.span, own.as_str())))
                .with("port", said_in(port.node, number_key, number))
                .with("targetPort", said_in(port.node, "target", port.target));
            if port.protocol != "TCP" {
                made.set("protocol", said_in(port.node, "protocol", port.protocol.as_str()));
            }
            if let Some(protocol) = port.node.some("app_protocol") {
                made = made.with_some("appProtocol", super::text(protocol));
            }
            if let Some(label) = node_port.as_ref().filter(|_| kind == "NodePort" && list.is_empty()) {
                made = made.with_some("nodePort", label.node.as_integer().map(|port| said(label.node, port)));
            }
            list.push(made);
        }
        if !list.is_empty() {
            spec.set("ports", list);
        }
        let pod =
            self.service(self.groups.leader(service.position)).map_or_else(String::new, |leader| self.pod_name(leader));
        spec.set("selector", selector(place, &pod));
        let labels = self.labels(place, name);
        let mut metadata =
            Traced::mapping(place).with("labels", labels).with_some("annotations", self.annotations(service, false));
        let published: Vec<String> = ports.iter().filter_map(|port| Some(port.published?.to_string())).collect();
        if !published.is_empty() {
            // Inside a cluster nothing is published; whoever goes back to compose wants to know what was.
            metadata.entry("annotations", place).set(PUBLISHED, Traced::new(place, published.join(",").as_str()));
        }
        let object = Traced::mapping(place).with("metadata", metadata).with("spec", spec);
        self.push("Service", "v1", object, &Traced::new(place, name));
    }

    /// Further names: aliases in networks, and aliases in the links of others.
    fn aliases(&mut self, service: Service<'_>, is_headless: bool, ports: &[Port<'_>]) {
        let mut aliases: Vec<(Text, Span)> = Vec::new();
        for (_, network) in service.some("networks").map(Node::entries).unwrap_or_default() {
            let list = network.some("aliases").map(Node::elements).unwrap_or_default();
            aliases.extend(list.iter().filter_map(|alias| Some((alias.scalar()?, alias.span))));
        }
        aliases.extend(self.dependencies.aliases.get(&service.position).into_iter().flatten().cloned());
        for (alias, span) in aliases {
            let name = object_name(&alias);
            if name != *alias {
                let why = "the name of a Service is lower case letters, digits and `-`";
                self.inexpressible(service, "networks.aliases", why, span);
            } else if !self.objects.contains(&name) && self.is_new("Service", &name) {
                let what = format!("a Service of its own, `{name}`, which every pod of the namespace sees");
                self.loosely(service, "aliases", what, span);
                let kind = if is_headless { "Headless" } else { "ClusterIP" };
                self.network_service(service, &name, kind, is_headless, ports);
            }
        }
    }
}

/// A value at the place of a part of a port; for a short form that is the whole of it.
fn said_in(node: &Node, key: &str, value: impl Into<design_vocabulary::Value>) -> Traced {
    let part = node.get(key).filter(|part| part.data != Data::Null);
    Traced::new(part.map_or(node.span, |part| part.span), value)
}
