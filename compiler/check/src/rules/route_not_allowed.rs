//! D0344 route-not-allowed.

use design_vocabulary::{Component, Finding, Value};

use crate::Context;
use crate::edges::Edges;
use crate::reading::{at, list, path, text};
use crate::rule::rule;

rule! {
    /// No listener of a Gateway takes the routes of a namespace from which one names it.
    ///
    /// A listener takes routes of its own namespace only, unless `allowedRoutes.namespaces` says otherwise (Gateway API,
    /// `RouteNamespaces`). Any other route is not accepted. Listeners that select namespaces by their labels are not judged.
    ///
    /// ## What to do
    ///
    /// Write `allowedRoutes: {namespaces: {from: All}}` on the listener, or select the namespace by a label.
    "D0344", "route-not-allowed", Error
}

/// One finding a route and gateway.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (gateway, edges) in Edges::of(context, &["route-to-gateway"]).by_end() {
        let Some(component) = context.design.components.get(gateway) else { continue };
        let Some(spec) = at(component, &["spec"]).filter(|spec| !list(spec, "listeners").is_empty()) else { continue };
        for edge in edges {
            let Some(route) = context.design.components.get(edge.from) else { continue };
            let (Some(own), Some(other)) = (route.namespace(), component.namespace()) else { continue };
            let section = section(route, edge.path.get(1..).unwrap_or_default());
            let mut listeners = list(spec, "listeners")
                .iter()
                .filter(|listener| section.is_none_or(|section| text(listener, "name") == Some(section)))
                .peekable();
            // A section that is not there is told of as such.
            if own == other || listeners.peek().is_none() || listeners.any(takes_others) {
                continue;
            }
            let Some(span) = context.span(edge.from, &edge.path) else { continue };
            let name = context.named(gateway);
            let message =
                format!("{name} takes no routes of namespace `{own}`, where {} lies", context.named(edge.from));
            let mut finding =
                RULE.finding(message, span).help("allow the namespace by `allowedRoutes.namespaces` of the listener");
            if let Some(span) = context.span(gateway, &path(["spec".into(), "listeners".into()])) {
                finding = finding.related(format!("{name} takes routes of its own namespace"), span);
            }
            findings.push(finding);
        }
    }
}

/// Whether a listener takes routes of some other namespace.
fn takes_others(listener: &Value) -> bool {
    let spaces = listener.get("allowedRoutes").and_then(|allowed| allowed.get("namespaces"));
    matches!(spaces.and_then(|spaces| text(spaces, "from")), Some("All" | "Selector"))
}

/// The listener that a reference names, by the path of its name.
fn section<'a>(route: &'a Component, name: &[design_vocabulary::Segment]) -> Option<&'a str> {
    let (_, reference) = name.split_last()?;
    let (first, rest) = reference.split_first()?;
    let design_vocabulary::Segment::Key(first) = first else { return None };
    text(route.configuration.get(first)?.at(rest)?, "sectionName")
}
