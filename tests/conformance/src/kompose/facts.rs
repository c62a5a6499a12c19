//! What objects do, as facts that can be compared.
//!
//! Left out is what marks an object as Kompose's own: its labels and annotations, names of volumes, the dummy port of a
//! headless Service, defaults that it writes out. Compared by effect are
//! - selectors: which workload a Service reaches;
//! - the environment: the variables that a container sees, whether from config maps or written out;
//! - mounted config maps and secrets: the files that a container sees, path and content;
//! - commands of probes: `X` by itself, which Kompose writes for a shell command, is `sh -c X`;
//! - a Service of type `LoadBalancer`: Kompose splits it by protocol into `NAME-tcp` and `NAME-udp`;
//! - names: by what Kubernetes allows, since Kompose prints some that it does not.
//!
//! What Kompose says has to be said. Beyond that an image, a command, an environment, the ports of a container, its mounts
//! and its replicas may not be more; anything else may: the part of the specification that Kompose does not convert. A
//! Service may offer more ports (those of the containers themselves, by which the services of a project know each other),
//! and there may be Services for names that Kompose drops, and what an init container needs that waits for a job.

use std::collections::{BTreeMap, BTreeSet};

use design_vocabulary::{Object, Value, display_path};

use crate::rules::Fault;

/// The facts of each object, by kind and name.
pub(super) type Facts = BTreeMap<(String, String), BTreeMap<String, String>>;

/// Facts that only one of both may not have.
const EXACT: [&str; 7] = ["image", "command", "args", "env ", "port ", "mount ", "replicas"];

/// Kinds of objects that ours may have beside Kompose's.
const BESIDE: [&str; 5] = ["Service", "ServiceAccount", "Role", "RoleBinding", "ConfigMap"];

/// Where the facts that were got lack what was expected.
pub(super) fn faults(expected: &Facts, got: &Facts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for ((kind, name), wanted) in expected {
        let Some(found) = got.get(&(kind.clone(), name.clone())) else {
            faults.push(Fault::new(format!("{kind} {name}"), "no such object"));
            continue;
        };
        let one_side = |fact: &str| {
            EXACT.iter().any(|exact| fact.split_once(": ").map_or(fact, |(_, fact)| fact).starts_with(exact))
        };
        for (fact, value) in wanted {
            let here = found.get(fact);
            if here != Some(value) {
                let got = here.map_or_else(|| "nothing".to_owned(), Clone::clone);
                faults.push(Fault::new(format!("{kind} {name}: {fact} = {value}"), got));
            }
        }
        for (fact, value) in found.iter().filter(|(fact, _)| one_side(fact) && !wanted.contains_key(*fact)) {
            // Services may offer more.
            if kind != "Service" {
                faults.push(Fault::new(format!("{kind} {name}: no {fact}"), value.clone()));
            }
        }
    }
    let beside = got.keys().filter(|key| !expected.contains_key(*key) && !BESIDE.contains(&key.0.as_str()));
    faults.extend(beside.map(|(kind, name)| Fault::new(format!("no {kind} {name}"), "there is one")));
    faults
}

/// The facts of objects.
pub(super) fn of_objects(objects: &[Value]) -> Facts {
    let world = World::of(objects);
    let mut facts = Facts::new();
    for object in objects {
        let kind = text(object, &["kind"]);
        let name = valid(&text(object, &["metadata", "name"]));
        let mut own = BTreeMap::new();
        match kind.as_str() {
            "Deployment" | "StatefulSet" | "DaemonSet" | "Pod" | "Job" | "CronJob" => {
                world.workload(&kind, object, &mut own);
            }
            "Service" => {
                let name = world.service(object, &mut own, &name);
                facts.entry((kind, name)).or_default().extend(own);
                continue;
            }
            // The first two are compared where they are used; of a policy only that it is there.
            "ConfigMap" | "Secret" | "NetworkPolicy" => {}
            "Ingress" | "HorizontalPodAutoscaler" => {
                flatten(object.get("spec"), &mut Vec::new(), &mut own);
                own.retain(|fact, _| !fact.starts_with("behavior"));
            }
            _ => flatten(object.get("spec"), &mut Vec::new(), &mut own),
        }
        if kind == "PersistentVolumeClaim" && own.keys().all(|fact| !fact.contains("storage")) {
            own.clear();
        }
        if kind != "ConfigMap" {
            facts.insert((kind, name), own);
        }
    }
    facts
}

