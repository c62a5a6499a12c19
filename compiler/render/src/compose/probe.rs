//! Probes as a health check.

use design_vocabulary::{Object, Segment, Value};

use super::workload::Pod;
use super::{Project, deeper, integer, scalar};

impl Project<'_> {
    /// The health check of a service: what its readiness probe asks, since that is what others wait for; else what its
    /// other probes ask.
    pub(super) fn health_check(&mut self, pod: &Pod<'_>, container: &Object, path: &[Segment], service: &mut Object) {
        let probes = ["readinessProbe", "livenessProbe", "startupProbe"];
        let Some(chosen) = probes.into_iter().find(|probe| container.get(probe).is_some_and(|found| !found.is_null()))
        else {
            return;
        };
        let Some(probe) = container.get(chosen) else { return };
        let here = deeper(path, &[chosen]);
        let test = self.test(pod, container, probe, &here);
        let Some(test) = test else { return };
        let mut check = Object::from_iter([("test", test)]);
        // Where a probe does not say, Kubernetes and compose take different numbers (Kubernetes API, core/v1 Probe; compose
        // specification, healthcheck), except for the number of failures.
        for (key, to, unit, default) in [
            ("periodSeconds", "interval", "s", Some(10)),
            ("timeoutSeconds", "timeout", "s", Some(1)),
            ("failureThreshold", "retries", "", None),
            ("initialDelaySeconds", "start_period", "s", None),
        ] {
            // The start period is known to whichever probe begins late.
            let number = probe.get(key).or_else(|| {
                let others = probes.iter().filter_map(|other| container.get(other)?.get(key));
                others.into_iter().next().filter(|_| key == "initialDelaySeconds")
            });
            match number.and_then(integer).or(default) {
                Some(number) if unit.is_empty() => {
                    check.insert(to, number.into());
                }
                Some(number) => {
                    check.insert(to, format!("{number}{unit}").as_str().into());
                }
                None => {}
            }
        }
        if let Some(startup) = container.get("startupProbe").filter(|_| chosen != "startupProbe") {
            let number = |key: &str, default: i64| startup.get(key).and_then(integer).unwrap_or(default);
            let seconds =
                number("periodSeconds", 10) * number("failureThreshold", 3) + number("initialDelaySeconds", 0);
            check.insert("start_period", format!("{seconds}s").as_str().into());
        }
        service.insert("healthcheck", check.into());
        let known = [
            "periodSeconds",
            "timeoutSeconds",
            "failureThreshold",
            "initialDelaySeconds",
            "exec",
            "httpGet",
            "tcpSocket",
        ];
        for key in probe.as_object().into_iter().flat_map(Object::keys).filter(|key| !known.contains(&key.as_str())) {
            let is_default = key == "successThreshold" && probe.get(key).and_then(integer) == Some(1);
            if !is_default {
                self.field(pod.component, &deeper(&here, &[key]), "a health check has no such word");
            }
        }
        for other in probes.iter().filter(|other| **other != chosen) {
            let asks = |probe: &Value| ["exec", "httpGet", "tcpSocket", "grpc"].map(|key| probe.get(key).cloned());
            if container.get(other).is_some_and(|other| asks(other) != asks(probe)) {
                let why = "compose asks one question; the one of the readiness probe is asked";
                self.field(pod.component, &deeper(path, &[other]), why);
            }
        }
    }

    fn test(&mut self, pod: &Pod<'_>, container: &Object, probe: &Value, path: &[Segment]) -> Option<Value> {
        let words =
            |first: &str, rest: Vec<Value>| -> Value { std::iter::once(Value::from(first)).chain(rest).collect() };
        if let Some(command) = probe.get("exec").and_then(|exec| exec.get("command")).and_then(Value::as_array) {
            return Some(match command {
                [shell, option, line] if is_shell(shell) && option.as_str() == Some("-c") => {
                    words("CMD-SHELL", vec![line.clone()])
                }
                _ => words("CMD", command.to_vec()),
            });
        }
        let number = |port: Option<&Value>| -> Option<i64> {
            let port = port?;
            let ports = container.get("ports").and_then(Value::as_array).unwrap_or_default();
            let named = ports.iter().find(|one| one.get("name") == Some(port)).and_then(|one| one.get("containerPort"));
            integer(named.unwrap_or(port))
        };
        if let Some(get) = probe.get("httpGet") {
            let port = number(get.get("port"))?;
            let path_of = get.get("path").and_then(scalar).unwrap_or_else(|| "/".into());
            let scheme = get.get("scheme").and_then(Value::as_str).unwrap_or("HTTP").to_lowercase();
            let host = get.get("host").and_then(Value::as_str).unwrap_or("127.0.0.1");
            let why = "the container asks itself, by a `wget` that its image has to have";
            self.field(pod.component, &deeper(path, &["httpGet"]), why);
            for key in ["httpHeaders"] {
                if get.get(key).is_some() {
                    self.field(pod.component, &deeper(path, &["httpGet", key]), "they are not sent");
                }
            }
            let separator = if path_of.starts_with('/') { "" } else { "/" };
            let line = format!("wget -q -O /dev/null '{scheme}://{host}:{port}{separator}{path_of}' || exit 1");
            return Some(words("CMD-SHELL", vec![line.as_str().into()]));
        }
        if let Some(port) = probe.get("tcpSocket").and_then(|socket| number(socket.get("port"))) {
            let why = "the container asks itself, by a `nc` that its image has to have";
            self.field(pod.component, &deeper(path, &["tcpSocket"]), why);
            return Some(words("CMD-SHELL", vec![format!("nc -z 127.0.0.1 {port} || exit 1").as_str().into()]));
        }
        self.field(pod.component, path, "a health check of compose is a command");
        None
    }
}

fn is_shell(word: &Value) -> bool {
    matches!(word.as_str(), Some("sh" | "/bin/sh"))
}
