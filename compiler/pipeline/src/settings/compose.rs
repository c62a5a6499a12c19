//! The setting `compose`: how compose projects are read.

use design_check::{nearest_name, rules};
use design_compose::{ServiceGroups, VolumeKind};
use design_syntax::{Kind, NodeRef, Resolved, Rules, resolve};

use super::Read;

/// The keys of `compose`.
const KEYS: &[&str] = &[
    "profiles",
    "variables",
    "interpolate",
    "volumes",
    "volumeSize",
    "serviceGroups",
    "networkPolicies",
    "waitImage",
    "jobWaitImage",
];

const VOLUMES: &[&str] = &["persistentVolumeClaim", "emptyDir", "hostPath", "configMap"];

const GROUPS: &[&str] = &["label", "volume"];

impl Read<'_> {
    pub(super) fn compose(&mut self, value: NodeRef<'_>) {
        if value.kind() != Kind::Mapping {
            return self.invalid("compose", "is a mapping", value.span());
        }
        for (key, value) in value.entries() {
            let value = value.resolved();
            match key.text() {
                "profiles" => self.settings.compose.profiles = self.texts("compose.profiles", value),
                "variables" => self.variables(value),
                "interpolate" => {
                    if let Some(truth) = self.truth("compose.interpolate", value) {
                        self.settings.compose.interpolate = truth;
                    }
                }
                "networkPolicies" => {
                    if let Some(truth) = self.truth("compose.networkPolicies", value) {
                        self.settings.compose.network_policies = truth;
                    }
                }
                "volumes" => {
                    if let Some(kind) = self.word("compose.volumes", value, VOLUMES).and_then(VolumeKind::named) {
                        self.settings.compose.volumes = kind;
                    }
                }
                "serviceGroups" => match self.word("compose.serviceGroups", value, GROUPS) {
                    Some("volume") => self.settings.compose.service_groups = ServiceGroups::Volume,
                    Some(_) => self.settings.compose.service_groups = ServiceGroups::Label,
                    None => {}
                },
                "volumeSize" | "waitImage" | "jobWaitImage" => {
                    let Some(text) = self.text(&format!("compose.{}", key.text()), value) else { continue };
                    let compose = &mut self.settings.compose;
                    match key.text() {
                        "volumeSize" => compose.volume_size = text,
                        "waitImage" => compose.wait_image = text,
                        _ => compose.job_wait_image = text,
                    }
                }
                other => {
                    let nearest = nearest_name(other, KEYS.iter().copied());
                    let finding = rules::unknown_setting::finding("key", other, nearest, key.span());
                    self.settings.findings.push(finding);
                }
            }
        }
    }

    fn variables(&mut self, value: NodeRef<'_>) {
        if value.kind() != Kind::Mapping {
            return self.invalid("compose.variables", "is a mapping from names to texts", value.span());
        }
        for (name, value) in value.entries() {
            if let Some(text) = self.text(&format!("compose.variables.{}", name.text()), value.resolved()) {
                self.settings.compose.variables.insert(name.text().to_owned(), text);
            }
        }
    }

    fn truth(&mut self, key: &str, value: NodeRef<'_>) -> Option<bool> {
        match resolve(value.text(), Rules::Core) {
            Resolved::Bool(truth) if value.kind() == Kind::Scalar => Some(truth),
            _ => {
                self.invalid(key, "is `true` or `false`", value.span());
                None
            }
        }
    }
}
