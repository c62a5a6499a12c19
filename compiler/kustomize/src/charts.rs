//! Charts that a kustomization renders: `helmCharts`, its older form, and the generator of that name.

use design_source::{Trace, Traced, Written};
use design_vocabulary::{Object, Segment, Span, Text, Value};

use crate::Fault;
use crate::build::Build;
use crate::cursor::Cursor;
use crate::files::join;
use crate::kustomization::{Kustomization, said};
use crate::resource::Resource;

/// The keys of an entry of `helmCharts`.
const KEYS: &[&str] = &[
    "name",
    "version",
    "repo",
    "releaseName",
    "namespace",
    "additionalValuesFiles",
    "valuesFile",
    "valuesInline",
    "valuesMerge",
    "includeCRDs",
    "skipHooks",
    "apiVersions",
    "kubeVersion",
    "nameTemplate",
    "skipTests",
    "debug",
    "devel",
];

/// The keys of `helmGlobals`, which a generator has beside those of a chart.
const GLOBALS: &[&str] = &["chartHome", "configHome"];

/// The keys of an entry of `helmChartInflationGenerator`, and those that took their place.
const OLD: &[(&str, &str)] = &[
    ("chartName", "name"),
    ("chartVersion", "version"),
    ("chartRepoUrl", "repo"),
    ("chartHome", "chartHome"),
    ("helmHome", "configHome"),
    ("values", "valuesFile"),
    ("valuesLocal", "valuesInline"),
    ("valuesMerge", "valuesMerge"),
    ("releaseName", "releaseName"),
];

/// The folder of charts where nothing else is said.
const HOME: &str = "charts";

/// A chart that is to be rendered.
#[derive(Clone, Debug)]
pub struct ChartOrder {
    /// The folder of the kustomization.
    pub folder: String,
    /// The folder in which the chart lies, or in which a copy of it would.
    pub path: String,
    /// The name of the chart.
    pub name: String,
    /// The version as written; empty where none is.
    pub version: String,
    /// The repository as written; empty where none is.
    pub repository: String,
    /// Where the chart is named.
    pub at: Span,
    /// The name of the release.
    pub release: String,
    /// The namespace of the release; empty: `default`.
    pub namespace: String,
    /// The file of values that takes the place of the chart's own.
    pub values_file: Option<String>,
    /// Values in the kustomization itself.
    pub values_inline: Option<Traced>,
    /// What becomes of values that the file and the kustomization both have.
    pub merge: ValuesMerge,
    /// Files of values over all of them.
    pub more_values: Vec<String>,
    /// The release of Kubernetes that templates see; empty: what Helm takes for granted.
    pub kube_version: String,
    /// API versions that templates see beside those that Helm takes for granted.
    pub api_versions: Vec<String>,
    /// Whether the files in `crds/` are objects.
    pub includes_definitions: bool,
    /// Whether hooks are left out.
    pub skips_hooks: bool,
    /// Whether hooks that test the release are left out.
    pub skips_tests: bool,
}

/// What becomes of values that a file and a kustomization both have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ValuesMerge {
    /// Those of the kustomization win.
    #[default]
    Override,
    /// Those of the file win.
    Merge,
    /// The file is not read.
    Replace,
}

/// Why a chart was not rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRendered {
    /// It does not lie here.
    Absent,
    /// What is wrong, as the end of a sentence.
    Failed(String),
}

