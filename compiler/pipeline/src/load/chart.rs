//! Helm charts: rendered by Helm, where the World has it, else by the engine that is built in.

use std::sync::Arc;

use design_check::{rules, word_helm};
use design_definitions::{Member, PackageLimits, unpack};
use design_helm::{ChartFault, ChartFile, Files, Output, Problem, SetValue, ValuesOf, push};
use design_schema::Written;
use design_source::{Loaded, Traced};
use design_syntax::{Document, SourceText, lower, parse};
use design_vocabulary::{FileId, Path, Segment, Span, Value, display_path};

use super::Input;
use super::chart_places::{Placed, placed};
use crate::discover::normal;
use crate::files::folder_of;
use crate::reading::Reading;
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
    let options = options(reading);
    let start = reading.place(path);
    let chart = design_helm::load(&mut OfWorld { reading }, &folder, start);
    let limits = reading.request.limits;
    let output = design_helm::render(&chart, &options, &limits);
    let output = match by_helm(reading, &chart, &options) {
        Some(Ok(text)) => placed(&text, output, &chart, &limits),
        Some(Err(reason)) => {
            let at =
                output.problems.iter().find(|problem| is_failure(&problem.fault)).map_or(start, |problem| problem.at);
            reading.findings.push(rules::helm_failed::finding(&reason, at));
            Placed { output: Output { objects: Vec::new(), ..output }, by_helm: true }
        }
        None => Placed { output, by_helm: false },
    };
    vec![finish(reading, output, start)]
}

/// What a chart is rendered with.
fn options(reading: &mut Reading<'_>) -> design_helm::Options {
    let mut options = design_helm::Options::default();
    if reading.is_used() {
        // What is given is for the design that uses the chart.
        return options;
    }
    reading.set_by_charts = true;
    let request = reading.request;
    let ChartOptions { values, release, namespace, .. } = &request.chart;
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
        values: options.values.iter().map(text).collect(),
        set: options.set.iter().filter(|one| one.file.is_none()).map(|one| one.text.clone()).collect(),
        set_files: options
            .set
            .iter()
            .filter_map(|one| Some((one.text.trim_end_matches('=').to_owned(), one.file.clone()?)))
            .collect(),
        release: options.release.clone(),
        namespace: options.namespace.clone(),
        skip_tests: false,
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
        let (members, refused) = unpack(&file.bytes, &PACKED)?;
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
