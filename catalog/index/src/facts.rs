//! What is known of a version once it is compiled: its graph, its checks, what it is rendered as, what it needs.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use design_draw::{Picture, View, svg};
use design_pipeline::{
    Compilation, Compiled, MemoryWorld, PATTERN_FILES, PATTERN_STATUS_FILE, References, Request, compile,
};
use design_policy::{Chosen, Policy};
use design_registry::Registry;
use design_registry::definitions::{Definitions, KubernetesVersion};
use design_report::Sources;
use design_vocabulary::{Finding, Severity};
use serde::{Deserialize, Serialize};

use crate::readme;
use crate::totals::Totals;

/// How many releases of Kubernetes a version is checked against, the newest ones.
const RELEASES: usize = 3;

/// The policy sets of our own that a version is judged by, in the order in which they are shown.
pub const POLICY_SETS: [&str; 7] = [
    "pod-security-baseline",
    "pod-security-restricted",
    "images",
    "probes",
    "resources",
    "network-isolation",
    "secrets",
];

/// How many findings of one release are kept.
const FINDINGS: usize = 200;

/// What is known of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// Its components, in the order of the design.
    pub components: Vec<ComponentFact>,
    /// Its relationships.
    pub relationships: Vec<RelationshipFact>,
    /// What it refers to and does not hold: kind and name.
    pub external: Vec<(String, String)>,
    /// The picture of its graph, an `svg` element without a style sheet; empty where there is nothing to draw.
    pub picture: String,
    /// What checks found, by release, the newest first.
    pub releases: Vec<ReleaseFact>,
    /// What our own policy sets found, those of [`POLICY_SETS`].
    pub policies: Vec<PolicyFact>,
    /// Its parameters.
    pub parameters: Vec<ParameterFact>,
    /// What it asks of a cluster.
    pub totals: Totals,
    /// Kinds that a cluster has to know before, as `Kind (group/version)`.
    pub custom_kinds: Vec<String>,
    /// The namespaces that its objects live in; an empty one is whichever is chosen.
    pub namespaces: Vec<String>,
    /// How many of its objects live in no namespace.
    pub cluster_scoped: usize,
    /// The manifests of Kubernetes: path, component, text.
    pub manifests: Vec<ManifestFact>,
    /// The files of the Helm chart: path and text; empty where there is none, and `chart_missing` says why.
    pub chart: Vec<(String, String)>,
    /// Why there is no chart.
    pub chart_missing: Option<String>,
    /// The compose file; empty where nothing of the design is for one.
    pub compose: String,
    /// What the compose file does not say.
    pub compose_unsaid: usize,
    /// The README as safe HTML.
    pub readme: String,
    /// The README as text that is searched.
    pub readme_text: String,
    /// The files of the version: path and size in bytes.
    pub files: Vec<(String, usize)>,
}

/// A component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ComponentFact {
    /// Its id in the graph.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Group and version.
    pub api_version: String,
    /// Its namespace; may be empty.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// A relationship.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RelationshipFact {
    /// The id of the component that it starts at.
    pub from: String,
    /// The id of that it leads to.
    pub to: String,
    /// Kind, type and sub-type.
    pub kind: String,
    /// The sub-type alone, such as `network`.
    pub sub_type: String,
    /// The field that says it; may be empty.
    pub field: String,
    /// File and line.
    pub place: String,
}

/// What checks found for one release of Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseFact {
    /// The release, such as `1.36`.
    pub release: String,
    /// How many errors.
    pub errors: usize,
    /// How many warnings.
    pub warnings: usize,
    /// The findings: code, severity, message, place.
    pub findings: Vec<FindingFact>,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FindingFact {
    /// Its code.
    pub code: String,
    /// Its severity.
    pub severity: String,
    /// What is wrong.
    pub message: String,
    /// File, line and column.
    pub place: String,
}

/// What a policy set found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyFact {
    /// The set.
    pub set: String,
    /// What it found.
    pub findings: Vec<FindingFact>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParameterFact {
    /// Its name.
    pub name: String,
    /// What values it takes, in a word or two.
    pub values: String,
    /// The value where none is given, as JSON; empty where there is none or it is secret.
    pub default: String,
    /// What it is for.
    pub description: String,
    /// Whether a value has to be given.
    pub is_required: bool,
    /// Whether its value is shown to nobody.
    pub is_secret: bool,
}

/// A manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManifestFact {
    /// Its path below the folder of all.
    pub path: String,
    /// The kind of its object.
    pub kind: String,
    /// Its text.
    pub text: String,
}

