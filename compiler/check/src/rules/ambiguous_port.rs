//! D0337 ambiguous-port.

use design_vocabulary::Finding;

use crate::Context;
use crate::edges::Edges;
use crate::mesh::{destinations, is};
use crate::reading::{at, list, path};
use crate::rule::rule;

rule! {
    /// A route leads to a service with several ports and does not say to which.
    ///
    /// `destination.port` of a `VirtualService` may be left out only where the service has one port (the reference of Istio's
    /// `Destination`).
    ///
    /// ## What to do
    ///
    /// Name the port: `port: {number: 80}`.
    "D0337", "ambiguous-port", Error
}

/// One finding a destination.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let hosts = ["virtual-service-to-service", "virtual-service-to-mirror", "virtual-service-to-mirrors"];
    let edges = Edges::of(context, &hosts);
    for (number, service) in context.design.components.iter().enumerate().filter(|(_, one)| is(one, "VirtualService")) {
        for destination in destinations(service).iter().filter(|destination| destination.value.get("port").is_none()) {
            let field = destination.field("host");
            let edge = edges.from(number).iter().find(|edge| edge.path[..] == field[..]);
            let Some((edge, named)) = edge.and_then(|edge| Some((edge, context.design.components.get(edge.to)?)))
            else {
                continue;
            };
            let count = at(named, &["spec"]).map_or(0, |spec| list(spec, "ports").len());
            if count < 2 || named.kind != "Service" {
                continue;
            }
            let Some(span) = context.span(number, &field) else { continue };
            let other = context.named(edge.to);
            let message = format!("{} does not say to which port of {other} it leads", context.named(number));
            let mut finding = RULE.finding(message, span).help("name the port: `port: {number: …}`");
            if let Some(span) = context.span(edge.to, &path(["spec".into(), "ports".into()])) {
                finding = finding.related(format!("{other} has {count} ports"), span);
            }
            findings.push(finding);
        }
    }
}
