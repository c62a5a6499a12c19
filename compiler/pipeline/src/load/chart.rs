//! Helm charts: rendered by Helm, where the World has it, else by the engine that is built in.

use std::sync::Arc;

use design_check::{rules, word_helm};
use design_definitions::{Member, PackageLimits, unpack_all};
use design_helm::{ChartFault, ChartFile, Files, Need, Output, Problem, SetValue, Skipped, ValuesOf, push};
use design_kustomize::{ChartOrder, NotRendered, ValuesMerge};
use design_parameters::{Layers, Place};
use design_schema::Written;
use design_source::{Data, Loaded, Traced};
use design_syntax::{Document, NodeRef, SourceText, lower, parse, to_yaml};
use design_vocabulary::{FileId, Path, Segment, Span, Text, Value, display_path};

use super::Input;
use super::chart_places::{Placed, placed};
use crate::discover::normal;
use crate::files::folder_of;
use crate::reading::Reading;
use crate::world::join;
use crate::{ChartTask, EntryKind, Unrendered};

/// What unpacking a sub-chart may cost.
const PACKED: PackageLimits = PackageLimits { bytes: 64 << 20, member_bytes: 16 << 20, members: 10_000 };

/// How charts are rendered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartOptions {
    /// Files of values over those of the charts, later ones over earlier ones.
    pub values: Vec<String>,
    /// Who renders.
    pub renderer: ChartRenderer,
    /// The name of the release; empty: that of `helm template`.
    pub release: String,
    /// The namespace of the release; empty: `default`.
    pub namespace: String,
    /// The release of Kubernetes that templates see, such as `1.34`; empty: that of `helm template`.
    pub kube_version: String,
    /// API versions that templates see beside those of `helm template`.
    pub api_versions: Vec<String>,
}

/// Who renders charts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChartRenderer {
    /// Helm, where the World has it, else the engine that is built in.
    #[default]
    Auto,
    /// The engine that is built in.
    BuiltIn,
    /// Helm; without it, a chart is an error.
    Helm,
}

/// Reads the chart of a folder, or that of the folder in which a file of it lies.
pub(super) fn load(reading: &mut Reading<'_>, Input { path, .. }: Input<'_>) -> Vec<Loaded> {
    let is_folder = !matches!(reading.world.kind(path), Ok(EntryKind::File));
    let folder = if is_folder { normal(path, "") } else { normal(folder_of(path), "") };
    let folder = if folder.is_empty() { ".".to_owned() } else { folder };
    let options = options(reading, &folder);
    let start = reading.place(path);
    if reading.request.vendors {
        let files = chart_files(reading, &folder);
        reading.vendor_dependencies(&folder, &files);
        return Vec::new();
    }
    let placed = rendered(reading, &folder, &options, start);
    vec![finish(reading, placed, start)]
}

/// Renders the chart of a folder, by Helm where that is asked.
fn rendered(reading: &mut Reading<'_>, folder: &str, options: &design_helm::Options, start: Span) -> Placed {
    let mut chart = design_helm::load(&mut OfWorld { reading }, folder, start);
    if reading.request.vendors {
        reading.vendor_dependencies(folder, &chart.files);
    }
    let unsound = reading.check_charts(folder);
    chart.leave_out(&unsound);
    let limits = reading.request.limits;
    let output = design_helm::render(&chart, options, &limits);
    let mut placed = match by_helm(reading, &chart, options) {
        Some(Ok(text)) => placed(&text, output, &chart, &limits),
        Some(Err(reason)) => {
            let at =
                output.problems.iter().find(|problem| is_failure(&problem.fault)).map_or(start, |problem| problem.at);
            reading.findings.push(rules::helm_failed::finding(&reason, at));
            Placed { output: Output { objects: Vec::new(), ..output }, by_helm: true }
        }
        None => Placed { output, by_helm: false },
    };
    placed
        .output
        .problems
        .retain(|problem| !matches!(&problem.fault, ChartFault::MissingDependency { name } if unsound.contains(name)));
    placed
}

/// Renders a chart for a kustomization.
pub(super) fn ordered(reading: &mut Reading<'_>, order: &ChartOrder) -> Result<Vec<Traced>, NotRendered> {
    let is_there = |reading: &Reading<'_>| reading.world.kind(&join(&order.path, "Chart.yaml")).is_ok();
    if reading.request.vendors && !order.repository.is_empty() && !reading.is_own_chart(order) {
        let need = Need {
            name: order.name.clone(),
            version: order.version.clone(),
            repository: order.repository.clone(),
            at: order.at,
        };
        reading.vendor_chart(&order.folder, &order.path, &need).map_err(NotRendered::Failed)?;
    }
    if !is_there(reading) {
        return Err(NotRendered::Absent);
    }
    reading.check_chart(&order.folder, &order.path, &order.name).map_err(NotRendered::Failed)?;
    let options = options_of(reading, order).map_err(NotRendered::Failed)?;
    let start = reading.place(&order.path);
    let placed = rendered(reading, &order.path, &options, start);
    let loaded = finish(reading, placed.clone(), start);
    reading.findings.extend(loaded.problems.iter().map(design_check::word));
    Ok(placed.output.objects.into_iter().map(|made| made.object).collect())
}