/// Compiles the files of a version, which is called `name`. `address` gives the address of one of its files.
pub fn facts(name: &str, files: &[(String, Vec<u8>)], address: &dyn Fn(&str) -> Option<String>) -> Facts {
    let world = MemoryWorld::new(files.iter().map(|(path, bytes)| (path.clone(), bytes.clone())));
    let known = Definitions::builtin().releases().iter().rev().take(RELEASES).map(|release| release.version);
    let releases: Vec<KubernetesVersion> = known.collect();
    let mut facts = Facts::default();
    // Once for all releases and policies: most designs have no findings, and then there is nothing to be told apart.
    let policy_sets = OUR_POLICIES.0.clone();
    let request =
        Request { releases: releases.clone(), policy_sets, chosen: Some(Arc::clone(&OUR_POLICIES.1)), ..checked() };
    let mut compilation = compile(&world, &request);
    let (of_policies, others): (Vec<FindingFact>, Vec<FindingFact>) =
        findings(&compilation).into_iter().partition(|finding| set_of(finding).is_some());
    facts.policies = POLICY_SETS.iter().map(|set| PolicyFact::of(set, &of_policies)).collect();
    facts.releases = releases
        .iter()
        .map(|release| {
            let found = if others.is_empty() {
                Vec::new()
            } else {
                findings(&compile(&world, &Request { releases: vec![*release], ..checked() }))
            };
            ReleaseFact::of(*release, found)
        })
        .collect();
    if let (Some(compiled), Some(newest)) = (compilation.designs.first_mut(), releases.first()) {
        compiled.write_chart();
        compiled.write_compose();
        facts.rendered(compiled);
        facts.needs(compiled, *newest);
    } else {
        facts.chart_missing = Some("the design cannot be read".to_owned());
    }
    facts.describe(name, &compilation);
    let is_readme = |path: &str| path.eq_ignore_ascii_case("readme.md");
    if let Some((_, bytes)) = files.iter().find(|(path, _)| is_readme(path)) {
        let text = String::from_utf8_lossy(bytes);
        facts.readme = readme::html(&text, address);
        facts.readme_text = readme::plain(&text);
    }
    facts.files = files.iter().map(|(path, bytes)| (path.clone(), bytes.len())).collect();
    facts
}

/// The policies of [`POLICY_SETS`], read once: a catalog judges thousands of designs by them.
static OUR_POLICIES: LazyLock<(Vec<&'static Policy>, Arc<Chosen>)> = LazyLock::new(|| {
    // Every name is one of a set of ours, which a test says.
    let policies = design_policy::select(&POLICY_SETS.map(str::to_owned)).unwrap_or_default();
    let chosen = Arc::new(Chosen::read(&policies));
    (policies, chosen)
});

/// A request for the design among the files of a pattern, without what stands beside it.
pub fn request() -> Request {
    let beside = PATTERN_FILES.iter().chain([&PATTERN_STATUS_FILE, &"examples/", &"results/"]);
    Request { exclude: beside.map(|name| format!("/{name}")).collect(), ..Request::new(["."]) }
}

/// The same, with everything that is judged.
pub(crate) fn checked() -> Request {
    Request { relationships: true, references: References::Judged, ..request() }
}

/// The set of ours whose policy says this, where one does: its findings name it as `(SET/POLICY)`.
fn set_of(finding: &FindingFact) -> Option<&'static str> {
    POLICY_SETS.into_iter().find(|set| finding.message.contains(&format!(" ({set}/")))
}

impl PolicyFact {
    /// What a set found, out of what all found.
    fn of(set: &'static str, found: &[FindingFact]) -> Self {
        let of_set = found.iter().filter(|finding| set_of(finding) == Some(set)).take(FINDINGS);
        Self { set: set.to_owned(), findings: of_set.cloned().collect() }
    }
}

impl ReleaseFact {
    fn of(release: KubernetesVersion, mut findings: Vec<FindingFact>) -> Self {
        let count = |severity: &str| findings.iter().filter(|finding| finding.severity == severity).count();
        let (errors, warnings) = (count("error"), count("warning"));
        findings.truncate(FINDINGS);
        Self { release: release.to_string(), errors, warnings, findings }
    }
}

/// What is wrong, without what is only told.
fn findings(compilation: &Compilation) -> Vec<FindingFact> {
    let shown = compilation.report.findings.iter().filter(|finding| finding.severity != Severity::Note);
    shown.map(|finding| FindingFact::of(finding, &compilation.sources)).collect()
}

impl FindingFact {
    /// What a finding says that points into one of these files.
    pub(crate) fn of(finding: &Finding, sources: &Sources) -> Self {
        Self {
            code: finding.code.to_string(),
            severity: finding.severity.as_str().to_owned(),
            message: finding.message.clone(),
            place: sources
                .place(finding.primary)
                .map(|(path, place)| format!("{path}:{}:{}", place.line, place.column))
                .unwrap_or_default(),
        }
    }
}

