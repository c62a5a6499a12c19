//! Kustomizations: what one names is read and put together, then changed in kustomize's order.

use std::sync::Arc;

use design_source::{Trace, Written};
use design_vocabulary::{Object, Segment, Text, Value};

use crate::build::Build;
use crate::config::{Config, KEYS as CONFIG_KEYS, merge_into, of_definitions};
use crate::cursor::{Cursor, Store};
use crate::files::{FILE_NAMES, is_inside, join};
use crate::resource::{Behavior, Origin, Resource};
use crate::set::Set;
use crate::variables::Variable;
use crate::{Entry, Fault};

/// The fields of a kustomization.
const FIELDS: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "openapi",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "patchesStrategicMerge",
    "patchesJson6902",
    "patches",
    "images",
    "imageTags",
    "replacements",
    "replicas",
    "vars",
    "sortOptions",
    "resources",
    "components",
    "crds",
    "bases",
    "configMapGenerator",
    "secretGenerator",
    "helmGlobals",
    "helmCharts",
    "helmChartInflationGenerator",
    "generatorOptions",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "buildMetadata",
];

/// Kustomizations that one build reads: bases may be used by several, and each use is read.
const MOST: usize = 20_000;

/// What a kustomization came to.
#[derive(Debug, Default)]
pub(crate) struct Accumulated {
    /// The objects.
    pub set: Set,
    /// The fields that its transformers look at.
    pub config: Arc<Config>,
    /// The variables.
    pub variables: Vec<Variable>,
}

/// A kustomization that is being read.
pub(crate) struct Kustomization {
    /// Its folder.
    pub folder: String,
    /// Its file, from the folder that is built.
    pub file: String,
    /// The path of its folder from the one that is built, as origins tell it.
    pub origin: String,
    /// What it says.
    pub root: Cursor,
}

