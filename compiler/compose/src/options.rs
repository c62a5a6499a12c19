//! What a person may choose about the conversion.

use std::collections::BTreeMap;

/// What becomes of a mount whose kind nothing else decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VolumeKind {
    /// A claim on persistent storage.
    #[default]
    PersistentVolumeClaim,
    /// A folder that lives as long as its pod.
    EmptyDir,
    /// A path of the node.
    HostPath,
    /// The content of the file or folder.
    ConfigMap,
}

impl VolumeKind {
    /// The kind with a name, written as the label `kompose.volume.type` and Kompose's option `--volumes` have it.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "persistentVolumeClaim" => Some(Self::PersistentVolumeClaim),
            "emptyDir" => Some(Self::EmptyDir),
            "hostPath" => Some(Self::HostPath),
            "configMap" => Some(Self::ConfigMap),
            _ => None,
        }
    }
}

/// Which services share a pod, beside those that `network_mode: service:…` ties together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServiceGroups {
    /// Those with the same label `kompose.service.group`.
    #[default]
    Label,
    /// Those that mount the same volumes, too.
    Volume,
}

/// What a person may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Variables for interpolation; they win over those of an environment file.
    pub variables: BTreeMap<String, String>,
    /// Profiles that are active; `*` is all of them.
    pub profiles: Vec<String>,
    /// Whether `$NAME` is replaced at all.
    pub interpolate: bool,
    /// What becomes of volumes and binds.
    pub volumes: VolumeKind,
    /// The size of a claim that says none.
    pub volume_size: String,
    /// Which services share a pod.
    pub service_groups: ServiceGroups,
    /// Whether the networks of services become network policies.
    pub network_policies: bool,
    /// The image of the init container that waits for a service. It needs `sh`, `nc` and `nslookup`.
    pub wait_image: String,
    /// The image of the init container that waits for a job. It needs `kubectl` as its entry point.
    pub job_wait_image: String,
}

/// Pinned by digest, so that what waits is the same program everywhere; both are for several architectures.
const WAIT_IMAGE: &str = "busybox:1.37@sha256:9db7b59979c38555a39def84a31fb98b5296952f9e3afd4f6f11f05b07adfab0";
const JOB_WAIT_IMAGE: &str =
    "registry.k8s.io/kubectl:v1.36.1@sha256:d08f476d04d0e30f426f06bc6ff6c38913aaa4591943046b77e2f74a72d3611c";

impl Default for Options {
    fn default() -> Self {
        Self {
            variables: BTreeMap::new(),
            profiles: Vec::new(),
            interpolate: true,
            volumes: VolumeKind::default(),
            volume_size: "100Mi".to_owned(),
            service_groups: ServiceGroups::default(),
            network_policies: false,
            wait_image: WAIT_IMAGE.to_owned(),
            job_wait_image: JOB_WAIT_IMAGE.to_owned(),
        }
    }
}