impl Facts {
    /// Whether all checks pass on all releases.
    pub fn is_sound(&self) -> bool {
        !self.releases.is_empty() && self.releases.iter().all(|release| release.errors == 0)
    }

    /// Takes over what a compilation says of the design.
    fn describe(&mut self, name: &str, compilation: &Compilation) {
        let Some(compiled) = compilation.designs.first() else { return };
        let view = View::of(&compiled.design, &compiled.graph, &compiled.map, &compilation.sources);
        self.relationships = view
            .edges
            .iter()
            .map(|edge| RelationshipFact {
                from: edge.from.clone(),
                to: edge.to.clone(),
                kind: format!("{} / {} / {}", edge.kind, edge.type_name, edge.sub_type),
                sub_type: edge.sub_type.clone(),
                field: edge.field_path.clone(),
                place: format!("{}:{}", edge.file, edge.line),
            })
            .collect();
        self.external = view.external.iter().map(|one| (one.kind.clone(), one.name.clone())).collect();
        if !view.nodes.is_empty() {
            self.picture = svg::embedded(&Picture::of(&view, name));
        }
        self.components = view
            .nodes
            .into_iter()
            .map(|node| ComponentFact {
                id: node.id,
                kind: node.kind,
                api_version: node.api_version,
                namespace: node.namespace,
                name: node.name,
            })
            .collect();
        self.totals = Totals::of(&compiled.design.components);
        self.parameters = parameters(compiled);
    }

    /// Takes over what the design is rendered as.
    fn rendered(&mut self, compiled: &Compiled) {
        self.manifests = compiled
            .artifacts()
            .map(|artifact| ManifestFact {
                kind: compiled
                    .design
                    .components
                    .get(artifact.component)
                    .map(|component| component.kind.to_string())
                    .unwrap_or_default(),
                path: artifact.path,
                text: artifact.text,
            })
            .collect();
        match &compiled.chart {
            Some(Ok(chart)) => self.chart.clone_from(&chart.files),
            Some(Err(reason)) => self.chart_missing = Some(reason.clone()),
            None => {}
        }
        if let Some(project) = &compiled.compose {
            self.compose = design_pipeline::compose_file(project);
            self.compose_unsaid = project.unsaid.len();
        }
    }

    fn needs(&mut self, compiled: &Compiled, release: KubernetesVersion) {
        let (mut kinds, mut namespaces) = (BTreeSet::new(), BTreeSet::new());
        let drawn = compiled.design.components.iter().zip(&compiled.graph.nodes);
        for (component, node) in drawn.filter(|(component, _)| !component.is_annotation) {
            match node.scope {
                design_graph::Scope::Cluster => self.cluster_scoped += 1,
                _ => {
                    namespaces.insert(component.namespace().unwrap_or_default().to_owned());
                }
            }
            let is_known = Definitions::builtin().find(release, &component.api_version, &component.kind).is_some()
                || Registry::builtin().knows_group(component.group());
            if !is_known && !component.kind.is_empty() {
                kinds.insert(format!("{} ({})", component.kind, component.api_version));
            }
        }
        self.custom_kinds = kinds.into_iter().collect();
        self.namespaces = namespaces.into_iter().collect();
    }
}

fn parameters(compiled: &Compiled) -> Vec<ParameterFact> {
    let json = |value: &design_vocabulary::Value| serde_json::to_string(value).unwrap_or_default();
    let parameters = compiled.values.parameters().iter();
    parameters
        .map(|parameter| {
            let word = |name: &str| parameter.schema.get(name);
            let values = match (word("type"), word("enum"), word("const")) {
                (_, Some(options), _) => options
                    .as_array()
                    .unwrap_or_default()
                    .iter()
                    .map(|option| option.as_str().map_or_else(|| json(option), str::to_owned))
                    .collect::<Vec<_>>()
                    .join(", "),
                (Some(design_vocabulary::Value::String(name)), ..) => name.to_string(),
                (Some(other), ..) => json(other),
                _ => "any".to_owned(),
            };
            let default = parameter.default.as_ref().filter(|_| !parameter.is_secret);
            ParameterFact {
                name: parameter.name.to_string(),
                values,
                default: default.map(json).unwrap_or_default(),
                description: parameter.description.as_ref().map(ToString::to_string).unwrap_or_default(),
                is_required: parameter.is_required,
                is_secret: parameter.is_secret,
            }
        })
        .collect()
}
