//! D0329 duplicate-certificate.

use std::collections::BTreeMap;

use design_vocabulary::{Component, Finding, Path, Value};

use crate::Context;
use crate::edges::Edges;
use crate::mesh::is;
use crate::reading::{at, labels, list, path, text};
use crate::rule::rule;

rule! {
    /// Two gateways of Istio use one certificate on the same pods.
    ///
    /// A browser that has a connection for one host uses it for every other host that its certificate covers. The connection
    /// belongs to one gateway, which does not know the hosts of the other, so such requests are answered with 404 ("404 errors
    /// occur when multiple gateways configured with same TLS certificate", Istio's page on common problems).
    ///
    /// It is told of at the gateway that selects all pods of the other.
    ///
    /// ## What to do
    ///
    /// Put all hosts of one certificate into one gateway.
    "D0329", "duplicate-certificate", Warning
}

/// Of gateways that share a certificate so many are compared with each.
const COMPARED: usize = 32;

/// A gateway with a server that uses a certificate.
struct Use<'a> {
    gateway: usize,
    selector: Vec<(&'a str, &'a str)>,
    path: Path,
}

/// One finding a server.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let pods = Edges::of(context, &["mesh-gateway-to-pods"]);
    // The uses of a certificate on pods: those that a selector names, and each pod of the input.
    let mut shared: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
    let mut uses: Vec<(Use<'_>, Vec<(&str, String)>)> = Vec::new();
    for (number, gateway) in context.design.components.iter().enumerate().filter(|(_, one)| is(one, "Gateway")) {
        let Some(spec) = at(gateway, &["spec"]) else { continue };
        let selector = selector(gateway);
        for (position, server) in list(spec, "servers").iter().enumerate() {
            let Some(certificate) = server.get("tls").and_then(|tls| text(tls, "credentialName")) else { continue };
            let selected = pods.from(number).iter().map(|edge| format!("pod {}", edge.to));
            let keys: Vec<(&str, String)> = std::iter::once(format!("labels {selector:?}"))
                .chain(selected)
                .map(|pods| (certificate, pods))
                .collect();
            for key in &keys {
                shared.entry(key.clone()).or_default().push(uses.len());
            }
            let field = path(["spec".into(), "servers".into(), position.into(), "tls".into(), "credentialName".into()]);
            uses.push((Use { gateway: number, selector: selector.clone(), path: field }, keys));
        }
    }
    for (used, keys) in &uses {
        let others = keys.iter().filter_map(|key| shared.get(key)).flat_map(|uses| uses.iter().take(COMPARED));
        let mut others = others.filter_map(|other| uses.get(*other)).map(|(other, _)| other);
        let is_wider = |other: &&Use<'_>| {
            other.gateway != used.gateway && used.selector.iter().all(|label| other.selector.contains(label))
        };
        let Some(other) = others.find(is_wider) else { continue };
        let Some(span) = context.span(used.gateway, &used.path) else { continue };
        let (name, other_name) = (context.named(used.gateway), context.named(other.gateway));
        let message = format!("{name} uses this certificate on pods on which {other_name} does as well");
        let mut finding = RULE.finding(message, span).help("put all hosts of one certificate into one gateway");
        if let Some(span) = context.span(other.gateway, &other.path) {
            finding = finding.related(other_name, span);
        }
        findings.push(finding);
    }
}

fn selector(gateway: &Component) -> Vec<(&str, &str)> {
    at(gateway, &["spec", "selector"]).and_then(Value::as_object).map(labels).unwrap_or_default()
}
