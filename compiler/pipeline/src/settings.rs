//! What a project decides once: the file `.design.yaml`.

mod charts;
mod compose;

use std::sync::Arc;

use design_check::{Overrides, nearest_name, rules, word_syntax};
use design_registry::definitions::{Definitions, KubernetesVersion};
use design_syntax::{Document, Kind, Limits, NodeRef, Rules, SourceText, lower, parse};
use design_vocabulary::{Finding, Severity, Span};

use crate::World;
use crate::world::join;

/// The file that holds settings.
pub const SETTINGS_FILE: &str = ".design.yaml";

/// The keys of a settings file.
const KEYS: &[&str] = &[
    "failOn",
    "include",
    "exclude",
    "kubernetesVersions",
    "policies",
    "policySets",
    "schemas",
    "rules",
    "compose",
    "charts",
];

/// The words of `failOn`.
const THRESHOLDS: &[&str] = &["error", "warning", "never"];

/// The words of `rules`.
const WEIGHTS: &[&str] = &["ignore", "note", "warning", "error"];

/// From which severity on findings make a check fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Threshold {
    /// Errors.
    #[default]
    Error,
    /// Errors and warnings.
    Warning,
    /// Nothing does.
    Never,
}

impl Threshold {
    /// The least severity that makes a check fail; `None` where nothing does.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Never => None,
        }
    }
}

/// The settings that apply.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The file that they come from; `None` where there is none.
    pub source: Option<Arc<SourceText>>,
    /// What is wrong in that file.
    pub findings: Vec<Finding>,
    /// `failOn`: from which severity on findings make a check fail.
    pub fail_on: Threshold,
    /// `include`: patterns of the only files that a walk reads, in the syntax of `.gitignore`; empty: all.
    pub include: Vec<String>,
    /// `exclude`: patterns of what a walk leaves out.
    pub exclude: Vec<String>,
    /// `kubernetesVersions`: the releases to check against; empty: the newest one.
    pub releases: Vec<KubernetesVersion>,
    /// `policies`: files and folders of policies, as paths of the World.
    pub policies: Vec<String>,
    /// `policySets`: policies of our own to judge by, as sets or as `SET/POLICY`.
    pub policy_sets: Vec<String>,
    /// `schemas`: folders of JSON Schemas of custom resources, as paths of the World.
    pub schemas: Vec<String>,
    /// `rules`: how much the findings of rules weigh.
    pub rules: Overrides,
    /// `compose`: how compose projects are read.
    pub compose: design_compose::Options,
    /// `charts`: how charts are rendered.
    pub chart: crate::ChartOptions,
}

impl Settings {
    /// Reads a settings file. What is wrong in it is a finding, and the rest of it holds. Paths in the file begin at its own
    /// folder, and lead somewhere in the World.
    pub fn read(source: &Arc<SourceText>, world: &dyn World) -> Self {
        let mut settings = Self { source: Some(Arc::clone(source)), ..Self::default() };
        let parsed = parse(source, &Limits::default());
        settings.findings.extend(parsed.problems.iter().map(word_syntax));
        let mut documents = parsed.documents.into_iter().filter(|document| document.root().is_some());
        let Some(mut document) = documents.next() else { return settings };
        if let Some(second) = documents.next() {
            let fault = "is one document; what stands behind `---` is not read";
            settings.findings.push(rules::invalid_setting::finding("---", fault, None, crate::files::start(&second)));
        }
        document.set_rules(Rules::Core);
        Read { settings: &mut settings, world }.document(&document);
        settings
    }
}

/// Reading in progress.
struct Read<'a> {
    settings: &'a mut Settings,
    world: &'a dyn World,
}

