//! Services that are reached from outside the cluster by a host name.

use design_source::Traced;

use super::service::Port;
use super::{Conversion, Service, said};

impl Conversion<'_> {
    /// The Ingress that the label `kompose.service.expose` asks for: `true`, or hosts with or without a path.
    pub(super) fn ingress(&mut self, service: Service<'_>, name: &str, ports: &[Port<'_>]) {
        let Some(label) = service.steering("kompose.service.expose") else { return };
        let Some(port) = ports.first() else {
            return self.invalid(service, "labels", "a service with a port, since this one is exposed", label.node);
        };
        if label.text.is_empty() || label.text == "false" {
            return;
        }
        let place = label.node.span;
        let number = port.published.unwrap_or(port.target);
        let mut rules = Traced::list(place, Vec::new());
        let mut hosts = Traced::list(place, Vec::new());
        for entry in label.text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (host, path) =
                entry.split_once('/').map_or((entry, "/".to_owned()), |(host, path)| (host, format!("/{path}")));
            let backend = Traced::mapping(place).with(
                "service",
                Traced::mapping(place)
                    .with("name", Traced::new(place, name))
                    .with("port", Traced::mapping(place).with("number", Traced::new(port.node.span, number))),
            );
            let path = Traced::mapping(place)
                .with("path", Traced::new(place, path.as_str()))
                .with("pathType", Traced::new(place, "Prefix"))
                .with("backend", backend);
            let http = Traced::mapping(place).with("paths", Traced::list(place, vec![path]));
            let mut rule = Traced::mapping(place);
            if host != "true" {
                rule.set("host", said(label.node, host));
                hosts.push(said(label.node, host));
            }
            rules.push(rule.with("http", http));
        }
        let class = service.steering("kompose.service.expose.ingress-class-name");
        let mut spec =
            Traced::mapping(place).with_some("ingressClassName", class.map(|label| label.said())).with("rules", rules);
        if let Some(secret) = service.steering("kompose.service.expose.tls-secret") {
            let tls = Traced::mapping(secret.node.span)
                .with_some("hosts", (!hosts.is_empty()).then_some(hosts))
                .with_some("secretName", (secret.text != "true").then(|| secret.said()));
            spec.set("tls", Traced::list(secret.node.span, vec![tls]));
        }
        let labels = self.labels(place, name);
        let metadata =
            Traced::mapping(place).with("labels", labels).with_some("annotations", self.annotations(service, false));
        let object = Traced::mapping(place).with("metadata", metadata).with("spec", spec);
        self.push("Ingress", "networking.k8s.io/v1", object, &Traced::new(place, name));
    }
}