impl Build<'_> {
    /// Reads the kustomization of a folder, named at a place; `None` where there is none or several, which is told of.
    pub fn open(&mut self, folder: &str, origin: &str, named: Option<&Cursor>) -> Option<Kustomization> {
        let found: Vec<&str> =
            FILE_NAMES.into_iter().filter(|name| self.files.entry(&join(folder, name)) == Some(Entry::File)).collect();
        let shown = || named.and_then(Cursor::text).map_or_else(|| folder.to_owned(), |text| text.to_string());
        let missing = |reason: &str| Fault::Missing { path: shown(), reason: reason.to_owned() };
        let at = named.map(|named| named.at);
        let [name] = found.as_slice() else {
            if let Some(at) = at {
                let several = if found.is_empty() {
                    "the folder holds no kustomization"
                } else {
                    "the folder holds several kustomizations"
                };
                self.fault(at, missing(several));
            }
            return None;
        };
        let documents = match self.documents(&join(folder, name)) {
            Ok(documents) => documents,
            Err(reason) => {
                if let Some(at) = at {
                    self.fault(at, missing(&reason));
                }
                return None;
            }
        };
        let first = *documents.first()?;
        let cursor = Cursor { value: Value::Null, at: Written::root(first) };
        let root = self.as_configuration(&cursor);
        let file = if origin.is_empty() { (*name).to_owned() } else { format!("{origin}/{name}") };
        Some(Kustomization { folder: folder.to_owned(), file, origin: origin.to_owned(), root })
    }

    /// Adds what a kustomization names, generates and says to what is there: nothing, or for a component all that the
    /// kustomization around it has so far.
    pub fn accumulate(&mut self, kustomization: &Kustomization, mut all: Accumulated) -> Accumulated {
        let root = &kustomization.root;
        self.only(root, FIELDS);
        self.check_head(root);
        self.open.push(kustomization.folder.clone());
        // What is wrong with it is told of where it is set.
        let own = said(root.get(&self.store, "namespace").and_then(|namespace| namespace.text()));
        let namespace = own.or_else(|| self.chart_namespaces.last().cloned()).unwrap_or_default();
        self.chart_namespaces.push(namespace);
        let mut resources = self.list(root, "resources");
        resources.extend(self.list(root, "bases"));
        all = self.add_resources(kustomization, all, &resources);
        self.configure(kustomization, &mut all);
        self.run_generators(kustomization, &mut all);
        for component in self.list(root, "components") {
            all = self.add_folder(kustomization, all, &component, true);
        }
        self.transform(kustomization, &mut all);
        let declared = self.list(root, "vars");
        let Accumulated { set, variables, .. } = &mut all;
        self.declare(set, variables, declared);
        self.chart_namespaces.pop();
        self.open.pop();
        all
    }

    /// Kustomize takes two kinds, each in one version.
    fn check_head(&mut self, root: &Cursor) {
        let kind = root.get(&self.store, "kind");
        let text = kind.as_ref().and_then(Cursor::text).unwrap_or_else(|| "Kustomization".into());
        if let Some(kind) = kind.filter(|_| text != "Kustomization" && text != "Component") {
            let what = format!("`{text}` is neither `Kustomization` nor `Component`");
            self.fault(kind.at, Fault::WrongValue { what });
        }
        let wanted = if text == "Component" { "v1alpha1" } else { "v1beta1" };
        let wanted = format!("kustomize.config.k8s.io/{wanted}");
        if let Some(version) = root.get(&self.store, "apiVersion").filter(|one| one.text().as_deref() != Some(&wanted))
        {
            self.fault(version.at, Fault::WrongValue { what: format!("a {text} is of `{wanted}`") });
        }
    }

    /// Reads the files and folders of a list.
    pub fn add_resources(
        &mut self,
        kustomization: &Kustomization,
        mut all: Accumulated,
        entries: &[Cursor],
    ) -> Accumulated {
        let files: Vec<String> = entries
            .iter()
            .filter_map(|entry| Some(join(&kustomization.folder, &entry.text()?)))
            .filter(|path| self.files.entry(path) == Some(Entry::File))
            .collect();
        self.prepare(&files);
        for entry in entries {
            let Some(text) = entry.text() else {
                self.wrong_type(entry, "the path of a file or folder");
                continue;
            };
            match self.files.entry(&join(&kustomization.folder, &text)) {
                Some(Entry::Folder) => all = self.add_folder(kustomization, all, entry, false),
                None if crate::files::is_remote(&text) => {
                    // That there is no copy is told of.
                    let Some(copy) = self.copied(&kustomization.folder, &text, entry.at) else { continue };
                    if self.files.entry(&copy) == Some(Entry::File) {
                        self.add_file(kustomization, &mut all.set, entry, &text);
                    } else {
                        all = self.add_folder(kustomization, all, entry, false);
                    }
                }
                _ => self.add_file(kustomization, &mut all.set, entry, &text),
            }
        }
        all
    }

    fn add_file(&mut self, kustomization: &Kustomization, set: &mut Set, entry: &Cursor, text: &str) {
        let origin = Origin { path: join(&kustomization.origin, text), ..Origin::default() };
        for document in self.named_documents(&kustomization.folder, entry) {
            for mut resource in objects(&self.store, document) {
                if self.origins {
                    resource.origin = Some(origin.clone());
                }
                self.append(set, resource);
            }
        }
    }

    /// Adds an object, unless one with its identity is there.
    pub fn append(&mut self, set: &mut Set, resource: Resource) {
        let id = resource.id();
        match set.with_id(&id).first().and_then(|first| set.resources.get(*first)) {
            Some(first) => {
                let (at, first) = (self.store.head(resource.start), self.store.head(first.start));
                let fault = Fault::SameObject { object: id.display() };
                self.fault_with(at, fault, ("the first one begins here", first));
            }
            None => set.push(resource),
        }
    }

    /// Reads a base or component.
    fn add_folder(
        &mut self,
        from: &Kustomization,
        mut all: Accumulated,
        entry: &Cursor,
        is_component: bool,
    ) -> Accumulated {
        let text = entry.text().unwrap_or_default();
        let mut folder = join(&from.folder, &text);
        if self.files.entry(&folder).is_none() && crate::files::is_remote(&text) {
            let Some(copy) = self.copied(&from.folder, &text, entry.at) else { return all };
            folder = copy;
        }
        // What was copied from another machine sees nothing but itself.
        if self.copies.iter().any(|root| is_inside(&from.folder, root) && !is_inside(&folder, root)) {
            let reason = "it lies outside of the copied repository".to_owned();
            self.fault(entry.at, Fault::Missing { path: text.to_string(), reason });
            return all;
        }
        match self.files.entry(&folder) {
            Some(Entry::Folder) => {}
            found => {
                let reason = if found.is_some() { "it is no folder" } else { "there is no such file or folder" };
                self.fault(entry.at, Fault::Missing { path: text.to_string(), reason: reason.to_owned() });
                return all;
            }
        }
        // What contains a kustomization that is being read cannot be part of it either.
        if self.open.iter().any(|open| is_inside(open, &folder)) {
            self.fault(entry.at, Fault::Circle { path: text.to_string() });
            return all;
        }
        self.opened += 1;
        if self.opened > MOST {
            if self.opened == MOST + 1 {
                self.fault(entry.at, Fault::TooMany { allowed: MOST });
            }
            return all;
        }
        let Some(inner) = self.open(&folder, &join(&from.origin, &text), Some(entry)) else { return all };
        let kind = inner.root.get(&self.store, "kind").and_then(|kind| kind.text());
        if (kind.as_deref() == Some("Component")) != is_component {
            let what = if is_component { "this is no component" } else { "a component stands under `components`" };
            self.fault(entry.at, Fault::WrongValue { what: what.to_owned() });
        }
        self.learn_schemas(&inner);
        if is_component {
            return self.accumulate(&inner, all);
        }
        let Accumulated { set, config, variables } = self.accumulate(&inner, Accumulated::default());
        all.set.resources.reserve(set.len());
        if all.set.len() == 0 {
            all.set = set;
        } else {
            for resource in set.resources {
                self.append(&mut all.set, resource);
            }
        }
        self.merge_config(&mut all.config, &config, entry.at);
        for variable in variables {
            self.add_variable(&mut all.variables, variable);
        }
        all
    }

    /// Takes over the schemas that `openapi` names.
    pub fn learn_schemas(&mut self, kustomization: &Kustomization) {
        let Some(openapi) = kustomization.root.get(&self.store, "openapi") else { return };
        self.only(&openapi, &["path", "version"]);
        if let Some(path) = openapi.get(&self.store, "path")
            && self.schemas.own.is_none()
        {
            let documents = self.named_documents(&kustomization.folder, &path);
            self.schemas.own = documents.into_iter().next().map(|document| document.value);
        }
    }

    fn merge_config(&mut self, config: &mut Arc<Config>, other: &Arc<Config>, at: Written) {
        if let Err(path) = merge_into(config, other) {
            let what = format!("two configurations say differently whether `{path}` is made where it is absent");
            self.fault(at, Fault::WrongValue { what });
        }
    }

    /// Reads `configurations` and `crds`.
    fn configure(&mut self, kustomization: &Kustomization, all: &mut Accumulated) {
        let root = &kustomization.root;
        let mut own = Arc::new(Config::default());
        for entry in self.list(root, "configurations") {
            for document in self.named_documents(&kustomization.folder, &entry) {
                self.only(&document, CONFIG_KEYS);
                let config = Arc::new(Config::read(&document, &self.store));
                self.merge_config(&mut own, &config, entry.at);
            }
        }
        let mut config = Config::builtin();
        self.merge_config(&mut config, &own, root.at);
        self.merge_config(&mut all.config, &config, root.at);
        for entry in self.list(root, "crds") {
            for document in self.named_documents(&kustomization.folder, &entry) {
                let config = Arc::new(of_definitions(&document.value));
                self.merge_config(&mut all.config, &config, entry.at);
            }
        }
    }

    /// Adds a generated object, as its behavior says where it is already there.
    pub fn absorb(&mut self, set: &mut Set, mut made: Resource) {
        let id = made.id();
        let found = set.with_any_id(&id);
        let wants_old = matches!(made.behavior, Behavior::Merge | Behavior::Replace);
        match found.as_slice() {
            [] if wants_old => {
                let what = format!("there is no {} to merge with or to replace", id.display());
                self.fault_of(made.start, Fault::Generator { what });
            }
            [] => self.append(set, made),
            [number] if wants_old => {
                let Some(old) = set.resources.get_mut(*number) else { return };
                let merges = made.behavior == Behavior::Merge;
                take_over(&self.store, &mut made, old, merges);
                *old = made;
                set.renamed(*number);
            }
            several => {
                let first =
                    several.first().and_then(|first| set.resources.get(*first)).map_or(made.start, |one| one.start);
                let (at, first) = (self.store.head(made.start), self.store.head(first));
                self.fault_with(at, Fault::SameObject { object: id.display() }, ("it is already here", first));
            }
        }
    }
}

