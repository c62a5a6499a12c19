//! Volumes, and the objects that hold their content.

use design_source::Traced;

use super::Target;
use super::scale::set_variables;
use crate::container::add_volume;
use crate::properties::Properties;
use crate::said::{is_true, merge_by, text};
use crate::workload::{Made, prefixed};

/// `volumes`, `pvc` and `configmap` as they were before `storage`: volumes of the pod, which the component mounts.
pub(super) fn volumes(name: &str, target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    if name != "volumes" {
        return storage_of_old(name, target, properties);
    }
    for mut volume in properties.each("volumes") {
        let kind = volume.said("type");
        let Some(pod) = target.pod(properties) else { return };
        add_volume(pod, kind.as_ref().and_then(Traced::as_str).unwrap_or("emptyDir"), &mut volume);
    }
}

/// `pvc` and `configmap`, each with the list of its kind.
fn storage_of_old(name: &str, target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    match name {
        "pvc" => {
            let mut one = Properties::new(properties.of().to_owned(), properties.place(), properties.node());
            claim(target, &mut one);
            for key in CLAIM {
                properties.take(key);
            }
        }
        _ => {
            for mut map in properties.each("volumes") {
                content(target, "configMap", &mut map);
            }
        }
    }
}

const CLAIM: [&str; 8] =
    ["name", "claimName", "mountPath", "volumeMode", "volumeName", "accessModes", "storageClassName", "resources"];

/// `storage`: volumes of all kinds, mounted in the container of the component, and the objects behind them.
pub(super) fn storage(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    for mut one in properties.each("pvc") {
        claim(target, &mut one);
        let unknown = one;
        unknown.finish(target.problems);
    }
    for kind in ["configMap", "secret"] {
        for mut one in properties.each(kind) {
            content(target, kind, &mut one);
            one.finish(target.problems);
        }
    }
    for mut one in properties.each("emptyDir") {
        let place = one.place();
        let source = Traced::mapping(place).with("medium", one.said_or("medium", ""));
        mounted(target, "emptydir-", ("emptyDir", source), &mut one);
        one.finish(target.problems);
    }
    for mut one in properties.each("hostPath") {
        let source = Traced::mapping(one.place())
            .with_some("path", one.said("path"))
            .with("type", one.said_or("type", "Directory"));
        mounted(target, "hostpath-", ("hostPath", source), &mut one);
        one.finish(target.problems);
    }
}

/// Adds a volume under its prefixed name, and mounts it in the container of the component where it says a path.
fn mounted(target: &mut Target<'_, '_>, prefix: &str, source: (&str, Traced), one: &mut Properties<'_>) {
    let place = one.place();
    let Some(name) = one.needed("name", target.problems) else { return };
    let volume_name = prefixed(prefix, &name);
    let path = one.said("mountPath");
    let is_block = one.said("volumeMode").is_some_and(|mode| mode.as_str() == Some("Block"));
    let sub_path = one.said("subPath");
    let read_only = one.said("readOnly").filter(is_true);
    let Some(pod) = target.pod(one) else { return };
    let volume = Traced::mapping(place).with("name", volume_name.clone()).with(source.0, source.1);
    let list = pod.entry_list("volumes", place);
    if !list.elements().iter().any(|known| known.get("name").and_then(Traced::as_str) == volume_name.as_str()) {
        list.push(volume);
    }
    let Some(path) = path else { return };
    let container_name = target.around.name_text().to_owned();
    let Some(container) = target.container(&container_name, one) else { return };
    let (list, field) = if is_block { ("volumeDevices", "devicePath") } else { ("volumeMounts", "mountPath") };
    let mount = Traced::mapping(place)
        .with("name", volume_name)
        .with(field, path)
        .with_some("subPath", sub_path)
        .with_some("readOnly", read_only);
    container.entry_list(list, place).push(mount);
}

