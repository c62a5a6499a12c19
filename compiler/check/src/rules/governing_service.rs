//! D0340 governing-service.

use design_vocabulary::{Finding, Value};

use crate::Context;
use crate::edges::Edges;
use crate::reading::{at, path};
use crate::rule::rule;

rule! {
    /// The service that a `StatefulSet` names does not give its pods names.
    ///
    /// `spec.serviceName` is the headless service that governs the set: it gives each pod a host name. That takes a service
    /// without an address of its own (`clusterIP: None`) that selects the pods of the set ("Stable Network ID" of the
    /// Kubernetes documentation).
    ///
    /// ## What to do
    ///
    /// Name the headless service of the set, or add one with the labels of its pods.
    "D0340", "governing-service", Warning
}

/// One finding a set.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let named = Edges::of(context, &["stateful-set-to-service"]);
    let selected = Edges::of(context, &["service-to-pods"]);
    for (service, sets) in named.by_end() {
        let Some(spec) = context.design.components.get(service).and_then(|service| at(service, &["spec"])) else {
            continue;
        };
        // Endpoints of a service without a selector are written by somebody else.
        let selector = spec.get("selector").and_then(Value::as_object).filter(|selector| !selector.is_empty());
        let is_headless = spec.get("clusterIP").and_then(Value::as_str) == Some("None");
        for edge in sets {
            let selects = selector.is_none() || selected.from(service).iter().any(|pods| pods.to == edge.from);
            let (what, field) = match (is_headless, selects) {
                (true, true) => continue,
                (_, false) => ("does not select its pods", "selector"),
                (false, true) => ("has an address of its own", "clusterIP"),
            };
            let Some(span) = context.span(edge.from, &edge.path) else { continue };
            let name = context.named(service);
            let message = format!("{} is governed by {name}, which {what}", context.named(edge.from));
            let mut finding =
                RULE.finding(message, span).help("name a headless service that selects the pods of the set");
            if let Some(span) = context.span(service, &path(["spec".into(), field.into()])) {
                finding = finding.related(format!("{name} {what}"), span);
            }
            findings.push(finding);
        }
    }
}
