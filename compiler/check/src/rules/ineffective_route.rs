//! D0338 ineffective-route.

use std::collections::HashMap;

use design_vocabulary::{Finding, Value};

use crate::Context;
use crate::mesh::{MESH, destinations, full_host, is, is_for_sidecars, namespace};
use crate::reading::{at, path, text, texts};
use crate::rule::rule;

rule! {
    /// The subsets that a virtual service of the mesh chooses have no effect on requests through a gateway.
    ///
    /// A `VirtualService` at a gateway sends requests to the service itself; the virtual service that sidecars use for the
    /// same host is not asked, so its subsets are not chosen ("Route rules have no effect on ingress gateway requests", Istio's
    /// page on common problems).
    ///
    /// ## What to do
    ///
    /// Name the subset in the route of the gateway as well, or add the gateway to the virtual service of the mesh.
    "D0338", "ineffective-route", Warning
}

/// One finding a destination.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let services = || context.design.components.iter().enumerate().filter(|(_, one)| is(one, "VirtualService"));
    let mut choosing: HashMap<String, usize> = HashMap::new();
    for (number, service) in services().filter(|(_, service)| is_for_sidecars(service)) {
        let chooses = destinations(service).iter().any(|destination| text(destination.value, "subset").is_some());
        for (_, host) in at(service, &["spec"]).into_iter().flat_map(|spec| texts(spec, "hosts")).filter(|_| chooses) {
            choosing.entry(full_host(host, namespace(service))).or_insert(number);
        }
    }
    for (number, service) in services() {
        let Some(spec) = at(service, &["spec"]) else { continue };
        let gateways: Vec<&str> = texts(spec, "gateways").map(|(_, gateway)| gateway).collect();
        if !gateways.iter().any(|gateway| *gateway != MESH) {
            continue;
        }
        for destination in destinations(service).iter().filter(|one| text(one.value, "subset").is_none()) {
            let Some(host) = destination.host() else { continue };
            let Some(other) = choosing.get(&full_host(host, namespace(service))).filter(|other| **other != number)
            else {
                continue;
            };
            let shares = |other: &Value| {
                texts(other, "gateways").any(|(_, gateway)| gateway != MESH && gateways.contains(&gateway))
            };
            let component = context.design.components.get(*other);
            if component.and_then(|other| at(other, &["spec"])).is_some_and(shares) {
                continue;
            }
            let Some(span) = context.span(number, &destination.field("host")) else { continue };
            let other_name = context.named(*other);
            let message = format!(
                "requests through the gateways of {} do not use the subsets of {other_name}",
                context.named(number)
            );
            let mut finding = RULE.finding(message, span).help("name the subset here as well");
            if let Some(span) = context.span(*other, &path(["spec".into(), "hosts".into()])) {
                finding = finding.related(format!("{other_name} chooses subsets of this host"), span);
            }
            findings.push(finding);
        }
    }
}