/// The objects that others refer to.
struct World {
    /// The contents of config maps and secrets by kind and name.
    contents: BTreeMap<(&'static str, String), BTreeMap<String, String>>,
    /// The labels of the pods of each workload.
    pods: Vec<(String, Object)>,
}

impl World {
    fn of(objects: &[Value]) -> Self {
        let mut world = Self { contents: BTreeMap::new(), pods: Vec::new() };
        for object in objects {
            let name = valid(&text(object, &["metadata", "name"]));
            match text(object, &["kind"]).as_str() {
                kind @ ("ConfigMap" | "Secret") => {
                    let kind = if kind == "Secret" { "Secret" } else { "ConfigMap" };
                    let mut contents = BTreeMap::new();
                    for field in ["data", "binaryData", "stringData"] {
                        for (key, value) in
                            object.get(field).and_then(Value::as_object).into_iter().flat_map(Object::iter)
                        {
                            contents.insert(valid(key), scalar(value));
                        }
                    }
                    world.contents.insert((kind, name), contents);
                }
                "Service" | "PersistentVolumeClaim" => {}
                kind => {
                    let metadata = if kind == "Pod" {
                        object.get("metadata")
                    } else {
                        template(object).and_then(|pod| pod.get("metadata"))
                    };
                    if let Some(labels) =
                        metadata.and_then(|metadata| metadata.get("labels")).and_then(Value::as_object)
                    {
                        world.pods.push((name, labels.clone()));
                    }
                }
            }
        }
        world
    }

    fn workload(&self, kind: &str, object: &Value, facts: &mut BTreeMap<String, String>) {
        if let Some(replicas) = object.get("spec").and_then(|spec| spec.get("replicas")) {
            facts.insert("replicas".to_owned(), scalar(replicas));
        }
        if kind == "CronJob" {
            for key in ["schedule", "concurrencyPolicy"] {
                let value = text(object, &["spec", key]);
                if !value.is_empty() {
                    facts.insert(key.to_owned(), value);
                }
            }
        }
        let pod = if kind == "Pod" { Some(object) } else { template(object) };
        let Some(spec) = pod.and_then(|pod| pod.get("spec")) else { return };
        let restart = text(spec, &["restartPolicy"]);
        facts.insert("restart".to_owned(), if restart.is_empty() { "Always".to_owned() } else { restart });
        for key in [
            "hostname",
            "subdomain",
            "serviceAccountName",
            "terminationGracePeriodSeconds",
            "securityContext",
            "affinity",
            "imagePullSecrets",
            "nodeSelector",
        ] {
            flatten(spec.get(key), &mut vec![key.into()], facts);
        }
        // A selector of pods is a label of Kompose's; the nodes are what counts.
        for constraint in elements(spec, "topologySpreadConstraints") {
            facts.insert(format!("spread {}", text(constraint, &["topologyKey"])), text(constraint, &["maxSkew"]));
        }
        for container in elements(spec, "containers").iter().chain(elements(spec, "initContainers")) {
            self.container(spec, container, facts);
        }
        for annotations in [object.get("metadata"), pod.and_then(|pod| pod.get("metadata"))] {
            let annotations = annotations.and_then(|metadata| metadata.get("annotations")).and_then(Value::as_object);
            for (key, value) in annotations.into_iter().flat_map(Object::iter) {
                if !key.starts_with("kompose.") && !key.starts_with("design.") && key != "use-subpath" {
                    facts.insert(format!("annotation {key}"), scalar(value));
                }
            }
        }
    }

    fn container(&self, spec: &Value, container: &Value, facts: &mut BTreeMap<String, String>) {
        let name = valid(&text(container, &["name"]));
        // What waits is ours alone.
        if name.starts_with("wait-for-") {
            return;
        }
        let mut say = |fact: String, value: String| {
            facts.insert(format!("{name}: {fact}"), value);
        };
        say("image".to_owned(), text(container, &["image"]));
        for key in ["command", "args"] {
            let words: Vec<String> = elements(container, key).iter().map(scalar).collect();
            if !words.is_empty() {
                say(key.to_owned(), format!("{words:?}"));
            }
        }
        for (variable, value) in self.environment(container) {
            say(format!("env {variable}"), value);
        }
        for port in elements(container, "ports") {
            let protocol = text(port, &["protocol"]);
            let protocol = if protocol.is_empty() { "TCP".to_owned() } else { protocol };
            let host = text(port, &["hostPort"]);
            say(format!("port {}/{protocol}", text(port, &["containerPort"])), host);
        }
        for (path, source) in self.mounts(spec, container) {
            say(format!("mount {path}"), source);
        }
        for key in ["workingDir", "stdin", "tty", "imagePullPolicy"] {
            let value = text(container, &[key]);
            if !value.is_empty() && value != "false" {
                say(key.to_owned(), value);
            }
        }
        let mut flat = BTreeMap::new();
        for key in ["securityContext", "resources", "livenessProbe", "readinessProbe"] {
            flatten(container.get(key), &mut vec![key.into()], &mut flat);
        }
        for (fact, value) in flat {
            if fact.ends_with("exec.command") {
                continue;
            }
            say(fact, value);
        }
        for probe in ["livenessProbe", "readinessProbe"] {
            let words: Vec<String> = container
                .get(probe)
                .and_then(|probe| probe.get("exec"))
                .map(|exec| elements(exec, "command").iter().map(scalar).collect())
                .unwrap_or_default();
            let words = match words.as_slice() {
                [shell, option, line] if shell.ends_with("sh") && option == "-c" => vec![line.clone()],
                _ => words,
            };
            if !words.is_empty() {
                say(format!("{probe} asks"), words.join(" "));
            }
        }
    }

