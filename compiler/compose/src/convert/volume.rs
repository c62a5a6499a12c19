//! Mounts and what stands behind them.

use design_source::Traced;
use design_vocabulary::{External, Text};

use super::{Conversion, Service, said};
use crate::node::Node;
use crate::{Problem, VolumeKind, object_name, quantity};

impl Conversion<'_> {
    /// The mounts of a service: configs, secrets, volumes, binds, folders in memory.
    pub(super) fn mounts(&mut self, service: Service<'_>, container: &mut Traced, pod: &mut Traced, pod_name: &str) {
        self.given_files(service, container, pod);
        for (position, mount) in service.some("volumes").map(Node::elements).unwrap_or_default().iter().enumerate() {
            self.mount(service, (position, mount), container, pod, pod_name);
        }
        for (position, node) in service.some("tmpfs").map(Node::elements).unwrap_or_default().iter().enumerate() {
            let Some(written) = node.scalar() else { continue };
            let (path, options) =
                written.split_once(':').map_or((written.as_str(), ""), |(path, options)| (path, options));
            let mut size = None;
            for option in options.split(',').filter(|option| !option.is_empty()) {
                match option.split_once('=') {
                    Some(("size", bytes)) => size = quantity::bytes(bytes).map(quantity::memory),
                    _ => self.inexpressible(
                        service,
                        "tmpfs",
                        "a folder in memory has a size and nothing else",
                        node.span,
                    ),
                }
            }
            let name = format!("{}-tmpfs{position}", self.object(service));
            memory(node, &name, path, size, container, pod);
        }
        if let Some(node) = service.some("shm_size") {
            match node.scalar().and_then(|text| quantity::bytes(&text)) {
                Some(bytes) => {
                    let name = format!("{}-shm", self.object(service));
                    memory(node, &name, "/dev/shm", Some(quantity::memory(bytes)), container, pod);
                }
                None => self.invalid(service, "shm_size", "a size such as `64M`", node),
            }
        }
        for node in service.some("volumes_from").map(Node::elements).unwrap_or_default() {
            self.mounts_of(service, node, container, pod, pod_name);
        }
    }

    /// The mounts of another service, which the two then share where that is possible.
    fn mounts_of(
        &mut self,
        service: Service<'_>,
        node: &Node,
        container: &mut Traced,
        pod: &mut Traced,
        pod_name: &str,
    ) {
        let Some(written) = node.scalar() else { return };
        let name = written.split(':').next().unwrap_or_default();
        let found = self.services().into_iter().find(|other| *other.name == *name);
        match found {
            Some(other) if other.position != service.position => {
                let mounts = other.some("volumes").map(Node::elements).unwrap_or_default();
                for (position, mount) in mounts.iter().enumerate() {
                    self.mount(other, (position, mount), container, pod, pod_name);
                }
            }
            Some(_) => {}
            None => self.problems.push(self.project.services.undefined("service", name, node.span)),
        }
    }

    fn mount(
        &mut self,
        service: Service<'_>,
        (position, mount): (usize, &Node),
        container: &mut Traced,
        pod: &mut Traced,
        pod_name: &str,
    ) {
        let Some(target) = mount.some("target") else { return };
        let Some(path) = target.scalar() else { return };
        if let Some(option) = mount.some("x-option").and_then(Node::scalar)
            && !matches!(option.as_str(), "z" | "Z" | "cached" | "delegated" | "consistent")
        {
            self.inexpressible(service, "volumes", "a mount has no such option", mount.span);
        }
        let kind = mount.some("type").and_then(Node::scalar).unwrap_or_else(|| "volume".into());
        let source = mount.some("source");
        let name = source.and_then(Node::scalar).unwrap_or_default();
        match kind.as_str() {
            "tmpfs" => {
                let size = mount.some("tmpfs").and_then(|tmpfs| tmpfs.some("size")).and_then(Node::scalar);
                let size = size.and_then(|size| quantity::bytes(&size)).map(quantity::memory);
                let volume = format!("{}-tmpfs-{position}", self.object(service));
                return memory(target, &volume, &path, size, container, pod);
            }
            "image" => {
                let volume = object_name(&format!("{}-image{position}", self.object(service)));
                let image =
                    Traced::mapping(mount.span).with_some("reference", source.map(|node| said(node, name.clone())));
                let volume = Traced::mapping(mount.span)
                    .with("name", Traced::new(mount.span, volume.as_str()))
                    .with("image", image);
                mount_volume(service, mount, container, pod, (volume, Some(true), &path));
                return;
            }
            "volume" | "bind" => {}
            _ => {
                let why = "a pod mounts volumes, paths of its node, folders in memory and images";
                return self.inexpressible(service, "volumes", why, mount.span);
            }
        }
        let is_read_only = mount.some("read_only").and_then(Node::as_bool) == Some(true);
        let wanted = self.wanted_kind(service);
        let (volume, is_read_only) = if kind == "bind" {
            let Some(made) = self.bind(service, (position, mount), &name, &path, wanted, pod_name) else { return };
            (made, is_read_only)
        } else {
            (self.volume(service, (position, mount), &name, wanted, (is_read_only, pod_name)), is_read_only)
        };
        mount_volume(service, mount, container, pod, (volume, is_read_only.then_some(true), &path));
    }

    fn wanted_kind(&mut self, service: Service<'_>) -> Option<VolumeKind> {
        let Some(label) = service.steering("kompose.volume.type") else {
            return (self.options.volumes != VolumeKind::default()).then_some(self.options.volumes);
        };
        let kind = VolumeKind::named(&label.text);
        if kind.is_none() {
            let expected = "`persistentVolumeClaim`, `emptyDir`, `hostPath` or `configMap`";
            self.invalid(service, "labels", expected, label.node);
        }
        kind
    }

    /// A path of the host: its content where that is at hand, else an empty claim of its own.
    fn bind(
        &mut self,
        service: Service<'_>,
        (position, mount): (usize, &Node),
        source: &str,
        target: &str,
        wanted: Option<VolumeKind>,
        pod_name: &str,
    ) -> Option<Traced> {
        let node = mount.some("source").unwrap_or(mount);
        let tell = |conversion: &mut Self, instead: &str| {
            let path = conversion.inside(source).to_owned();
            conversion.problems.push(Problem::HostPath { path, instead: instead.to_owned(), span: node.span });
        };
        if source.ends_with(".sock") {
            tell(self, "nothing: a socket of the host is reached from its node only");
            return None;
        }
        let name = |sort: &str| object_name(&format!("{pod_name}-{sort}{position}"));
        let place = mount.span;
        let volume = |name: &str| Traced::mapping(place).with("name", Traced::new(place, name));
        match wanted {
            Some(VolumeKind::HostPath) => {
                let host = Traced::mapping(place).with("path", said(node, source));
                return Some(volume(&name("hostpath")).with("hostPath", host));
            }
            Some(VolumeKind::EmptyDir) => {
                tell(self, "an empty folder that lives as long as its pod");
                return Some(volume(&name("empty")).with("emptyDir", Traced::mapping(place)));
            }
            Some(VolumeKind::PersistentVolumeClaim | VolumeKind::ConfigMap) | None => {}
        }
        if let Some(files) = self.files_at(source).filter(|_| wanted != Some(VolumeKind::PersistentVolumeClaim)) {
            let name = name("cm");
            let is_folder = self.files.list(source).is_some();
            let mut config = Traced::mapping(place).with("name", Traced::new(place, name.as_str()));
            if !is_folder && let Some((file, _)) = files.first() {
                let last = target.rsplit('/').next().unwrap_or(target);
                let item = Traced::mapping(place)
                    .with("key", Traced::new(place, crate::names::data_key(file).as_str()))
                    .with("path", Traced::new(place, last));
                config.set("items", Traced::list(place, vec![item]));
            }
            if self.is_new("ConfigMap", &name) {
                let labels = self.labels(place, &name);
                let mut object = Traced::mapping(place).with("metadata", Traced::mapping(place).with("labels", labels));
                for (file, content) in &files {
                    super::content::put_content(false, &mut object, &crate::names::data_key(file), content, node);
                }
                self.push("ConfigMap", "v1", object, &Traced::new(place, name.as_str()));
            }
            tell(self, "its present content, read-only, as a config map");
            return Some(volume(&name).with("configMap", config));
        }
        let name = name("claim");
        tell(self, &format!("an empty claim, `{name}`"));
        let is_read_only = mount.some("read_only").and_then(Node::as_bool) == Some(true);
        let claim = self.claim(service, mount, &name, None, is_read_only);
        Some(volume(&name).with("persistentVolumeClaim", claim))
    }

    /// A volume of the project, or one without a name.
    fn volume(
        &mut self,
        service: Service<'_>,
        (position, mount): (usize, &Node),
        source: &str,
        wanted: Option<VolumeKind>,
        (is_read_only, pod_name): (bool, &str),
    ) -> Traced {
        let node = mount.some("source").unwrap_or(mount);
        let declared = self.project.volumes.get(source);
        if !source.is_empty() && declared.is_none() {
            self.problems.push(self.project.volumes.undefined("volume", source, node.span));
        }
        let own_name = declared.and_then(|declared| declared.some("name")).and_then(Node::scalar);
        let name = if source.is_empty() {
            let sort = if wanted == Some(VolumeKind::EmptyDir) { "empty" } else { "claim" };
            object_name(&format!("{pod_name}-{sort}{position}"))
        } else {
            object_name(own_name.as_deref().unwrap_or(source))
        };
        let place = mount.span;
        let volume = Traced::mapping(place).with("name", said(node, name.as_str()));
        match wanted {
            Some(VolumeKind::EmptyDir) => volume.with("emptyDir", Traced::mapping(place)),
            Some(VolumeKind::HostPath | VolumeKind::ConfigMap | VolumeKind::PersistentVolumeClaim) | None => {
                let claim = self.claim(service, mount, &name, declared, is_read_only);
                volume.with("persistentVolumeClaim", claim)
            }
        }
    }

    /// A reference to a claim, which is made where it is not there yet.
    fn claim(
        &mut self,
        service: Service<'_>,
        mount: &Node,
        name: &str,
        declared: Option<&Node>,
        is_read_only: bool,
    ) -> Traced {
        let place = mount.some("source").unwrap_or(mount).span;
        let is_external = declared.and_then(|declared| declared.some("external")).and_then(Node::as_bool) == Some(true);
        self.mounted.entry(name.to_owned()).or_insert(place);
        let is_new = self.is_new("PersistentVolumeClaim", name);
        if is_new && is_external {
            let external = External {
                kind: "PersistentVolumeClaim".into(),
                group: Some(Text::new()),
                namespace: None,
                name: name.into(),
            };
            self.loaded.push_external(external, declared.map_or(place, Node::place));
        } else if is_new {
            self.make_claim(service, mount, name, declared);
        }
        Traced::mapping(place)
            .with("claimName", Traced::new(place, name))
            .with_some("readOnly", is_read_only.then(|| Traced::new(place, true)))
    }

    fn make_claim(&mut self, service: Service<'_>, mount: &Node, name: &str, declared: Option<&Node>) {
        let source = mount.some("source").unwrap_or(mount);
        let place = declared.map_or(source.span, Node::place);
        let label = |key: &str| -> Option<Traced> {
            let of_volume = declared.and_then(|declared| declared.some("labels")).and_then(|labels| labels.some(key));
            of_volume.and_then(super::text).or_else(|| service.steering(key).map(|label| label.said()))
        };
        let mode = match mount.some("x-access-mode").and_then(Node::scalar).as_deref() {
            Some("rwx") => "ReadWriteMany",
            Some("rwop") => "ReadWriteOncePod",
            _ if mount.some("read_only").and_then(Node::as_bool) == Some(true) => "ReadOnlyMany",
            _ => "ReadWriteOnce",
        };
        let size =
            label("kompose.volume.size").unwrap_or_else(|| Traced::new(place, self.options.volume_size.as_str()));
        let requests = Traced::mapping(place).with("storage", size);
        let mut spec = Traced::mapping(place)
            .with("accessModes", Traced::list(place, vec![Traced::new(mount.span, mode)]))
            .with("resources", Traced::mapping(place).with("requests", requests))
            .with_some("storageClassName", label("kompose.volume.storage-class-name"));
        if let Some(selected) = label("kompose.volume.selector") {
            let labels = Traced::mapping(place).with(super::labels::NAME, selected);
            spec.set("selector", Traced::mapping(place).with("matchLabels", labels));
        }
        let labels = self.labels(place, name);
        let mut metadata = Traced::mapping(place).with("labels", labels);
        for (key, value) in declared.and_then(|node| node.some("labels")).map(Node::entries).unwrap_or_default() {
            if !key.starts_with("kompose.") && super::labels::is_qualified(key) {
                let value = said(value, value.scalar().unwrap_or_default());
                metadata.entry("annotations", place).set(key.clone(), value);
            }
        }
        if let Some(declared) = declared {
            self.storage(name, declared);
        }
        let object = Traced::mapping(place).with("metadata", metadata).with("spec", spec);
        self.push("PersistentVolumeClaim", "v1", object, &Traced::new(place, name));
    }

    /// What a declared volume says about its storage.
    fn storage(&mut self, name: &str, declared: &Node) {
        for key in ["driver", "driver_opts"] {
            if let Some(node) = declared.some(key).filter(|node| !super::is_empty(node))
                && node.scalar().is_none_or(|driver| driver != "local")
            {
                let field = format!("volumes.{name}.{key}");
                let why = "a storage class of the cluster says what holds a volume";
                self.problems.push(Problem::Inexpressible { field, why, span: node.place() });
            }
        }
    }
}

