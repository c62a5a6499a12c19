//! D0332 two-configurations.

use design_vocabulary::{Component, Finding, Value};

use crate::Context;
use crate::clash::{Claim, Claims, tell};
use crate::edges::Edges;
use crate::mesh::namespace;
use crate::reading::{at, path};
use crate::rule::rule;

rule! {
    /// Two objects of one kind configure the same proxies, of which only one is used.
    ///
    /// Of `Sidecar`, `Telemetry` and `PeerAuthentication` a proxy uses one for its pod, and one without a selector for its
    /// namespace. Where two select the same pod, or two of one namespace have no selector, one is ignored; which one depends
    /// on their age.
    ///
    /// ## What to do
    ///
    /// Merge the two, or select other pods.
    "D0332", "two-configurations", Error
}

/// The kinds, with the definition that finds their pods and the key of their selector.
const KINDS: [(&str, &str, &str); 3] = [
    ("Sidecar", "networking.istio.io", "workloadSelector"),
    ("Telemetry", "telemetry.istio.io", "selector"),
    ("PeerAuthentication", "security.istio.io", "selector"),
];

/// What one object of a kind is for.
#[derive(Clone, PartialEq, Eq, Hash)]
enum For {
    Pods(&'static str, usize),
    Namespace(&'static str, String),
}

/// One finding an object.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let edges = Edges::of(context, &["sidecar-of-pods", "telemetry-of-pods", "mesh-policy-to-pods"]);
    let mut claims = Claims::new();
    for (number, component) in context.design.components.iter().enumerate() {
        let known = KINDS.iter().find(|(kind, group, _)| component.kind == *kind && component.group() == *group);
        let Some((kind, _, key)) = known.filter(|_| !component.is_annotation) else { continue };
        let Some(spec) = at(component, &["spec"]) else { continue };
        if spec.get("targetRef").or_else(|| spec.get("targetRefs")).is_some() {
            continue;
        }
        if selects(component, key) {
            let pods: Vec<For> = edges.from(number).iter().map(|edge| For::Pods(kind, edge.to)).collect();
            claims.add(Claim { component: number, path: path(["spec".into(), (*key).into()]) }, pods);
        } else {
            let space = For::Namespace(kind, namespace(component).to_owned());
            claims.add(Claim { component: number, path: path(["spec".into()]) }, [space]);
        }
    }
    tell(context, findings, &RULE, &claims, |name, other, what| {
        let message = match what {
            For::Pods(_, pods) => format!("{name} selects the pods of {}, and so does {other}", context.named(*pods)),
            For::Namespace(_, space) => format!("{name} is for all of namespace `{space}`, and so is {other}"),
        };
        (message, "merge the two, or select other pods".to_owned())
    });
}

/// Whether an object has a selector that asks for something.
fn selects(component: &Component, key: &str) -> bool {
    let selector = at(component, &["spec", key]);
    let labels = selector.and_then(|selector| selector.get("labels").or_else(|| selector.get("matchLabels")));
    labels.and_then(Value::as_object).is_some_and(|labels| !labels.is_empty())
}
