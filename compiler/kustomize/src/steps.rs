//! The generators and transformers of a kustomization, in kustomize's order.

use design_vocabulary::Text;

use crate::Fault;
use crate::build::Build;
use crate::cursor::Cursor;
use crate::field_spec::{FieldSpec, merge};
use crate::generate::OPTIONS;
use crate::kustomization::{Accumulated, Kustomization, said};
use crate::resource::Origin;
use crate::set::Set;
use crate::transform::{End, Subjects};

/// The keys of an entry of `patches`.
pub(crate) const PATCH: &[&str] = &["path", "patch", "target", "options"];

impl Build<'_> {
    /// Runs the generators.
    pub fn run_generators(&mut self, kustomization: &Kustomization, all: &mut Accumulated) {
        let root = &kustomization.root;
        let global = root.get(&self.store, "generatorOptions");
        if let Some(global) = &global {
            self.only(global, OPTIONS);
        }
        for (field, kind, generator) in [
            ("configMapGenerator", "ConfigMap", "ConfigMapGenerator"),
            ("secretGenerator", "Secret", "SecretGenerator"),
        ] {
            for entry in self.list(root, field) {
                let made = self.generate(kind, &kustomization.folder, &entry, global.as_ref(), false);
                if let Some(mut made) = made {
                    made.origin = self.origins.then(|| builtin(kustomization, generator));
                    self.absorb(&mut all.set, made);
                }
            }
        }
        for mut made in self.charts(kustomization) {
            made.origin = self.origins.then(|| builtin(kustomization, "HelmChartInflationGenerator"));
            self.absorb(&mut all.set, made);
        }
        for configuration in self.configurations(kustomization, "generators") {
            let origin = configuration.made_by();
            for mut made in self.run_generator(kustomization, &configuration) {
                if self.origins && made.origin.is_none() {
                    made.origin.clone_from(&origin);
                }
                self.absorb(&mut all.set, made);
            }
        }
    }

    /// Runs the transformers.
    pub fn transform(&mut self, kustomization: &Kustomization, all: &mut Accumulated) {
        self.patch_step(kustomization, &mut all.set);
        self.name_step(kustomization, all);
        self.label_step(kustomization, all);
        self.content_step(kustomization, all);
        for configuration in self.configurations(kustomization, "transformers") {
            self.run_transformer(kustomization, &mut all.set, &configuration);
            self.trail(&mut all.set, configuration.made_by());
            all.set.drop_empty();
        }
        for configuration in self.configurations(kustomization, "validators") {
            let what = format!("the validator `{}`", configuration.resource.kind());
            self.fault_of(configuration.resource.start, Fault::NeedsProgram { what });
        }
    }

    /// Notes on every object that a transformer ran, where the build is to say so.
    fn trail(&mut self, set: &mut Set, by: Option<Origin>) {
        let Some(by) = by.filter(|_| self.origins) else { return };
        for resource in &mut set.resources {
            if resource.origin.is_none() {
                resource.origin = Some(by.clone());
            } else {
                resource.transformations.push(by.clone());
            }
        }
    }

    fn trail_of(&mut self, set: &mut Set, kustomization: &Kustomization, transformer: &str) {
        self.trail(set, Some(builtin(kustomization, transformer)));
    }

    fn patch_step(&mut self, kustomization: &Kustomization, set: &mut Set) {
        let root = &kustomization.root;
        let merges = self.list(root, "patchesStrategicMerge");
        if !merges.is_empty() {
            for entry in &merges {
                let patches = self.patches_at(&kustomization.folder, entry);
                self.merge_all(set, &patches);
            }
            self.trail_of(set, kustomization, "PatchStrategicMergeTransformer");
        }
        for entry in self.list(root, "patches") {
            self.only(&entry, PATCH);
            self.patch(set, &kustomization.folder, &entry);
            self.trail_of(set, kustomization, "PatchTransformer");
        }
    }

    fn name_step(&mut self, kustomization: &Kustomization, all: &mut Accumulated) {
        let root = &kustomization.root;
        if let Some(namespace) = said(self.text(root, "namespace")) {
            let at = self.at(root, "namespace");
            let config = std::sync::Arc::clone(&all.config);
            self.set_namespace(&mut all.set, &namespace, &config.namespace, (false, Subjects::Default), at);
            self.trail_of(&mut all.set, kustomization, "NamespaceTransformer");
        }
        for (field, end, transformer) in
            [("namePrefix", End::Prefix, "PrefixTransformer"), ("nameSuffix", End::Suffix, "SuffixTransformer")]
        {
            if let Some(text) = said(self.text(root, field)) {
                let at = self.at(root, field);
                let config = std::sync::Arc::clone(&all.config);
                let specs = if end == End::Prefix { &config.name_prefix } else { &config.name_suffix };
                self.add_to_names(&mut all.set, end, &text, specs, at);
                self.trail_of(&mut all.set, kustomization, transformer);
            }
        }
    }

    fn at(&self, section: &Cursor, key: &str) -> design_source::Written {
        section.get(&self.store, key).map_or(section.at, |value| value.at)
    }

    fn label_step(&mut self, kustomization: &Kustomization, all: &mut Accumulated) {
        let root = &kustomization.root;
        let config = std::sync::Arc::clone(&all.config);
        let labels = self.list(root, "labels");
        let common = self.texts(root, "commonLabels");
        let any = !labels.is_empty() || !common.is_empty();
        for label in labels {
            self.only(&label, &["pairs", "includeSelectors", "includeTemplates", "fields"]);
            let mut specs = FieldSpec::read_all(label.get(&self.store, "fields"), &self.store);
            let (selectors, templates) = (self.flag(&label, "includeSelectors"), self.flag(&label, "includeTemplates"));
            let own = [FieldSpec::any("metadata/labels", true)];
            let mut result = merge(&mut specs, &config.labels);
            if selectors {
                result = result.and_then(|()| merge(&mut specs, &config.common_labels));
            } else {
                if templates {
                    result = result.and_then(|()| merge(&mut specs, &config.template_labels));
                }
                result = result.and_then(|()| merge(&mut specs, &own));
            }
            if let Err(path) = result {
                let what = format!(
                    "`fields` says otherwise than the configuration whether `{path}` is made where it is absent"
                );
                self.fault(label.at, Fault::WrongValue { what });
            }
            let pairs = self.texts(&label, "pairs");
            self.set_texts(&mut all.set, &pairs, &specs);
            self.trail_of(&mut all.set, kustomization, "LabelTransformer");
        }
        if any {
            self.set_texts(&mut all.set, &common, &config.common_labels);
            self.trail_of(&mut all.set, kustomization, "LabelTransformer");
        }
        let annotations = self.texts(root, "commonAnnotations");
        if !annotations.is_empty() {
            self.set_texts(&mut all.set, &annotations, &config.common_annotations);
            self.trail_of(&mut all.set, kustomization, "AnnotationsTransformer");
        }
    }

    fn content_step(&mut self, kustomization: &Kustomization, all: &mut Accumulated) {
        let root = &kustomization.root;
        let config = std::sync::Arc::clone(&all.config);
        for entry in self.list(root, "patchesJson6902") {
            self.only(&entry, PATCH);
            self.json_patch_entry(&mut all.set, &kustomization.folder, &entry, "patch");
            self.trail_of(&mut all.set, kustomization, "PatchJson6902Transformer");
        }
        for entry in self.list(root, "replicas") {
            self.set_replicas(&mut all.set, &entry, &config.replicas);
            self.trail_of(&mut all.set, kustomization, "ReplicaCountTransformer");
        }
        let mut images = self.list(root, "images");
        images.extend(self.list(root, "imageTags"));
        for entry in images {
            if let Some(image) = self.image(&entry) {
                self.set_image(&mut all.set, &image, &config.images);
            }
            self.trail_of(&mut all.set, kustomization, "ImageTagTransformer");
        }
        let replacements = self.list(root, "replacements");
        if !replacements.is_empty() {
            for entry in &replacements {
                self.replacement(&mut all.set, &kustomization.folder, entry);
            }
            self.trail_of(&mut all.set, kustomization, "ReplacementTransformer");
        }
    }
}

/// The origin of what a field of a kustomization does.
fn builtin(kustomization: &Kustomization, kind: &str) -> Origin {
    Origin {
        configured_in: kustomization.file.clone(),
        configured_by: Some(["builtin".into(), kind.into(), Text::new(), Text::new()]),
        ..Origin::default()
    }
}
