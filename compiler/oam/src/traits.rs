//! Traits: what changes the workload of a component, or adds objects to it.

mod access;
mod pod;
mod scale;
mod storage;
mod traffic;

use design_source::Traced;

use crate::Problem;
use crate::patch::{merge, operate};
use crate::properties::Properties;
use crate::said::{as_text, elements_mut};
use crate::workload::{Around, Made};

/// The traits that have a built-in meaning.
pub(crate) const TRAITS: [&str; 36] = [
    "affinity",
    "annotations",
    "command",
    "configmap",
    "container-image",
    "container-ports",
    "cpuscaler",
    "env",
    "expose",
    "gateway",
    "hostalias",
    "hpa",
    "ingress",
    "ingress-1-20",
    "init-container",
    "json-merge-patch",
    "json-patch",
    "k8s-update-strategy",
    "labels",
    "lifecycle",
    "node-affinity",
    "patch",
    "podsecuritycontext",
    "pure-ingress",
    "pvc",
    "replication",
    "resource",
    "scaler",
    "securitycontext",
    "service-account",
    "service-binding",
    "sidecar",
    "startup-probe",
    "storage",
    "topologyspreadconstraints",
    "volumes",
];

/// What a trait works on: the objects of its component, the workload first.
pub(crate) struct Target<'a, 'd> {
    /// What the component is.
    pub around: &'a Around<'d>,
    /// Its objects; traits add to them.
    pub made: &'a mut Vec<Made>,
    /// What is wrong.
    pub problems: &'a mut Vec<Problem>,
}

impl Target<'_, '_> {
    /// The workload.
    pub fn workload(&mut self) -> Option<&mut Made> {
        self.made.first_mut()
    }

    /// The pods of the workload; a problem where it has none.
    pub fn pod(&mut self, properties: &Properties<'_>) -> Option<&mut Traced> {
        if self.workload().and_then(Made::template).is_none() {
            let message = format!("{} is about pods, and the component has none", properties.of());
            self.problems.push(Problem::Invalid { message, span: properties.place() });
        }
        self.made.first_mut().and_then(Made::pod)
    }

    /// A container of the workload by its name; a problem where there is none of that name.
    pub fn container(&mut self, name: &str, properties: &Properties<'_>) -> Option<&mut Traced> {
        let place = properties.place();
        let has = |pod: &Traced| {
            ["containers", "initContainers"]
                .iter()
                .any(|list| pod.get(list).into_iter().flat_map(Traced::elements).any(|one| is_named(one, name)))
        };
        let found = self.pod(properties).is_some_and(|pod| has(pod));
        if !found {
            let message = format!("{} is about the container `{name}`, and there is none", properties.of());
            self.problems.push(Problem::Invalid { message, span: place });
            return None;
        }
        let pod = self.made.first_mut().and_then(Made::pod)?;
        let list = if pod.get("containers").is_some_and(|list| list.elements().iter().any(|one| is_named(one, name))) {
            "containers"
        } else {
            "initContainers"
        };
        elements_mut(pod.get_mut(list)?).iter_mut().find(|one| is_named(one, name))
    }
}

fn is_named(container: &Traced, name: &str) -> bool {
    container.get("name").and_then(Traced::as_str) == Some(name)
}

/// Applies a trait; `false` where it has no built-in meaning.
pub(crate) fn apply(name: &str, target: &mut Target<'_, '_>, properties: &mut Properties<'_>) -> bool {
    match name {
        "scaler" | "replication" => scale::replicas(target, properties),
        "cpuscaler" => scale::processor(target, properties),
        "hpa" => scale::autoscaler(target, properties),
        "k8s-update-strategy" => scale::update_strategy(target, properties),
        "expose" => traffic::expose(target, properties),
        "gateway" | "ingress" | "ingress-1-20" => traffic::gateway(target, properties),
        "pure-ingress" => traffic::pure_ingress(target, properties),
        "env" => pod::environment(target, properties),
        "service-binding" => pod::service_binding(target, properties),
        "resource" => pod::resources(target, properties),
        "command" => pod::command(target, properties),
        "container-image" => pod::image(target, properties),
        "container-ports" => pod::ports(target, properties),
        "lifecycle" => pod::lifecycle(target, properties),
        "startup-probe" => pod::startup_probe(target, properties),
        "securitycontext" => pod::container_security(target, properties),
        "podsecuritycontext" => access::pod_security(target, properties),
        "sidecar" => pod::sidecar(target, properties),
        "init-container" => pod::init_container(target, properties),
        "hostalias" => access::host_alias(target, properties),
        "affinity" => access::affinity(target, properties),
        "node-affinity" => access::node_affinity(target, properties),
        "topologyspreadconstraints" => access::spread(target, properties),
        "service-account" => access::service_account(target, properties),
        "storage" => storage::storage(target, properties),
        "volumes" | "pvc" | "configmap" => storage::volumes(name, target, properties),
        "labels" | "annotations" => metadata(name, target, properties),
        "json-patch" => json_patch(target, properties),
        "json-merge-patch" | "patch" => json_merge_patch(target, properties),
        _ => return false,
    }
    true
}

/// `labels` and `annotations`: on the workload and on its pods.
fn metadata(field: &str, target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let Some(node) = properties.node() else { return };
    let added = crate::said::said(node);
    let place = properties.place();
    let Some(workload) = target.workload() else { return };
    let put = |metadata: &mut Traced| {
        let held = metadata.entry(field, place);
        for (key, value) in added.entries() {
            held.set(key.clone(), as_text(value.clone()));
        }
    };
    put(workload.body.entry("metadata", place));
    if let Some(template) = workload.template() {
        put(template.entry("metadata", place));
    }
}

fn json_patch(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    for mut operation in properties.each("operations") {
        let Some(workload) = target.made.first_mut() else { return };
        if let Err(reason) = operate(&mut workload.body, &mut operation) {
            let message = format!("this operation of {} cannot be applied: {reason}", properties.of());
            target.problems.push(Problem::Invalid { message, span: operation.place() });
        }
    }
}

fn json_merge_patch(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    if let (Some(node), Some(workload)) = (properties.node(), target.workload()) {
        merge(&mut workload.body, &crate::said::said(node));
    }
}

/// Whether every property of a trait means something, so that there is none to tell of.
pub(crate) fn is_open(name: &str) -> bool {
    matches!(name, "labels" | "annotations" | "json-merge-patch" | "patch" | "node-affinity")
}
