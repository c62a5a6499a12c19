//! What is given for parameters: environments beside the designs, and options of the command line.

use std::collections::BTreeMap;
use std::sync::Arc;

use design_check::{rules, word_parameters};
use design_parameters::{Assignment, Environment, Environments, Layer, Layers, Values, assignment, unknown_values};
use design_report::Sources;
use design_source::Loaded;
use design_syntax::SourceText;
use design_vocabulary::{FileId, Span, Text};

use crate::files::{folder_of, load};
use crate::reading::Reading;
use crate::world::join;
use crate::{EntryKind, Origin};

/// What is given for the parameters of designs.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The names of environments, the later ones over the earlier ones: `environments/NAME.yaml` beside each design.
    pub environments: Vec<String>,
    /// Values as `NAME=VALUE`, over those of environments.
    pub set: Vec<String>,
    /// Values as `NAME=FILE`, where the file holds the value; over all others.
    pub set_files: Vec<String>,
}

impl Given {
    fn is_empty(&self) -> bool {
        self.environments.is_empty() && self.set.is_empty() && self.set_files.is_empty()
    }
}

/// What is given, read as far as it was needed.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// The names of environments, and where each is asked for.
    wanted: Vec<(Text, Span)>,
    options: Layer,
    /// By the folder of the designs.
    environments: BTreeMap<String, Environments>,
}

impl Reading<'_> {
    pub(crate) fn file(&mut self) -> FileId {
        let id = FileId(self.next_file);
        self.next_file = self.next_file.saturating_add(1);
        id
    }

    /// The text of an option, so that findings can stand in it.
    pub(crate) fn option(&mut self, option: &str, text: &str) -> FileId {
        let id = self.file();
        self.sources.insert(SourceText::new(id, option, text));
        id
    }

    /// What is given for the designs in a folder.
    pub(crate) fn layers(&mut self, folder: &str) -> Layers {
        let mut inputs = self.inputs.take().unwrap_or_else(|| Inputs::read(self));
        let layers = inputs.layers(folder, self);
        self.inputs = Some(inputs);
        layers
    }

    /// What environments give for the designs in a folder, without what options give.
    pub(crate) fn environment_layers(&mut self, folder: &str) -> Layers {
        let mut layers = self.layers(folder);
        layers.0.pop();
        layers
    }

    /// The environments of a folder that was asked for.
    pub(crate) fn environments(&self, folder: &str) -> Vec<Environment> {
        let environments = self.inputs.as_ref().and_then(|inputs| inputs.environments.get(folder));
        environments.map(|environments| environments.list.clone()).unwrap_or_default()
    }

    /// Tells of what is given and no design takes, and covers the values of secrets in the texts that findings quote.
    pub(crate) fn tell_of_given(&mut self, designs: &[Loaded], paths: &[String]) {
        let is_set_only = self.request.given.environments.is_empty() && self.set_by_charts;
        if self.inputs.is_none() && !self.request.given.is_empty() && !is_set_only {
            // Without a design nothing is set; what is asked for and what is not there is told of all the same.
            let path = paths.first().map_or(".", |path| if path == "-" { "." } else { path });
            let is_file = self.world.kind(path) == Ok(EntryKind::File);
            self.layers(if is_file { folder_of(path) } else { path });
        }
        let values: Vec<&Values> = designs.iter().map(|loaded| &loaded.values).collect();
        if let Some(inputs) = &self.inputs {
            let of_environments = inputs.environments.values().flat_map(|environments| &environments.list);
            // Any name may be a value of a chart.
            let options = (!self.set_by_charts).then_some(&inputs.options);
            let layers = of_environments.map(|environment| &environment.layer).chain(options);
            self.findings.extend(unknown_values(layers, &values).iter().map(word_parameters));
        }
        for span in values.iter().flat_map(|values| &values.secrets) {
            cover(*span, &mut self.sources);
        }
    }
}

