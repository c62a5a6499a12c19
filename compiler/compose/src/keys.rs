//! The keys of the specification, and those that Kubernetes has no word for.

use design_registry::nearest;

use crate::Problem;
use crate::node::{Data, Node};

/// Keys at the top of a file.
const TOP: &[&str] = &["name", "version", "services", "networks", "volumes", "configs", "secrets", "include", "models"];

/// Keys of a service.
const SERVICE: &[&str] = &[
    "annotations",
    "attach",
    "blkio_config",
    "build",
    "cap_add",
    "cap_drop",
    "cgroup",
    "cgroup_parent",
    "command",
    "configs",
    "container_name",
    "cpu_count",
    "cpu_percent",
    "cpu_period",
    "cpu_quota",
    "cpu_rt_period",
    "cpu_rt_runtime",
    "cpu_shares",
    "cpus",
    "cpuset",
    "credential_spec",
    "depends_on",
    "deploy",
    "develop",
    "device_cgroup_rules",
    "devices",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "entrypoint",
    "env_file",
    "environment",
    "expose",
    "extends",
    "external_links",
    "extra_hosts",
    "gpus",
    "group_add",
    "healthcheck",
    "hostname",
    "image",
    "init",
    "ipc",
    "isolation",
    "label_file",
    "labels",
    "links",
    "logging",
    "mac_address",
    "mem_limit",
    "mem_reservation",
    "mem_swappiness",
    "memswap_limit",
    "models",
    "network_mode",
    "networks",
    "oom_kill_disable",
    "oom_score_adj",
    "pid",
    "pids_limit",
    "platform",
    "ports",
    "post_start",
    "pre_stop",
    "privileged",
    "profiles",
    "provider",
    "pull_policy",
    "pull_refresh_after",
    "read_only",
    "restart",
    "runtime",
    "scale",
    "secrets",
    "security_opt",
    "shm_size",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "storage_opt",
    "sysctls",
    "tmpfs",
    "tty",
    "ulimits",
    "use_api_socket",
    "user",
    "userns_mode",
    "uts",
    "volume_driver",
    "volumes",
    "volumes_from",
    "working_dir",
];

/// Keys of `deploy`.
const DEPLOY: &[&str] = &[
    "mode",
    "endpoint_mode",
    "replicas",
    "labels",
    "rollback_config",
    "update_config",
    "resources",
    "restart_policy",
    "placement",
];

/// Keys of `healthcheck`.
const HEALTHCHECK: &[&str] = &["disable", "test", "interval", "timeout", "retries", "start_period", "start_interval"];

/// Keys of a service that Kubernetes has no word for, and why.
const INEXPRESSIBLE: &[(&str, &str)] = &[
    ("attach", "whether logs are shown is no property of an object"),
    ("blkio_config", "Kubernetes does not share out block devices"),
    ("cgroup", "the kubelet chooses control groups"),
    ("cgroup_parent", "the kubelet chooses control groups"),
    ("cpu_count", "use `deploy.resources`"),
    ("cpu_percent", "use `deploy.resources`"),
    ("cpu_period", "use `deploy.resources`"),
    ("cpu_quota", "use `deploy.resources`"),
    ("cpu_rt_period", "Kubernetes does not schedule in real time"),
    ("cpu_rt_runtime", "Kubernetes does not schedule in real time"),
    ("cpu_shares", "use `deploy.resources.reservations.cpus`"),
    ("cpuset", "the kubelet's CPU manager chooses processors"),
    ("credential_spec", "it belongs to Windows hosts"),
    ("develop", "it describes work at a laptop"),
    ("device_cgroup_rules", "a device plugin of the cluster gives devices"),
    ("devices", "a device plugin of the cluster gives devices"),
    ("external_links", "an outside service is declared as a Service of type ExternalName"),
    ("gpus", "the resource of the device plugin, such as `nvidia.com/gpu`, is not known here"),
    ("isolation", "it belongs to Windows hosts"),
    ("label_file", "labels of a file are not read; write them under `labels`"),
    ("logging", "the cluster collects what containers print"),
    ("mac_address", "the cluster's network chooses addresses"),
    ("mem_swappiness", "the node decides about swap"),
    ("memswap_limit", "the node decides about swap"),
    ("oom_kill_disable", "the kubelet decides what is ended when memory runs out"),
    ("oom_score_adj", "the kubelet decides what is ended when memory runs out"),
    ("pids_limit", "the kubelet limits processes"),
    ("provider", "what a provider brings up is not known here"),
    ("pull_refresh_after", "an image is pulled when a container starts"),
    ("storage_opt", "use an ephemeral-storage limit"),
    ("use_api_socket", "there is no engine whose socket could be mounted"),
    ("userns_mode", "use the field hostUsers of a pod"),
    ("uts", "a pod has its own host name"),
    ("volume_driver", "a storage class says what holds a volume"),
    ("models", "what runs the model is not known here"),
];

/// Tells of keys that the specification does not have, and of those that Kubernetes has no word for.
pub(crate) fn check(root: &Node, problems: &mut Vec<Problem>) {
    unknown(root, TOP, "compose file", problems);
    for (name, service) in root.get("services").map(Node::entries).unwrap_or_default() {
        if !matches!(service.data, Data::Map(_)) {
            let field = format!("services.{name}");
            problems.push(Problem::Invalid { field, expected: "a mapping", span: service.place() });
        }
        unknown(service, SERVICE, "service", problems);
        if let Some(deploy) = service.get("deploy") {
            unknown(deploy, DEPLOY, "`deploy`", problems);
        }
        if let Some(health) = service.get("healthcheck") {
            unknown(health, HEALTHCHECK, "`healthcheck`", problems);
        }
        for (key, node) in service.entries().iter().filter(|(_, node)| is_said(node)) {
            if let Some((_, why)) = INEXPRESSIBLE.iter().find(|(known, _)| key == known) {
                problems.push(Problem::Inexpressible {
                    field: format!("services.{name}.{key}"),
                    why,
                    span: node.place(),
                });
            }
        }
    }
}

/// Whether a value says anything: an empty list or a plain `false` does not.
fn is_said(node: &Node) -> bool {
    match &node.data {
        Data::Null | Data::Bool(false) => false,
        Data::List(elements) => !elements.is_empty(),
        Data::Map(entries) => !entries.is_empty(),
        _ => true,
    }
}

fn unknown(node: &Node, known: &[&'static str], of: &'static str, problems: &mut Vec<Problem>) {
    for (key, value) in node.entries() {
        if !key.starts_with("x-") && !known.contains(&key.as_str()) {
            let near = nearest(key, known.iter().copied());
            problems.push(Problem::UnknownKey { key: key.clone(), of, nearest: near, span: value.place() });
        }
    }
}
