//! A chart: what its files say it is.

use std::rc::Rc;
use std::sync::Arc;

use design_syntax::{Document, Limits, NodeRef, SourceText, parse};
use design_vocabulary::Span;

use crate::coalesce::overlay;
use crate::files::FileSet;
use crate::folder::ChartFile;
use crate::functions::versions::Version;
use crate::print::plain;
use crate::problem::{ChartFault, Problem};
use crate::value::{Data, Map, Value};

/// Charts inside each other.
const DEPTH: usize = 16;

/// A chart with its sub-charts.
#[derive(Clone, Debug)]
pub(crate) struct Chart {
    /// Its name, or the alias under which a chart around it knows it.
    pub name: String,
    /// Where its name is written.
    pub start: Span,
    pub is_library: bool,
    /// What `.Chart` is.
    pub metadata: Map,
    pub version: String,
    pub kube_version: Option<Value>,
    pub values: Map,
    pub schema: Option<Arc<SourceText>>,
    pub templates: Vec<Rc<ChartFile>>,
    pub crds: Vec<Rc<ChartFile>>,
    pub files: Rc<FileSet>,
    /// What it declares that it needs.
    pub wanted: Vec<Dependency>,
    /// The sub-charts that lie in it.
    pub charts: Vec<Chart>,
}

/// A declared dependency.
#[derive(Clone, Debug)]
pub(crate) struct Dependency {
    pub name: String,
    pub version: String,
    pub condition: String,
    pub tags: Vec<String>,
    pub alias: String,
    /// What of its values becomes those of the chart around it: names of exports, or a path there and a path here.
    pub imports: Vec<Import>,
    pub at: Span,
}

/// Values that a chart takes from a dependency.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    pub child: String,
    pub parent: String,
    pub at: Span,
}

/// A dependency that a chart declares, for those who fetch it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The name of the chart.
    pub name: String,
    /// The range of versions, as written; empty: any.
    pub version: String,
    /// The repository, as written; empty: it lies in `charts/`.
    pub repository: String,
    /// Where it is declared.
    pub at: Span,
}

/// What a packed chart, or a folder of files, says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The dependencies that the files of a chart declare: in `Chart.yaml`, and in `requirements.yaml` of a chart of the first form.
pub fn needs(files: &[ChartFile]) -> Vec<Need> {
    let declared = files.iter().filter(|file| matches!(file.path.as_str(), "Chart.yaml" | "requirements.yaml"));
    let mut needs: Vec<Need> = Vec::new();
    for file in declared {
        let parsed = parse(&file.source, &Limits::default());
        let Some(root) = parsed.documents.first().and_then(Document::root) else { continue };
        for one in root.get("dependencies").into_iter().flat_map(NodeRef::children) {
            let at = one.get("name").map_or(one.span(), NodeRef::span);
            let (version, repository) = (text(one, "version"), text(one, "repository"));
            let need = Need { name: text(one, "name"), version, repository, at };
            // One chart under several aliases is fetched once.
            let is_known = |known: &Need| {
                (&known.name, &known.version, &known.repository) == (&need.name, &need.version, &need.repository)
            };
            if !needs.iter().any(is_known) {
                needs.push(need);
            }
        }
    }
    needs
}

/// What the text of a `Chart.yaml` says that its chart is.
pub fn package(source: &Arc<SourceText>) -> Option<Package> {
    let parsed = parse(source, &Limits::default());
    let root = parsed.documents.first().and_then(Document::root)?;
    Some(Package { name: text(root, "name"), version: text(root, "version") })
}

/// What reading charts needs.
pub(crate) struct Loading<'a> {
    pub limits: &'a Limits,
    pub problems: Vec<Problem>,
}

