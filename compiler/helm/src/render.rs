//! The phases in order: files, values, sub-charts, templates, objects.

use std::rc::Rc;
use std::sync::Arc;

use design_source::Traced;
use design_syntax::{Limits, SourceText};
use design_vocabulary::{FileId, Number, Span, Value as Plain};

use crate::capabilities::{KUBE_VERSION, capabilities};
use crate::chart::{Chart, Loading};
use crate::coalesce::{Coalescing, overlay};
use crate::dependencies;
use crate::evaluate::{Renderer, context};
use crate::fault::{Cause, Fault};
use crate::folder::{ChartFile, Files, is_packed, read, unpack};
use crate::functions::versions::{Version, matches};
use crate::output::{Rendered, Written, hook, is_skipped, objects};
use crate::print::plain;
use crate::problem::{ChartFault, Problem};
use crate::set::set;
use crate::templates::Origin;
use crate::text::Text;
use crate::value::{Data, Map, Value};

/// The stack that templates which call each other need at most, in bytes.
const STACK: usize = 256 << 20;

/// What a chart is rendered with.
#[derive(Clone, Debug)]
pub struct Options {
    /// `.Release.Name`.
    pub release: String,
    /// `.Release.Namespace`.
    pub namespace: String,
    /// The release of Kubernetes, such as `1.34`; `None`: the one that Helm takes for granted.
    pub kube_version: Option<String>,
    /// API versions that the cluster has beside those that Helm takes for granted, such as `example.com/v1/Thing`.
    pub api_versions: Vec<String>,
    /// Whether the files in `crds/` are left out.
    pub skips_definitions: bool,
    /// Which objects that are hooks are left out.
    pub skips: Skipped,
    /// Values over those of the chart, later ones over earlier ones; files and single values are over all of them.
    pub given: Vec<Traced>,
    /// Files of values, later ones over earlier ones.
    pub values: Vec<ChartFile>,
    /// Single values over those of files, in Helm's syntax.
    pub set: Vec<SetValue>,
}

impl Default for Options {
    /// What `helm template CHART` takes.
    fn default() -> Self {
        Self {
            release: "release-name".to_owned(),
            namespace: "default".to_owned(),
            kube_version: None,
            api_versions: Vec::new(),
            skips_definitions: false,
            skips: Skipped::None,
            given: Vec::new(),
            values: Vec::new(),
            set: Vec::new(),
        }
    }
}

/// Which hooks are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Skipped {
    /// None.
    #[default]
    None,
    /// Those that test the release.
    Tests,
    /// All.
    Hooks,
}

/// A `--set`.
#[derive(Clone, Debug)]
pub struct SetValue {
    /// Its text.
    pub text: String,
    /// The text that is the value, where it comes from a file; `text` ends with `=` then.
    pub file: Option<String>,
    /// Where the text stands, for findings.
    pub at: Span,
}

/// The files of a chart.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Sorted by path.
    pub files: Vec<ChartFile>,
    /// The files of packed sub-charts, each behind the path of its package.
    unpacked: Vec<ChartFile>,
    /// Where findings about the chart as a whole stand.
    pub start: Span,
    problems: Vec<Problem>,
}

impl Loaded {
    /// Leaves out charts in `charts/`, by the names under which they lie there.
    pub fn leave_out(&mut self, names: &[String]) {
        let is_left_out = |path: &str| {
            names.iter().any(|name| {
                let rest = path.strip_prefix("charts/").and_then(|rest| rest.strip_prefix(name.as_str()));
                let is_version = |rest: &str| rest.starts_with(|letter: char| letter.is_ascii_digit() || letter == 'v');
                rest.is_some_and(|rest| rest.starts_with('/') || rest.strip_prefix('-').is_some_and(is_version))
            })
        };
        if !names.is_empty() {
            self.files.retain(|file| !is_left_out(&file.path));
            self.unpacked.retain(|file| !is_left_out(&file.path));
        }
    }
}

/// What a chart came to.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// The name of the chart.
    pub name: String,
    /// The objects: those of `crds/`, then those of the templates by name.
    pub objects: Vec<Rendered>,
    /// What was met.
    pub problems: Vec<Problem>,
    /// The values of charts that have a schema for them.
    pub values: Vec<ValuesOf>,
}

/// The values of a chart, and the schema that they have to meet.
#[derive(Clone, Debug)]
pub struct ValuesOf {
    /// The chart.
    pub chart: String,
    /// The text of its `values.schema.json`.
    pub schema: Arc<SourceText>,
    /// The values, each with its place.
    pub values: Traced,
}

/// Reads the files of the chart in a folder. `start` is where findings stand that concern no file.
pub fn load(from: &mut dyn Files, folder: &str, start: Span) -> Loaded {
    let mut problems = Vec::new();
    let files = read(from, folder, start, &mut problems);
    let unpacked = unpack(from, &files, &mut problems);
    Loaded { files, unpacked, start, problems }
}