    /// The variables that a container sees.
    fn environment(&self, container: &Value) -> BTreeMap<String, String> {
        let mut seen = BTreeMap::new();
        for source in elements(container, "envFrom") {
            for (field, kind) in [("configMapRef", "ConfigMap"), ("secretRef", "Secret")] {
                let name = valid(&text(source, &[field, "name"]));
                let contents = self.contents.iter().find(|((known, own), _)| *known == kind && *own == name);
                for (key, value) in contents.into_iter().flat_map(|(_, contents)| contents) {
                    seen.insert(key.clone(), value.clone());
                }
            }
        }
        for variable in elements(container, "env") {
            let value = match variable.get("valueFrom") {
                Some(from) if self.key(from).is_some() => self.key(from).unwrap_or_default(),
                Some(from) => {
                    let mut flat = BTreeMap::new();
                    flatten(Some(from), &mut Vec::new(), &mut flat);
                    format!("{flat:?}")
                }
                None => text(variable, &["value"]),
            };
            seen.insert(valid(&text(variable, &["name"])), value);
        }
        seen
    }

    /// The content of a key that a variable refers to.
    fn key(&self, from: &Value) -> Option<String> {
        [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")].into_iter().find_map(|(field, kind)| {
            let contents = self.contents.get(&(kind, valid(&text(from, &[field, "name"]))))?;
            contents.get(&valid(&text(from, &[field, "key"]))).cloned()
        })
    }

    /// What a container finds where: files with their content, and what stands behind each other mount.
    fn mounts(&self, spec: &Value, container: &Value) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for mount in elements(container, "volumeMounts") {
            let (name, path) = (text(mount, &["name"]), text(mount, &["mountPath"]));
            let volume = elements(spec, "volumes").iter().find(|volume| text(volume, &["name"]) == name);
            let Some((sort, source)) =
                volume.and_then(|volume| volume.as_object()?.iter().find(|(key, _)| *key != "name"))
            else {
                // A volume without a source is an empty folder.
                found.insert(path, if volume.is_some() { "emptyDir".to_owned() } else { format!("claim {name}") });
                continue;
            };
            let read_only = if text(mount, &["readOnly"]) == "true" { ", read-only" } else { "" };
            match sort.as_str() {
                "configMap" | "secret" => {
                    let kind = if sort == "secret" { "Secret" } else { "ConfigMap" };
                    let object = valid(&(text(source, &["secretName"]) + &text(source, &["name"])));
                    for (path, content) in self.files(kind, &object, source, mount, &path) {
                        found.insert(path, content);
                    }
                }
                "persistentVolumeClaim" => {
                    found.insert(path, format!("claim {}{read_only}", valid(&text(source, &["claimName"]))));
                }
                "emptyDir" => {
                    let medium = text(source, &["medium"]);
                    found.insert(path, format!("emptyDir {medium}").trim().to_owned());
                }
                "hostPath" => {
                    found.insert(path, "hostPath".to_owned());
                }
                other => {
                    found.insert(path, other.to_owned());
                }
            }
        }
        found
    }

    fn files(
        &self,
        kind: &'static str,
        object: &str,
        source: &Value,
        mount: &Value,
        path: &str,
    ) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        let sub_path = text(mount, &["subPath"]);
        let contents = self.contents.get(&(kind, object.to_owned()));
        let Some(contents) = contents else {
            // One that comes from outside is known by its name only.
            files.insert(path_name(path), format!("{kind} {object}"));
            return files;
        };
        let items = elements(source, "items");
        for (key, content) in contents {
            let item = items.iter().find(|item| valid(&text(item, &["key"])) == *key);
            let inner = match item {
                Some(item) => text(item, &["path"]),
                None if items.is_empty() => key.clone(),
                None => continue,
            };
            if sub_path.is_empty() {
                files.insert(path_name(&format!("{}/{inner}", path.trim_end_matches('/'))), content.clone());
            } else if valid(&sub_path) == valid(&inner) {
                files.insert(path_name(path), content.clone());
            }
        }
        files
    }

    /// A Service: the name by which it is compared, and what it offers.
    fn service(&self, object: &Value, facts: &mut BTreeMap<String, String>, name: &str) -> String {
        let kind = text(object, &["spec", "type"]);
        let is_balanced = kind == "LoadBalancer";
        let short = name.strip_suffix("-tcp").or_else(|| name.strip_suffix("-udp")).filter(|_| is_balanced);
        if !kind.is_empty() && kind != "ClusterIP" {
            facts.insert("type".to_owned(), kind);
        }
        let address = text(object, &["spec", "clusterIP"]);
        if !address.is_empty() {
            facts.insert("address".to_owned(), address);
        }
        let selector = object.get("spec").and_then(|spec| spec.get("selector")).and_then(Value::as_object);
        let selects = |labels: &Object| {
            selector.is_some_and(|selector| selector.iter().all(|(key, value)| labels.get(key) == Some(value)))
        };
        let selected: BTreeSet<&str> =
            self.pods.iter().filter(|(_, labels)| selects(labels)).map(|(name, _)| name.as_str()).collect();
        facts.insert("selects".to_owned(), format!("{selected:?}"));
        let ports = object.get("spec").map(|spec| elements(spec, "ports")).unwrap_or_default();
        for port in ports {
            let (number, target) = (text(port, &["port"]), text(port, &["targetPort"]));
            // Kompose's dummy: a headless Service needs no port.
            if number == "55555" {
                continue;
            }
            let protocol = text(port, &["protocol"]);
            let protocol = if protocol.is_empty() { "TCP" } else { &protocol };
            let node = text(port, &["nodePort"]);
            facts.insert(format!("port {number}/{protocol}"), format!("{target} {node}").trim().to_owned());
        }
        short.unwrap_or(name).to_owned()
    }
}

