//! The setting `charts`: how charts are rendered.

use design_check::{nearest_name, rules};
use design_syntax::{Kind, NodeRef};

use super::Read;
use crate::{ChartRenderer, is_kube_version};

/// The keys of `charts`.
const KEYS: &[&str] = &["renderer", "release", "namespace", "values", "kubeVersion", "apiVersions"];

const RENDERERS: &[&str] = &["auto", "builtin", "helm"];

impl Read<'_> {
    pub(super) fn charts(&mut self, value: NodeRef<'_>) {
        if value.kind() != Kind::Mapping {
            return self.invalid("charts", "is a mapping", value.span());
        }
        for (key, value) in value.entries() {
            let value = value.resolved();
            match key.text() {
                "renderer" => {
                    self.settings.chart.renderer = match self.word("charts.renderer", value, RENDERERS) {
                        Some("builtin") => ChartRenderer::BuiltIn,
                        Some("helm") => ChartRenderer::Helm,
                        _ => ChartRenderer::Auto,
                    };
                }
                "release" => self.settings.chart.release = self.text("charts.release", value).unwrap_or_default(),
                "namespace" => self.settings.chart.namespace = self.text("charts.namespace", value).unwrap_or_default(),
                "values" => self.settings.chart.values = self.paths("charts.values", value),
                "kubeVersion" => {
                    // `1.30` is a number to YAML; what is meant is what is written.
                    let is_version = value.kind() == Kind::Scalar && is_kube_version(value.text());
                    if is_version {
                        value.text().clone_into(&mut self.settings.chart.kube_version);
                    } else {
                        self.invalid("charts.kubeVersion", "is a release of Kubernetes, such as 1.34", value.span());
                    }
                }
                "apiVersions" => self.settings.chart.api_versions = self.texts("charts.apiVersions", value),
                other => {
                    let nearest = nearest_name(other, KEYS.iter().copied());
                    let finding = rules::unknown_setting::finding("key", other, nearest, key.span());
                    self.settings.findings.push(finding);
                }
            }
        }
    }
}