/// What a kustomization says that its chart is rendered with.
fn options_of(reading: &mut Reading<'_>, order: &ChartOrder) -> Result<design_helm::Options, String> {
    let kube_version =
        [&order.kube_version, &reading.request.chart.kube_version].into_iter().find(|one| !one.is_empty());
    let mut options = design_helm::Options {
        release: order.release.clone(),
        kube_version: kube_version.cloned(),
        api_versions: order.api_versions.iter().chain(&reading.request.chart.api_versions).cloned().collect(),
        skips_definitions: !order.includes_definitions,
        skips: match (order.skips_hooks, order.skips_tests) {
            (true, _) => Skipped::Hooks,
            (false, true) => Skipped::Tests,
            (false, false) => Skipped::None,
        },
        ..design_helm::Options::default()
    };
    if !order.namespace.is_empty() {
        options.namespace.clone_from(&order.namespace);
    }
    let own = join(&order.path, "values.yaml");
    let file = match (&order.values_file, order.merge) {
        (_, ValuesMerge::Replace) if order.values_inline.is_some() => None,
        (Some(file), _) => Some(values_of(reading, file)?),
        (None, ValuesMerge::Merge) if order.values_inline.is_some() && reading.world.kind(&own).is_ok() => {
            Some(values_of(reading, &own)?)
        }
        (None, _) => None,
    };
    let inline = order.values_inline.clone();
    let layers = match order.merge {
        ValuesMerge::Merge => [inline, file],
        ValuesMerge::Override | ValuesMerge::Replace => [file, inline],
    };
    // One laid over the other: null takes away what is below it, and nothing of the chart's own.
    let whole = layers.into_iter().flatten().reduce(|under, over| laid_over(under, &over));
    options.given.extend(whole.map(|whole| laid_over(Traced::mapping(whole.place), &whole)));
    for file in &order.more_values {
        options.given.push(values_of(reading, file)?);
    }
    Ok(options)
}

/// A mapping with another laid over it: null takes a key away.
fn laid_over(mut under: Traced, over: &Traced) -> Traced {
    for (key, value) in over.entries() {
        let is_null = matches!(&value.data, Data::Whole(Value::Null));
        let is_mapping = matches!(value.data, Data::Mapping(_));
        let before = under.get(key).filter(|before| is_mapping && matches!(before.data, Data::Mapping(_))).cloned();
        if is_null {
            if let Data::Mapping(entries) = &mut under.data {
                entries.retain(|(known, _)| known != key);
            }
        } else if is_mapping {
            let below = before.unwrap_or_else(|| Traced::mapping(value.place));
            under.set(key.clone(), laid_over(below, value));
        } else {
            under.set(key.clone(), value.clone());
        }
    }
    under
}

/// The values of a file, each with its place.
fn values_of(reading: &mut Reading<'_>, path: &str) -> Result<Traced, String> {
    let (_, source) = OfWorld { reading }.read(path).map_err(|reason| format!("`{path}`: {reason}"))?;
    let parsed = parse(&source, &reading.request.limits);
    reading.findings.extend(parsed.problems.iter().map(design_check::word_syntax));
    let start = Span::start_of(source.id());
    let Some(document) = parsed.documents.into_iter().next().map(Arc::new) else { return Ok(Traced::mapping(start)) };
    let Some(root) = document.root().map(NodeRef::resolved) else { return Ok(Traced::mapping(start)) };
    let value = lower(root, &mut Vec::new());
    match value {
        Value::Object(_) => Ok(at_its_place(&value, &Place::Node(Arc::clone(&document), root.id()), &mut Path::new())),
        Value::Null => Ok(Traced::mapping(start)),
        _ => Err(format!("`{path}`: values are a mapping")),
    }
}

/// The files of the chart in a folder.
pub(crate) fn chart_files(reading: &mut Reading<'_>, folder: &str) -> Vec<ChartFile> {
    let start = reading.place(folder);
    design_helm::load(&mut OfWorld { reading }, folder, start).files
}

