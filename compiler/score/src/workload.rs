//! A workload: what runs it, and how it is reached.

use std::collections::BTreeMap;

use design_compose::{Node, join, object_name};
use design_source::Traced;
use design_vocabulary::Text;

use super::{Reading, labels, said};

/// A workload on its way.
pub(crate) struct Workload<'a> {
    pub node: &'a Node,
    /// Its name as written.
    pub name: String,
    /// The name of its objects.
    pub object: String,
    /// The folder of its file.
    pub folder: String,
}

/// What its pod needs beside containers.
#[derive(Default)]
pub(crate) struct Pod {
    pub volumes: Vec<Traced>,
    /// The keys of each config map that are mounted.
    pub modes: BTreeMap<String, Vec<Traced>>,
    /// Whether it mounts a claim.
    pub is_claimed: bool,
}

/// The annotation by which score-k8s is told what runs a workload.
const KIND: &str = "k8s.score.dev/kind";

impl Reading<'_> {
    pub(crate) fn workload(&mut self, path: &str, node: &Node) {
        self.unknown(node, &["apiVersion", "metadata", "service", "containers", "resources"], "a workload");
        let metadata = node.some("metadata");
        let named = metadata.and_then(|metadata| metadata.some("name"));
        let Some((name_node, name)) = named.and_then(|node| Some((node, node.scalar()?))) else {
            return self.invalid("the workload has no name", "add `metadata: {name: NAME}`", node.span);
        };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let workload = Workload { node, object: object_name(&name), name: name.to_string(), folder: join(folder, ".") };
        let place = name_node.place();
        let mut pod = Pod::default();
        let mut containers = Traced::list(place, Vec::new());
        let mut first = Traced::list(place, Vec::new());
        let entries = node.some("containers").map(Node::entries).unwrap_or_default();
        if entries.is_empty() {
            self.invalid("the workload has no containers", "add `containers: {NAME: {image: …}}`", node.span);
        }
        for (name, node) in entries {
            let mut container = self.container(&workload, name, node, &mut pod);
            match node.some("before") {
                None => containers.push(container),
                Some(before) => {
                    let is_complete = said_ready(before).is_some_and(|ready| ready == "complete");
                    if !is_complete {
                        // It goes on running beside those that it comes before.
                        container.set("restartPolicy", Traced::new(before.span, "Always"));
                    }
                    first.push(container);
                }
            }
        }
        let mut spec = Traced::mapping(place)
            .with_some("initContainers", (!first.is_empty()).then_some(first))
            .with("containers", containers);
        if !pod.volumes.is_empty() {
            spec.set("volumes", Traced::list(place, std::mem::take(&mut pod.volumes)));
        }
        self.controller(&workload, name_node, &pod, spec);
        self.service(&workload);
        self.resources(&workload);
    }

    fn controller(&mut self, workload: &Workload<'_>, name: &Node, pod: &Pod, spec: Traced) {
        let place = name.place();
        let metadata = workload.node.some("metadata");
        let written = metadata.and_then(|metadata| metadata.some("annotations"));
        let mut annotations = Traced::mapping(place);
        let mut kind = "Deployment";
        for (key, value) in written.map(Node::entries).unwrap_or_default() {
            let text = value.scalar().unwrap_or_default();
            match (key.as_str(), text.as_str()) {
                (KIND, "Deployment") => {}
                (KIND, "StatefulSet") => kind = "StatefulSet",
                (KIND, "DaemonSet") => kind = "DaemonSet",
                (KIND, _) => {
                    self.invalid(
                        format!("`{text}` runs no workload"),
                        "say `Deployment`, `StatefulSet` or `DaemonSet`",
                        value.span,
                    );
                }
                _ => {
                    if let Some(text) = self.text(workload, &text, value.span) {
                        annotations.set(key.clone(), said(value, text.as_str()));
                    }
                }
            }
        }
        let annotations = (!annotations.is_empty()).then_some(annotations);
        let selector = labels(place, &workload.name);
        let template_metadata =
            Traced::mapping(place).with("labels", selector.clone()).with_some("annotations", annotations.clone());
        let template = Traced::mapping(place).with("metadata", template_metadata).with("spec", spec);
        let mut spec = Traced::mapping(place);
        if kind == "StatefulSet" {
            spec.set("serviceName", Traced::new(place, workload.object.as_str()));
        }
        spec.set("selector", Traced::mapping(place).with("matchLabels", selector.clone()));
        if pod.is_claimed && kind == "Deployment" {
            // Two pods cannot both hold a claim that one node has, so the old one goes first.
            spec.set("strategy", Traced::mapping(place).with("type", Traced::new(place, "Recreate")));
        }
        spec.set("template", template);
        let metadata = Traced::mapping(place).with("labels", selector).with_some("annotations", annotations);
        let object = Traced::mapping(place).with("metadata", metadata).with("spec", spec);
        self.push(kind, "apps/v1", &said(name, workload.object.as_str()), &object);
    }

    /// A StatefulSet has a Service that gives its pods names, whether or not it has ports.
    fn governing(&mut self, workload: &Workload<'_>) {
        let annotations = workload.node.some("metadata").and_then(|metadata| metadata.some("annotations"));
        let Some(kind) = annotations.and_then(|annotations| annotations.some(KIND)) else { return };
        if kind.as_text() != Some("StatefulSet") {
            return;
        }
        let place = kind.place();
        let spec = Traced::mapping(place)
            .with("clusterIP", Traced::new(place, "None"))
            .with("selector", labels(place, &workload.name));
        let metadata = Traced::mapping(place).with("labels", labels(place, &workload.name));
        let object = Traced::mapping(place).with("metadata", metadata).with("spec", spec);
        self.push("Service", "v1", &Traced::new(place, workload.object.as_str()), &object);
    }

    fn service(&mut self, workload: &Workload<'_>) {
        let Some(service) = workload.node.some("service") else { return self.governing(workload) };
        self.unknown(service, &["ports"], "`service`");
        let Some(ports) = service.some("ports").filter(|ports| !ports.entries().is_empty()) else {
            return self.governing(workload);
        };
        let place = service.place();
        let mut list = Traced::list(ports.span, Vec::new()).under(ports.key);
        for (name, port) in ports.entries() {
            self.unknown(port, &["port", "targetPort", "protocol"], "a port");
            let Some((number_node, number)) = port.some("port").and_then(|node| Some((node, node.as_integer()?)))
            else {
                self.invalid(format!("the port `{name}` has no number"), "add `port`", port.place());
                continue;
            };
            let target = port.some("targetPort").and_then(|node| Some(said(node, node.as_integer()?)));
            let protocol = port.some("protocol").and_then(|node| Some(said(node, node.scalar()?.to_uppercase())));
            let made = Traced::mapping(port.span)
                .with("name", Traced::new(port.place(), object_name(name).as_str()))
                .with("port", said(number_node, number))
                .with("targetPort", target.unwrap_or_else(|| said(number_node, number)))
                .with_some("protocol", protocol);
            list.push(made);
        }
        let spec = Traced::mapping(place).with("ports", list).with("selector", labels(place, &workload.name));
        let metadata = Traced::mapping(place).with("labels", labels(place, &workload.name));
        let object = Traced::mapping(place).with("metadata", metadata).with("spec", spec);
        self.push("Service", "v1", &Traced::new(place, workload.object.as_str()), &object);
    }
}

/// When what comes before counts as there, wherever it is written.
fn said_ready(before: &Node) -> Option<Text> {
    let own = before.some("ready").and_then(Node::scalar);
    let inner = || {
        let of_entries = before.entries().iter().map(|(_, node)| node);
        of_entries.chain(before.elements()).find_map(|node| node.some("ready").and_then(Node::scalar))
    };
    own.or_else(inner)
}
