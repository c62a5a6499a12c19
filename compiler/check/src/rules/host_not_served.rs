//! D0327 host-not-served.

use design_vocabulary::{Component, Finding, Segment};

use crate::Context;
use crate::edges::Edges;
use crate::mesh::{NETWORKING, namespace, overlap, served};
use crate::reading::{at, list, path, text, texts};
use crate::rule::rule;

rule! {
    /// No host of a `VirtualService` is served by the gateway that it names.
    ///
    /// A gateway takes requests for the hosts that its servers list, of virtual services of the namespaces before the slash.
    /// A virtual service of which it serves no host has no effect there.
    ///
    /// ## What to do
    ///
    /// Add the host to a server of the gateway, or name a gateway that serves it.
    "D0327", "host-not-served", Warning
}

/// One finding a virtual service and gateway, at the first host.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let edges = Edges::of(context, &["virtual-service-to-gateway"]);
    for (number, service) in context.design.components.iter().enumerate() {
        let named = edges.from(number);
        let Some(spec) = at(service, &["spec"]).filter(|_| !named.is_empty()) else { continue };
        let hosts: Vec<(usize, &str)> = texts(spec, "hosts").collect();
        let Some((first, _)) = hosts.first() else { continue };
        for edge in named {
            let Some(gateway) = context.design.components.get(edge.to) else { continue };
            if hosts.iter().any(|(_, host)| serves(gateway, host, namespace(service))) {
                continue;
            }
            let field = path(["spec".into(), "hosts".into(), Segment::Index(*first)]);
            let Some(span) = context.span(number, &field) else { continue };
            let shown: Vec<String> = hosts.iter().map(|(_, host)| format!("`{host}`")).collect();
            let other = context.named(edge.to);
            let message =
                format!("{other} does not serve {}, which {} is for", shown.join(", "), context.named(number));
            let mut finding =
                RULE.finding(message, span).help("add the host to the gateway, or name a gateway that serves it");
            if let Some(span) = context.span(number, &edge.path) {
                finding = finding.related("the gateway is named here", span);
            }
            let served = if gateway.group() == NETWORKING { "servers" } else { "listeners" };
            if let Some(span) = context.span(edge.to, &path(["spec".into(), served.into()])) {
                finding = finding.related(format!("{other} serves these"), span);
            }
            findings.push(finding);
        }
    }
}

/// Whether a gateway takes requests for a host of virtual services of a namespace.
fn serves(gateway: &Component, host: &str, from: &str) -> bool {
    let Some(spec) = at(gateway, &["spec"]) else { return true };
    if gateway.group() != NETWORKING {
        // A listener without a host name takes every host.
        return list(spec, "listeners")
            .iter()
            .any(|listener| text(listener, "hostname").is_none_or(|own| overlap(own, host)));
    }
    list(spec, "servers").iter().any(|server| {
        texts(server, "hosts").any(|(_, written)| {
            let (space, own) = served(written, gateway);
            space.is_none_or(|space| space == from) && overlap(own, host)
        })
    })
}
