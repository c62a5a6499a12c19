//! D0313 missing-port.

use design_graph::Pods;
use design_registry::{PartKind, Registry};
use design_vocabulary::{Finding, Path, Segment, Severity, Span, Value};

use crate::Context;
use crate::edges::Edges;
use crate::gap::{Gap, each};
use crate::reading::list;
use crate::rule::rule;

rule! {
    /// A field names a port on which nobody listens.
    ///
    /// An Ingress or a route names a port of a Service, a Service names a port of its pods, a probe names a port of its own
    /// container, a host name in a text carries a port: in each case the object is in the input and does not have that port.
    ///
    /// A Service has exactly the ports that it lists, and a port by name has to be declared. A container may listen on
    /// numbers that it does not declare: where it declares others, a Service that leads to such a number is a warning, and
    /// where it declares none, nothing is told.
    ///
    /// ## What to do
    ///
    /// Correct the name or the number, or declare the port under `ports`.
    "D0313", "missing-port", Error
}

/// One finding a field.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let edges = Edges::of(context, &SELECTING);
    each(context, findings, &RULE, Gap::Part(PartKind::Port), |gap, mut finding| {
        let port = gap.missing.part.as_ref().map_or("", |part| part.name.as_str());
        let (kind, name) = (&gap.missing.kind, &gap.missing.name);
        let is_itself = gap.object(context).is_some_and(|(number, _)| number == gap.missing.from);
        finding = finding.help("name a port that it has, or declare the port under `ports`");
        if is_itself {
            finding.message = format!("{} names a port `{port}` that it does not have", gap.from);
            return finding;
        }
        // A selector has no name; its labels stand in the place.
        let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
        finding.message = if kind == "Pod" && name.contains('=') {
            finding.severity = if is_number { Severity::Warning } else { finding.severity };
            let mut selected = edges.from(gap.missing.from).iter().map(|edge| edge.to);
            if let Some((workload, span)) = selected.find_map(|to| Some((to, ports_of(context, to)?))) {
                finding = finding.related(format!("{} has these ports", context.named(workload)), span);
            }
            format!("no pods with the labels `{name}` have a port `{port}`, which {} names", gap.from)
        } else {
            format!("{kind} `{name}` has no port `{port}`, which {} names", gap.from)
        };
        gap.beside(context, finding, &[])
    });
}

/// The definitions by which objects select the pods whose ports they name.
const SELECTING: [&str; 4] =
    ["service-to-pods", "pod-monitor-to-pods", "network-policy-of-pods", "network-policy-to-pods"];

/// Where the first container of a workload that has ports lists them.
fn ports_of(context: &Context<'_>, workload: usize) -> Option<Span> {
    let component = context.design.components.get(workload)?;
    let relationships = Registry::builtin().relationships();
    let described =
        relationships.pods.iter().find(|pods| pods.kind == component.kind && pods.group == component.group());
    let spec = Pods::of(relationships).spec(component)?;
    let containers = spec.get("containers").and_then(Value::as_array)?;
    let container = containers.iter().position(|container| !list(container, "ports").is_empty())?;
    let outside = described?.spec.split('.').map(Segment::from);
    let inside = ["containers".into(), container.into(), "ports".into()];
    let path: Path = [Segment::from("configuration")].into_iter().chain(outside).chain(inside).collect();
    context.span(workload, &path)
}