impl Build<'_> {
    /// The objects of the charts that a kustomization names.
    pub fn charts(&mut self, kustomization: &Kustomization) -> Vec<Resource> {
        let root = &kustomization.root;
        let globals = root.get(&self.store, "helmGlobals");
        if let Some(globals) = &globals {
            self.only(globals, GLOBALS);
        }
        let home = globals.and_then(|globals| said(self.text(&globals, "chartHome")));
        let namespace = self.chart_namespaces.last().cloned().filter(|namespace| !namespace.is_empty());
        let mut made = Vec::new();
        for entry in self.list(root, "helmCharts") {
            self.only(&entry, KEYS);
            made.extend(self.chart(&kustomization.folder, &entry, home.as_deref(), namespace.as_ref()));
        }
        for entry in self.list(root, "helmChartInflationGenerator") {
            let old: Vec<&'static str> = OLD.iter().map(|(old, _)| *old).chain(["chartRepoName", "helmBin"]).collect();
            self.only(&entry, &old);
            let renamed = |key: &Text| {
                let found = OLD.iter().find(|(old, _)| old.eq_ignore_ascii_case(key));
                found.map_or_else(|| key.clone(), |(_, new)| (*new).into())
            };
            let Value::Object(object) = &entry.value else {
                self.wrong_type(&entry, "a mapping");
                continue;
            };
            // Places of single values get lost with their keys; the entry has one.
            let object: Object = object.iter().map(|(key, value)| (renamed(key), value.clone())).collect();
            let at = Written::Text(self.store.span(entry.at));
            let entry = Cursor { value: Value::Object(object), at };
            made.extend(self.chart(&kustomization.folder, &entry, home.as_deref(), namespace.as_ref()));
        }
        made
    }

    /// The objects of a chart that a generator in a file of its own names.
    pub fn chart_generator(&mut self, folder: &str, entry: &Cursor) -> Vec<Resource> {
        let known: Vec<&'static str> = KEYS.iter().chain(GLOBALS).copied().collect();
        self.known(entry, &known);
        self.chart(folder, entry, None, None)
    }

    fn chart(&mut self, folder: &str, entry: &Cursor, home: Option<&str>, namespace: Option<&Text>) -> Vec<Resource> {
        let Some(order) = self.order(folder, entry, home, namespace) else { return Vec::new() };
        match self.files.chart(&order) {
            Ok(objects) => objects.iter().map(resource).collect(),
            Err(NotRendered::Failed(reason)) => {
                self.fault(entry.at, Fault::Missing { path: order.path, reason });
                Vec::new()
            }
            Err(NotRendered::Absent) if order.repository.is_empty() => {
                let reason = "it holds no chart, and `repo` does not say where one is".to_owned();
                self.fault(entry.at, Fault::Missing { path: order.path, reason });
                Vec::new()
            }
            Err(NotRendered::Absent) => {
                let address = format!("the chart {} of {}", order.name, order.repository);
                self.fault(entry.at, Fault::Remote { address });
                Vec::new()
            }
        }
    }

    /// What an entry says; `None` where that cannot be done, which is told of.
    fn order(
        &mut self,
        folder: &str,
        entry: &Cursor,
        home: Option<&str>,
        namespace: Option<&Text>,
    ) -> Option<ChartOrder> {
        let mut text = |key: &str| said(self.text(entry, key)).map(|text| text.to_string());
        let (name, version, repository) = (text("name"), text("version"), text("repo"));
        let (release, own_namespace, values_file) = (text("releaseName"), text("namespace"), text("valuesFile"));
        let (kube_version, merge, own_home) = (text("kubeVersion"), text("valuesMerge"), text("chartHome"));
        let has_template = text("nameTemplate").is_some();
        let Some(name) = name else {
            self.fault(entry.at, Fault::WrongValue { what: "a chart has to have a `name`".to_owned() });
            return None;
        };
        let Some(release) = release.filter(|_| !has_template) else {
            let what = "kustomize makes up a name for the release, another one each time; say `releaseName`".to_owned();
            self.fault(entry.at, Fault::WrongValue { what });
            return None;
        };
        let merge = match merge.as_deref() {
            None | Some("override") => ValuesMerge::Override,
            Some("merge") => ValuesMerge::Merge,
            Some("replace") => ValuesMerge::Replace,
            Some(other) => {
                let what = format!("`{other}` is none of `override`, `merge` and `replace`");
                self.fault(entry.at, Fault::WrongValue { what });
                return None;
            }
        };
        let inline = entry.get(&self.store, "valuesInline").map(|values| self.traced(&values));
        let mut files = |key: &str| -> Vec<String> {
            self.list(entry, key).iter().filter_map(Cursor::text).map(|text| text.to_string()).collect()
        };
        let (more, api_versions) = (files("additionalValuesFiles"), files("apiVersions"));
        let home = own_home.as_deref().or(home).unwrap_or(HOME);
        let (version, repository) = (version.unwrap_or_default(), repository.unwrap_or_default());
        // Copies of several versions lie beside each other.
        let of_version = !version.is_empty() && !repository.is_empty();
        let below = if of_version { format!("{name}-{version}/{name}") } else { name.clone() };
        Some(ChartOrder {
            folder: folder.to_owned(),
            path: join(folder, &format!("{home}/{below}")),
            name,
            version,
            repository,
            at: self.store.span(entry.at),
            release,
            namespace: own_namespace.or_else(|| namespace.map(Text::to_string)).unwrap_or_default(),
            values_file: values_file.map(|file| join(folder, &file)),
            values_inline: inline.filter(|values| !values.is_empty()),
            merge,
            more_values: more.iter().map(|file| join(folder, file)).collect(),
            kube_version: kube_version.unwrap_or_default(),
            api_versions,
            includes_definitions: self.flag(entry, "includeCRDs"),
            skips_hooks: self.flag(entry, "skipHooks"),
            skips_tests: self.flag(entry, "skipTests"),
        })
    }

    /// A value with the places of all that is in it.
    fn traced(&self, cursor: &Cursor) -> Traced {
        let place = self.store.span(cursor.at);
        match &cursor.value {
            Value::Object(_) => {
                let entries = cursor.entries(&self.store).into_iter();
                entries.fold(Traced::mapping(place), |mapping, (key, value)| mapping.with(key, self.traced(&value)))
            }
            Value::Array(_) => {
                Traced::list(place, cursor.items(&self.store).iter().map(|item| self.traced(item)).collect())
            }
            other => Traced::new(place, other.clone()),
        }
    }
}

/// An object that a chart makes.
fn resource(object: &Traced) -> Resource {
    let start = Written::Text(object.place);
    let trace = trace(object);
    let value = match object.to_value() {
        Value::Object(object) => object,
        _ => Object::new(),
    };
    Resource { is_of_chart: true, ..Resource::new(value, start, trace) }
}

fn trace(value: &Traced) -> Trace {
    let mut whole = Trace::at(Written::Text(value.place));
    for (key, inner) in value.entries() {
        whole.put(Segment::Key(key.clone()), trace(inner));
    }
    for (index, inner) in value.elements().iter().enumerate() {
        whole.put(Segment::Index(index), trace(inner));
    }
    whole
}
