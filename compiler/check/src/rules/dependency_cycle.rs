//! D0307 dependency-cycle.

use design_source::Located;
use design_vocabulary::Finding;

use crate::Context;
use crate::rule::rule;

rule! {
    /// Components need each other in a circle, so no order brings them up.
    ///
    /// Each names the next in a field that has to be satisfied before it can work: a mounted volume, a referenced key, a
    /// role, an owner. Calls between services and label selectors do not count: those are satisfied at run time.
    ///
    /// The finding stands at the first reference of the circle; the others are beside it.
    ///
    /// ## What to do
    ///
    /// Break the circle: mark one reference `optional: true` where the field allows it, or split the object that both
    /// sides need.
    "D0307", "dependency-cycle", Warning
}

/// One finding a circle.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for cycle in context.graph.cycles() {
        let edges: Vec<_> = cycle.iter().filter_map(|number| context.graph.edges.get(*number)).collect();
        let id = |component: usize| context.graph.nodes.get(component).map_or("", |node| node.id.as_str());
        let place = |edge: &design_graph::Edge| match edge.relationship {
            Some(number) => context.map.relationship(number, &[]).map(Located::best),
            None => context.span(edge.from, &edge.path),
        };
        let Some((first, others)) = edges.split_first() else { continue };
        let Some(span) = place(first) else { continue };
        let names: Vec<&str> = edges.iter().map(|edge| id(edge.from)).chain([id(first.from)]).collect();
        let mut finding = RULE.finding(format!("{} need each other in a circle", names.join(" -> ")), span);
        for other in others {
            if let Some(span) = place(other) {
                finding = finding.related(format!("{} names {}", id(other.from), id(other.to)), span);
            }
        }
        findings.push(finding.help("break the circle at one of these references"));
    }
}