impl Loading<'_> {
    fn problem(&mut self, fault: ChartFault, at: Span) {
        self.problems.push(Problem { fault, at });
    }

    fn file(&mut self, what: impl Into<String>, at: Span) {
        self.problem(ChartFault::File { what: what.into() }, at);
    }

    /// The documents of a file of the chart.
    pub fn parse(&mut self, file: &ChartFile) -> Vec<Document> {
        if std::str::from_utf8(&file.bytes).is_err() {
            self.file(format!("`{}` is no text", file.path), Span::start_of(file.source.id()));
            return Vec::new();
        }
        let parsed = parse(&file.source, self.limits);
        for problem in parsed.problems {
            let at = Span::start_of(file.source.id());
            self.problem(ChartFault::Syntax(problem), at);
        }
        parsed.documents
    }

    /// The mapping that a file of values holds, later documents over earlier ones.
    pub fn values(&mut self, file: &ChartFile) -> Map {
        let values = Map::default();
        for document in self.parse(file) {
            let Some(root) = document.root() else { continue };
            let value = Value::of_node(root);
            match value.as_map() {
                Some(map) => overlay(&values, map),
                None if value.is_nil() => {}
                None => self.file("values are a mapping", root.span()),
            }
        }
        values
    }

    /// The chart that files are. `None` where there is no `Chart.yaml` that says so, which is told of.
    pub fn chart(&mut self, files: Vec<ChartFile>, start: Span, depth: usize) -> Option<Chart> {
        let Some(own) = files.iter().find(|file| file.path == "Chart.yaml") else {
            self.file("there is no `Chart.yaml`", start);
            return None;
        };
        let documents = self.parse(own);
        let start = Span::start_of(own.source.id());
        let Some(root) = documents.first().and_then(Document::root) else {
            self.file("`Chart.yaml` is empty", start);
            return None;
        };
        let name = text(root, "name");
        let version = text(root, "version");
        let at = root.entry("name").map_or(start, |(_, value)| value.span());
        if name.is_empty() || name.contains('/') {
            self.file("`Chart.yaml` has to say a `name`", at);
        }
        if Version::read(&version).is_none() {
            let at = root.entry("version").map_or(start, |(_, value)| value.span());
            self.file("`Chart.yaml` has to say a `version` such as 1.2.3", at);
        }
        let is_first = text(root, "apiVersion") != "v2";
        let mut chart = Chart {
            is_library: text(root, "type") == "library",
            kube_version: root.get("kubeVersion").map(Value::of_node),
            metadata: metadata(root),
            wanted: dependencies(root),
            start: at,
            name,
            version,
            values: Map::default(),
            schema: None,
            templates: Vec::new(),
            crds: Vec::new(),
            files: Rc::default(),
            charts: Vec::new(),
        };
        self.sort(&mut chart, files, is_first, depth);
        Some(chart)
    }

    /// Sorts files into what a chart is made of.
    fn sort(&mut self, chart: &mut Chart, files: Vec<ChartFile>, is_first: bool, depth: usize) {
        let mut others = Vec::new();
        let mut below: Vec<(String, Vec<ChartFile>)> = Vec::new();
        for file in files {
            match file.path.as_str() {
                "Chart.yaml" | "Chart.lock" => {}
                "values.yaml" => chart.values = self.values(&file),
                "values.schema.json" => chart.schema = Some(Arc::clone(&file.source)),
                "requirements.yaml" if is_first => {
                    let documents = self.parse(&file);
                    if let Some(root) = documents.first().and_then(Document::root) {
                        chart.wanted.extend(dependencies(root));
                    }
                }
                path if path.starts_with("templates/") => chart.templates.push(Rc::new(file)),
                path if path.starts_with("charts/") => {
                    let inner = path.trim_start_matches("charts/").to_owned();
                    let (name, rest) = inner.split_once('/').unwrap_or((&inner, ""));
                    if name.starts_with(['_', '.']) || rest.is_empty() {
                        continue;
                    }
                    let inner = ChartFile { path: rest.to_owned(), ..file };
                    match below.iter_mut().find(|(known, _)| known == name) {
                        Some((_, files)) => files.push(inner),
                        None => below.push((name.to_owned(), vec![inner])),
                    }
                }
                path => {
                    let is_definition = path.starts_with("crds/")
                        && [".yaml", ".yml", ".json"].iter().any(|ending| path.ends_with(ending));
                    if is_definition {
                        chart.crds.push(Rc::new(file.clone()));
                    }
                    others.push(file);
                }
            }
        }
        chart.files = Rc::new(others.into_iter().map(|file| (Rc::from(file.path), Rc::from(file.bytes))).collect());
        for (_, files) in below {
            let start = files.first().map_or(chart.start, |file| Span::start_of(file.source.id()));
            if depth >= DEPTH {
                self.problem(ChartFault::Limit { what: "charts inside each other" }, start);
            } else {
                chart.charts.extend(self.chart(files, start, depth + 1));
            }
        }
    }
}

