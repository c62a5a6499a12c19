//! Rules of the package `design`, and of those below it, which judge the whole graph at once.

use std::collections::HashMap;

use regorus::Value;

use crate::Read;
use crate::engine::{Program, elements_at, insert, object, text_at};
use crate::objects::announce;
use crate::pods::{self, PodKinds};
use crate::result::{About, verdicts, weight_of};
use crate::task::{Answer, Fault, FaultKind, Listener, Origin};

/// Judges the graph by the rules of these packages.
pub(crate) fn judge(
    program: &mut Program,
    packages: &[&String],
    task: &Read,
    listener: Option<Listener<'_>>,
    answer: &mut Answer,
) {
    let graph = task.graph.as_deref().ok_or_else(|| "there is no graph to judge".to_owned());
    let graph = graph.and_then(|graph| serde_json::from_str(graph).map_err(|error| error.to_string()));
    let graph: Value = match graph {
        Ok(graph) => graph,
        Err(message) => return answer.faults.push(Fault::new(FaultKind::Evaluate, Origin::Everything, message)),
    };
    let ids: Vec<&str> = task.objects.iter().map(|subject| subject.id.as_str()).collect();
    let positions: HashMap<&str, usize> = ids.iter().enumerate().map(|(index, id)| (*id, index)).collect();
    let find = |id: &str| positions.get(id).copied();
    program.set_input(input(&graph, task, &find));
    for package in packages {
        for rule in program.rules(package, |name| weight_of(name).is_some()) {
            let Some(weight) = weight_of(&rule.name) else { continue };
            let name = format!("{package}.{}", rule.name);
            announce(listener, &rule, &name, None);
            let about = About::new(&rule, &name, weight, None);
            match program.evaluate(&rule).and_then(|value| verdicts(&value, about, &find)) {
                Ok(verdicts) => answer.verdicts.extend(verdicts),
                Err(fault) => answer.faults.push(fault),
            }
        }
    }
}

/// The graph in the words of a design, each component with its object, which is shared and not copied.
fn input(graph: &Value, task: &Read, find: &dyn Fn(&str) -> Option<usize>) -> Value {
    let components: Vec<Value> = elements_at(graph, &["nodes"])
        .into_iter()
        .map(|node| {
            let mut component = node.clone();
            let subject = find(text_at(node, &["id"])).and_then(|index| task.objects.get(index));
            if let Some(subject) = subject {
                insert(&mut component, "object", subject.object.clone());
            }
            component
        })
        .collect();
    let list = |key: &str| Value::from(elements_at(graph, &[key]).into_iter().cloned().collect::<Vec<Value>>());
    let versions: Vec<Value> = task.kubernetes_versions.iter().map(|version| Value::from(version.as_str())).collect();
    object([
        ("pods", Value::from(pods(graph, task, &components))),
        ("components", Value::from(components)),
        ("relationships", list("edges")),
        ("unresolved", list("unresolved")),
        ("external", list("external")),
        ("environment", object([("kubernetesVersions", Value::from(versions))])),
    ])
}

/// The pods of the components, each with the relationships that lead to it and what they come from.
fn pods(graph: &Value, task: &Read, components: &[Value]) -> Vec<Value> {
    let kinds = PodKinds::of(&task.pod_kinds);
    let by_id: HashMap<&str, &Value> = components.iter().map(|one| (text_at(one, &["id"]), one)).collect();
    let mut incoming: HashMap<&str, Vec<Value>> = HashMap::new();
    for edge in elements_at(graph, &["edges"]) {
        if let Some(from) = by_id.get(text_at(edge, &["from"])) {
            let mut relationship = edge.clone();
            insert(&mut relationship, "component", (*from).clone());
            incoming.entry(text_at(edge, &["to"])).or_default().push(relationship);
        }
    }
    let pods = components.iter().filter_map(|component| {
        let kind = kinds.find(text_at(component, &["kind"]), text_at(component, &["apiVersion"]))?;
        pods::of(component, kind, incoming.remove(text_at(component, &["id"])).unwrap_or_default())
    });
    pods.collect()
}
