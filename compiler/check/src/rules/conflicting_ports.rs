//! D0335 conflicting-ports.

use std::collections::BTreeMap;

use design_graph::Pods;
use design_registry::Registry;
use design_vocabulary::{Component, Finding, Number, Path, Value};

use crate::Context;
use crate::edges::Edges;
use crate::mesh::namespace;
use crate::reading::{annotation, at, list, path, text};
use crate::rule::rule;

rule! {
    /// Services of one workload of the mesh say different things of its ports.
    ///
    /// The proxy beside a pod listens once on each port and has to know one protocol for it. Where two services of the pod
    /// have one port with different protocols, or lead from different ports to one port of the pod, only one of them holds
    /// ("Pod requirements: service association" of Istio's documentation).
    ///
    /// Only workloads that are in the mesh are looked at: by a label of their namespace (`istio-injection`, `istio.io/rev`)
    /// or by one of their own.
    ///
    /// ## What to do
    ///
    /// Give the ports one protocol, or one service.
    "D0335", "conflicting-ports", Warning
}

/// A port of a service.
struct Port<'a> {
    service: usize,
    path: Path,
    number: i64,
    protocol: &'a str,
}

/// One finding a workload and port, at the later service.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let edges = Edges::of(context, &["service-to-pods"]);
    let pods = Pods::of(Registry::builtin().relationships());
    let components = &context.design.components;
    let meshed: BTreeMap<&str, bool> = components
        .iter()
        .filter(|component| component.kind == "Namespace" && component.group().is_empty())
        .filter_map(|component| Some((component.name()?, is_injected(component))))
        .collect();
    for (workload, services) in edges.by_end().into_iter().filter(|(_, services)| services.len() > 1) {
        let Some(component) = components.get(workload) else { continue };
        let own = pods.metadata(component).and_then(|metadata| {
            let said = |key: &str| metadata.get(key)?.get("sidecar.istio.io/inject")?.as_str();
            said("labels").or_else(|| said("annotations"))
        });
        let is_in_mesh = match own {
            Some(said) => said == "true",
            None => meshed.get(namespace(component)).copied().unwrap_or(false),
        };
        if is_in_mesh {
            one(context, workload, services.iter().map(|edge| edge.from), findings);
        }
    }
}

fn one(context: &Context<'_>, workload: usize, services: impl Iterator<Item = usize>, findings: &mut Vec<Finding>) {
    let mut by_number: BTreeMap<i64, Port<'_>> = BTreeMap::new();
    let mut by_target: BTreeMap<String, Port<'_>> = BTreeMap::new();
    let tell = |first: &Port<'_>, later: &Port<'_>, what: String, findings: &mut Vec<Finding>| {
        let Some(span) = context.span(later.service, &later.path) else { return };
        let other = context.named(first.service);
        let message = format!(
            "{} and {other} select the pods of {} and {what}",
            context.named(later.service),
            context.named(workload)
        );
        let mut finding = RULE.finding(message, span).help("give the ports one protocol, or one service");
        if let Some(span) = context.span(first.service, &first.path) {
            finding = finding.related(other, span);
        }
        findings.push(finding);
    };
    for service in services {
        let Some(spec) = context.design.components.get(service).and_then(|service| at(service, &["spec"])) else {
            continue;
        };
        for (position, written) in list(spec, "ports").iter().enumerate() {
            let Some(number) = written.get("port").and_then(integer) else { continue };
            let field = path(["spec".into(), "ports".into(), position.into()]);
            let port = |path| Port { service, path, number, protocol: protocol(written) };
            let target = match written.get("targetPort").filter(|target| !target.is_null()) {
                Some(Value::String(name)) => name.to_string(),
                Some(target) => integer(target).unwrap_or(number).to_string(),
                None => number.to_string(),
            };
            let this = port(field.clone());
            match by_number.get(&number).filter(|first| first.service != service) {
                Some(first) if first.protocol != this.protocol => {
                    let what = format!("say {} and {} of port {number}", this.protocol, first.protocol);
                    tell(first, &this, what, findings);
                }
                _ => {
                    by_number.entry(number).or_insert_with(|| port(field.clone()));
                }
            }
            match by_target.get(&target).filter(|first| first.service != service) {
                Some(first) if first.number != number => {
                    let what = format!("lead from {number} and {} to its port {target}", first.number);
                    tell(first, &this, what, findings);
                }
                _ => {
                    by_target.entry(target).or_insert(this);
                }
            }
        }
    }
}

/// The protocol that a mesh reads off a port: its own field, the start of its name, else that of the transport.
fn protocol(port: &Value) -> &str {
    let known = ["http", "http2", "https", "grpc", "grpc-web", "mongo", "mysql", "redis", "tcp", "tls", "udp"];
    let start = text(port, "name").map(|name| name.split('-').next().unwrap_or(name));
    let named = start.filter(|start| known.contains(start));
    text(port, "appProtocol").or(named).or_else(|| text(port, "protocol")).unwrap_or("TCP")
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(Number::Int(number)) => Some(*number),
        _ => None,
    }
}

/// Whether a namespace puts its pods into the mesh.
fn is_injected(space: &Component) -> bool {
    let label = |key: &str| space.metadata()?.get("labels")?.get(key)?.as_str();
    match label("istio-injection") {
        Some(said) => said == "enabled",
        None => label("istio.io/rev").or_else(|| annotation(space, "istio.io/rev")).is_some(),
    }
}
