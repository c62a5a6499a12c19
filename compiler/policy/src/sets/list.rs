//! The policies, as files of `models/policies/`.

use super::{Policy, PolicySet};

/// Declares policies by the folder of their set and their names.
macro_rules! policies {
    ($($set:literal: $($name:literal)+;)+) => {
        &[$($(Policy {
            set: $set,
            name: $name,
            text: include_str!(concat!("../../../../models/policies/", $set, "/", $name, ".rego")),
            rewritten: include_str!(concat!(env!("OUT_DIR"), "/", $set, "/", $name, ".rego")),
        },)+)+]
    };
}

/// Every policy, by set and name.
pub static POLICIES: &[Policy] = policies! {
    "availability": "disruption-budget" "replicas" "scaled-replicas" "spread" "update-strategy";
    "images": "digest" "pull-policy" "registry" "tag";
    "network-isolation": "egress" "ingress" "node-port" "open-sources";
    "pod-security-baseline": "apparmor" "capabilities" "host-namespaces" "host-path-volumes" "host-ports" "host-probes"
        "host-process" "privileged-containers" "proc-mount" "seccomp" "selinux" "sysctls";
    "pod-security-restricted": "capabilities" "privilege-escalation" "proc-mount" "run-as-non-root"
        "run-as-non-root-user" "seccomp" "volume-types";
    "probes": "liveness-probe" "probes-differ" "readiness-probe" "slow-start";
    "resources": "cpu-request" "memory-limit" "memory-request" "memory-request-below-limit" "volume-size-limit";
    "secrets": "argument" "config-map" "environment-reference" "environment-value" "known-token";
};

/// Every set, by name.
pub static SETS: &[PolicySet] = &[
    PolicySet { name: "availability", includes: None },
    PolicySet { name: "images", includes: None },
    PolicySet { name: "network-isolation", includes: None },
    PolicySet { name: "pod-security-baseline", includes: None },
    PolicySet { name: "pod-security-restricted", includes: Some("pod-security-baseline") },
    PolicySet { name: "probes", includes: None },
    PolicySet { name: "resources", includes: None },
    PolicySet { name: "secrets", includes: None },
];

/// What several policies share, as the engine is to read it.
pub(crate) const LIBRARY: &str = include_str!(concat!(env!("OUT_DIR"), "/library.rego"));
