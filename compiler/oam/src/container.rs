//! The container and the volumes that most component types describe alike.

use design_source::Traced;
use design_vocabulary::Span;

use crate::Problem;
use crate::properties::Properties;
use crate::said::{integer, is_true, merge_by, text};

/// The container of a component: image, command, environment, resources, probes.
pub(crate) fn container(name: &Traced, properties: &mut Properties<'_>, problems: &mut Vec<Problem>) -> Traced {
    let mut container = Traced::mapping(properties.place()).with("name", name.clone());
    if let Some(image) = properties.needed("image", problems) {
        container.set("image", image);
    }
    for (property, field) in [
        ("imagePullPolicy", "imagePullPolicy"),
        ("cmd", "command"),
        ("args", "args"),
        ("env", "env"),
        ("livenessProbe", "livenessProbe"),
        ("readinessProbe", "readinessProbe"),
    ] {
        if let Some(value) = properties.said(property) {
            container.set(field, value);
        }
    }
    // The definitions ask for as much as they allow.
    for resource in ["cpu", "memory"] {
        let Some(amount) = properties.said(resource) else { continue };
        let place = amount.place;
        let resources = container.entry("resources", place);
        resources.entry("limits", place).set(resource, amount.clone());
        resources.entry("requests", place).set(resource, amount);
    }
    container
}

/// The ports of a container, and those of them that a Service offers.
pub(crate) fn ports(container: &mut Traced, properties: &mut Properties<'_>) -> Vec<Traced> {
    let mut exposed = Vec::new();
    let old = properties.said("port");
    let listed = properties.each("ports");
    if let Some(port) = old.filter(|_| listed.is_empty()) {
        let entry = Traced::mapping(port.place).with("containerPort", port.clone());
        container.set("ports", Traced::list(port.place, vec![entry]));
    }
    for mut one in listed {
        let place = one.place();
        let Some(port) = one.said("port") else { continue };
        let written = port.clone();
        let name = one.said("name").unwrap_or_else(|| port_name(&port));
        let mut entry = Traced::mapping(place).with("containerPort", port.clone()).with("name", name.clone());
        let protocol = one.said_or("protocol", "TCP");
        entry.set("protocol", protocol);
        entry = entry.with_some("containerPort", one.said("containerPort"));
        if one.said("expose").is_some_and(|expose| is_true(&expose)) {
            let target = entry.get("containerPort").cloned().unwrap_or(written);
            exposed.push(
                Traced::mapping(place)
                    .with("port", port)
                    .with("targetPort", target)
                    .with("name", name)
                    .with_some("nodePort", one.said("nodePort")),
            );
        }
        container.entry_list("ports", place).push(entry);
    }
    exposed
}

/// The name that KubeVela gives a port without one.
pub(crate) fn port_name(port: &Traced) -> Traced {
    text(port.place, format!("port-{}", integer(port).unwrap_or_default()))
}

/// What a component says of volumes: mounts go to the container, volumes to the pod.
pub(crate) fn volumes(container: &mut Traced, pod: &mut Traced, properties: &mut Properties<'_>) {
    let older = properties.each("volumes");
    let newer = properties.inner("volumeMounts");
    if let Some(mut mounts) = newer {
        for kind in ["pvc", "configMap", "secret", "emptyDir", "hostPath"] {
            for mut volume in mounts.each(kind) {
                mount(container, &mut volume);
                add_volume(pod, kind, &mut volume);
            }
        }
    } else {
        for mut volume in older {
            let kind = volume.said("type");
            mount(container, &mut volume);
            add_volume(pod, kind.as_ref().and_then(Traced::as_str).unwrap_or("emptyDir"), &mut volume);
        }
    }
}

fn mount(container: &mut Traced, volume: &mut Properties<'_>) {
    let (Some(name), Some(path)) = (volume.said("name"), volume.said("mountPath")) else { return };
    let mount = Traced::mapping(volume.place())
        .with("mountPath", path)
        .with_some("subPath", volume.said("subPath"))
        .with("name", name);
    container.entry_list("volumeMounts", volume.place()).push(mount);
}

/// Adds a volume of a kind to a pod; one of the same name is replaced.
pub(crate) fn add_volume(pod: &mut Traced, kind: &str, volume: &mut Properties<'_>) {
    let place = volume.place();
    // The trait `volumes` of old has no claim name where the volume is a claim of the same name.
    let Some(name) = volume.said("name") else { return };
    let source = match kind {
        "pvc" => {
            let claim = volume.said("claimName").unwrap_or_else(|| name.clone());
            ("persistentVolumeClaim", Traced::mapping(place).with("claimName", claim))
        }
        "configMap" => {
            let map = Traced::mapping(place)
                .with("defaultMode", volume.said_or("defaultMode", 420))
                .with_some("name", volume.said("cmName"))
                .with_some("items", items(volume, place));
            ("configMap", map)
        }
        "secret" => {
            let secret = Traced::mapping(place)
                .with("defaultMode", volume.said_or("defaultMode", 420))
                .with_some("secretName", volume.said("secretName"))
                .with_some("items", items(volume, place));
            ("secret", secret)
        }
        "hostPath" => ("hostPath", Traced::mapping(place).with_some("path", volume.said("path"))),
        _ => ("emptyDir", Traced::mapping(place).with("medium", volume.said_or("medium", ""))),
    };
    let entry = Traced::mapping(place).with("name", name).with(source.0, source.1);
    merge_by(pod.entry_list("volumes", place), "name", entry);
}

/// The keys that a volume shows; a file that says no mode may be read and executed by everyone.
fn items(volume: &mut Properties<'_>, place: Span) -> Option<Traced> {
    let items = volume.each("items");
    if items.is_empty() {
        return None;
    }
    let item = |mut item: Properties<'_>| {
        Traced::mapping(item.place())
            .with_some("key", item.said("key"))
            .with_some("path", item.said("path"))
            .with("mode", item.said_or("mode", 511))
    };
    Some(Traced::list(place, items.into_iter().map(item).collect()))
}
