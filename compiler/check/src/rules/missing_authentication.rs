//! D0334 missing-authentication.

use design_vocabulary::{Component, Finding, Path, Segment, Value};

use crate::Context;
use crate::edges::Edges;
use crate::mesh::{ROOT, is, namespace};
use crate::reading::{at, labels, list};
use crate::rule::rule;

rule! {
    /// A `VirtualService` routes by the claims of a token that nobody verifies.
    ///
    /// Headers that begin with `@request.auth.claims` hold the claims of a token that a `RequestAuthentication` at the gateway
    /// has verified. Without one for the pods of the gateway the headers are never there, and the route is never taken.
    ///
    /// ## What to do
    ///
    /// Add a `RequestAuthentication` that selects the pods of the gateway.
    "D0334", "missing-authentication", Warning
}

const CLAIMS: &str = "@request.auth.claims";

/// One finding a virtual service, at the first such header.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let named = Edges::of(context, &["virtual-service-to-gateway"]);
    let selected = Edges::of(context, &["mesh-gateway-to-pods"]);
    let policies = Edges::of(context, &["mesh-policy-to-pods"]);
    let component = |number: usize| context.design.components.get(number);
    let is_policy = |one: &Component| one.kind == "RequestAuthentication" && one.group() == "security.istio.io";
    let all: Vec<&Component> = context.design.components.iter().filter(|one| is_policy(one)).collect();
    // Those without a selector, by their namespaces; selectors of the others.
    let wide: Vec<&str> = all.iter().filter(|one| selector(one).is_empty()).map(|one| namespace(one)).collect();
    let is_verified = |gateway: usize| {
        let pods = selected.from(gateway);
        let by_pod = pods.iter().any(|edge| {
            let mut others = policies.to(edge.to).iter().filter_map(|edge| component(edge.from));
            others.any(is_policy) || component(edge.to).is_some_and(|pod| wide.contains(&namespace(pod)))
        });
        let own = component(gateway).and_then(|gateway| at(gateway, &["spec", "selector"])?.as_object());
        let own = own.map(labels).unwrap_or_default();
        let by_labels = |policy: &&Component| {
            let wanted = selector(policy);
            !wanted.is_empty() && wanted.iter().all(|label| own.contains(label))
        };
        // Pods that are not in the input: a selector of theirs may be that of the gateway.
        by_pod || wide.contains(&ROOT) || (pods.is_empty() && all.iter().any(by_labels))
    };
    for (number, service) in context.design.components.iter().enumerate().filter(|(_, one)| is(one, "VirtualService")) {
        let gateways = named.from(number);
        let Some(header) = claim(service).filter(|_| !gateways.is_empty()) else { continue };
        let Some(edge) = gateways.iter().find(|edge| !is_verified(edge.to)) else { continue };
        let Some(span) = context.span(number, &header) else { continue };
        let gateway = context.named(edge.to);
        let message =
            format!("{} routes by claims of a token that nobody verifies at {gateway}", context.named(number));
        let mut finding =
            RULE.finding(message, span).help("add a RequestAuthentication that selects the pods of the gateway");
        if let Some(span) = context.span(number, &edge.path) {
            finding = finding.related("the gateway is named here", span);
        }
        findings.push(finding);
    }
}

fn selector(policy: &Component) -> Vec<(&str, &str)> {
    at(policy, &["spec", "selector", "matchLabels"]).and_then(Value::as_object).map(labels).unwrap_or_default()
}

/// The first header of a virtual service that holds a claim.
fn claim(service: &Component) -> Option<Path> {
    let spec = at(service, &["spec"])?;
    for (rule_number, rule) in list(spec, "http").iter().enumerate() {
        for (match_number, matched) in list(rule, "match").iter().enumerate() {
            for field in ["headers", "withoutHeaders"] {
                let headers = matched.get(field).and_then(Value::as_object);
                let key = headers.and_then(|headers| headers.keys().find(|key| key.starts_with(CLAIMS)));
                if let Some(key) = key {
                    let segments = [
                        "configuration".into(),
                        "spec".into(),
                        "http".into(),
                        rule_number.into(),
                        "match".into(),
                        match_number.into(),
                        field.into(),
                        Segment::Key(key.clone()),
                    ];
                    return Some(segments.into());
                }
            }
        }
    }
    None
}
