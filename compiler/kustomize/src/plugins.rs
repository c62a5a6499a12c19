//! Generators and transformers that are configured in files of their own, or inline: those that are built in.

use design_vocabulary::Value;

use crate::Fault;
use crate::build::Build;
use crate::cursor::Cursor;
use crate::field_spec::FieldSpec;
use crate::kustomization::{Accumulated, Kustomization, objects, said};
use crate::resource::{Origin, Resource};
use crate::set::Set;
use crate::steps::PATCH;
use crate::transform::{End, Subjects};

/// The configuration of a generator or transformer.
pub(crate) struct Configuration {
    /// The object that it is.
    pub resource: Resource,
}

impl Configuration {
    /// What it makes or changes is told to come from here.
    pub fn made_by(&self) -> Option<Origin> {
        let origin = self.resource.origin.as_ref()?;
        let api_version = self.resource.object.get_str("apiVersion").unwrap_or_default();
        let by = [api_version.into(), self.resource.kind().into(), self.resource.name(), self.resource.namespace()];
        Some(Origin { path: String::new(), configured_in: origin.path.clone(), configured_by: Some(by) })
    }

    fn is_builtin(&self) -> bool {
        self.resource.object.get_str("apiVersion") == Some("builtin")
    }

    fn cursor(&self) -> Cursor {
        Cursor { value: Value::Object(self.resource.object.clone()), at: self.resource.start }
    }
}

