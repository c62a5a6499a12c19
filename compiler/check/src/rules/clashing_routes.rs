//! D0319 clashing-routes.

use design_vocabulary::{Component, Finding, Path, Segment, Value};

use crate::Context;
use crate::clash::{Claim, Claims, tell};
use crate::reading::{annotation, list, text};
use crate::rule::rule;

rule! {
    /// Two objects route the same host and path.
    ///
    /// Hosts and paths belong to the whole ingress controller, whatever the namespace. Where two `Ingress` objects of one
    /// class claim the same host and path, or two `HTTPRoute` objects the same match on the same gateway, only one gets the
    /// requests; which one depends on the controller, and usually on which is older. A path of type `Exact` does not clash
    /// with a prefix.
    ///
    /// An `Ingress` that is marked as a canary of ingress-nginx shares its host and path on purpose, and is not told of.
    ///
    /// ## What to do
    ///
    /// Give one of them another host or path, or delete it.
    "D0319", "clashing-routes", Warning
}

/// One finding an object and route.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut claims = Claims::new();
    for (number, component) in context.design.components.iter().enumerate() {
        match (component.group(), component.kind.as_str()) {
            ("networking.k8s.io" | "extensions", "Ingress") => ingress(number, component, &mut claims),
            ("gateway.networking.k8s.io", "HTTPRoute" | "GRPCRoute") => route(number, component, &mut claims),
            _ => {}
        }
    }
    tell(context, findings, &RULE, &claims, |name, other, (_, shown)| {
        (format!("{name} routes {shown}, and so does {other}"), "give one of them another host or path".to_owned())
    });
}

/// What a route belongs to, and the route as people read it.
type Route = (String, String);

fn ingress(number: usize, component: &Component, claims: &mut Claims<Route>) {
    if annotation(component, "nginx.ingress.kubernetes.io/canary") == Some("true") {
        return;
    }
    let Some(spec) = component.configuration.get("spec") else { return };
    let class =
        text(spec, "ingressClassName").or(annotation(component, "kubernetes.io/ingress.class")).unwrap_or_default();
    for (rule_number, rule) in list(spec, "rules").iter().enumerate() {
        let host = text(rule, "host").unwrap_or("*");
        let paths = rule.get("http").map_or(&[] as &[Value], |http| list(http, "paths"));
        for (path_number, route) in paths.iter().enumerate() {
            let written = text(route, "path").unwrap_or("/");
            let kind = text(route, "pathType").unwrap_or("ImplementationSpecific");
            let path = if kind == "Prefix" { written.trim_end_matches('/') } else { written };
            let key = (format!("Ingress {class} {kind} {host}{path}"), format!("`{host}{path}`"));
            let field: Path = vec![
                "configuration".into(),
                "spec".into(),
                "rules".into(),
                rule_number.into(),
                "http".into(),
                "paths".into(),
                path_number.into(),
            ];
            let leaf = if route.get("path").is_some() { vec![Segment::from("path")] } else { Vec::new() };
            claims.add(Claim { component: number, path: [field, leaf].concat() }, [key]);
        }
    }
}

fn route(number: usize, component: &Component, claims: &mut Claims<Route>) {
    let Some(spec) = component.configuration.get("spec") else { return };
    let own = component.namespace().unwrap_or_default();
    let parents: Vec<String> = list(spec, "parentRefs")
        .iter()
        .map(|parent| {
            let field = |key| text(parent, key).unwrap_or_default();
            let port = parent.get("port").map(shown).unwrap_or_default();
            let namespace = text(parent, "namespace").unwrap_or(own);
            format!("{} {namespace}/{} {} {port}", field("kind"), field("name"), field("sectionName"))
        })
        .collect();
    let mut hosts: Vec<&str> = list(spec, "hostnames").iter().filter_map(Value::as_str).collect();
    if hosts.is_empty() {
        hosts.push("*");
    }
    for (rule_number, rule) in list(spec, "rules").iter().enumerate() {
        let matches = list(rule, "matches");
        let field: Path = vec!["configuration".into(), "spec".into(), "rules".into(), rule_number.into()];
        // Without a match everything is matched.
        let everything = [Value::Null];
        let each = if matches.is_empty() { &everything[..] } else { matches };
        for (match_number, matched) in each.iter().enumerate() {
            let leaf: Path = match matched {
                Value::Null => Vec::new(),
                _ => vec!["matches".into(), match_number.into()],
            };
            let path = matched.get("path").and_then(|path| text(path, "value")).unwrap_or("/");
            let things = parents.iter().flat_map(|parent| {
                hosts.iter().map(move |host| {
                    let key = format!("{} {parent} {host} {}", component.kind, shown(matched));
                    (key, format!("`{host}{path}`"))
                })
            });
            claims.add(Claim { component: number, path: [field.clone(), leaf].concat() }, things);
        }
    }
}

/// A value as a text that equal values share.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Object(object) => {
            let mut entries: Vec<String> =
                object.iter().map(|(key, value)| format!("{key:?}:{}", shown(value))).collect();
            entries.sort();
            format!("{{{}}}", entries.join(","))
        }
        Value::Array(elements) => format!("[{}]", elements.iter().map(shown).collect::<Vec<_>>().join(",")),
        other => format!("{other:?}"),
    }
}
