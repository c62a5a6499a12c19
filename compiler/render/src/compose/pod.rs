//! What a pod says about all its containers, on the first of its services.

use design_vocabulary::{Object, Segment, Value};

use super::workload::Pod;
use super::{Project, deeper, element, integer, scalar, set_in};

impl Project<'_> {
    #[expect(clippy::match_same_arms, reason = "an arm for each field, in the order of the specification")]
    pub(super) fn pod_fields(&mut self, pod: &Pod<'_>, service: &mut Object) {
        let index = pod.component;
        for (key, value) in pod.spec.iter() {
            let here = deeper(&pod.path, &[key]);
            match key.as_str() {
                "containers"
                | "initContainers"
                | "volumes"
                | "restartPolicy"
                | "securityContext"
                | "serviceAccount"
                | "enableServiceLinks"
                | "schedulerName"
                | "shareProcessNamespace" => {}
                "hostname" => {
                    service.insert("hostname", value.clone());
                }
                "subdomain" => {
                    service.insert("domainname", value.clone());
                }
                "terminationGracePeriodSeconds" => {
                    if let Some(seconds) = integer(value) {
                        service.insert("stop_grace_period", format!("{seconds}s").as_str().into());
                    }
                }
                "hostNetwork" | "hostPID" | "hostIPC" if value.as_bool() == Some(true) => {
                    let to = match key.as_str() {
                        "hostNetwork" => "network_mode",
                        "hostPID" => "pid",
                        _ => "ipc",
                    };
                    service.insert(to, "host".into());
                }
                "hostNetwork" | "hostPID" | "hostIPC" => {}
                "hostAliases" => host_aliases(value, service),
                "dnsConfig" => self.dns(index, value, &here, service),
                "dnsPolicy" if matches!(value.as_str(), Some("ClusterFirst" | "ClusterFirstWithHostNet")) => {}
                "nodeSelector" => self.node_selector(index, value, &here, service),
                "serviceAccountName" | "automountServiceAccountToken" => {
                    let is_without = key == "automountServiceAccountToken" && value.as_bool() == Some(false);
                    if !is_without {
                        self.field(index, &here, "there is no API that a container could be allowed to use");
                    }
                }
                "imagePullSecrets" => self.field(index, &here, "log in to the registry with `docker login`"),
                "affinity" | "tolerations" | "topologySpreadConstraints" | "priorityClassName" => {
                    self.field(index, &here, "there is one host, where everything runs");
                }
                _ => self.field(index, &here, "compose has no such word"),
            }
        }
    }

    fn dns(&mut self, index: usize, config: &Value, path: &[Segment], service: &mut Object) {
        for (key, value) in config.as_object().into_iter().flat_map(Object::iter) {
            match key.as_str() {
                "nameservers" => {
                    service.insert("dns", value.clone());
                }
                "searches" => {
                    service.insert("dns_search", value.clone());
                }
                "options" => {
                    let option = |option: &Value| {
                        let name = option.get("name").and_then(scalar)?;
                        let value = option.get("value").and_then(scalar);
                        Some(Value::from(value.map_or(name.to_string(), |value| format!("{name}:{value}")).as_str()))
                    };
                    let options = value.as_array().unwrap_or_default().iter().filter_map(option).collect();
                    service.insert("dns_opt", options);
                }
                _ => self.field(index, &deeper(path, &[key]), "compose has no such word"),
            }
        }
    }

    fn node_selector(&mut self, index: usize, selector: &Value, path: &[Segment], service: &mut Object) {
        let system = selector.get("kubernetes.io/os").and_then(Value::as_str);
        let architecture = selector.get("kubernetes.io/arch").and_then(Value::as_str);
        if let Some(architecture) = architecture {
            let platform = format!("{}/{architecture}", system.unwrap_or("linux"));
            service.insert("platform", platform.as_str().into());
        }
        let mut constraints = Vec::new();
        for (key, value) in selector.as_object().into_iter().flat_map(Object::iter) {
            match (key.as_str(), value.as_str()) {
                ("kubernetes.io/os" | "kubernetes.io/arch", _) => {}
                (_, Some(value)) => constraints.push(Value::from(format!("node.labels.{key}=={value}").as_str())),
                (_, None) => self.field(index, &deeper(path, &[key]), "a label of a node is a text"),
            }
        }
        if !constraints.is_empty() {
            let placement = Object::from_iter([("constraints", Value::from_iter(constraints))]);
            set_in(service, "deploy", "placement", placement.into());
        }
    }

    /// What the security context of a pod says about each of its containers.
    pub(super) fn pod_security(&mut self, pod: &Pod<'_>, service: &mut Object) {
        let Some(context) = pod.spec.get("securityContext") else { return };
        let path = deeper(&pod.path, &["securityContext"]);
        self.security(pod.component, context, &path, service);
    }
}

fn host_aliases(aliases: &Value, service: &mut Object) {
    for alias in aliases.as_array().unwrap_or_default() {
        let Some(ip) = alias.get("ip").and_then(Value::as_str) else { continue };
        for host in alias.get("hostnames").and_then(Value::as_array).unwrap_or_default() {
            if let Some(host) = host.as_str() {
                super::add_to(service, "extra_hosts", format!("{host}={ip}").as_str().into());
            }
        }
    }
}

/// The path of a volume of a pod.
pub(super) fn volume_path(pod: &Pod<'_>, number: usize) -> design_vocabulary::Path {
    element(&pod.path, "volumes", number)
}
