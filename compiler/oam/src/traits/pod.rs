//! What is in the pods of a component: its containers, their environment, images and ports.

use design_source::{Data, Traced};
use design_syntax::NodeRef;

use super::Target;
use super::scale::set_variables;
use super::storage::shared_volume;
use crate::properties::Properties;
use crate::said::{as_text, elements_mut, is_true, merge_by, said, text};
use crate::workload::target_name;

/// Works on the container that a trait names, or on each of those under `containers`.
fn each_container(
    target: &mut Target<'_, '_>,
    properties: &mut Properties<'_>,
    work: impl Fn(&mut Traced, &mut Properties<'_>),
) {
    let several = properties.each("containers");
    if several.is_empty() {
        let name = target_name(target.around, properties);
        on_container(target, &name, properties, &work);
        return;
    }
    for mut one in several {
        let name = target_name(target.around, &mut one);
        on_container(target, &name, &mut one, &work);
        one.finish(target.problems);
    }
}

/// Works on a container by its name. Where there is none, what the properties say is still read, so that nobody takes them
/// for unknown ones.
fn on_container(
    target: &mut Target<'_, '_>,
    name: &str,
    properties: &mut Properties<'_>,
    work: &impl Fn(&mut Traced, &mut Properties<'_>),
) {
    match target.container(name, properties) {
        Some(container) => work(container, properties),
        None => work(&mut Traced::mapping(properties.place()), properties),
    }
}

/// `env`: variables added, replaced and taken away.
pub(super) fn environment(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    each_container(target, properties, |container, one| {
        let replaces = one.said("replace").is_some_and(|value| is_true(&value));
        let gone = one.said("unset").map(|list| list.elements().to_vec()).unwrap_or_default();
        let is_gone = |variable: &Traced| {
            let name = variable.get("name").and_then(Traced::as_str);
            gone.iter().any(|gone| gone.as_str() == name)
        };
        if let Some(Data::List(variables)) = container.get_mut("env").map(|list| &mut list.data) {
            variables.retain(|variable| !replaces && !is_gone(variable));
        }
        let variables = one.take("env").into_iter().flat_map(NodeRef::entries).map(|(name, value)| {
            Traced::mapping(name.span())
                .with("name", text(name.span(), name.text()))
                .with("value", as_text(said(value)).under(Some(name.span())))
        });
        set_variables(container, variables.filter(|variable| !is_gone(variable)).collect());
    });
}

/// `service-binding`: variables from keys of secrets.
pub(super) fn service_binding(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let mappings = properties.take("envMappings");
    each_container(target, properties, |container, _| {
        let variables = mappings.into_iter().flat_map(NodeRef::entries).map(|(name, from)| {
            let place = name.span();
            let secret = from.get("secret").map_or_else(|| Traced::new(place, ""), said);
            let key = from.get("key").map_or_else(|| text(place, name.text()), said);
            let reference = Traced::mapping(place).with("name", secret).with("key", key);
            Traced::mapping(place)
                .with("name", text(place, name.text()))
                .with("valueFrom", Traced::mapping(place).with("secretKeyRef", reference))
        });
        set_variables(container, variables.collect());
    });
}

/// `resource`: requests and limits.
pub(super) fn resources(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    each_container(target, properties, |container, one| {
        let place = one.place();
        let (cpu, memory) = (one.said("cpu"), one.said("memory"));
        let (requests, limits) = (one.said("requests"), one.said("limits"));
        let resources = container.entry("resources", place);
        for (name, amount) in [("cpu", cpu), ("memory", memory)] {
            let Some(amount) = amount else { continue };
            resources.entry("requests", place).set(name, amount.clone());
            resources.entry("limits", place).set(name, amount);
        }
        for (side, amounts) in [("requests", requests), ("limits", limits)] {
            for (name, amount) in amounts.iter().flat_map(Traced::entries) {
                resources.entry(side, place).set(name.clone(), amount.clone());
            }
        }
    });
}

/// `command`: the command and arguments of a container.
pub(super) fn command(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    each_container(target, properties, |container, one| {
        if let Some(command) = one.said("command") {
            container.set("command", command);
        }
        if let Some(arguments) = one.said("args") {
            container.set("args", arguments);
        }
        let texts = |value: Option<Traced>| value.map(|list| list.elements().to_vec()).unwrap_or_default();
        let (added, gone) = (texts(one.said("addArgs")), texts(one.said("delArgs")));
        if let Some(Data::List(arguments)) = container.get_mut("args").map(|list| &mut list.data) {
            arguments.retain(|argument| !gone.iter().any(|gone| gone.as_str() == argument.as_str()));
        }
        for argument in added {
            let arguments = container.entry_list("args", argument.place);
            if !arguments.elements().iter().any(|known| known.as_str() == argument.as_str()) {
                arguments.push(argument);
            }
        }
    });
}

/// `container-image`: the image of a container.
pub(super) fn image(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    each_container(target, properties, |container, one| set_all(container, one, &["image", "imagePullPolicy"]));
}

/// `container-ports`: ports of a container, on the host where that is said.
pub(super) fn ports(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    each_container(target, properties, |container, one| {
        for mut port in one.each("ports") {
            let place = port.place();
            let protocol = port.said_or("protocol", "TCP");
            let number = port.said("containerPort");
            let list = container.entry_list("ports", place);
            let known = elements_mut(list).iter_mut().find(|known| {
                let known_protocol = known.get("protocol").and_then(Traced::as_str).unwrap_or("TCP");
                known.get("containerPort").map(Traced::to_value) == number.as_ref().map(Traced::to_value)
                    && protocol.as_str() == Some(known_protocol)
            });
            let host = [("hostPort", port.said("hostPort")), ("hostIP", port.said("hostIP"))];
            let mut fresh = Traced::mapping(place).with_some("containerPort", number).with("protocol", protocol);
            let is_known = known.is_some();
            let entry = known.unwrap_or(&mut fresh);
            for (field, value) in host {
                if let Some(value) = value {
                    entry.set(field, value);
                }
            }
            if !is_known {
                list.push(fresh);
            }
        }
    });
}

/// `lifecycle`: hooks of all containers of the pod.
pub(super) fn lifecycle(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let place = properties.place();
    let hooks = [("postStart", properties.said("postStart")), ("preStop", properties.said("preStop"))];
    let Some(containers) = target.pod(properties).and_then(|pod| pod.get_mut("containers")) else { return };
    for container in elements_mut(containers) {
        for (name, hook) in &hooks {
            if let Some(hook) = hook {
                container.entry("lifecycle", place).set(*name, hook.clone());
            }
        }
    }
}

/// `startup-probe`: when a container counts as started.
pub(super) fn startup_probe(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    each_container(target, properties, |container, one| {
        let mut probe = Traced::mapping(one.place());
        for field in [
            "exec",
            "grpc",
            "httpGet",
            "tcpSocket",
            "initialDelaySeconds",
            "periodSeconds",
            "timeoutSeconds",
            "successThreshold",
            "failureThreshold",
            "terminationGracePeriodSeconds",
        ] {
            probe = probe.with_some(field, one.said(field));
        }
        container.set("startupProbe", probe);
    });
}

/// `securitycontext`: what the processes of a container may do.
pub(super) fn container_security(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    each_container(target, properties, |container, one| {
        let place = one.place();
        let capabilities = Traced::mapping(place)
            .with_some("add", one.said("addCapabilities"))
            .with_some("drop", one.said("dropCapabilities"));
        let mut context = Traced::mapping(place);
        if !capabilities.is_empty() {
            context.set("capabilities", capabilities);
        }
        context = context.with_some("runAsUser", one.said("runAsUser")).with_some("runAsGroup", one.said("runAsGroup"));
        for (field, default) in [
            ("allowPrivilegeEscalation", false),
            ("readOnlyRootFilesystem", false),
            ("privileged", false),
            ("runAsNonRoot", true),
        ] {
            context.set(field, one.said_or(field, default));
        }
        container.set("securityContext", context);
    });
}

/// `sidecar`: one more container.
pub(super) fn sidecar(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let mut container = Traced::mapping(properties.place());
    for (property, field) in [
        ("name", "name"),
        ("image", "image"),
        ("cmd", "command"),
        ("args", "args"),
        ("env", "env"),
        ("livenessProbe", "livenessProbe"),
        ("readinessProbe", "readinessProbe"),
    ] {
        container = container.with_some(field, properties.said(property));
    }
    for needed in ["name", "image"] {
        properties.needed(needed, target.problems);
    }
    for mut volume in properties.each("volumes") {
        let mount = Traced::mapping(volume.place())
            .with_some("mountPath", volume.said("path"))
            .with_some("name", volume.said("name"));
        container.entry_list("volumeMounts", volume.place()).push(mount);
    }
    let place = properties.place();
    if let Some(pod) = target.pod(properties) {
        merge_by(pod.entry_list("containers", place), "name", container);
    }
}

/// `init-container`: a container that runs before the others and shares a volume with that of the component.
pub(super) fn init_container(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let place = properties.place();
    let mut container = Traced::mapping(place);
    for needed in ["name", "image"] {
        container = container.with_some(needed, properties.needed(needed, target.problems));
    }
    container.set("imagePullPolicy", properties.said_or("imagePullPolicy", "IfNotPresent"));
    for (property, field) in [("cmd", "command"), ("args", "args"), ("env", "env")] {
        container = container.with_some(field, properties.said(property));
    }
    let shared = properties.said_or("mountName", "workdir");
    let mount = |path: Option<Traced>| {
        path.map(|path| Traced::mapping(path.place).with("name", shared.clone()).with("mountPath", path))
    };
    let own = mount(properties.said("initMountPath"));
    let other = mount(properties.said("appMountPath"));
    let extra = properties.said("extraVolumeMounts").map(|list| list.elements().to_vec()).unwrap_or_default();
    for mount in own.into_iter().chain(extra) {
        container.entry_list("volumeMounts", place).push(mount);
    }
    let name = target.around.name_text().to_owned();
    if let (Some(mount), Some(first)) = (other, target.container(&name, properties)) {
        merge_by(first.entry_list("volumeMounts", place), "name", mount);
    }
    if let Some(pod) = target.pod(properties) {
        merge_by(pod.entry_list("initContainers", place), "name", container);
        shared_volume(pod, &shared);
    }
}

fn set_all(container: &mut Traced, properties: &mut Properties<'_>, fields: &[&'static str]) {
    for field in fields {
        if let Some(value) = properties.said(field) {
            container.set(*field, value);
        }
    }
}
