//! D0333 ineffective-selector.

use design_graph::Pods;
use design_registry::Registry;
use design_vocabulary::{Finding, Object, Value};

use crate::Context;
use crate::edges::Edges;
use crate::reading::{at, path};
use crate::rule::rule;

rule! {
    /// A policy of Istio selects the pods of a gateway of the Gateway API by their labels, which has no effect.
    ///
    /// The pods that Istio makes for a `Gateway` of the Gateway API, waypoints among them, take policies that name the gateway
    /// in `targetRefs`. A selector does not reach them.
    ///
    /// ## What to do
    ///
    /// Name the gateway: `targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: …}]`.
    "D0333", "ineffective-selector", Warning
}

/// The label of the pods of such a gateway.
const GATEWAY: &str = "gateway.networking.k8s.io/gateway-name";

const KINDS: [&str; 4] = ["AuthorizationPolicy", "RequestAuthentication", "Telemetry", "WasmPlugin"];

/// One finding a policy.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let edges = Edges::of(context, &["mesh-policy-to-pods", "telemetry-of-pods", "wasm-plugin-of-pods"]);
    let pods = Pods::of(Registry::builtin().relationships());
    for (number, component) in context.design.components.iter().enumerate() {
        if !KINDS.contains(&component.kind.as_str()) || !component.group().ends_with(".istio.io") {
            continue;
        }
        let Some(spec) = at(component, &["spec"]) else { continue };
        if spec.get("targetRef").or_else(|| spec.get("targetRefs")).is_some() {
            continue;
        }
        let selector = at(component, &["spec", "selector", "matchLabels"]).and_then(Value::as_object);
        let selected = edges.from(number).iter().find(|edge| {
            let labels = context.design.components.get(edge.to).and_then(|one| pods.labels(one));
            labels.is_some_and(|labels: &Object| labels.contains_key(GATEWAY))
        });
        if selected.is_none() && !selector.is_some_and(|labels| labels.contains_key(GATEWAY)) {
            continue;
        }
        let Some(span) = context.span(number, &path(["spec".into(), "selector".into()])) else { continue };
        let message = format!("{} selects pods of a Gateway, which has no effect", context.named(number));
        let mut finding = RULE.finding(message, span).help("name the Gateway in `targetRefs`");
        let name = path(["metadata".into(), "name".into()]);
        if let Some((edge, span)) = selected.and_then(|edge| Some((edge, context.span(edge.to, &name)?))) {
            finding = finding.related(format!("{} is of a Gateway", context.named(edge.to)), span);
        }
        findings.push(finding);
    }
}