/// What a chart is rendered with.
fn options(reading: &mut Reading<'_>, folder: &str) -> design_helm::Options {
    let request = reading.request;
    let ChartOptions { values, release, namespace, kube_version, api_versions, .. } = &request.chart;
    let mut options = design_helm::Options {
        kube_version: Some(kube_version.clone()).filter(|version| !version.is_empty()),
        api_versions: api_versions.clone(),
        ..design_helm::Options::default()
    };
    if let Some((name, layers, withheld)) = reading.used_as() {
        // What else is given is for the design that uses the chart.
        options.given.extend(given(layers, withheld));
        if is_release(name) {
            name.clone_into(&mut options.release);
        }
        return options;
    }
    reading.set_by_charts = true;
    if !request.given.environments.is_empty() {
        options.given.extend(given(&reading.environment_layers(folder), &[]));
        if let Some(named) = reading.environments(folder).iter().rev().find_map(|one| one.namespace.clone()) {
            named.as_str().clone_into(&mut options.namespace);
        }
    }
    if !release.is_empty() {
        options.release.clone_from(release);
    }
    if !namespace.is_empty() {
        options.namespace.clone_from(namespace);
    }
    for path in values {
        match (OfWorld { reading }).read(path) {
            Ok((bytes, source)) => options.values.push(ChartFile { path: path.clone(), bytes, source }),
            Err(reason) => {
                let at = reading.place(path);
                reading.findings.push(rules::unreadable::finding(&reason, at));
            }
        }
    }
    let whole = |id: FileId, text: &str| Span::new(id, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    for text in &request.given.set {
        let id = reading.option("--set", text);
        options.set.push(SetValue { text: text.clone(), file: None, at: whole(id, text) });
    }
    for text in &request.given.set_files {
        let id = reading.option("--set-file", text);
        let Some((name, path)) = text.split_once('=') else { continue };
        match (OfWorld { reading }).read(path) {
            Ok((bytes, source)) => options.set.push(SetValue {
                text: format!("{name}="),
                file: Some(String::from_utf8_lossy(&bytes).into_owned()),
                at: whole(source.id(), source.text()),
            }),
            Err(reason) => reading.findings.push(rules::unreadable::finding(&reason, whole(id, text))),
        }
    }
    options
}

/// What layers give, as values of a chart: a mapping each, but for what nobody may see.
fn given(layers: &Layers, withheld: &[Text]) -> Vec<Traced> {
    let assignments = layers.0.iter().flat_map(|layer| &layer.assignments);
    let seen = assignments.filter(|given| given.path.first().is_none_or(|name| !withheld.contains(name)));
    let values = seen.filter_map(|given| {
        let mut value = at_its_place(given.value()?, &given.place, &mut Path::new());
        for name in given.path.iter().rev() {
            value = Traced::mapping(value.place).with(name.clone(), value);
        }
        Some(value)
    });
    values.collect()
}

fn at_its_place(value: &Value, place: &Place, path: &mut Path) -> Traced {
    let span = place.at(path).1;
    let mut inner = |segment: Segment, value: &Value| {
        path.push(segment);
        let traced = at_its_place(value, place, path);
        path.pop();
        traced
    };
    match value {
        Value::Object(object) => {
            let entries = object.iter().map(|(key, value)| (key.clone(), inner(key.clone().into(), value)));
            entries.fold(Traced::mapping(span), |mapping, (key, value)| mapping.with(key, value))
        }
        Value::Array(elements) => {
            Traced::list(span, elements.iter().enumerate().map(|(index, value)| inner(index.into(), value)).collect())
        }
        other => Traced::new(span, other.clone()),
    }
}

/// Whether Helm takes a name for a release.
fn is_release(name: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    name.len() <= 53 && name.chars().all(is_plain) && !name.starts_with('-') && !name.ends_with('-')
}

/// What Helm renders, where it is asked; the error is what it says.
fn by_helm(
    reading: &Reading<'_>,
    chart: &design_helm::Loaded,
    options: &design_helm::Options,
) -> Option<Result<String, String>> {
    if reading.request.chart.renderer == ChartRenderer::BuiltIn {
        return None;
    }
    let text = |file: &ChartFile| String::from_utf8_lossy(&file.bytes).into_owned();
    let task = ChartTask {
        files: chart.files.iter().map(|file| (file.path.clone(), file.bytes.clone())).collect(),
        // Writing a value as YAML cannot fail.
        values: options
            .given
            .iter()
            .map(|given| to_yaml(&given.to_value()).unwrap_or_default())
            .chain(options.values.iter().map(text))
            .collect(),
        set: options.set.iter().filter(|one| one.file.is_none()).map(|one| one.text.clone()).collect(),
        set_files: options
            .set
            .iter()
            .filter_map(|one| Some((one.text.trim_end_matches('=').to_owned(), one.file.clone()?)))
            .collect(),
        release: options.release.clone(),
        namespace: options.namespace.clone(),
        kube_version: options.kube_version.clone(),
        api_versions: options.api_versions.clone(),
        skips_definitions: options.skips_definitions,
        skips: options.skips,
    };
    match reading.world.render_chart(&task) {
        Ok(text) => Some(Ok(text)),
        Err(Unrendered::Failed(reason)) => Some(Err(reason)),
        Err(Unrendered::Absent) if reading.request.chart.renderer == ChartRenderer::Helm => {
            Some(Err("there is no `helm` on PATH".to_owned()))
        }
        Err(Unrendered::Absent) => None,
    }
}

/// Whether a problem is one that Helm has as well.
fn is_failure(fault: &ChartFault) -> bool {
    matches!(fault, ChartFault::Template { .. } | ChartFault::Said { .. } | ChartFault::MissingDependency { .. })
}

fn finish(reading: &mut Reading<'_>, Placed { output, by_helm }: Placed, start: Span) -> Loaded {
    let mut loaded = Loaded::default();
    loaded.values.takes_any = true;
    loaded.design.name = if output.name.is_empty() { "chart".into() } else { output.name.as_str().into() };
    for rendered in &output.objects {
        push(&mut loaded, &rendered.object);
    }
    let mut findings: Vec<_> = output.problems.iter().map(word_helm).collect();
    if !by_helm {
        findings.push(word_helm(&Problem { fault: ChartFault::Approximate, at: start }));
    }
    for values in &output.values {
        findings.extend(schema_faults(values).iter().map(word_helm));
    }
    reading.findings.extend(findings);
    loaded
}

/// Where values are not what the schema of their chart says.
fn schema_faults(values: &ValuesOf) -> Vec<Problem> {
    let start = Span::start_of(values.schema.id());
    let file = |what: String| vec![Problem { fault: ChartFault::File { what }, at: start }];
    let parsed = parse(&values.schema, &design_syntax::Limits::default());
    let Some(root) = parsed.documents.first().and_then(Document::root) else {
        return file("the schema of the values is empty".to_owned());
    };
    let schema = match Written::compile(&lower(root, &mut Vec::new())) {
        Ok(schema) => schema,
        Err((_, reason)) => return file(format!("the schema of the values cannot be used: {reason}")),
    };
    let plain = without_nulls(values.values.to_value());
    let faults = schema.faults(&plain, false).into_iter().map(|(path, reason)| {
        let name = if path.is_empty() { "the values".to_owned() } else { format!("`{}`", display_path(&path)) };
        let what = format!("{name} of the chart `{}`: {reason}", values.chart);
        Problem { fault: ChartFault::Value { what }, at: place_of(&values.values, &path) }
    });
    faults.collect()
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(key, value)| (key.clone(), without_nulls(value.clone()))).collect())
        }
        other => other,
    }
}

