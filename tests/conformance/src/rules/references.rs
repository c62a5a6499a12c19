//! `references`: what a case refers to and does not have is what its verdict says.

use std::collections::BTreeSet;

use design_graph::{Graph, Missing};
use design_pipeline::{MemoryWorld, Request, compile};
use design_vocabulary::display_path;

use super::Fault;
use crate::Verdicts;
use crate::case::Subject;
use crate::verdicts::Gap;

/// A case without a verdict is only read.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Fault> {
    let Some(expected) = Verdicts::builtin().gaps(&subject.case.path) else { return Vec::new() };
    let world = MemoryWorld::new([(subject.case.path.as_str(), subject.case.bytes.clone())]);
    let request = Request { relationships: true, ..Request::new([subject.case.path.as_str()]) };
    let compilation = compile(&world, &request);
    let graphs = compilation.designs.iter().map(|design| &design.graph);
    let found: BTreeSet<Gap> =
        graphs.flat_map(|graph| graph.missing.iter().map(|missing| gap(graph, missing))).collect();
    let absent = expected.difference(&found).map(|gap| Fault::new(shown(gap), "no such gap"));
    let surplus = found.difference(expected).map(|gap| Fault::new("no such gap", shown(gap)));
    absent.chain(surplus).collect()
}

fn gap(graph: &Graph, missing: &Missing) -> Gap {
    let object = format!("{}/{}/{}", missing.kind, missing.namespace, missing.name);
    Gap {
        from: graph.nodes.get(missing.from).map(|node| node.id.clone()).unwrap_or_default(),
        field: display_path(missing.path.get(1..).unwrap_or_default()),
        missing: match &missing.part {
            Some(part) => format!("{} {} of {object}", part.kind.as_str(), part.name),
            None => object,
        },
    }
}

fn shown(gap: &Gap) -> String {
    format!("{} names {} in {}", gap.from, gap.missing, gap.field)
}