/// The objects of a document: the items of a list stand for themselves.
pub(crate) fn objects(store: &Store, document: Cursor) -> Vec<Resource> {
    let kind = document.value.get("kind").and_then(Value::as_str).unwrap_or_default();
    let items = document.value.get("items").filter(|_| kind.ends_with("List"));
    if items.is_some_and(|items| items.is_null() || items.as_array().is_some()) {
        let items = document.get(store, "items").map(|items| items.items(store)).unwrap_or_default();
        return items.into_iter().flat_map(|item| objects(store, item)).collect();
    }
    match document.value {
        Value::Object(object) if !object.is_empty() => vec![Resource::new(object, document.at, Trace::default())],
        _ => Vec::new(),
    }
}

/// Makes a generated object the new form of one that is there.
fn take_over(store: &Store, made: &mut Resource, old: &Resource, merges: bool) {
    for map in ["labels", "annotations"] {
        let path = [Segment::from("metadata"), map.into()];
        merge_texts(store, made, old, &path);
    }
    if merges {
        for map in ["data", "binaryData"] {
            merge_texts(store, made, old, &[map.into()]);
        }
        made.origin.clone_from(&old.origin);
    }
    made.set_metadata("name", old.name());
    if old.namespace().is_empty() {
        if let Some(Value::Object(metadata)) = made.object.get_mut("metadata") {
            metadata.remove("namespace");
        }
    } else {
        made.set_metadata("namespace", old.namespace());
    }
    made.needs_hash &= old.needs_hash;
    made.behavior = old.behavior;
    made.previous.clone_from(&old.previous);
    made.prefixes.clone_from(&old.prefixes);
    made.suffixes.clone_from(&old.suffixes);
    made.variables.clone_from(&old.variables);
}

