//! D0331 closed-gateway-port.

use design_vocabulary::{Finding, Number, Value};

use crate::Context;
use crate::edges::Edges;
use crate::mesh::is;
use crate::reading::{at, list, path};
use crate::rule::rule;

rule! {
    /// A gateway of Istio listens on a port that no service of its pods has.
    ///
    /// Requests reach the pods of a gateway through a service. A server of the gateway is reached where such a service has the
    /// port of the server, as its own port or as its target. Where the input has no service for the pods, nothing is told.
    ///
    /// ## What to do
    ///
    /// Add the port to the service of the gateway's pods, or listen on one that it has.
    "D0331", "closed-gateway-port", Warning
}

/// One finding a server.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let selected = Edges::of(context, &["mesh-gateway-to-pods"]);
    let services = Edges::of(context, &["service-to-pods"]);
    for (number, gateway) in context.design.components.iter().enumerate().filter(|(_, one)| is(one, "Gateway")) {
        let Some(spec) = at(gateway, &["spec"]) else { continue };
        let pods = selected.from(number).iter().flat_map(|edge| services.to(edge.to));
        let mut of_pods: Vec<usize> = pods.map(|edge| edge.from).collect();
        of_pods.sort_unstable();
        of_pods.dedup();
        let Some(first) = of_pods.first() else { continue };
        let mut open: Vec<i64> = Vec::new();
        let mut has_name = false;
        for port in of_pods.iter().filter_map(|service| at(context.design.components.get(*service)?, &["spec"])) {
            for port in list(port, "ports") {
                let target = port.get("targetPort").filter(|target| !target.is_null());
                has_name |= target.is_some_and(|target| target.as_str().is_some());
                open.extend(port.get("port").and_then(integer));
                open.extend(target.and_then(integer));
            }
        }
        for (position, server) in list(spec, "servers").iter().enumerate() {
            let Some(port) = server.get("port").and_then(|port| port.get("number")).and_then(integer) else { continue };
            // A target by name may be any number.
            if open.contains(&port) || has_name {
                continue;
            }
            let field = path(["spec".into(), "servers".into(), position.into(), "port".into(), "number".into()]);
            let Some(span) = context.span(number, &field) else { continue };
            let service = context.named(*first);
            let message =
                format!("{} listens on {port}, and {service} of its pods has no such port", context.named(number));
            let mut finding =
                RULE.finding(message, span).help("add the port to the service, or listen on one that it has");
            if let Some(span) = context.span(*first, &path(["spec".into(), "ports".into()])) {
                finding = finding.related(format!("{service} has these ports"), span);
            }
            findings.push(finding);
        }
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(Number::Int(number)) => Some(*number),
        _ => None,
    }
}