/// Renders a chart. It never fails: a template that cannot be rendered is a problem, and the others are rendered.
pub fn render(loaded: &Loaded, options: &Options, limits: &Limits) -> Output {
    // Templates that call each other deeply need more stack than a thread has by default.
    std::thread::scope(|scope| {
        let here = || Run { loaded, options, limits, output: Output::default() }.run();
        match std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, here) {
            Ok(thread) => thread.join().unwrap_or_else(|_| failed(loaded)),
            Err(_) => failed(loaded),
        }
    })
}

fn failed(loaded: &Loaded) -> Output {
    let problem = Problem { fault: ChartFault::Limit { what: "memory that is needed" }, at: loaded.start };
    Output { problems: vec![problem], ..Output::default() }
}

struct Run<'a> {
    loaded: &'a Loaded,
    options: &'a Options,
    limits: &'a Limits,
    output: Output,
}

impl Run<'_> {
    fn run(mut self) -> Output {
        let mut loading = Loading { limits: self.limits, problems: self.loaded.problems.clone() };
        let files = self.loaded.files.iter().filter(|file| !is_packed(&file.path)).chain(&self.loaded.unpacked);
        let chart = loading.chart(files.cloned().collect(), self.loaded.start, 0);
        let given = Map::default();
        for values in &self.options.given {
            if let Some(map) = Value::of_traced(values).as_map() {
                overlay(&given, map);
            }
        }
        for file in &self.options.values {
            overlay(&given, &loading.values(file));
        }
        self.output.problems = loading.problems;
        for one in &self.options.set {
            if let Err(what) = set(&one.text, one.file.as_deref(), one.at, &given) {
                self.output.problems.push(Problem { fault: ChartFault::Set { what }, at: one.at });
            }
        }
        if let Some(chart) = chart {
            self.chart(chart, &given);
        }
        self.output
    }

    fn chart(&mut self, mut chart: Chart, given: &Map) {
        self.output.name.clone_from(&chart.name);
        let problems = &mut self.output.problems;
        dependencies::settle(&mut chart, given, problems);
        let values = Coalescing { problems, keeps_nulls: false }.values(&chart, given);
        let wanted = self.options.kube_version.as_deref();
        // Helm keeps what is written, `1.34` too, behind one `v`.
        let kube_version =
            wanted.map_or_else(|| KUBE_VERSION.to_owned(), |text| format!("v{}", text.trim_start_matches('v')));
        let kube_version = kube_version.as_str();
        self.kube_version(&chart, kube_version);
        self.schemas(&chart, &values);
        let release = context([
            ("Name", self.options.release.as_str().into()),
            ("Namespace", self.options.namespace.as_str().into()),
            ("IsUpgrade", false.into()),
            ("IsInstall", true.into()),
            ("Revision", Data::Int(1).into()),
            ("Service", "Helm".into()),
        ]);
        let shared =
            [("Release", release.into()), ("Capabilities", capabilities(kube_version, &self.options.api_versions))];
        let mut sources = Vec::new();
        scope(&chart, &chart.name, &values, &shared, true, &mut sources);
        if !self.options.skips_definitions {
            self.definitions(&chart, &chart.name);
        }
        let written = self.templates(sources);
        for written in written {
            self.objects(&written);
        }
    }

    /// Takes over what a file wrote, but for the hooks that are left out.
    fn objects(&mut self, written: &Written) {
        for made in objects(written, self.limits, &mut self.output.problems) {
            if !is_skipped(&made.object, self.options.skips) {
                self.output.problems.extend(hook(&made.object));
                self.output.objects.push(made);
            }
        }
    }

    fn kube_version(&mut self, chart: &Chart, kube_version: &str) {
        let Some(wanted) = &chart.kube_version else { return };
        let (range, version) = (plain(wanted), Version::read(kube_version));
        let fits = version.is_some_and(|version| matches(&range, &version) == Some(true));
        if !fits {
            let what = format!("the chart wants Kubernetes {range}, and this is {kube_version}");
            let at = wanted.place.unwrap_or(chart.start);
            self.output.problems.push(Problem { fault: ChartFault::File { what }, at });
        }
    }

    fn schemas(&mut self, chart: &Chart, values: &Map) {
        if let Some(schema) = &chart.schema {
            let values = traced(&values.clone().into(), chart.start);
            self.output.values.push(ValuesOf { chart: chart.name.clone(), schema: Arc::clone(schema), values });
        }
        for below in &chart.charts {
            self.schemas(below, &values.table(&below.name).unwrap_or_default());
        }
    }

    /// The files in `crds/`, which are no templates; those of sub-charts behind those of the chart.
    fn definitions(&mut self, chart: &Chart, path: &str) {
        for file in &chart.crds {
            let start = Span::start_of(file.source.id());
            let mut text = Text::default();
            let end = u32::try_from(file.source.text().len()).unwrap_or(u32::MAX);
            text.push_written(file.source.text(), Span::new(start.file, 0, end));
            let written = Written { name: format!("{path}/{}", file.path), start, text };
            self.objects(&written);
        }
        for below in &chart.charts {
            self.definitions(below, &format!("{path}/charts/{}", below.name));
        }
    }

    /// Renders the templates in Helm's order, since one may change values that the next one reads.
    fn templates(&mut self, mut sources: Vec<Source>) -> Vec<Written> {
        let depth = |name: &str| name.matches('/').count();
        sources.sort_by(|a, b| depth(&b.name).cmp(&depth(&a.name)).then_with(|| b.name.cmp(&a.name)));
        let mut renderer = Renderer::default();
        for source in &sources {
            if std::str::from_utf8(&source.file.bytes).is_err() {
                let what = format!("`{}` is no text", source.file.path);
                self.output.problems.push(Problem { fault: ChartFault::File { what }, at: source.start() });
                continue;
            }
            if let Err(fault) = renderer.templates.add(&source.name, Origin::File(Arc::clone(&source.file.source))) {
                self.failed(source, fault);
            }
        }
        let mut written = Vec::new();
        for source in sources.iter().filter(|source| source.is_rendered()) {
            if renderer.templates.get(&source.name).is_none() {
                continue;
            }
            let template = context([
                ("Name", source.name.as_str().into()),
                ("BasePath", format!("{}/templates", source.chart).into()),
            ]);
            source.context.set("Template", template.into());
            match renderer.render(&source.name, &source.context.clone().into()) {
                Ok(text) => written.push(Written { name: source.name.clone(), start: source.start(), text }),
                Err(fault) => self.failed(source, fault),
            }
        }
        written.sort_by(|a, b| a.name.cmp(&b.name));
        written
    }

    fn failed(&mut self, source: &Source, fault: Fault) {
        let template = source.file.path.clone();
        let at = fault.at.unwrap_or(source.start());
        let fault = match fault.cause {
            Cause::NotDeterministic(function) => ChartFault::NotDeterministic { function, template },
            Cause::NotCovered(function) => ChartFault::NotCovered { function, template },
            Cause::Said(what) => ChartFault::Said { what },
            Cause::Wrong(what) => ChartFault::Template { what },
            Cause::Limit(what) => ChartFault::Limit { what },
        };
        let problem = Problem { fault, at };
        // A helper that fails does so wherever it is called.
        if !self.output.problems.contains(&problem) {
            self.output.problems.push(problem);
        }
    }
}