impl Inputs {
    /// Reads the options.
    fn read(reading: &mut Reading<'_>) -> Self {
        let mut inputs = Self::default();
        let given = reading.request.given.clone();
        for name in &given.environments {
            let id = reading.option("-e", name);
            let end = u32::try_from(name.len()).unwrap_or(u32::MAX);
            inputs.wanted.push((name.as_str().into(), Span::new(id, 0, end)));
        }
        for text in &given.set {
            let id = reading.option("--set", text);
            inputs.options.assignments.extend(assignment(text, id, None));
        }
        for text in &given.set_files {
            let id = reading.option("--set-file", text);
            inputs.options.assignments.extend(from_file(text, id, reading));
        }
        inputs
    }

    /// What is given for the designs in a folder.
    fn layers(&mut self, folder: &str, reading: &mut Reading<'_>) -> Layers {
        let mut layers = Layers::default();
        if !self.wanted.is_empty() {
            let wanted = &self.wanted;
            let environments =
                self.environments.entry(folder.to_owned()).or_insert_with(|| environments(folder, wanted, reading));
            layers.0.extend(environments.layers());
        }
        layers.0.push(self.options.clone());
        layers
    }
}

fn from_file(text: &str, id: FileId, reading: &mut Reading<'_>) -> Option<Assignment> {
    let (_, file) = text.split_once('=')?;
    let read = reading.world.read(file, reading.request.limits.bytes).map_err(|error| error.to_string());
    let content = read.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()));
    match content {
        Ok(content) => assignment(text, id, Some(content)),
        Err(reason) => {
            let start = u32::try_from(text.len() - file.len()).unwrap_or(u32::MAX);
            let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
            reading.findings.push(rules::unreadable::finding(&reason, Span::new(id, start, end)));
            None
        }
    }
}

fn environments(folder: &str, wanted: &[(Text, Span)], reading: &mut Reading<'_>) -> Environments {
    let below = join(folder, "environments");
    // Without the folder there are none, which is what is told of then.
    let entries = reading.world.list(&below).unwrap_or_default();
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.kind == EntryKind::File) {
        if let Some((stem, "yaml" | "yml" | "json")) = entry.name.rsplit_once('.') {
            let file = join(&below, &entry.name);
            // Of several the first one in the order of names, on every file system.
            let known = files.entry(stem.to_owned()).or_insert_with(|| file.clone());
            if file < *known {
                *known = file;
            }
        }
    }
    let known: Vec<String> = files.keys().cloned().collect();
    let mut problems = Vec::new();
    let mut load_one = |name: &str| {
        let path = files.get(name)?;
        let id = reading.file();
        let read = load(
            reading.world,
            path,
            &below,
            Origin::Named,
            id,
            &reading.request.limits,
            reading.request.cache.as_deref(),
        );
        reading.sources.insert(Arc::clone(&read.source));
        reading.findings.extend(read.findings);
        read.documents.into_iter().next().map(|(_, document)| document)
    };
    let environments = Environments::read(wanted, &known, &mut load_one, &mut problems);
    reading.findings.extend(problems.iter().map(word_parameters));
    environments
}

/// Covers a range of a text; places stay what they are.
fn cover(span: Span, sources: &mut Sources) {
    let Some(source) = sources.get(span.file) else { return };
    let (id, path) = (source.id(), source.path().to_owned());
    let range = span.start as usize..span.end as usize;
    let covered: String = source
        .text()
        .char_indices()
        .map(|(at, letter)| if range.contains(&at) { cover_letter(letter) } else { letter })
        .collect();
    sources.insert(SourceText::new(id, path, covered));
}

/// A letter of as many bytes that says nothing.
fn cover_letter(letter: char) -> char {
    match (letter, letter.len_utf8()) {
        ('\n' | '\r' | ' ', _) => letter,
        (_, 1) => '*',
        (_, 2) => '\u{b7}',
        (_, 3) => '\u{2022}',
        _ => '\u{1f512}',
    }
}
