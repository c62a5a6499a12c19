//! `order`: a namespace is listed before what lies in it, a custom resource definition before its resources, and what
//! an object needs is in an earlier batch.

use std::collections::BTreeMap;

use design_graph::Graph;
use design_vocabulary::Value;

use super::Fault;
use crate::case::Subject;
use crate::independent::{Reading, read};

/// Reads the rendered text again, so that the order is that of what is written.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Fault> {
    let designs = subject.designs().iter();
    designs
        .flat_map(|design| {
            let mut faults = judge(&design.artifacts().map(|artifact| artifact.text).collect::<Vec<_>>());
            faults.extend(batches(&design.graph));
            faults
        })
        .collect()
}

/// What a need is not met by: every edge that is one leads to an earlier batch, those of a cycle excepted, of which all
/// are in one.
fn batches(graph: &Graph) -> Vec<Fault> {
    let order = graph.order();
    let mut batch_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (batch, members) in order.batches.iter().enumerate() {
        batch_of.extend(members.iter().map(|member| (*member, batch)));
    }
    let in_cycles: Vec<usize> = order.cycles.iter().flatten().copied().collect();
    let name = |position: usize| graph.nodes.get(position).map_or_else(String::new, |node| node.id.clone());
    let mut faults = Vec::new();
    let needs = graph.edges.iter().enumerate().filter(|(_, edge)| edge.is_need && edge.from != edge.to);
    for (position, edge) in needs {
        let (Some(from), Some(to)) = (batch_of.get(&edge.from), batch_of.get(&edge.to)) else {
            faults.push(Fault::new(format!("a batch for {} and {}", name(edge.from), name(edge.to)), "none"));
            continue;
        };
        let is_cyclic = in_cycles.contains(&position) || from == to && !order.cycles.is_empty();
        if to >= from && !is_cyclic {
            let expected = format!("{} in a batch before that of {}", name(edge.to), name(edge.from));
            faults.push(Fault::new(expected, format!("batches {} and {}", to + 1, from + 1)));
        }
    }
    faults
}

fn judge(texts: &[String]) -> Vec<Fault> {
    let objects: Vec<Value> =
        texts.iter().filter_map(|text| read(text, Reading::Kubernetes).ok()?.into_iter().next()).collect();
    let mut namespaces: BTreeMap<&str, usize> = BTreeMap::new();
    let mut definitions: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (position, object) in objects.iter().enumerate() {
        match (text(object, &["apiVersion"]), text(object, &["kind"])) {
            ("v1", "Namespace") => {
                namespaces.entry(text(object, &["metadata", "name"])).or_insert(position);
            }
            (_, "CustomResourceDefinition") => {
                let defined = (text(object, &["spec", "group"]), text(object, &["spec", "names", "kind"]));
                definitions.entry(defined).or_insert(position);
            }
            _ => {}
        }
    }
    let mut faults = Vec::new();
    for (position, object) in objects.iter().enumerate() {
        let (kind, name) = (text(object, &["kind"]), text(object, &["metadata", "name"]));
        let namespace = text(object, &["metadata", "namespace"]);
        if namespaces.get(namespace).is_some_and(|first| *first > position) {
            faults.push(Fault::new(format!("Namespace {namespace} before {kind} {name}"), "it comes later"));
        }
        let group = text(object, &["apiVersion"]).split_once('/').map_or("", |(group, _)| group);
        if definitions.get(&(group, kind)).is_some_and(|first| *first > position) {
            faults.push(Fault::new(
                format!("the definition of {kind} in {group} before {kind} {name}"),
                "it comes later",
            ));
        }
    }
    faults
}

fn text<'a>(object: &'a Value, path: &[&str]) -> &'a str {
    path.iter().try_fold(object, |value, key| value.get(key)).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_too_late_is_named() {
        let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n".to_owned();
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\n".to_owned();
        let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
                          metadata: {name: as.x.io}\nspec: {group: x.io, names: {kind: A}}\n"
            .to_owned();
        let resource = "apiVersion: x.io/v1\nkind: A\nmetadata: {name: one}\n".to_owned();
        assert_eq!(judge(&[namespace.clone(), definition.clone(), pod.clone(), resource.clone()]), []);
        let wrong: Vec<String> =
            judge(&[pod, namespace, resource, definition]).into_iter().map(|fault| fault.expected).collect();
        assert_eq!(wrong, ["Namespace shop before Pod web", "the definition of A in x.io before A one"]);
    }
}
