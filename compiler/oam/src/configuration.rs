//! The older form of the specification (v1alpha2): components that hold a workload, and a configuration that names them.

use std::collections::BTreeMap;

use design_source::Traced;
use design_syntax::NodeRef;

use crate::Problem;
use crate::application::{Read, push};
use crate::definition::set;
use crate::properties::Properties;
use crate::said::{said, text};
use crate::workload::{Around, Made, labelled, object};

/// Reads a configuration: each component that it names, with the values and traits that it adds.
pub(crate) fn read(root: NodeRef<'_>, components: &BTreeMap<&str, NodeRef<'_>>, read: &mut Read) {
    let name = name_of(root);
    let namespace = root.get("metadata").and_then(|metadata| metadata.get("namespace")).map(said);
    let listed = root.get("spec").and_then(|spec| spec.get("components"));
    for entry in listed.into_iter().flat_map(NodeRef::children).map(NodeRef::resolved) {
        let Some(wanted) = entry.get("componentName") else { continue };
        let Some(component) = components.get(wanted.text()) else {
            let message = format!("there is no Component `{}` in the input", wanted.text());
            read.problems.push(Problem::Invalid { message, span: wanted.span() });
            continue;
        };
        let around = Around {
            application: name.clone(),
            namespace: namespace.clone(),
            name: said(wanted),
            place: wanted.span(),
            type_name: "",
        };
        let Some(mut made) = workload(&around, *component, &mut read.problems) else { continue };
        values(*component, entry, &mut made, &mut read.problems);
        for one in entry.get("traits").into_iter().flat_map(NodeRef::children) {
            add_trait(&around, one.resolved(), &mut made, &mut read.problems);
        }
        push(made, &around.name, &[], read);
    }
}

/// Reads a component that no configuration names by itself.
pub(crate) fn component(root: NodeRef<'_>, read: &mut Read) {
    let name = name_of(root);
    let namespace = root.get("metadata").and_then(|metadata| metadata.get("namespace")).map(said);
    let around = Around { application: name.clone(), namespace, place: name.place, name, type_name: "" };
    if let Some(made) = workload(&around, root, &mut read.problems) {
        push(made, &around.name, &[], read);
    }
}

fn name_of(root: NodeRef<'_>) -> Traced {
    let name = root.get("metadata").and_then(|metadata| metadata.get("name"));
    name.map_or_else(|| text(root.span(), ""), said)
}

fn workload(around: &Around<'_>, component: NodeRef<'_>, problems: &mut Vec<Problem>) -> Option<Vec<Made>> {
    let Some(node) = component.get("spec").and_then(|spec| spec.get("workload")) else {
        let message = format!("the component `{}` needs `spec.workload`", around.name_text());
        problems.push(Problem::Invalid { message, span: component.span() });
        return None;
    };
    if node.get("kind").map(NodeRef::text) == Some("ContainerizedWorkload") {
        return Some(containerized(around, node, problems));
    }
    Some(vec![object(around, node, Some(around.name.clone()), problems)?])
}

/// A `ContainerizedWorkload`: a Deployment, and a Service for the ports of its containers.
fn containerized(around: &Around<'_>, node: NodeRef<'_>, problems: &mut Vec<Problem>) -> Vec<Made> {
    let place = node.span();
    let spec = node.get("spec");
    let (mut containers, mut ports) = (Vec::new(), Vec::new());
    for container in spec.and_then(|spec| spec.get("containers")).into_iter().flat_map(NodeRef::children) {
        let mut one = Properties::new("a container".to_owned(), container.span(), Some(container));
        let mut made = Traced::mapping(container.span());
        for (property, field) in [
            ("name", "name"),
            ("image", "image"),
            ("command", "command"),
            ("args", "args"),
            ("env", "env"),
            ("livenessProbe", "livenessProbe"),
            ("readinessProbe", "readinessProbe"),
        ] {
            made = made.with_some(field, one.said(property));
        }
        for mut port in one.each("ports") {
            let at = port.place();
            let (name, number) = (port.said("name"), port.said("containerPort").or_else(|| port.said("port")));
            let Some(number) = number else { continue };
            let entry = Traced::mapping(at).with_some("name", name.clone()).with("containerPort", number.clone());
            made.entry_list("ports", at).push(entry.with_some("protocol", port.said("protocol")));
            let entry = Traced::mapping(at).with_some("name", name).with("port", number.clone());
            ports.push(entry.with("targetPort", number));
        }
        if let Some(mut resources) = one.inner("resources") {
            for kind in ["cpu", "memory"] {
                let Some(amount) = resources.inner(kind).and_then(|mut amount| amount.said("required")) else {
                    continue;
                };
                made.entry("resources", amount.place).entry("requests", amount.place).set(kind, amount.clone());
            }
            resources.finish(problems);
        }
        one.finish(problems);
        containers.push(made);
    }
    let pod = Traced::mapping(place).with("containers", Traced::list(place, containers));
    let template = Traced::mapping(place)
        .with("metadata", Traced::mapping(place).with("labels", around.labels()))
        .with("spec", pod);
    let spec = Traced::mapping(place)
        .with("selector", Traced::mapping(place).with("matchLabels", around.selector()))
        .with("template", template);
    let body = Traced::mapping(place).with("metadata", labelled(around)).with("spec", spec);
    let mut made = vec![Made::new("Deployment", "apps/v1", body)];
    if !ports.is_empty() {
        let kind = text(place, "ClusterIP");
        made.push(crate::workload::service(around, Traced::list(place, ports), kind));
    }
    made
}

/// Puts the values of a configuration into the fields that the component opens.
fn values(component: NodeRef<'_>, entry: NodeRef<'_>, made: &mut [Made], problems: &mut Vec<Problem>) {
    let Some(workload) = made.first_mut() else { return };
    let open = component.get("spec").and_then(|spec| spec.get("parameters"));
    for value in entry.get("parameterValues").into_iter().flat_map(NodeRef::children).map(NodeRef::resolved) {
        let Some((name, wanted)) = value.get("name").zip(value.get("value")) else { continue };
        let parameter = open
            .into_iter()
            .flat_map(NodeRef::children)
            .find(|one| one.resolved().get("name").map(NodeRef::text) == Some(name.text()));
        let Some(parameter) = parameter else {
            let message = format!("the component has no parameter `{}`", name.text());
            problems.push(Problem::Invalid { message, span: name.span() });
            continue;
        };
        for path in parameter.resolved().get("fieldPaths").into_iter().flat_map(NodeRef::children) {
            set(&mut workload.body, path.text(), &said(wanted));
        }
    }
}

/// A trait of this form is an object: a scaler is understood, any other is one more object of the design.
fn add_trait(around: &Around<'_>, entry: NodeRef<'_>, made: &mut Vec<Made>, problems: &mut Vec<Problem>) {
    let Some(node) = entry.get("trait") else { return };
    if node.get("kind").map(NodeRef::text) == Some("ManualScalerTrait") {
        let replicas = node.get("spec").and_then(|spec| spec.get("replicaCount")).map(said);
        if let (Some(replicas), Some(workload)) = (replicas, made.first_mut()) {
            workload.body.entry("spec", replicas.place).set("replicas", replicas);
        }
        return;
    }
    made.extend(object(around, node, Some(around.name.clone()), problems));
}