fn text(node: NodeRef<'_>, key: &str) -> String {
    match node.get(key).map(Value::of_node) {
        Some(value) if !value.is_nil() && value.as_map().is_none() && value.as_list().is_none() => plain(&value),
        _ => String::new(),
    }
}

fn texts(node: NodeRef<'_>, key: &str) -> Vec<String> {
    let list = node.get(key).into_iter().flat_map(NodeRef::children);
    list.map(|element| plain(&Value::of_node(element))).collect()
}

/// `.Chart`, under the names that Go's fields have.
fn metadata(root: NodeRef<'_>) -> Map {
    let written = |key: &str| {
        let value: Value = text(root, key).into();
        match root.get(key) {
            Some(node) => value.at(node.span()),
            None => value,
        }
    };
    let all_of = |key: &str| Value::from(texts(root, key).into_iter().map(Value::from).collect::<Vec<_>>());
    let maintainers = root.get("maintainers").into_iter().flat_map(NodeRef::children).map(|one| {
        let entries = [("Name", "name"), ("Email", "email"), ("URL", "url")];
        entries.into_iter().map(|(field, key)| (Rc::from(field), text(one, key).into())).collect::<Map>().into()
    });
    let wanted = dependencies(root).into_iter().map(|one| {
        let entries =
            [("Name", one.name), ("Version", one.version), ("Condition", one.condition), ("Alias", one.alias)];
        entries.into_iter().map(|(field, text)| (Rc::from(field), text.into())).collect::<Map>().into()
    });
    // They are texts, whatever is written.
    let annotations = root.get("annotations").map(|node| {
        let texts = node.resolved().entries().map(|(key, value)| {
            let text: Value = plain(&Value::of_node(value)).into();
            (Rc::from(key.text()), text.at(value.span()))
        });
        Value::from(texts.collect::<Map>())
    });
    let entries = [
        ("Name", written("name")),
        ("Home", written("home")),
        ("Sources", all_of("sources")),
        ("Version", written("version")),
        ("Description", written("description")),
        ("Keywords", all_of("keywords")),
        ("Maintainers", maintainers.collect::<Vec<Value>>().into()),
        ("Icon", written("icon")),
        ("APIVersion", written("apiVersion")),
        ("Condition", written("condition")),
        ("Tags", written("tags")),
        ("AppVersion", written("appVersion")),
        ("Deprecated", root.get("deprecated").map_or_else(|| false.into(), Value::of_node)),
        ("Annotations", annotations.unwrap_or_else(|| Map::default().into())),
        ("KubeVersion", written("kubeVersion")),
        ("Dependencies", wanted.collect::<Vec<Value>>().into()),
        ("Type", written("type")),
    ];
    crate::evaluate::context(entries)
}

fn dependencies(root: NodeRef<'_>) -> Vec<Dependency> {
    let list = root.get("dependencies").into_iter().flat_map(NodeRef::children);
    list.map(|one| {
        let imports = one.get("import-values").into_iter().flat_map(NodeRef::children).map(|import| {
            let named = Value::of_node(import);
            match &named.data {
                Data::Text(name) => {
                    Import { child: format!("exports.{}", name.as_str()), parent: ".".to_owned(), at: import.span() }
                }
                _ => Import { child: text(import, "child"), parent: text(import, "parent"), at: import.span() },
            }
        });
        Dependency {
            name: text(one, "name"),
            version: text(one, "version"),
            condition: text(one, "condition"),
            tags: texts(one, "tags"),
            alias: text(one, "alias"),
            imports: imports.collect(),
            at: one.get("name").map_or(one.span(), NodeRef::span),
        }
    })
    .collect()
}
