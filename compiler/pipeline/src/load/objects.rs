//! Design files and plain manifests. They are read together, whatever path they were found by, so that the objects of
//! several paths become one design.

use design_check::{rules, word_live};
use design_source::{Form, Loaded, read_design_with};
use design_syntax::Document;

use crate::chunk::read_objects;
use crate::files::{File, folder_of, name_of, start};
use crate::reading::Reading;
use crate::{Origin, PATTERN_FILES, PATTERN_STATUS_FILE, SourceKind};

/// The files of all paths that hold designs or manifests.
#[derive(Default)]
pub(crate) struct Objects {
    files: Vec<File>,
    kind: Option<SourceKind>,
}

impl Objects {
    /// Takes over the files of a path, which are of a kind, or were named and are of none.
    pub fn add(&mut self, kind: Option<SourceKind>, files: Vec<File>) {
        self.kind = self.kind.into_iter().chain(kind).min();
        self.files.extend(files);
    }

    /// The designs: one for each design file, and one for all objects.
    pub fn finish(self, reading: &mut Reading<'_>, paths: &[String]) -> Vec<Loaded> {
        let kind = self.kind;
        let mut designs = Vec::new();
        let mut objects: Vec<Document> = Vec::new();
        for file in self.files {
            let stem = name_of(file.source.path()).rsplit_once('.').map_or("design", |(stem, _)| stem).to_owned();
            let beside_design = kind == Some(SourceKind::Design);
            for (form, document) in file.documents {
                match form {
                    Form::Design | Form::LegacyDesign if reading.source != Some(SourceKind::Manifests) => {
                        let path = file.source.path();
                        if reading.is_in_circle(path) {
                            continue;
                        }
                        let layers = reading.layers_of(folder_of(path));
                        let environments = reading.environments(folder_of(path));
                        let mut loaded = Loaded { environments, ..read_design_with(document, &stem, &layers) };
                        reading.take_over_uses(&mut loaded, path);
                        designs.push(loaded);
                    }
                    Form::Manifest | Form::Oam | Form::Kustomization if beside_design => {
                        let place = start(&document);
                        let what = "manifests beside a design are not part of it";
                        reading.findings.push(rules::skipped::finding(what, place));
                    }
                    Form::Kustomization => {
                        let what = "kustomization objects are not components";
                        reading.findings.push(rules::skipped::finding(what, start(&document)));
                    }
                    Form::NotAMapping if file.origin == Origin::Walked => {
                        reading.findings.push(rules::not_recognised::finding(false, start(&document)));
                    }
                    Form::Manifest | Form::Oam | Form::NotAMapping => objects.push(document),
                    Form::ModelDefinition => {
                        let what = "a definition of a model is no component; `design model lint` checks it";
                        reading.findings.push(rules::skipped::finding(what, start(&document)));
                    }
                    // What a catalog says of a design is nothing that the design lacks.
                    Form::Other if beside_design && is_of_pattern(name_of(file.source.path())) => {}
                    Form::Design | Form::LegacyDesign | Form::Compose | Form::Score | Form::Other => {
                        let asked_for = file.origin == Origin::Named;
                        reading.findings.push(rules::not_recognised::finding(asked_for, start(&document)));
                    }
                }
            }
        }
        if !objects.is_empty() || (designs.is_empty() && kind == Some(SourceKind::Manifests)) {
            let name = paths.first().map_or("manifests", |path| name_of(path));
            let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            let name = if name.is_empty() { "manifests" } else { name };
            let mut loaded = read_objects(name, objects, reading.request.cache.as_deref());
            let live = loaded.without_live_state();
            reading.findings.extend(word_live(&live));
            designs.push(loaded);
        }
        designs
    }
}

fn is_of_pattern(name: &str) -> bool {
    PATTERN_FILES.contains(&name) || name == PATTERN_STATUS_FILE
}