/// A template with what it is rendered with.
struct Source {
    /// The name under which other templates know it.
    name: String,
    /// The path of its chart.
    chart: String,
    file: Rc<ChartFile>,
    context: Map,
}

impl Source {
    fn start(&self) -> Span {
        Span::start_of(self.file.source.id())
    }

    /// Partial templates are only called by others, and notes are for people.
    fn is_rendered(&self) -> bool {
        let name = self.name.rsplit('/').next().unwrap_or(&self.name);
        !name.starts_with('_') && !self.name.ends_with("NOTES.txt")
    }
}

/// Collects the templates of a chart and of its sub-charts, each with the values of its own scope. Returns the context of
/// the chart.
fn scope(
    chart: &Chart,
    path: &str,
    values: &Map,
    shared: &[(&'static str, Value); 2],
    is_root: bool,
    sources: &mut Vec<Source>,
) -> Map {
    let metadata = chart.metadata.clone();
    metadata.set("IsRoot", is_root.into());
    let below = Map::default();
    let own = context([
        ("Chart", metadata.into()),
        ("Files", Data::Files(Rc::clone(&chart.files)).into()),
        ("Values", values.clone().into()),
        ("Subcharts", below.clone().into()),
    ]);
    for (name, value) in shared {
        own.set(name, value.clone());
    }
    for inner in &chart.charts {
        let inner_values = values.table(&inner.name).unwrap_or_default();
        let inner_path = format!("{path}/charts/{}", inner.name);
        let context = scope(inner, &inner_path, &inner_values, shared, false, sources);
        below.set(&inner.name, context.into());
    }
    for file in &chart.templates {
        let is_partial = file.path.rsplit('/').next().is_some_and(|name| name.starts_with('_'));
        if !chart.is_library || is_partial {
            let name = format!("{path}/{}", file.path);
            sources.push(Source { name, chart: path.to_owned(), file: Rc::clone(file), context: own.clone() });
        }
    }
    own
}

/// Values with their places; what has none stands where its chart begins.
fn traced(value: &Value, start: Span) -> Traced {
    let place = value.place.filter(|place| place.file != FileId(u32::MAX)).unwrap_or(start);
    match &value.data {
        Data::Map(map) => {
            let mut mapping = Traced::mapping(place);
            for (key, inner) in map.entries() {
                mapping.set(key.as_ref(), traced(&inner, place));
            }
            mapping
        }
        Data::List(list) => Traced::list(place, list.iter().map(|inner| traced(inner, place)).collect()),
        Data::Bool(truth) => Traced::new(place, *truth),
        Data::Int(number) | Data::Int64(number) => Traced::new(place, *number),
        Data::Float(number) => Traced::new(place, number_of(*number)),
        Data::Text(text) => Traced::new(place, text.as_str()),
        _ => Traced::new(place, Plain::Null),
    }
}

fn number_of(number: f64) -> Plain {
    #[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
    let whole = number as i64;
    let is_whole = number.fract() == 0.0 && number.abs() < 9e15;
    Plain::Number(if is_whole { Number::Int(whole) } else { Number::Float(number) })
}