impl Read<'_> {
    fn document(&mut self, document: &Document) {
        let Some(root) = document.root() else { return };
        let mut problems = Vec::new();
        let is_empty = lower(root, &mut problems).is_null();
        self.settings.findings.extend(problems.iter().map(word_syntax));
        if root.resolved().kind() != Kind::Mapping {
            if !is_empty {
                self.invalid(".", "is a mapping from keys to values", root.span());
            }
            return;
        }
        for (key, value) in root.resolved().entries() {
            // Of equal keys the last one counts, as everywhere; the finding about them says so.
            let is_last = root.entry(key.text()).is_none_or(|(last, _)| last.id() == key.id());
            if is_last {
                self.key(key, value.resolved());
            }
        }
    }

    fn key(&mut self, key: NodeRef<'_>, value: NodeRef<'_>) {
        match key.text() {
            "failOn" => {
                let word = self.word("failOn", value, THRESHOLDS);
                self.settings.fail_on = match word {
                    Some("warning") => Threshold::Warning,
                    Some("never") => Threshold::Never,
                    _ => Threshold::Error,
                };
            }
            "include" => self.settings.include = self.texts("include", value),
            "exclude" => self.settings.exclude = self.texts("exclude", value),
            "kubernetesVersions" => self.releases(value),
            "policies" => self.settings.policies = self.paths("policies", value),
            "policySets" => self.policy_sets(value),
            "schemas" => self.settings.schemas = self.paths("schemas", value),
            "rules" => self.rules(value),
            "compose" => self.compose(value),
            "charts" => self.charts(value),
            other => {
                let nearest = nearest_name(other, KEYS.iter().copied());
                let finding = rules::unknown_setting::finding("key", other, nearest, key.span());
                self.settings.findings.push(finding);
            }
        }
    }

    fn invalid(&mut self, key: &str, fault: &str, span: Span) {
        self.settings.findings.push(rules::invalid_setting::finding(key, fault, None, span));
    }

    fn text(&mut self, key: &str, value: NodeRef<'_>) -> Option<String> {
        if value.kind() != Kind::Scalar {
            self.invalid(key, "is a text", value.span());
            return None;
        }
        Some(value.text().to_owned())
    }

    /// One of some words.
    fn word(&mut self, key: &str, value: NodeRef<'_>, words: &[&'static str]) -> Option<&'static str> {
        let written = value.text();
        let found = words.iter().copied().find(|word| value.kind() == Kind::Scalar && *word == written);
        if found.is_none() {
            let known: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            let fault = format!("is one of {}", known.join(", "));
            let nearest = nearest_name(written, words.iter().copied()).map(|near| (written, near));
            let finding = rules::invalid_setting::finding(key, &fault, nearest, value.span());
            self.settings.findings.push(finding);
        }
        found
    }

    /// The scalars of a list.
    fn scalars<'n>(&mut self, key: &str, value: NodeRef<'n>) -> Vec<NodeRef<'n>> {
        if value.kind() != Kind::Sequence {
            self.invalid(key, "is a list", value.span());
            return Vec::new();
        }
        let elements: Vec<NodeRef<'n>> = value.children().map(NodeRef::resolved).collect();
        let (scalars, others): (Vec<_>, Vec<_>) =
            elements.into_iter().partition(|element| element.kind() == Kind::Scalar && !element.text().is_empty());
        for other in others {
            self.invalid(key, "is a list of texts", other.span());
        }
        scalars
    }

    fn texts(&mut self, key: &str, value: NodeRef<'_>) -> Vec<String> {
        self.scalars(key, value).into_iter().map(|element| element.text().to_owned()).collect()
    }

    /// Files and folders that exist.
    fn paths(&mut self, key: &str, value: NodeRef<'_>) -> Vec<String> {
        let path = self.settings.source.as_ref().map_or("", |source| source.path()).to_owned();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut paths = Vec::new();
        for element in self.scalars(key, value) {
            let named = element.text();
            let below = named.strip_prefix("./").unwrap_or(named);
            let path = if named.starts_with('/') { named.to_owned() } else { join(folder, below) };
            match self.world.kind(&path) {
                Ok(_) => paths.push(path),
                Err(error) => self.invalid(key, &format!("names `{named}`: {error}"), element.span()),
            }
        }
        paths
    }

    fn policy_sets(&mut self, value: NodeRef<'_>) {
        for element in self.scalars("policySets", value) {
            let name = element.text();
            if design_policy::select(&[name]).is_ok() {
                self.settings.policy_sets.push(name.to_owned());
            } else {
                let nearest = nearest_name(name, design_policy::SETS.iter().map(|set| set.name));
                self.settings.findings.push(rules::unknown_setting::finding(
                    "policy set",
                    name,
                    nearest,
                    element.span(),
                ));
            }
        }
    }

    fn releases(&mut self, value: NodeRef<'_>) {
        let known = Definitions::builtin().releases().iter().map(|release| release.version);
        let known: Vec<KubernetesVersion> = known.collect();
        // The text as it is written: as a number, 1.30 would be 1.3.
        for element in self.scalars("kubernetesVersions", value) {
            match element.text().parse::<KubernetesVersion>() {
                Ok(version) if known.contains(&version) => self.settings.releases.push(version),
                _ => {
                    let known: Vec<String> = known.iter().map(ToString::to_string).collect();
                    let fault = format!("takes releases that design knows: {}", known.join(", "));
                    self.invalid("kubernetesVersions", &fault, element.span());
                }
            }
        }
    }

    fn rules(&mut self, value: NodeRef<'_>) {
        if value.kind() != Kind::Mapping {
            return self.invalid("rules", "is a mapping from rules to their weight", value.span());
        }
        for (rule, weight) in value.entries() {
            let name = rule.text();
            let severity = match self.word(&format!("rules.{name}"), weight.resolved(), WEIGHTS) {
                Some("note") => Some(Severity::Note),
                Some("warning") => Some(Severity::Warning),
                Some("error") => Some(Severity::Error),
                Some(_) => None,
                None => continue,
            };
            if let Err(nearest) = self.settings.rules.set(name, severity) {
                // A code is near every other code.
                let is_code = name.len() == 5 && name.starts_with('D');
                let nearest = nearest.filter(|_| !is_code);
                let finding = rules::unknown_setting::finding("rule", name, nearest, rule.span());
                self.settings.findings.push(finding);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use design_vocabulary::FileId;

    use super::*;
    use crate::MemoryWorld;

    fn read(text: &str) -> Settings {
        let world = MemoryWorld::new([("app/policies/main.rego", ""), ("app/crds/x.json", "{}")]);
        Settings::read(&SourceText::new(FileId(0), "app/.design.yaml", text), &world)
    }

    #[test]
    fn every_key_is_read() {
        let settings = read(
            "failOn: warning\ninclude: [apps/]\nexclude: [vendor/]\nkubernetesVersions: [1.34, \"1.36\"]\n\
             policies: [policies]\nschemas: [./crds]\nrules: {D0301: note, invalid-label: ignore}\n\
             compose: {profiles: [dev], variables: {TAG: 2.10}, interpolate: true, volumes: hostPath, volumeSize: 1Gi,\n\
             serviceGroups: volume, networkPolicies: true, waitImage: a, jobWaitImage: b}\n\
             charts: {renderer: builtin, release: shop, namespace: web, values: [crds/x.json]}\n",
        );
        assert_eq!(settings.findings, []);
        assert_eq!(settings.fail_on, Threshold::Warning);
        assert_eq!((settings.include, settings.exclude), (vec!["apps/".to_owned()], vec!["vendor/".to_owned()]));
        let releases: Vec<String> = settings.releases.iter().map(ToString::to_string).collect();
        assert_eq!(releases, ["1.34", "1.36"]);
        assert_eq!((settings.policies, settings.schemas), (vec!["app/policies".into()], vec!["app/crds".into()]));
        let compose = settings.compose;
        assert_eq!((compose.profiles, compose.variables["TAG"].as_str()), (vec!["dev".to_owned()], "2.10"));
        assert_eq!((compose.volumes, compose.volume_size.as_str()), (design_compose::VolumeKind::HostPath, "1Gi"));
        assert_eq!((compose.wait_image.as_str(), compose.job_wait_image.as_str()), ("a", "b"));
        assert!(compose.interpolate && compose.network_policies);
        let chart = settings.chart;
        assert_eq!((chart.renderer, chart.values), (crate::ChartRenderer::BuiltIn, vec!["app/crds/x.json".to_owned()]));
        assert_eq!((chart.release.as_str(), chart.namespace.as_str()), ("shop", "web"));
        assert_eq!(read("").findings, []);
        assert_eq!(read("# nothing yet\n").findings, []);
    }

    #[test]
    fn what_is_wrong_is_told_and_the_rest_holds() {
        let text = "failOnn: error\nexclude: [a, {b: c}]\ninclude: x\nkubernetesVersions: [1.2]\npolicies: [nowhere]\n\
                    rules: {invalid-nam: note, D0301: fatal, D0302: ignore}\nfailOn: warnin\n";
        let settings = read(text);
        let told: Vec<String> = settings
            .findings
            .iter()
            .map(|finding| {
                format!("{} {}", &text[finding.primary.start as usize..finding.primary.end as usize], finding.message)
            })
            .collect();
        assert_eq!(
            told,
            [
                "failOnn the settings have no key `failOnn`",
                "{b: c} the setting `exclude` is a list of texts",
                "x the setting `include` is a list",
                "1.2 the setting `kubernetesVersions` takes releases that design knows: 1.33, 1.34, 1.35, 1.36",
                "nowhere the setting `policies` names `nowhere`: there is no such file or folder",
                "invalid-nam the settings have no rule `invalid-nam`",
                "fatal the setting `rules.D0301` is one of `ignore`, `note`, `warning`, `error`",
                "warnin the setting `failOn` is one of `error`, `warning`, `never`",
            ]
        );
        assert_eq!(settings.exclude, ["a"]);
        assert_eq!(settings.fail_on, Threshold::Error);
        assert_eq!(settings.findings.iter().filter(|finding| finding.fix.is_some()).count(), 3);
    }
}
