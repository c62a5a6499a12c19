//! D0328 conflicting-gateways.

use design_vocabulary::{Finding, Object, Segment, Value};

use crate::Context;
use crate::clash::{Claim, Claims, tell};
use crate::edges::Edges;
use crate::mesh::{is, served};
use crate::reading::{at, labels, list, path, text, texts};
use crate::rule::rule;

rule! {
    /// Two gateways of Istio take the same host on the same port of the same pods.
    ///
    /// Pods that two gateways select serve both. Where both list one host for one port, only one of the servers is used, with
    /// its protocol and its certificate; which one is not defined. The pods are the same where the selectors are equal, or
    /// where both select a pod of the input.
    ///
    /// ## What to do
    ///
    /// Put the servers of a host into one gateway, or select other pods.
    "D0328", "conflicting-gateways", Warning
}

/// One finding a server and host.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let pods = Edges::of(context, &["mesh-gateway-to-pods"]);
    let mut claims = Claims::new();
    for (number, gateway) in context.design.components.iter().enumerate().filter(|(_, one)| is(one, "Gateway")) {
        let Some(spec) = at(gateway, &["spec"]) else { continue };
        let selector = spec.get("selector").and_then(Value::as_object).map(shown).unwrap_or_default();
        for (position, server) in list(spec, "servers").iter().enumerate() {
            // A server without a port listens nowhere.
            let Some(port) = server.get("port").and_then(|port| port.get("number")) else { continue };
            let bind = text(server, "bind").unwrap_or_default();
            for (place, written) in texts(server, "hosts") {
                // Whose virtual services are served does not matter: the server is one for all.
                let (_, host) = served(written, gateway);
                let what = format!("{port:?} {bind} {host}");
                let selected = pods.from(number).iter().map(|edge| (what.clone(), Err(edge.to), host.to_owned()));
                let things = std::iter::once((what.clone(), Ok(selector.clone()), host.to_owned())).chain(selected);
                let field =
                    path(["spec".into(), "servers".into(), position.into(), "hosts".into(), Segment::Index(place)]);
                claims.add(Claim { component: number, path: field }, things);
            }
        }
    }
    tell(context, findings, &RULE, &claims, |name, other, (_, _, host)| {
        let message = format!("{name} takes `{host}` on this port of its pods, and so does {other}");
        (message, "put the servers of a host into one gateway, or select other pods".to_owned())
    });
}

/// A selector as a text that equal selectors share.
fn shown(selector: &Object) -> String {
    labels(selector).iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}
