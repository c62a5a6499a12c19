//! How Istio reads hosts, gateways and what is exported to whom.

use design_vocabulary::{Component, Value};

use crate::reading::{annotation, at, list, text, texts};

/// The group of virtual services, gateways, destination rules, sidecars and service entries.
pub(crate) const NETWORKING: &str = "networking.istio.io";

/// The namespace of the control plane, whose configuration is for the whole mesh.
pub(crate) const ROOT: &str = "istio-system";

/// The name of the gateway that stands for all sidecars.
pub(crate) const MESH: &str = "mesh";

/// Whether a component is of a kind of Istio's networking group.
pub(crate) fn is(component: &Component, kind: &str) -> bool {
    component.kind == kind && component.group() == NETWORKING && !component.is_annotation
}

/// The namespace that counts for a component.
pub(crate) fn namespace(component: &Component) -> &str {
    component.namespace().unwrap_or("default")
}

/// A host as a full name: one without a dot is a service of the namespace.
pub(crate) fn full_host(host: &str, namespace: &str) -> String {
    let mut labels = host.split('.');
    match (labels.next(), labels.next(), labels.next(), labels.next()) {
        (Some(name), None, ..) if name != "*" => format!("{name}.{namespace}.svc.cluster.local"),
        (Some(_), Some(_), Some("svc"), None) => format!("{host}.cluster.local"),
        _ => host.to_owned(),
    }
}

/// Whether two hosts, either of which may begin with a wildcard, have a host in common.
pub(crate) fn overlap(one: &str, other: &str) -> bool {
    match (one.strip_prefix('*'), other.strip_prefix('*')) {
        (None, None) => one == other,
        (Some(end), None) => other.ends_with(end),
        (None, Some(end)) => one.ends_with(end),
        (Some(one), Some(other)) => one.ends_with(other) || other.ends_with(one),
    }
}

/// The host of a server of a gateway, and the namespace of virtual services to which it is restricted.
pub(crate) fn served<'a>(written: &'a str, gateway: &'a Component) -> (Option<&'a str>, &'a str) {
    match written.split_once('/') {
        None | Some(("*", _)) => (None, written.rsplit('/').next().unwrap_or(written)),
        Some((".", host)) => (Some(namespace(gateway)), host),
        Some((space, host)) => (Some(space), host),
    }
}

/// The namespaces that see an object: `*` stands for all.
pub(crate) fn exported(component: &Component) -> Vec<&str> {
    let own = namespace(component);
    let listed = at(component, &["spec"]).into_iter().flat_map(|spec| texts(spec, "exportTo").map(|(_, space)| space));
    let mut listed: Vec<&str> = listed.collect();
    if listed.is_empty() {
        listed =
            annotation(component, "networking.istio.io/exportTo").map_or(vec!["*"], |said| said.split(',').collect());
    }
    let mut spaces: Vec<&str> =
        listed.iter().map(|space| if space.trim() == "." { own } else { space.trim() }).collect();
    spaces.sort_unstable();
    spaces.dedup();
    if spaces.contains(&"*") { vec!["*"] } else { spaces }
}

/// Whether a virtual service is for sidecars.
pub(crate) fn is_for_sidecars(service: &Component) -> bool {
    let spec = at(service, &["spec"]);
    let gateways = spec.map_or(&[] as &[Value], |spec| list(spec, "gateways"));
    gateways.is_empty() || gateways.iter().any(|gateway| gateway.as_str() == Some(MESH))
}

/// A place to which a virtual service sends requests.
pub(crate) struct Destination<'a> {
    /// The mapping with `host`, and perhaps `subset` and `port`.
    pub value: &'a Value,
    /// Its path below `spec`.
    pub path: design_vocabulary::Path,
}

impl<'a> Destination<'a> {
    /// The host that is written.
    pub(crate) fn host(&self) -> Option<&'a str> {
        text(self.value, "host")
    }

    /// The path of a field of it, from the component's root.
    pub(crate) fn field(&self, key: &str) -> design_vocabulary::Path {
        let start = ["configuration".into(), "spec".into()];
        start.into_iter().chain(self.path.iter().cloned()).chain([key.into()]).collect()
    }
}

/// All places to which a virtual service sends requests, copies of requests included.
pub(crate) fn destinations(service: &Component) -> Vec<Destination<'_>> {
    let mut found = Vec::new();
    let Some(spec) = at(service, &["spec"]) else { return found };
    for protocol in ["http", "tls", "tcp"] {
        for (number, rule) in list(spec, protocol).iter().enumerate() {
            for field in ["route", "mirrors"] {
                for (position, route) in list(rule, field).iter().enumerate() {
                    if let Some(value) = route.get("destination") {
                        let path =
                            vec![protocol.into(), number.into(), field.into(), position.into(), "destination".into()];
                        found.push(Destination { value, path });
                    }
                }
            }
            if let Some(value) = rule.get("mirror") {
                found.push(Destination { value, path: vec![protocol.into(), number.into(), "mirror".into()] });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_as_istio_reads_them() {
        assert_eq!(full_host("cart", "shop"), "cart.shop.svc.cluster.local");
        assert_eq!(full_host("cart.shop.svc", "x"), "cart.shop.svc.cluster.local");
        assert_eq!(full_host("cart.example.com", "x"), "cart.example.com");
        assert_eq!(full_host("*", "x"), "*");
        for (one, other) in [("*", "a"), ("*.x", "a.x"), ("a.x", "*.x"), ("*.a.x", "*.x"), ("a", "a")] {
            assert!(overlap(one, other), "{one} {other}");
        }
        for (one, other) in [("a", "b"), ("*.x", "x"), ("*.x", "*.y")] {
            assert!(!overlap(one, other), "{one} {other}");
        }
    }
}
