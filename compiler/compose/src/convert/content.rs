//! Configs and secrets: what files a container is given.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use design_source::Traced;
use design_vocabulary::{External, Text};

use super::{Conversion, Service, said};
use crate::environment::absent;
use crate::names::data_key;
use crate::node::Node;
use crate::{Problem, Unreadable, object_name};

/// Whether it is about configs or secrets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Config,
    Secret,
}

impl Sort {
    fn key(self) -> &'static str {
        match self {
            Self::Config => "configs",
            Self::Secret => "secrets",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Secret => "secret",
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Config => "ConfigMap",
            Self::Secret => "Secret",
        }
    }
}

impl Conversion<'_> {
    /// Secrets are made whether or not a service uses them, as Kompose does; configs only where they are used.
    pub(super) fn secrets(&mut self) {
        let names: Vec<Text> = self.project.secrets.iter().map(|(name, _)| name.clone()).collect();
        for name in names {
            self.object_of(Sort::Secret, &name);
        }
    }

    /// The configs and secrets that a service mounts.
    pub(super) fn given_files(&mut self, service: Service<'_>, container: &mut Traced, pod: &mut Traced) {
        for sort in [Sort::Config, Sort::Secret] {
            for entry in service.some(sort.key()).map(Node::elements).unwrap_or_default() {
                self.given(service, sort, entry, container, pod);
            }
        }
    }

    fn given(&mut self, service: Service<'_>, sort: Sort, entry: &Node, container: &mut Traced, pod: &mut Traced) {
        let Some(source) = entry.some("source").or_else(|| entry.some("target")) else { return };
        let Some(name) = source.scalar() else { return };
        let declared = if sort == Sort::Config { &self.project.configs } else { &self.project.secrets };
        if declared.get(&name).is_none() {
            self.problems.push(declared.undefined(sort.noun(), &name, source.span));
            return;
        }
        let Some((object, key)) = self.object_of(sort, &name) else { return };
        let target = entry.some("target").and_then(Node::scalar);
        let path = match (&target, sort) {
            (Some(target), _) if target.starts_with('/') => target.to_string(),
            (Some(target), Sort::Secret) => format!("/run/secrets/{target}"),
            (None, Sort::Secret) => format!("/run/secrets/{name}"),
            (Some(target), Sort::Config) => format!("/{target}"),
            (None, Sort::Config) => format!("/{name}"),
        };
        for owner in ["uid", "gid"] {
            if let Some(node) = entry.some(owner) {
                let why = "a mounted file belongs to root; the group is the pod's fsGroup";
                self.inexpressible(service, &format!("{}.{owner}", sort.key()), why, node.place());
            }
        }
        let place = entry.span;
        let (field, name_field) = if sort == Sort::Config { ("configMap", "name") } else { ("secret", "secretName") };
        let mut volume_source = Traced::mapping(place).with(name_field, said(source, object.as_str()));
        let mut volume_name = format!("{}-{object}", sort.noun());
        if let Some(mode) = entry.some("mode") {
            match mode.as_integer() {
                Some(number) => {
                    volume_source.set("defaultMode", said(mode, number));
                    volume_name = format!("{volume_name}-{number}");
                }
                None => self.invalid(service, &format!("{}.mode", sort.key()), "a file mode such as 0440", mode),
            }
        }
        let volume_name = object_name(&volume_name);
        let volume =
            Traced::mapping(place).with("name", Traced::new(place, volume_name.as_str())).with(field, volume_source);
        super::volume::add_volume(pod, volume);
        let mount_place = entry.some("target").unwrap_or(source);
        let mount = Traced::mapping(place)
            .with("name", Traced::new(place, volume_name.as_str()))
            .with("mountPath", said(mount_place, path.as_str()))
            .with("subPath", Traced::new(place, key.as_str()))
            .with("readOnly", Traced::new(place, true));
        super::volume::add_mount(container, mount);
    }

    /// The object of a config or secret, made at its first use: its name and the key of its content. `None` where it has
    /// no content, which is told of.
    fn object_of(&mut self, sort: Sort, name: &Text) -> Option<(String, String)> {
        let declared = if sort == Sort::Config { &self.project.configs } else { &self.project.secrets };
        let node = declared.get(name)?;
        let own_name = node.some("name").and_then(Node::scalar);
        let is_external = node.some("external").is_some_and(|external| external.as_bool() == Some(true));
        let object = object_name(own_name.as_ref().filter(|_| is_external).unwrap_or(name));
        let file = node.some("file").and_then(Node::scalar);
        let key = match (&file, sort) {
            (Some(file), Sort::Config) => data_key(file.rsplit('/').next().unwrap_or(file)),
            _ => data_key(name),
        };
        if !self.is_new(sort.kind(), &object) {
            return Some((object, key));
        }
        let expected = || External {
            kind: sort.kind().into(),
            group: Some(Text::new()),
            namespace: None,
            name: Text::from(object.as_str()),
        };
        if is_external {
            self.loaded.push_external(expected(), node.place());
            return Some((object, key));
        }
        let field = format!("{}.{name}", sort.key());
        if let Some(driver) = node.some("driver").or_else(|| node.some("template_driver")) {
            let why = "an operator of the cluster brings content from elsewhere";
            self.problems.push(Problem::Inexpressible { field: field.clone(), why, span: driver.place() });
        }
        let (content, place): (Vec<u8>, &Node) = if let (Some(path), Some(place)) = (&file, node.some("file")) {
            match self.files.bytes(path) {
                Ok(bytes) => (bytes, place),
                Err(error) => {
                    let purpose = if sort == Sort::Config { "config file" } else { "secret file" };
                    self.problems.push(absent(path, purpose, error, place.span));
                    // What is missing is told of once; the object is then somebody else's.
                    self.loaded.push_external(expected(), node.place());
                    return Some((object, key));
                }
            }
        } else if let Some(place) = node.some("content") {
            (place.scalar().unwrap_or_default().as_bytes().to_vec(), place)
        } else if let Some(place) = node.some("environment") {
            let variable = place.scalar().unwrap_or_default();
            if let Some(value) = self.project.variables.get(variable.as_str()) {
                (value.as_bytes().to_vec(), place)
            } else {
                self.problems.push(Problem::Unset { name: variable.to_string(), span: place.span });
                self.loaded.push_external(expected(), node.place());
                return Some((object, key));
            }
        } else {
            self.problems.push(Problem::Invalid {
                field,
                expected: "something with `file`, `content`, `environment` or `external`",
                span: node.place(),
            });
            self.loaded.push_external(expected(), node.place());
            return Some((object, key));
        };
        let labels = self.labels(node.place(), &object);
        let mut made =
            Traced::mapping(node.place()).with("metadata", Traced::mapping(node.place()).with("labels", labels));
        put_content(sort == Sort::Secret, &mut made, &key, &content, place);
        if sort == Sort::Secret {
            made.set("type", Traced::new(node.place(), "Opaque"));
        }
        let own = Traced::new(node.place(), object.as_str());
        self.push(sort.kind(), "v1", made, &own);
        if object != **name && own_name.is_none() {
            let problem = Problem::Renamed {
                what: sort.noun(),
                from: name.clone(),
                to: object.as_str().into(),
                span: node.place(),
            };
            self.problems.push(problem);
        }
        Some((object, key))
    }

    /// The files of a folder, or the one file, that a path names; `None` where they do not fit into a config map.
    pub(super) fn files_at(&mut self, path: &str) -> Option<Vec<(String, Vec<u8>)>> {
        if let Some(entries) = self.files.list(path) {
            if entries.is_empty() || entries.iter().any(|(_, is_folder)| *is_folder) {
                return None;
            }
            let mut files = Vec::new();
            for (name, _) in entries {
                let bytes = self.files.bytes(&crate::join(path, &name)).ok()?;
                files.push((name, bytes));
                if files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > LARGEST {
                    return None;
                }
            }
            return Some(files);
        }
        let bytes = match self.files.bytes(path) {
            Ok(bytes) if bytes.len() <= LARGEST => bytes,
            Ok(_) | Err(Unreadable::Absent | Unreadable::Other(_)) => return None,
        };
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        Some(vec![(name, bytes)])
    }
}

/// What a config map may hold (Kubernetes documentation, ConfigMap: 1 MiB), with room for keys and metadata.
const LARGEST: usize = 1_000_000;

/// Puts content under a key of a config map or secret.
pub(super) fn put_content(is_secret: bool, object: &mut Traced, key: &str, content: &[u8], place: &Node) {
    let encoded = |bytes: &[u8]| Text::from(STANDARD.encode(bytes));
    let (field, value) = match std::str::from_utf8(content) {
        Ok(text) if !is_secret => ("data", Text::from(text)),
        Err(_) if !is_secret => ("binaryData", encoded(content)),
        _ => ("data", encoded(content)),
    };
    object.entry(field, place.span).set(key, Traced::new(place.span, value));
}