/// Adds the entries of a mapping of the old object that the new one does not have.
fn merge_texts(store: &Store, made: &mut Resource, old: &Resource, path: &[Segment]) {
    let whole = |resource: &Resource| Value::Object(resource.object.clone()).at(path).cloned();
    let Some(Value::Object(before)) = whole(old) else { return };
    let mut merged = before.clone();
    let own = match whole(made) {
        Some(Value::Object(own)) => own,
        _ => Object::new(),
    };
    for (key, _) in before.iter().filter(|(key, _)| !own.contains_key(key)) {
        let key: Vec<Segment> = path.iter().cloned().chain([Segment::Key(key.clone())]).collect();
        let at = old.place(&store.documents, &key);
        made.trace.set(&key, at);
    }
    for (key, value) in own {
        merged.insert(key, value);
    }
    let mut object = &mut made.object;
    let Some((Segment::Key(last), parents)) = path.split_last() else { return };
    for parent in parents {
        let Segment::Key(parent) = parent else { return };
        match object.get_mut(parent) {
            Some(Value::Object(inner)) => object = inner,
            _ => return,
        }
    }
    object.insert(last.clone(), Value::Object(merged));
}

/// A text that names nothing is as if it were absent.
pub(crate) fn said(text: Option<Text>) -> Option<Text> {
    text.filter(|text| !text.is_empty())
}
