//! D0326 empty-subset.

use design_graph::Pods;
use design_registry::Registry;
use design_vocabulary::{Finding, Object, Value};

use crate::Context;
use crate::edges::Edges;
use crate::mesh::is;
use crate::reading::{at, labels, list, path, text};
use crate::rule::rule;

rule! {
    /// A subset of a `DestinationRule` has no pods.
    ///
    /// A subset is those pods of the host's service that carry its labels. Where none does, every request to it is answered
    /// with 503. Labels of the topology are those of the nodes; they are not compared, unless they are empty, which no
    /// region is.
    ///
    /// ## What to do
    ///
    /// Compare the labels of the subset with those of the pods' template.
    "D0326", "empty-subset", Warning
}

/// What begins the labels that pods have from their nodes.
const TOPOLOGY: &str = "topology.";

/// One finding a subset.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let hosts = Edges::of(context, &["destination-rule-to-service"]);
    let services = Edges::of(context, &["service-to-pods"]);
    let pods = Pods::of(Registry::builtin().relationships());
    for (number, component) in
        context.design.components.iter().enumerate().filter(|(_, one)| is(one, "DestinationRule"))
    {
        let Some(spec) = at(component, &["spec"]) else { continue };
        for edge in hosts.from(number) {
            let Some(service) = context.design.components.get(edge.to) else { continue };
            // A service entry, or a service whose endpoints somebody else writes.
            if service.kind != "Service" || at(service, &["spec", "selector"]).is_none() {
                continue;
            }
            let selected: Vec<&Object> = services
                .from(edge.to)
                .iter()
                .filter_map(|edge| pods.labels(context.design.components.get(edge.to)?))
                .collect();
            for (position, subset) in list(spec, "subsets").iter().enumerate() {
                let wanted = subset.get("labels").and_then(Value::as_object).map(labels).unwrap_or_default();
                let carries = |pod: &&Object| {
                    wanted.iter().all(|(key, value)| {
                        if key.starts_with(TOPOLOGY) { !value.is_empty() } else { pod.get_str(key) == Some(value) }
                    })
                };
                if wanted.is_empty() || selected.iter().any(carries) {
                    continue;
                }
                let field = path(["spec".into(), "subsets".into(), position.into(), "labels".into()]);
                let Some(span) = context.span(number, &field) else { continue };
                let name = text(subset, "name").unwrap_or_default();
                let message = format!(
                    "no pod of {} is in the subset `{name}` of {}",
                    context.named(edge.to),
                    context.named(number)
                );
                let mut finding =
                    RULE.finding(message, span).help("compare the labels with those of the pods' template");
                if let Some(span) = context.span(edge.to, &path(["spec".into(), "selector".into()])) {
                    finding = finding.related(format!("{} selects its pods", context.named(edge.to)), span);
                }
                findings.push(finding);
            }
        }
    }
}
