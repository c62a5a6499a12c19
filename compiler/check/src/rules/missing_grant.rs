//! D0343 missing-grant.

use std::collections::HashSet;

use design_vocabulary::{Component, Finding};

use crate::Context;
use crate::edges::Edges;
use crate::reading::{at, list, text};
use crate::rule::rule;

rule! {
    /// An object of the Gateway API names an object of another namespace, which no `ReferenceGrant` allows.
    ///
    /// A route may send requests to a service of another namespace, and a gateway may take a certificate from one, only where
    /// a `ReferenceGrant` in that namespace allows it. Without it the reference counts as not resolved.
    ///
    /// ## What to do
    ///
    /// Add a `ReferenceGrant` to the namespace of the object that is named, or move one of the objects.
    "D0343", "missing-grant", Warning
}

/// Who may name what in a namespace: namespace and name of what is named (empty: any), its group and kind, and namespace, group
/// and kind of who names it.
type Grant<'a> = (&'a str, &'a str, (&'a str, &'a str), (&'a str, &'a str, &'a str));

const GATEWAY: &str = "gateway.networking.k8s.io";

/// One finding a reference.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let grants = grants(context);
    let definitions = ["route-to-backend", "route-to-mirror", "gateway-to-certificate"];
    for (target, edges) in Edges::of(context, &definitions).by_end() {
        let Some(named) = context.design.components.get(target) else { continue };
        for edge in edges {
            let Some(from) = context.design.components.get(edge.from) else { continue };
            let (Some(own), Some(other)) = (from.namespace(), named.namespace()) else { continue };
            if own == other {
                continue;
            }
            let who = (own, from.group(), from.kind.as_str());
            // What a controller makes is named by the kind that is made.
            let what = if edge.definition == Some("gateway-to-certificate") { ("", "Secret") } else { kind(named) };
            let name = named.name().unwrap_or_default();
            if ["", name].iter().any(|name| grants.contains(&(other, *name, what, who))) {
                continue;
            }
            let Some(span) = context.span(edge.from, &edge.path) else { continue };
            let message = format!(
                "{} names {} of namespace `{other}`, which no ReferenceGrant there allows",
                context.named(edge.from),
                context.named(target)
            );
            let mut finding = RULE.finding(message, span).help(format!("add a ReferenceGrant to namespace `{other}`"));
            let place = ["configuration".into(), "metadata".into(), "namespace".into()];
            if let Some(span) = context.span(target, &place) {
                finding = finding.related(format!("{} lies there", context.named(target)), span);
            }
            findings.push(finding);
        }
    }
}

fn kind(component: &Component) -> (&str, &str) {
    (component.group(), component.kind.as_str())
}

fn grants<'a>(context: &Context<'a>) -> HashSet<Grant<'a>> {
    let mut grants = HashSet::new();
    let all = context.design.components.iter();
    for grant in all.filter(|component| component.kind == "ReferenceGrant" && component.group() == GATEWAY) {
        let (Some(spec), Some(space)) = (at(grant, &["spec"]), grant.namespace()) else { continue };
        for from in list(spec, "from") {
            let who = |key| text(from, key).unwrap_or_default();
            for to in list(spec, "to") {
                let what = |key| text(to, key).unwrap_or_default();
                let from = (who("namespace"), who("group"), who("kind"));
                grants.insert((space, what("name"), (what("group"), what("kind")), from));
            }
        }
    }
    grants
}