/// The place of a value, or of the nearest one around it.
fn place_of(values: &Traced, path: &Path) -> Span {
    let mut here = values;
    for segment in path {
        let next = match segment {
            Segment::Key(key) => here.get(key),
            Segment::Index(index) => here.elements().get(*index),
        };
        match next {
            Some(next) => here = next,
            None => break,
        }
    }
    here.place
}

/// The files of a World.
struct OfWorld<'a, 'b> {
    reading: &'a mut Reading<'b>,
}

impl Files for OfWorld<'_, '_> {
    fn list(&mut self, folder: &str) -> Option<Vec<(String, bool)>> {
        let entries = self.reading.world.list(folder).ok()?.into_iter();
        let listed = entries.filter_map(|entry| match entry.kind {
            EntryKind::File => Some((entry.name, false)),
            EntryKind::Folder => Some((entry.name, true)),
            EntryKind::LinkedFolder | EntryKind::Other => None,
        });
        Some(listed.collect())
    }

    fn read(&mut self, path: &str) -> Result<(Vec<u8>, Arc<SourceText>), String> {
        let bytes =
            self.reading.world.read(path, self.reading.request.limits.bytes).map_err(|error| error.to_string())?;
        let id = FileId(self.reading.next_file);
        self.reading.next_file = self.reading.next_file.saturating_add(1);
        let source = SourceText::new(id, path, std::str::from_utf8(&bytes).unwrap_or_default());
        self.reading.sources.insert(Arc::clone(&source));
        Ok((bytes, source))
    }

    fn unpack(&mut self, file: &ChartFile) -> Result<(Vec<ChartFile>, Vec<String>), String> {
        let (members, refused) = unpack_all(&file.bytes, &PACKED)?;
        let files = members.into_iter().map(|Member { path, bytes }| {
            let id = FileId(self.reading.next_file);
            self.reading.next_file = self.reading.next_file.saturating_add(1);
            let shown = format!("{}:{path}", file.source.path());
            let source = SourceText::new(id, shown, std::str::from_utf8(&bytes).unwrap_or_default());
            self.reading.sources.insert(Arc::clone(&source));
            ChartFile { path, bytes, source }
        });
        Ok((files.collect(), refused))
    }
}
