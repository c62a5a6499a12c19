//! A container as a service.

use design_vocabulary::{Object, Segment, Value};

use super::workload::Pod;
use super::{Project, deeper, integer, scalar, set_in};

impl Project<'_> {
    /// The service of a container. `is_own`: it has the network of the pod for itself.
    #[expect(clippy::match_same_arms, reason = "an arm for each field, in the order of the specification")]
    pub(super) fn container(&mut self, pod: &Pod<'_>, container: &Object, path: &[Segment], is_own: bool) -> Object {
        let mut service = Object::new();
        let index = pod.component;
        service.insert("image", container.get("image").cloned().unwrap_or_default());
        let environment = self.environment(pod, container, path);
        for (key, value) in container.iter() {
            let here = deeper(path, &[key]);
            match key.as_str() {
                "image"
                | "name"
                | "env"
                | "envFrom"
                | "volumeMounts"
                | "terminationMessagePath"
                | "terminationMessagePolicy"
                | "restartPolicy" => {}
                "command" => {
                    service.insert("entrypoint", words(value, &environment));
                }
                "args" => {
                    service.insert("command", words(value, &environment));
                }
                "workingDir" => {
                    service.insert("working_dir", value.clone());
                }
                "imagePullPolicy" => {
                    let policy = match value.as_str() {
                        Some("Always") => "always",
                        Some("Never") => "never",
                        _ => "missing",
                    };
                    service.insert("pull_policy", policy.into());
                }
                "ports" if is_own => self.container_ports(pod, value, &here, &mut service),
                "ports" => {}
                "resources" => self.resources(index, value, &here, &mut service),
                "securityContext" => self.security(index, value, &here, &mut service),
                "stdin" if value.as_bool() == Some(true) => {
                    service.insert("stdin_open", true.into());
                }
                "tty" if value.as_bool() == Some(true) => {
                    service.insert("tty", true.into());
                }
                "stdin" | "tty" => {}
                // Probes are one health check.
                "readinessProbe" | "livenessProbe" | "startupProbe" => {}
                "lifecycle" => self.lifecycle(index, value, &here, &mut service),
                _ => self.field(index, &here, "compose has no such word"),
            }
        }
        if !environment.is_empty() {
            service.insert("environment", environment.into());
        }
        self.health_check(pod, container, path, &mut service);
        self.mounts(pod, container, path, &mut service);
        service
    }

    fn container_ports(&mut self, pod: &Pod<'_>, ports: &Value, path: &[Segment], service: &mut Object) {
        for (number, port) in ports.as_array().unwrap_or_default().iter().enumerate() {
            let Some(target) = port.get("containerPort").and_then(integer) else { continue };
            let protocol = protocol(port);
            let suffix = if protocol == "tcp" { String::new() } else { format!("/{protocol}") };
            match port.get("hostPort").and_then(integer) {
                Some(published) => {
                    let host = port.get("hostIP").and_then(Value::as_str);
                    let host = host.map(|host| format!("{host}:")).unwrap_or_default();
                    let text = format!("{host}{published}:{target}{suffix}");
                    super::add_to(service, "ports", text.as_str().into());
                }
                None => super::add_to(service, "expose", format!("{target}{suffix}").as_str().into()),
            }
            let known = ["containerPort", "hostPort", "hostIP", "protocol", "name"];
            for key in port.as_object().into_iter().flat_map(Object::keys).filter(|key| !known.contains(&key.as_str()))
            {
                let mut here = path.to_vec();
                here.push(number.into());
                self.field(pod.component, &deeper(&here, &[key]), "a port of compose has no such word");
            }
        }
    }

    fn resources(&mut self, index: usize, resources: &Value, path: &[Segment], service: &mut Object) {
        for (side, to) in [("limits", "limits"), ("requests", "reservations")] {
            for (name, amount) in resources.get(side).and_then(Value::as_object).into_iter().flat_map(Object::iter) {
                let written = scalar(amount).unwrap_or_default();
                let (key, said) = match name.as_str() {
                    "cpu" => ("cpus", processors(&written)),
                    "memory" => ("memory", memory(&written)),
                    _ => {
                        self.field(index, &deeper(path, &[side, name]), "compose limits processors and memory");
                        continue;
                    }
                };
                let Some(said) = said else {
                    self.field(index, &deeper(path, &[side, name]), "this amount is not understood");
                    continue;
                };
                let mut whole = service
                    .get("deploy")
                    .and_then(|deploy| deploy.get("resources"))
                    .and_then(Value::as_object)
                    .cloned()
                    .unwrap_or_default();
                set_in(&mut whole, to, key, said.as_str().into());
                set_in(service, "deploy", "resources", whole.into());
            }
        }
        for key in resources.as_object().into_iter().flat_map(Object::keys) {
            if !matches!(key.as_str(), "limits" | "requests") {
                self.field(index, &deeper(path, &[key]), "compose limits processors and memory");
            }
        }
    }

    fn lifecycle(&mut self, index: usize, lifecycle: &Value, path: &[Segment], service: &mut Object) {
        for (key, hook) in lifecycle.as_object().into_iter().flat_map(Object::iter) {
            let to = match key.as_str() {
                "postStart" => "post_start",
                "preStop" => "pre_stop",
                _ => {
                    self.field(index, &deeper(path, &[key]), "compose has no such hook");
                    continue;
                }
            };
            match hook.get("exec").and_then(|exec| exec.get("command")) {
                Some(command) => {
                    let hook = Object::from_iter([("command", command.clone())]);
                    service.insert(to, Value::from_iter([hook.into()]));
                }
                None => self.field(index, &deeper(path, &[key]), "a hook of compose is a command"),
            }
        }
    }
}

/// The protocol of a port in lower case.
pub(super) fn protocol(port: &Value) -> String {
    port.get("protocol").and_then(Value::as_str).unwrap_or("TCP").to_lowercase()
}

/// A command line in which Kubernetes would replace `$(NAME)` by the value of a variable.
fn words(value: &Value, environment: &Object) -> Value {
    let word = |word: &Value| match word.as_str() {
        Some(text) => Value::from(super::environment::expand(text, environment).as_str()),
        None => word.clone(),
    };
    value.as_array().unwrap_or_default().iter().map(word).collect()
}

/// An amount of processors such as `250m` as a number.
fn processors(written: &str) -> Option<String> {
    match written.strip_suffix('m') {
        Some(thousandths) => Some(format!("{}", thousandths.parse::<f64>().ok()? / 1000.0)),
        None => written.parse::<f64>().ok().map(|number| format!("{number}")),
    }
}

/// An amount of memory in the units of compose, which count by 1024.
pub(super) fn memory(written: &str) -> Option<String> {
    let digits = written.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(written.len());
    let number: f64 = written.get(..digits)?.parse().ok()?;
    let bytes = match written.get(digits..)? {
        "" => number,
        "Ki" => return Some(format!("{number}K")),
        "Mi" => return Some(format!("{number}M")),
        "Gi" => return Some(format!("{number}G")),
        "Ti" => return Some(format!("{number}T")),
        "k" => number * 1e3,
        "M" => number * 1e6,
        "G" => number * 1e9,
        "T" => number * 1e12,
        "m" => number / 1e3,
        _ => return None,
    };
    Some(format!("{}b", bytes.ceil()))
}
