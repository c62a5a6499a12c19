//! Mounts and what stands behind them.

use design_vocabulary::{Object, Segment, Value};

use super::content::contents;
use super::workload::Pod;
use super::{Project, add_to, deeper, element, integer, scalar};

/// A mount on its way.
struct Mount {
    name: String,
    target: String,
    sub_path: Option<String>,
    is_read_only: bool,
}

impl Project<'_> {
    /// The mounts of a container.
    pub(super) fn mounts(&mut self, pod: &Pod<'_>, container: &Object, path: &[Segment], service: &mut Object) {
        self.pod_security(pod, service);
        let list = container.get("volumeMounts").and_then(Value::as_array).unwrap_or_default();
        for (number, value) in list.iter().enumerate() {
            let text = |key: &str| value.get(key).and_then(scalar).map(|text| text.to_string());
            let (Some(name), Some(target)) = (text("name"), text("mountPath")) else { continue };
            let here = element(path, "volumeMounts", number);
            for key in value.as_object().into_iter().flat_map(Object::keys) {
                if !matches!(key.as_str(), "name" | "mountPath" | "subPath" | "readOnly") {
                    self.field(pod.component, &deeper(&here, &[key]), "a mount of compose has no such word");
                }
            }
            let is_read_only = value.get("readOnly").and_then(Value::as_bool) == Some(true);
            let mount = Mount { name, target, sub_path: text("subPath"), is_read_only };
            self.mount(pod, &mount, service);
        }
    }

    fn mount(&mut self, pod: &Pod<'_>, mount: &Mount, service: &mut Object) {
        let volumes = pod.spec.get("volumes").and_then(Value::as_array).unwrap_or_default();
        let found = volumes
            .iter()
            .enumerate()
            .find(|(_, volume)| volume.get("name").and_then(Value::as_str) == Some(&mount.name));
        let Some((number, volume)) = found else {
            // The claim of a StatefulSet is no volume of its pod.
            return add_volume(service, mount, "volume", Some(format!("{}-{}", pod.name, mount.name)), None);
        };
        let here = super::pod::volume_path(pod, number);
        let Some((sort, source)) = volume.as_object().and_then(|volume| volume.iter().find(|(key, _)| *key != "name"))
        else {
            return;
        };
        let here = deeper(&here, &[sort]);
        match sort.as_str() {
            "persistentVolumeClaim" => self.claim(pod, mount, source, service),
            "emptyDir" => self.empty(pod, mount, source, &here, service),
            "configMap" | "secret" => self.files(pod, mount, (sort, source), &here, service),
            "projected" => {
                for (number, part) in
                    source.get("sources").and_then(Value::as_array).unwrap_or_default().iter().enumerate()
                {
                    let here = element(&here, "sources", number);
                    for (sort, source) in part.as_object().into_iter().flat_map(Object::iter) {
                        match sort.as_str() {
                            "configMap" | "secret" => {
                                self.files(pod, mount, (sort, source), &deeper(&here, &[sort]), service);
                            }
                            _ => self.field(pod.component, &deeper(&here, &[sort]), "only a cluster knows it"),
                        }
                    }
                }
            }
            "hostPath" => {
                let source = source.get("path").and_then(scalar).map(|path| path.to_string());
                add_volume(service, mount, "bind", source, None);
            }
            "image" => {
                let source = source.get("reference").and_then(scalar).map(|image| image.to_string());
                add_volume(service, mount, "image", source, None);
            }
            _ => {
                self.field(pod.component, &here, "compose mounts volumes, paths of the host, configs and secrets");
            }
        }
    }

    fn claim(&mut self, pod: &Pod<'_>, mount: &Mount, source: &Value, service: &mut Object) {
        let Some(name) = source.get("claimName").and_then(scalar) else { return };
        if let Some((index, claim)) = self.objects.get("PersistentVolumeClaim", pod.namespace, &name) {
            if self.used.insert(index) {
                let path = ["spec".into()];
                let spec = claim.configuration.get("spec").cloned();
                self.declare_volume(&name, index, spec.as_ref(), &path);
            }
        } else if !self.volumes.contains_key(name.as_str()) {
            // Somebody else makes it.
            self.volumes.insert(name.to_string(), Object::from_iter([("external", Value::from(true))]));
        }
        add_volume(service, mount, "volume", Some(name.to_string()), None);
    }

    /// A volume of the project for a claim.
    pub(super) fn declare_volume(&mut self, name: &str, component: usize, spec: Option<&Value>, path: &[Segment]) {
        let mut declared = Object::new();
        for (key, value) in spec.and_then(Value::as_object).into_iter().flat_map(Object::iter) {
            match key.as_str() {
                // What reads the file back needs the size; an engine does not.
                "resources" => {
                    if let Some(size) = value.get("requests").and_then(|requests| requests.get("storage")) {
                        super::set_in(&mut declared, "labels", "kompose.volume.size", size.clone());
                    }
                }
                "storageClassName" => {
                    super::set_in(&mut declared, "labels", "kompose.volume.storage-class-name", value.clone());
                }
                "accessModes" | "volumeMode" | "volumeName" => {}
                _ => self.field(component, &deeper(path, &[key]), "a volume of compose has no such word"),
            }
        }
        self.volumes.insert(name.to_owned(), declared);
    }

    /// A folder that lives as long as its pod: one of the container's own, unless the containers of the pod share it.
    fn empty(&mut self, pod: &Pod<'_>, mount: &Mount, source: &Value, path: &[Segment], service: &mut Object) {
        let mounts = |key: &str| {
            let list = pod.spec.get(key).and_then(Value::as_array).unwrap_or_default();
            list.iter()
                .filter(|container| {
                    let mounts = container.get("volumeMounts").and_then(Value::as_array).unwrap_or_default();
                    mounts.iter().any(|one| one.get("name").and_then(Value::as_str) == Some(&mount.name))
                })
                .count()
        };
        let is_shared = mounts("containers") + mounts("initContainers") > 1;
        let is_memory = source.get("medium").and_then(Value::as_str) == Some("Memory");
        let size = source.get("sizeLimit").and_then(scalar).and_then(|size| super::container::memory(&size));
        if is_shared {
            let name = format!("{}-{}", pod.name, mount.name);
            if !self.volumes.contains_key(&name) {
                self.volumes.insert(name.clone(), Object::new());
                if is_memory || size.is_some() {
                    let why = "containers share it, so it is a volume on the disk";
                    self.field(pod.component, path, why);
                }
            }
            return add_volume(service, mount, "volume", Some(name), None);
        }
        if mount.target == "/dev/shm" && is_memory {
            if let Some(size) = size {
                service.insert("shm_size", size.as_str().into());
            }
            return;
        }
        if is_memory {
            let size = size.map(|size| Object::from_iter([("size", Value::from(size.as_str()))]));
            return add_volume(service, mount, "tmpfs", None, size);
        }
        if size.is_some() {
            self.field(pod.component, &deeper(path, &["sizeLimit"]), "a volume grows as it is filled");
        }
        add_volume(service, mount, "volume", None, None);
    }

    /// The keys of a config map or secret as files.
    fn files(
        &mut self,
        pod: &Pod<'_>,
        mount: &Mount,
        (sort, source): (&str, &Value),
        path: &[Segment],
        service: &mut Object,
    ) {
        let kind = if sort == "secret" { "Secret" } else { "ConfigMap" };
        let name = source.get("secretName").or_else(|| source.get("name")).and_then(scalar).unwrap_or_default();
        let Some((index, object)) = self.objects.get(kind, pod.namespace, &name) else {
            if source.get("optional").and_then(Value::as_bool) != Some(true) {
                self.outside(kind, &name, mount, service);
                self.field(pod.component, path, "what it names is not part of the design: it is expected from outside");
            }
            return;
        };
        self.used.insert(index);
        let default_mode = source.get("defaultMode").and_then(integer);
        let items = source.get("items").and_then(Value::as_array);
        for (key, content) in contents(object) {
            let item =
                items.map(|items| items.iter().find(|item| item.get("key").and_then(Value::as_str) == Some(&key)));
            let (inner, mode) = match item {
                // Only what is listed is there.
                Some(None) => continue,
                Some(Some(item)) => (
                    item.get("path").and_then(scalar).map_or(key.clone(), |path| path.to_string()),
                    item.get("mode").and_then(integer),
                ),
                None => (key.clone(), None),
            };
            let target = match &mount.sub_path {
                Some(sub_path) if *sub_path == inner => mount.target.clone(),
                Some(sub_path) => match inner.strip_prefix(&format!("{sub_path}/")) {
                    Some(rest) => format!("{}/{rest}", mount.target.trim_end_matches('/')),
                    None => continue,
                },
                None => format!("{}/{inner}", mount.target.trim_end_matches('/')),
            };
            self.give_file(service, (kind, &name, &key), content, &target, mode.or(default_mode));
        }
    }

    /// A config or secret that comes from outside.
    fn outside(&mut self, kind: &str, name: &str, mount: &Mount, service: &mut Object) {
        let (section, list) =
            if kind == "Secret" { (&mut self.secrets, "secrets") } else { (&mut self.configs, "configs") };
        section.insert(name.to_owned(), Object::from_iter([("external", Value::from(true))]));
        let given = Object::from_iter([("source", Value::from(name)), ("target", Value::from(mount.target.as_str()))]);
        add_to(service, list, given.into());
    }
}

fn add_volume(service: &mut Object, mount: &Mount, sort: &str, source: Option<String>, tmpfs: Option<Object>) {
    let mut volume = Object::from_iter([("type", Value::from(sort))]);
    if let Some(source) = source {
        volume.insert("source", source.as_str().into());
    }
    volume.insert("target", mount.target.as_str().into());
    if mount.is_read_only && sort != "tmpfs" {
        volume.insert("read_only", true.into());
    }
    if let Some(sub_path) = mount.sub_path.as_ref().filter(|_| sort == "volume") {
        volume.insert("volume", Object::from_iter([("subpath", Value::from(sub_path.as_str()))]).into());
    }
    if let Some(tmpfs) = tmpfs {
        volume.insert("tmpfs", tmpfs.into());
    }
    add_to(service, "volumes", volume.into());
}
