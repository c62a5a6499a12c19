//! Files that a workload gives its containers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use design_compose::{Data, Node, Unreadable, join, object_name};
use design_source::Traced;
use design_vocabulary::Text;

use super::workload::{Pod, Workload};
use super::{Problem, Reading, labels, said};

impl Reading<'_> {
    /// The files of a container, as keys of one config map.
    pub(crate) fn files(
        &mut self,
        workload: &Workload<'_>,
        name: &str,
        node: &Node,
        container: &mut Traced,
        pod: &mut Pod,
    ) {
        let Some(files) = node.some("files") else { return };
        let place = files.place();
        let object = object_name(&format!("{}-{name}-files", workload.name));
        let mut config = Traced::mapping(place)
            .with("metadata", Traced::mapping(place).with("labels", labels(place, &workload.name)));
        for (number, (target, file)) in listed(files, "target").into_iter().enumerate() {
            self.unknown(file, &["target", "mode", "source", "content", "binaryContent", "noExpand"], "a file");
            let Some((target_place, target)) = target else {
                self.invalid("a file has no `target`", "say the path at which the container finds it", file.place());
                continue;
            };
            let key = format!("file-{number}");
            if !self.content(workload, file, &key, &mut config) {
                continue;
            }
            let mount = Traced::mapping(file.span)
                .with("name", Traced::new(place, object.as_str()))
                .with("mountPath", Traced::new(target_place, target.as_str()))
                .with("subPath", Traced::new(file.span, key.as_str()))
                .with("readOnly", Traced::new(file.span, true));
            container.entry_list("volumeMounts", place).push(mount);
            if let Some(mode) = file.some("mode") {
                // Octal, whether or not it is written as a text.
                let number = match &mode.data {
                    Data::Text(text) => i64::from_str_radix(text, 8).ok(),
                    _ => mode.as_integer(),
                };
                match number {
                    Some(number) => {
                        let item = Traced::mapping(file.span)
                            .with("key", Traced::new(file.span, key.as_str()))
                            .with("path", Traced::new(file.span, key.as_str()))
                            .with("mode", said(mode, number));
                        pod.modes.entry(object.clone()).or_default().push(item);
                    }
                    None => self.invalid("`mode` is no file mode", "write it in octal, such as \"0644\"", mode.span),
                }
            } else {
                let item = Traced::mapping(file.span)
                    .with("key", Traced::new(file.span, key.as_str()))
                    .with("path", Traced::new(file.span, key.as_str()));
                pod.modes.entry(object.clone()).or_default().push(item);
            }
        }
        if config.get("data").is_none() && config.get("binaryData").is_none() {
            return;
        }
        let items = pod.modes.get(&object).cloned().unwrap_or_default();
        let source = Traced::mapping(place)
            .with("name", Traced::new(place, object.as_str()))
            .with("items", Traced::list(place, items));
        pod.volumes
            .push(Traced::mapping(place).with("name", Traced::new(place, object.as_str())).with("configMap", source));
        if self.is_new("ConfigMap", &object) {
            self.push("ConfigMap", "v1", &Traced::new(place, object.as_str()), &config);
        }
    }

    /// Puts the content of a file under a key; whether it has any.
    fn content(&mut self, workload: &Workload<'_>, file: &Node, key: &str, config: &mut Traced) -> bool {
        let is_plain = file.some("noExpand").and_then(Node::as_bool) == Some(true);
        if let Some(binary) = file.some("binaryContent").and_then(|node| Some((node, node.scalar()?))) {
            config.entry("binaryData", file.span).set(key, said(binary.0, binary.1));
            return true;
        }
        let (node, bytes) = if let Some(content) = file.some("content") {
            let lines: Vec<Text> = content.elements().iter().filter_map(Node::scalar).collect();
            let text = content.scalar().map_or_else(|| lines.join("\n"), |text| text.to_string());
            (content, text.into_bytes())
        } else if let Some(source) = file.some("source") {
            let path = join(&workload.folder, &source.scalar().unwrap_or_default());
            match self.files.bytes(&path) {
                Ok(bytes) => (source, bytes),
                Err(error) => {
                    let reason = match error {
                        Unreadable::Absent => None,
                        Unreadable::Other(reason) => Some(reason),
                    };
                    self.problems.push(Problem::AbsentFile { path, reason, span: source.span });
                    return false;
                }
            }
        } else {
            self.invalid("a file has no content", "say `content`, `binaryContent` or `source`", file.place());
            return false;
        };
        match String::from_utf8(bytes) {
            Ok(text) => {
                let text = if is_plain { Some(text) } else { self.text(workload, &text, node.span) };
                let is_there = text.is_some();
                if let Some(text) = text {
                    config.entry("data", file.span).set(key, said(node, text.as_str()));
                }
                is_there
            }
            Err(error) => {
                let encoded = STANDARD.encode(error.into_bytes());
                config.entry("binaryData", file.span).set(key, said(node, encoded.as_str()));
                true
            }
        }
    }

    /// The volumes of a container.
    pub(crate) fn volumes(&mut self, workload: &Workload<'_>, node: &Node, container: &mut Traced, pod: &mut Pod) {
        let Some(volumes) = node.some("volumes") else { return };
        for (target, volume) in listed(volumes, "target") {
            self.unknown(volume, &["source", "path", "target", "readOnly", "read_only"], "a volume");
            let (Some((target_place, target)), Some(source)) = (target, volume.some("source")) else {
                self.invalid("a volume has a `source` and a `target`", "add what is missing", volume.place());
                continue;
            };
            let Some(claim) = self.volume(workload, source) else { continue };
            let is_read_only = volume.some("readOnly").or_else(|| volume.some("read_only"));
            let mount = Traced::mapping(volume.span)
                .with("name", Traced::new(source.span, claim.as_str()))
                .with("mountPath", Traced::new(target_place, target.as_str()))
                .with_some("subPath", volume.some("path").and_then(|path| Some(said(path, path.scalar()?))))
                .with_some("readOnly", is_read_only.and_then(|node| Some(said(node, node.as_bool()?))));
            container.entry_list("volumeMounts", volumes.place()).push(mount);
            let reference = Traced::mapping(source.span).with("claimName", Traced::new(source.span, claim.as_str()));
            let made = Traced::mapping(source.span)
                .with("name", Traced::new(source.span, claim.as_str()))
                .with("persistentVolumeClaim", reference);
            let is_there = |known: &Traced| known.get("name").and_then(Traced::as_str) == Some(claim.as_str());
            if !pod.volumes.iter().any(is_there) {
                pod.volumes.push(made);
            }
            pod.is_claimed = true;
        }
    }
}

/// What is listed either with its target inside, or as a mapping from targets.
fn listed<'n>(node: &'n Node, key: &str) -> Vec<(Option<(design_vocabulary::Span, String)>, &'n Node)> {
    if let Data::Map(entries) = &node.data {
        let entry = |(target, value): &'n (Text, Node)| (Some((value.place(), target.to_string())), value);
        entries.iter().map(entry).collect()
    } else {
        let entry = |value: &'n Node| {
            let target = value.some(key).and_then(|target| Some((target.span, target.scalar()?.to_string())));
            (target, value)
        };
        node.elements().iter().map(entry).collect()
    }
}
