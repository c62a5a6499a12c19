//! Models from a World to findings.

use design_check::{rules, word_definition, word_fault};
use design_definitions::{Definition, Indexed, Known, Subject, lint};
use design_report::{Report, Sources};
use design_syntax::SourceText;
use design_vocabulary::{FileId, Finding, ModelReference, Path, Span};
use rayon::prelude::*;

use crate::models::{ReadModel, folder_of};
use crate::{Models, World};

/// What came of checking models.
#[derive(Debug, Default)]
pub struct Linted {
    /// The files that findings point into.
    pub sources: Sources,
    /// The findings, and how many definitions were checked.
    pub report: Report,
}

/// Checks the definitions of models. `around` are models that are known besides and not checked. It never fails: what
/// cannot be read is among the findings.
pub fn lint_models(world: &dyn World, models: &Models, around: &Models) -> Linted {
    let files = read_all(world, models);
    let mut known = Known::builtin();
    for (models, files) in [(models, &files), (around, &read_all(world, around))] {
        let folders = Folders::of(models, files);
        for (file, read) in models.index.files.iter().zip(files) {
            for loaded in &read.read.definitions {
                known.add(Subject { loaded, path: &file.path, model: folders.around(&file.path) });
            }
        }
    }
    let folders = Folders::of(models, &files);
    let numbered: Vec<(&Indexed, &ReadModel)> = models.index.files.iter().zip(&files).collect();
    let findings: Vec<Vec<Finding>> =
        numbered.par_iter().map(|(file, read)| findings_of(file, read, &folders, &known)).collect();
    let mut linted = Linted::default();
    linted.report.findings = findings.into_iter().flatten().collect();
    linted.report.findings.extend(duplicates(models, &files));
    for (number, (path, error)) in (u32::try_from(files.len()).unwrap_or(u32::MAX)..).zip(&models.unreadable) {
        linted.sources.insert(SourceText::new(FileId(number), path.as_str(), ""));
        let place = Span::start_of(FileId(number));
        linted.report.findings.push(rules::unreadable::finding(&error.to_string(), place));
    }
    for read in files {
        for loaded in &read.read.definitions {
            match &loaded.definition {
                Definition::Component(_) => linted.report.components += 1,
                Definition::Relationship(_) => linted.report.relationships += 1,
                Definition::Short(short) => {
                    linted.report.components += short.kinds.len();
                    linted.report.relationships += short.relationships.definitions.len();
                }
                Definition::Model(_) => {}
            }
        }
        linted.sources.insert(read.source);
    }
    linted.report.sort();
    linted
}

fn read_all(world: &dyn World, models: &Models) -> Vec<ReadModel> {
    let count = u32::try_from(models.index.files.len()).unwrap_or(u32::MAX);
    (0..count).into_par_iter().filter_map(|file| models.read(world, file, FileId(file))).collect()
}

fn findings_of(file: &Indexed, read: &ReadModel, folders: &Folders<'_>, known: &Known) -> Vec<Finding> {
    let start = Span::start_of(read.source.id());
    let refused = read.refused.iter().map(|reason| rules::refused_definition::finding(reason, start));
    let mut findings: Vec<Finding> = refused.chain(read.read.problems.iter().map(word_definition)).collect();
    for loaded in &read.read.definitions {
        let subject = Subject { loaded, path: &file.path, model: folders.around(&file.path) };
        findings.extend(lint(subject, known).iter().map(word_fault));
    }
    findings
}

fn duplicates<'a>(models: &'a Models, files: &'a [ReadModel]) -> impl Iterator<Item = Finding> + 'a {
    models.definitions.duplicates().filter_map(|(first, second)| {
        let place = |entry: &design_definitions::Entry| {
            let read = files.get(entry.file? as usize)?;
            let kind: Path = vec!["component".into(), "kind".into()];
            let of_file = |definition: &Definition| match definition {
                Definition::Component(component) => {
                    component.kind == entry.kind && component.api_version == entry.api_version
                }
                _ => false,
            };
            let loaded = read.read.definitions.iter().find(|loaded| of_file(&loaded.definition));
            Some(loaded.map_or(Span::start_of(read.source.id()), |loaded| loaded.place(&kind)))
        };
        let (kind, model) = (&second.kind, format!("{} {}", second.model, second.upstream_version));
        let (first, api_version) = (place(first)?, &second.api_version);
        Some(rules::duplicate_definition::finding(kind, api_version, &model, first, place(second)?))
    })
}

/// The models by their folders.
struct Folders<'a>(std::collections::HashMap<&'a str, &'a ModelReference>);

impl<'a> Folders<'a> {
    fn of(models: &'a Models, files: &'a [ReadModel]) -> Self {
        let mut folders = std::collections::HashMap::new();
        for (file, read) in models.index.files.iter().zip(files) {
            for loaded in &read.read.definitions {
                let model = match &loaded.definition {
                    Definition::Model(model) => Some(model),
                    Definition::Short(short) => short.model.as_ref(),
                    Definition::Component(_) | Definition::Relationship(_) => None,
                };
                if let Some(model) = model {
                    folders.entry(folder_of(&file.path)).or_insert(&model.reference);
                }
            }
        }
        Self(folders)
    }

    /// The model of the nearest folder.
    fn around(&self, path: &str) -> Option<&'a ModelReference> {
        let mut folder = folder_of(path);
        loop {
            if let Some(model) = self.0.get(folder) {
                return Some(model);
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder_of(folder);
        }
    }
}