impl Build<'_> {
    /// The configurations of a list: inline, of files, and of folders with a kustomization.
    pub fn configurations(&mut self, kustomization: &Kustomization, field: &str) -> Vec<Configuration> {
        let entries = self.list(&kustomization.root, field);
        let mut inline = Vec::new();
        let mut paths = Vec::new();
        for entry in entries {
            let text = entry.text().unwrap_or_default();
            if text.contains('\n') || text.starts_with('{') {
                inline.extend(self.inline(&entry));
            } else {
                paths.push(entry);
            }
        }
        let mut found = Vec::new();
        for document in inline {
            for mut resource in objects(&self.store, document) {
                resource.origin =
                    self.origins.then(|| Origin { path: kustomization.file.clone(), ..Origin::default() });
                found.push(resource);
            }
        }
        if !paths.is_empty() {
            let all = self.add_resources(kustomization, Accumulated::default(), &paths);
            found.extend(all.set.resources);
        }
        found.into_iter().map(|resource| Configuration { resource }).collect()
    }

    /// Runs a generator.
    pub fn run_generator(&mut self, kustomization: &Kustomization, configuration: &Configuration) -> Vec<Resource> {
        let cursor = configuration.cursor();
        let kind = match configuration.resource.kind() {
            "ConfigMapGenerator" if configuration.is_builtin() => "ConfigMap",
            "SecretGenerator" if configuration.is_builtin() => "Secret",
            "HelmChartInflationGenerator" if configuration.is_builtin() => {
                return self.chart_generator(&kustomization.folder, &cursor);
            }
            _ => {
                self.needs_program(configuration, "generator");
                return Vec::new();
            }
        };
        self.generate(kind, &kustomization.folder, &cursor, None, true).into_iter().collect()
    }

    fn needs_program(&mut self, configuration: &Configuration, what: &str) {
        let what = format!("the {what} `{}`", configuration.resource.kind());
        self.fault_of(configuration.resource.start, Fault::NeedsProgram { what });
    }

    /// Runs a transformer.
    pub fn run_transformer(&mut self, kustomization: &Kustomization, set: &mut Set, configuration: &Configuration) {
        if !configuration.is_builtin() {
            return self.needs_program(configuration, "transformer");
        }
        let cursor = &configuration.cursor();
        let folder = kustomization.folder.clone();
        let specs = FieldSpec::read_all(cursor.get(&self.store, "fieldSpecs"), &self.store);
        match configuration.resource.kind() {
            "PrefixTransformer" => self.end_transformer(set, cursor, End::Prefix, "prefix", &specs),
            "SuffixTransformer" => self.end_transformer(set, cursor, End::Suffix, "suffix", &specs),
            "PrefixSuffixTransformer" => {
                self.known(cursor, &["prefix", "suffix", "fieldSpecs"]);
                for (end, key) in [(End::Prefix, "prefix"), (End::Suffix, "suffix")] {
                    if let Some(text) = said(self.text(cursor, key)) {
                        self.add_to_names(set, end, &text, &specs, cursor.at);
                    }
                }
            }
            "NamespaceTransformer" => self.namespace_transformer(set, cursor, &specs),
            "LabelTransformer" => {
                self.known(cursor, &["labels", "fieldSpecs"]);
                let texts = self.texts(cursor, "labels");
                self.set_texts(set, &texts, &specs);
            }
            "AnnotationsTransformer" => {
                self.known(cursor, &["annotations", "fieldSpecs"]);
                let texts = self.texts(cursor, "annotations");
                self.set_texts(set, &texts, &specs);
            }
            "ImageTagTransformer" => {
                self.known(cursor, &["imageTag", "fieldSpecs"]);
                let tag = cursor.get(&self.store, "imageTag");
                if let Some(image) = tag.and_then(|tag| self.image(&tag)) {
                    self.set_image(set, &image, &specs);
                }
            }
            "ReplicaCountTransformer" => {
                self.known(cursor, &["replica", "fieldSpecs"]);
                if let Some(replica) = cursor.get(&self.store, "replica") {
                    self.set_replicas(set, &replica, &specs);
                }
            }
            "PatchTransformer" => {
                self.known(cursor, PATCH);
                self.patch(set, &folder, cursor);
            }
            "PatchStrategicMergeTransformer" => self.merge_transformer(set, &folder, cursor),
            "PatchJson6902Transformer" => {
                self.known(cursor, &["target", "path", "jsonOp"]);
                self.json_patch_entry(set, &folder, cursor, "jsonOp");
            }
            "ReplacementTransformer" => {
                self.known(cursor, &["replacements"]);
                for entry in self.list(cursor, "replacements") {
                    self.replacement(set, &folder, &entry);
                }
            }
            "HashTransformer" => Self::add_hashes(set),
            "SortOrderTransformer" => {
                self.known(cursor, &["sortOptions"]);
                if let Some(options) = cursor.get(&self.store, "sortOptions") {
                    self.sort(set, &options);
                }
            }
            other => {
                let field = format!("the transformer `{other}`");
                self.fault_of(cursor.at, Fault::NotCovered { field });
            }
        }
    }

    fn end_transformer(&mut self, set: &mut Set, cursor: &Cursor, end: End, key: &'static str, specs: &[FieldSpec]) {
        self.known(cursor, &[key, "fieldSpecs"]);
        let text = self.text(cursor, key).unwrap_or_default();
        self.add_to_names(set, end, &text, specs, cursor.at);
    }

    fn namespace_transformer(&mut self, set: &mut Set, cursor: &Cursor, specs: &[FieldSpec]) {
        self.known(cursor, &["fieldSpecs", "unsetOnly", "setRoleBindingSubjects"]);
        let metadata = cursor.get(&self.store, "metadata");
        let Some(namespace) = metadata.as_ref().and_then(|metadata| said(self.text(metadata, "namespace"))) else {
            return;
        };
        let unset_only = self.flag(cursor, "unsetOnly");
        let subjects = match self.text(cursor, "setRoleBindingSubjects").as_deref() {
            None | Some("" | "defaultOnly") => Subjects::Default,
            Some("allServiceAccounts") => Subjects::ServiceAccounts,
            Some("none") => Subjects::None,
            Some(other) => {
                let what = format!("`{other}` is none of `defaultOnly`, `allServiceAccounts` and `none`");
                self.fault(cursor.at, Fault::WrongValue { what });
                Subjects::Default
            }
        };
        let at =
            metadata.and_then(|metadata| metadata.get(&self.store, "namespace")).map_or(cursor.at, |value| value.at);
        self.set_namespace(set, &namespace, specs, (unset_only, subjects), at);
    }

    fn merge_transformer(&mut self, set: &mut Set, folder: &str, cursor: &Cursor) {
        self.known(cursor, &["paths", "patches"]);
        for entry in self.list(cursor, "paths") {
            let patches = self.patches_at(folder, &entry);
            self.merge_all(set, &patches);
        }
        if let Some(text) = cursor.get(&self.store, "patches") {
            let patches = self.inline(&text);
            self.merge_all(set, &patches);
        }
    }
}