fn claim(target: &mut Target<'_, '_>, one: &mut Properties<'_>) {
    let place = one.place();
    let Some(name) = one.said("name") else {
        one.needed("name", target.problems);
        return;
    };
    let claim = one.said("claimName").unwrap_or_else(|| name.clone());
    let source = Traced::mapping(place).with("claimName", claim.clone());
    let is_mount_only = one.said("mountOnly").is_some_and(|value| is_true(&value));
    let mut spec = Traced::mapping(place)
        .with(
            "accessModes",
            one.said("accessModes").unwrap_or_else(|| Traced::list(place, vec![text(place, "ReadWriteOnce")])),
        )
        .with("volumeMode", one.said_or("volumeMode", "Filesystem"));
    for field in ["volumeName", "storageClassName", "dataSourceRef", "dataSource", "selector"] {
        spec = spec.with_some(field, one.said(field));
    }
    let mut resources = one.said("resources").unwrap_or_else(|| Traced::mapping(place));
    let requests = resources.entry("requests", place);
    if requests.get("storage").is_none() {
        requests.set("storage", text(place, "8Gi"));
    }
    spec.set("resources", resources);
    mounted(target, "pvc-", ("persistentVolumeClaim", source), one);
    if !is_mount_only {
        let body = Traced::mapping(place).with("metadata", target.around.metadata(claim)).with("spec", spec);
        target.made.push(Made::new("PersistentVolumeClaim", "v1", body));
    }
}

/// A config map or secret: as a volume where it says a path, as environment variables where it names those.
fn content(target: &mut Target<'_, '_>, kind: &'static str, one: &mut Properties<'_>) {
    let place = one.place();
    let Some(name) = one.said("name") else {
        one.needed("name", target.problems);
        return;
    };
    let is_map = kind == "configMap";
    let is_mount_only = one.said("mountOnly").is_some_and(|value| is_true(&value));
    let key = if is_map { "configMapKey" } else { "secretKey" };
    let mut variables = one.each("mountToEnvs");
    variables.extend(one.inner("mountToEnv"));
    let reference = if is_map { "configMapKeyRef" } else { "secretKeyRef" };
    let variable = |mut one: Properties<'_>| {
        let at = one.place();
        let from = Traced::mapping(at).with("name", name.clone()).with_some("key", one.said(key));
        Traced::mapping(at)
            .with_some("name", one.said("envName"))
            .with("valueFrom", Traced::mapping(at).with(reference, from))
    };
    let variables: Vec<Traced> = variables.into_iter().map(variable).collect();
    let container_name = target.around.name_text().to_owned();
    if !variables.is_empty()
        && let Some(container) = target.container(&container_name, one)
    {
        set_variables(container, variables);
    }
    let mut source = Traced::mapping(place)
        .with("defaultMode", one.said_or("defaultMode", 420))
        .with(if is_map { "name" } else { "secretName" }, name.clone());
    source = source.with_some("items", one.said("items"));
    let data = one.said("data");
    let string_data = (!is_map).then(|| one.said("stringData")).flatten();
    if one.take("mountPath").is_some() {
        let prefix = if is_map { "configmap-" } else { "secret-" };
        mounted(target, prefix, (kind, source), one);
    } else {
        for key in ["subPath", "readOnly", "volumeMode"] {
            one.take(key);
        }
    }
    if !is_mount_only {
        let body = Traced::mapping(place)
            .with("metadata", target.around.metadata(name))
            .with_some("data", data)
            .with_some("stringData", string_data);
        target.made.push(Made::new(if is_map { "ConfigMap" } else { "Secret" }, "v1", body));
    }
}

/// Adds an empty volume of a name to a pod, once.
pub(super) fn shared_volume(pod: &mut Traced, name: &Traced) {
    let place = name.place;
    let volume = Traced::mapping(place).with("name", name.clone()).with("emptyDir", Traced::mapping(place));
    merge_by(pod.entry_list("volumes", place), "name", volume);
}
