//! How requests reach a component.

use design_source::Traced;
use design_syntax::NodeRef;
use design_vocabulary::Span;

use super::Target;
use crate::container::port_name;
use crate::properties::Properties;
use crate::said::{is_true, said, text};
use crate::workload::{Made, labelled, service};

/// `expose`: a Service for ports.
pub(super) fn expose(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let place = properties.place();
    let listed = properties.each("ports");
    let older = properties.take("port");
    let mut ports = Vec::new();
    for mut one in listed {
        let Some(port) = one.needed("port", target.problems) else { continue };
        let protocol = one.said("protocol");
        let lower = protocol.as_ref().and_then(Traced::as_str).filter(|name| *name != "TCP").map(str::to_lowercase);
        let plain = port_name(&port);
        let unnamed = match (lower, plain.as_str()) {
            (Some(protocol), Some(name)) => text(port.place, format!("{name}-{protocol}")),
            _ => plain,
        };
        let entry = Traced::mapping(one.place())
            .with("port", port.clone())
            .with("targetPort", port.under(None))
            .with("name", one.said("name").unwrap_or(unnamed))
            .with_some("nodePort", one.said("nodePort"))
            .with_some("protocol", protocol);
        ports.push(entry);
    }
    if ports.is_empty() {
        // A single number stands for a list of one.
        let single = older.filter(|node| node.children().next().is_none());
        for port in older.into_iter().flat_map(NodeRef::children).chain(single).map(said) {
            let entry = Traced::mapping(port.place)
                .with("name", port_name(&port))
                .with("port", port.clone())
                .with("targetPort", port);
            ports.push(entry);
        }
    }
    let service_type = properties.said_or("type", "ClusterIP");
    let mut made = service(target.around, Traced::list(place, ports), service_type);
    if let Some(annotations) = properties.said("annotations") {
        made.body.entry("metadata", place).set("annotations", annotations);
    }
    if let Some(labels) = properties.said("matchLabels") {
        made.body.entry("spec", place).set("selector", labels);
    }
    target.made.push(made);
}

/// `gateway` and `ingress`: a Service, and an Ingress that leads to it.
pub(super) fn gateway(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let place = properties.place();
    let around = target.around;
    let paths = properties.take("http");
    if paths.is_none() {
        properties.needed("http", target.problems);
    }
    let existing = properties.said("existingServiceName");
    let suffix = properties.said("name").and_then(|name| name.as_str().map(|name| format!("-{name}")));
    let name = match &suffix {
        Some(suffix) => text(around.name.place, format!("{}{suffix}", around.name_text())),
        None => around.name.clone(),
    };
    let routes = routes(paths);
    let backend = existing.clone().unwrap_or_else(|| name.clone());
    // A Service of that name may be there already: the one that the ports of the component are exposed by.
    let has_service = target.made.iter().any(|made| {
        let known = made.body.get("metadata").and_then(|metadata| metadata.get("name")).and_then(Traced::as_str);
        made.kind == "Service" && known == backend.as_str()
    });
    if existing.is_none() && !has_service {
        let mut made = service(around, service_ports(&routes, place), text(place, "ClusterIP"));
        made.body.entry("metadata", place).set("name", name.clone());
        target.made.push(made);
    }
    let class = properties.said_or("class", "nginx");
    let in_spec = properties.said("classInSpec").is_some_and(|value| is_true(&value));
    let path_type = properties.said_or("pathType", "ImplementationSpecific");
    let host = properties.said("domain");
    let mut metadata = labelled(around);
    metadata.set("name", name);
    for (key, value) in properties.said("labels").iter().flat_map(Traced::entries) {
        metadata.entry("labels", place).set(key.clone(), value.clone());
    }
    if let Some(annotations) = properties.said("annotations") {
        metadata.set("annotations", annotations);
    }
    let mut spec = Traced::mapping(place);
    if in_spec {
        spec.set("ingressClassName", class);
    } else {
        metadata.entry("annotations", place).set("kubernetes.io/ingress.class", class);
    }
    if let (Some(secret), Some(host)) = (properties.said("secretName"), host.clone()) {
        let tls = Traced::mapping(secret.place)
            .with("hosts", Traced::list(host.place, vec![host.under(None)]))
            .with("secretName", secret);
        spec.set("tls", Traced::list(tls.place, vec![tls]));
    }
    spec.set("rules", Traced::list(place, vec![rule(host, &routes, &path_type, &backend, place)]));
    // It is the address by which the controller tells of the gateway, and no part of an object.
    properties.take("gatewayHost");
    let body = Traced::mapping(place).with("metadata", metadata).with("spec", spec);
    target.made.push(Made::new("Ingress", "networking.k8s.io/v1", body));
}

/// `pure-ingress`: an Ingress for a Service that something else makes.
pub(super) fn pure_ingress(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let place = properties.place();
    let routes = routes(properties.take("http"));
    let host = properties.said("domain");
    let path_type = text(place, "ImplementationSpecific");
    let rules = vec![rule(host, &routes, &path_type, &target.around.name, place)];
    let spec = Traced::mapping(place).with("rules", Traced::list(place, rules));
    let body = Traced::mapping(place).with("metadata", labelled(target.around)).with("spec", spec);
    target.made.push(Made::new("Ingress", "networking.k8s.io/v1", body));
}

/// Paths and the ports that they lead to.
fn routes(http: Option<NodeRef<'_>>) -> Vec<(Traced, Traced)> {
    let entries = http.into_iter().flat_map(NodeRef::entries);
    entries.map(|(path, port)| (text(path.span(), path.text()), said(port))).collect()
}

fn service_ports(routes: &[(Traced, Traced)], place: Span) -> Traced {
    let mut ports: Vec<Traced> = Vec::new();
    for (_, port) in routes {
        if ports.iter().any(|known| known.get("port").map(Traced::to_value) == Some(port.to_value())) {
            continue;
        }
        let name = port_name(port);
        let entry =
            Traced::mapping(port.place).with("name", name).with("port", port.clone()).with("targetPort", port.clone());
        ports.push(entry);
    }
    Traced::list(place, ports)
}

fn rule(
    host: Option<Traced>,
    routes: &[(Traced, Traced)],
    path_type: &Traced,
    backend: &Traced,
    place: Span,
) -> Traced {
    let path = |(path, port): &(Traced, Traced)| {
        let service = Traced::mapping(port.place)
            .with("name", backend.clone())
            .with("port", Traced::mapping(port.place).with("number", port.clone()));
        Traced::mapping(path.place)
            .with("path", path.clone())
            .with("pathType", path_type.clone())
            .with("backend", Traced::mapping(port.place).with("service", service))
    };
    let paths = Traced::list(place, routes.iter().map(path).collect());
    Traced::mapping(place).with_some("host", host).with("http", Traced::mapping(place).with("paths", paths))
}