/// A folder in memory and its mount.
fn memory(node: &Node, name: &str, path: &str, size: Option<String>, container: &mut Traced, pod: &mut Traced) {
    let name = object_name(name);
    let empty = Traced::mapping(node.span)
        .with("medium", Traced::new(node.span, "Memory"))
        .with_some("sizeLimit", size.map(|size| Traced::new(node.span, size.as_str())));
    add_volume(
        pod,
        Traced::mapping(node.span).with("name", Traced::new(node.span, name.as_str())).with("emptyDir", empty),
    );
    let mount = Traced::mapping(node.span)
        .with("name", Traced::new(node.span, name.as_str()))
        .with("mountPath", said(node, path));
    add_mount(container, mount);
}

/// Adds a volume to a pod, unless it has one of that name.
pub(super) fn add_volume(pod: &mut Traced, volume: Traced) {
    let name = volume.get("name").and_then(Traced::as_str).unwrap_or_default().to_owned();
    let volumes = pod.entry_list("volumes", volume.place);
    let is_there = |known: &Traced| known.get("name").and_then(Traced::as_str) == Some(name.as_str());
    if !volumes.elements().iter().any(is_there) {
        volumes.push(volume);
    }
}

/// Adds a mount to a container. Of two at the same path the later one counts.
pub(super) fn add_mount(container: &mut Traced, mount: Traced) {
    let path = mount.get("mountPath").and_then(Traced::as_str).unwrap_or_default().to_owned();
    let mounts = container.entry_list("volumeMounts", mount.place);
    if let design_source::Data::List(list) = &mut mounts.data {
        list.retain(|known| known.get("mountPath").and_then(Traced::as_str) != Some(path.as_str()));
        list.push(mount);
    }
}

/// Adds a volume to the pod and its mount to the container.
fn mount_volume(
    service: Service<'_>,
    mount: &Node,
    container: &mut Traced,
    pod: &mut Traced,
    (volume, is_read_only, path): (Traced, Option<bool>, &str),
) {
    let Some(target) = mount.some("target") else { return };
    let name = volume.get("name").and_then(Traced::as_str).unwrap_or_default().to_owned();
    let items = volume.get("configMap").and_then(|source| source.get("items")).map(Traced::elements);
    let file = items.and_then(<[Traced]>::first).and_then(|item| item.get("path")).cloned();
    add_volume(pod, volume);
    let inner = mount.some("volume").and_then(|volume| volume.some("subpath"));
    let label = service.steering("kompose.volume.subpath").map(|label| label.said());
    let sub_path = inner.and_then(super::text).or(label).or(file);
    let made = Traced::mapping(mount.span)
        .with("name", Traced::new(mount.span, name.as_str()))
        .with("mountPath", said(target, path))
        .with_some("subPath", sub_path)
        .with_some("readOnly", is_read_only.map(|value| Traced::new(mount.span, value)));
    add_mount(container, made);
}