/// The template of the pods of a workload.
fn template(object: &Value) -> Option<&Value> {
    let spec = object.get("spec")?;
    let spec = spec.get("jobTemplate").and_then(|job| job.get("spec")).unwrap_or(spec);
    spec.get("template")
}

/// Every scalar below a value by its path; empty collections and nulls say nothing.
fn flatten(value: Option<&Value>, path: &mut Vec<design_vocabulary::Segment>, facts: &mut BTreeMap<String, String>) {
    match value {
        None | Some(Value::Null) => {}
        Some(Value::Object(object)) => {
            for (key, value) in object.iter() {
                path.push(key.clone().into());
                flatten(Some(value), path, facts);
                path.pop();
            }
        }
        Some(Value::Array(elements)) if elements.iter().all(|element| element.as_object().is_none()) => {
            let words: BTreeSet<String> = elements.iter().map(scalar).collect();
            if !words.is_empty() {
                facts.insert(display_path(path), format!("{words:?}"));
            }
        }
        Some(Value::Array(elements)) => {
            for (index, value) in elements.iter().enumerate() {
                path.push(index.into());
                flatten(Some(value), path, facts);
                path.pop();
            }
        }
        Some(value) => {
            let text = scalar(value);
            if !text.is_empty() {
                facts.insert(display_path(path), quantity(&text));
            }
        }
    }
}

/// Amounts that are written in different units are the same amount.
fn quantity(text: &str) -> String {
    for (unit, shift) in [("Ki", 10), ("Mi", 20), ("Gi", 30)] {
        if let Some(number) = text.strip_suffix(unit).and_then(|number| number.parse::<i64>().ok()) {
            return (number << shift).to_string();
        }
    }
    text.to_owned()
}

fn elements<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).unwrap_or_default()
}

fn text(value: &Value, path: &[&str]) -> String {
    let mut here = Some(value);
    for key in path {
        here = here.and_then(|value| value.get(key));
    }
    here.map(scalar).unwrap_or_default()
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Number(design_vocabulary::Number::Int(value)) => value.to_string(),
        Value::Number(design_vocabulary::Number::Unsigned(value)) => value.to_string(),
        Value::Number(design_vocabulary::Number::Float(value)) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// A name as Kubernetes allows it, as far as the two programs differ in that.
fn valid(name: &str) -> String {
    name.to_lowercase().replace(['_', '.'], "-")
}

/// The path of a file whose name may have been made valid.
fn path_name(path: &str) -> String {
    path.replace('_', "-")
}
