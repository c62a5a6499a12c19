//! The registry: which definition answers a kind, an apiVersion, a model and a version.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use design_registry::{Kind, Registry};
use design_vocabulary::Text;

use crate::index::{Head, Index, Indexed, Reference};
use crate::{Schema, compare_versions};

/// The definitions of some models, to be found.
#[derive(Debug, Default)]
pub struct Definitions {
    /// Sorted by kind; of one kind the newest version first.
    entries: Vec<Entry>,
    by_kind: HashMap<Text, Range<u32>>,
    models: Vec<Listed>,
}

/// A kind in one version of one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The kind.
    pub kind: Text,
    /// Group and version.
    pub api_version: Text,
    /// The name of the model.
    pub model: Text,
    /// The version of what the model describes.
    pub upstream_version: Text,
    /// The version of the model's definitions.
    pub version: Text,
    /// Whether objects live in a namespace.
    pub is_namespaced: Option<bool>,
    /// The position of its file in the index; `None` for a kind of the models that are built in.
    pub file: Option<u32>,
}

/// A model, with how much it defines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: Text,
    /// The version of what it describes.
    pub upstream_version: Text,
    /// The version of its definitions.
    pub version: Text,
    /// Its name for people.
    pub display_name: Text,
    /// The kinds that it defines, a version of the API each.
    pub components: usize,
    /// The relationships that it defines.
    pub relationships: usize,
    /// Files of it that could not be read, at least in part.
    pub faulty: usize,
    /// The folder or package that it comes from.
    pub path: Text,
    /// Whether it is built in.
    pub is_builtin: bool,
}

/// What is looked for. What is `None` may be anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<'a> {
    /// The kind.
    pub kind: &'a str,
    /// Group and version.
    pub api_version: Option<&'a str>,
    /// The name of the model.
    pub model: Option<&'a str>,
    /// The version of what the model describes, or of its definitions.
    pub version: Option<&'a str>,
}

impl Definitions {
    /// The definitions of an index, together with kinds and models from elsewhere.
    pub fn new(index: &Index, more: impl IntoIterator<Item = (Listed, Vec<Entry>)>) -> Self {
        let mut models = Models::default();
        let mut collected = Vec::with_capacity(index.files.len());
        for file in &index.files {
            models.declare(file);
        }
        for (file, number) in index.files.iter().zip(0..) {
            models.collect(file, number, &mut collected);
        }
        let mut entries = models.without_echoes(collected);
        let mut listed = models.listed;
        for (model, kinds) in more {
            listed.push(model);
            entries.extend(kinds);
        }
        entries.sort_unstable_by(order);
        listed.sort_by(|a, b| {
            (&a.name, &a.path)
                .cmp(&(&b.name, &b.path))
                .then_with(|| compare_versions(&b.upstream_version, &a.upstream_version))
        });
        let mut by_kind: HashMap<Text, Range<u32>> = HashMap::with_capacity(entries.len());
        for (entry, position) in entries.iter().zip(0..) {
            by_kind.entry(entry.kind.clone()).or_insert(position..position).end = position + 1;
        }
        Self { entries, by_kind, models: listed }
    }

    /// The models, sorted by name.
    pub fn models(&self) -> &[Listed] {
        &self.models
    }

    /// All definitions of kinds, sorted by kind; of one kind the newest version first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The definitions that answer a query, the best first: the stable API version before others, the newest model before
    /// older ones.
    pub fn find<'a>(&'a self, query: Query<'a>) -> impl Iterator<Item = &'a Entry> {
        let of_kind =
            self.by_kind.get(query.kind).and_then(|range| self.entries.get(range.start as usize..range.end as usize));
        let mut found = of_kind.unwrap_or_default();
        // Entries of one kind are sorted by apiVersion, so that those of one are found without looking at the others.
        if let Some(api_version) = query.api_version {
            let before = |entry: &Entry| order_of_api_versions(&entry.api_version, api_version) == Ordering::Less;
            let start = found.partition_point(before);
            found = found.get(start..).unwrap_or_default();
            let end = found.partition_point(|entry| entry.api_version == api_version);
            found = found.get(..end).unwrap_or_default();
            if let Some(model) = query.model {
                let start = found.partition_point(|entry| entry.model.as_str() < model);
                found = found.get(start..).unwrap_or_default();
                let end = found.partition_point(|entry| entry.model == model);
                found = found.get(..end).unwrap_or_default();
            }
        }
        found.iter().filter(move |entry| {
            query.model.is_none_or(|model| entry.model == model)
                && query
                    .version
                    .is_none_or(|asked| is_version(&entry.upstream_version, asked) || is_version(&entry.version, asked))
        })
    }

    /// Pairs of definitions that nothing tells apart: the same kind, apiVersion, model and versions.
    pub fn duplicates(&self) -> impl Iterator<Item = (&Entry, &Entry)> {
        self.entries.windows(2).filter_map(|pair| match pair {
            [first, second] if is_same(first, second) => Some((first, second)),
            _ => None,
        })
    }

    /// The kind with the nearest name.
    pub fn nearest_kind(&self, kind: &str) -> Option<&str> {
        let mut kinds: Vec<&str> = self.entries.iter().map(|entry| entry.kind.as_str()).collect();
        kinds.dedup();
        design_registry::nearest(kind, kinds)
    }

    /// The model with the nearest name.
    pub fn nearest_model(&self, model: &str) -> Option<&str> {
        design_registry::nearest(model, self.models.iter().map(|model| model.name.as_str()))
    }
}

impl Listed {
    /// The models that are built in, each with its kinds: Kubernetes, a model each release.
    pub fn builtin() -> impl Iterator<Item = (Self, Vec<Entry>)> {
        let definitions = design_registry::definitions::Definitions::builtin();
        let relationships = Registry::builtin().relationships().definitions.len();
        definitions.releases().iter().map(move |release| {
            let model = Self {
                name: KUBERNETES.into(),
                upstream_version: format!("v{}", release.source).into(),
                version: "v1.0.0".into(),
                display_name: "Kubernetes".into(),
                relationships,
                is_builtin: true,
                ..Self::default()
            };
            let entries: Vec<Entry> = definitions
                .served_by(release.version)
                .filter(|definition| definition.is_creatable())
                .map(|definition| Entry {
                    kind: definition.kind.as_str().into(),
                    api_version: definition.api_version().into(),
                    model: model.name.clone(),
                    upstream_version: model.upstream_version.clone(),
                    version: model.version.clone(),
                    is_namespaced: Some(definition.namespaced),
                    file: None,
                })
                .collect();
            (Self { components: entries.len(), ..model }, entries)
        })
    }
}

impl Entry {
    /// The kind as the compiler knows kinds; `None` where nobody says where its objects live.
    pub fn as_kind(&self) -> Option<Kind> {
        let (group, version) = self.api_version.split_once('/').unwrap_or(("", &self.api_version));
        Some(Kind::new(self.kind.as_str(), group, vec![version.to_owned()], self.is_namespaced?))
    }

    /// The schema of a kind that is built in; `None` for a kind of a file.
    pub fn builtin_schema(&self) -> Option<Schema> {
        let definitions = design_registry::definitions::Definitions::builtin();
        let release = definitions.releases().iter().find(|release| self.upstream_version.ends_with(&release.source))?;
        let schema = definitions.schema(release.version, &self.api_version, &self.kind)?;
        self.file.is_none().then(|| Schema::of(schema.value().clone()))
    }
}

/// The name of the model that is built in.
const KUBERNETES: &str = "kubernetes";

/// Whether a version is the one that was asked for: `1.36` asks for `v1.36.3` too.
pub fn is_version(version: &str, asked: &str) -> bool {
    let without = |version: &'_ str| version.strip_prefix('v').map_or(0, |_| 1);
    let version = version.get(without(version)..).unwrap_or_default();
    let asked = asked.get(without(asked)..).unwrap_or_default();
    version.strip_prefix(asked).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// By kind, apiVersion, model, newest first; then by file, so that the order is always the same.
fn order(a: &Entry, b: &Entry) -> Ordering {
    a.kind
        .cmp(&b.kind)
        .then_with(|| order_of_api_versions(&a.api_version, &b.api_version))
        .then_with(|| a.model.cmp(&b.model))
        .then_with(|| compare_versions(&b.upstream_version, &a.upstream_version))
        .then_with(|| b.upstream_version.cmp(&a.upstream_version))
        .then_with(|| compare_versions(&b.version, &a.version))
        .then_with(|| a.file.cmp(&b.file))
}

/// By group, then the stable and newest version first.
fn order_of_api_versions(a: &str, b: &str) -> Ordering {
    let split = |api_version: &'_ str| api_version.split_once('/').map_or(0, |(group, _)| group.len());
    let (group_a, group_b) = (split(a), split(b));
    a.get(..group_a).cmp(&b.get(..group_b)).then_with(|| compare_versions(b, a)).then_with(|| a.cmp(b))
}

fn is_same(a: &Entry, b: &Entry) -> bool {
    a.kind == b.kind
        && a.api_version == b.api_version
        && a.model == b.model
        && a.upstream_version == b.upstream_version
        && a.version == b.version
}

/// An entry and the position of its model.
struct Collected {
    model: usize,
    /// Whether it comes from a list of kinds in our own form.
    is_short: bool,
    entry: Entry,
}

/// Which model a file belongs to: the one of the nearest folder above it, or the one that it names itself.
#[derive(Default)]
struct Models {
    listed: Vec<Listed>,
    references: Vec<Reference>,
    /// By folder.
    by_folder: BTreeMap<Text, usize>,
    /// Models that only their definitions name.
    by_name: BTreeMap<(Text, Text, Text), usize>,
    /// The folder that was asked for last, and its model.
    last: Option<(Text, Option<usize>)>,
}

impl Models {
    fn declare(&mut self, file: &Indexed) {
        for head in &file.heads {
            if let Head::Model { reference, display_name } = head {
                let folder: Text = folder_of(&file.path).into();
                if !self.by_folder.contains_key(&folder) {
                    let position = self.add(reference, display_name, &folder);
                    self.by_folder.insert(folder, position);
                }
            }
        }
    }

    fn add(&mut self, reference: &Reference, display_name: &Text, path: &str) -> usize {
        self.references.push(reference.clone());
        self.listed.push(Listed {
            name: reference.name.clone(),
            upstream_version: reference.upstream_version.clone(),
            version: reference.version.clone(),
            display_name: display_name.clone(),
            path: path.into(),
            ..Listed::default()
        });
        self.listed.len() - 1
    }

    fn collect(&mut self, file: &Indexed, number: u32, entries: &mut Vec<Collected>) {
        let is_short = file.heads.iter().any(|head| matches!(head, Head::Fields(_)));
        let around = self.around(&file.path);
        for head in &file.heads {
            match head {
                Head::Model { .. } => {}
                Head::Component { kind, api_version, model, is_namespaced } => {
                    let position = around.unwrap_or_else(|| self.named(model, &file.path));
                    let Some(listed) = self.listed.get(position) else { continue };
                    let entry = Entry {
                        kind: kind.clone(),
                        api_version: api_version.clone(),
                        model: listed.name.clone(),
                        upstream_version: listed.upstream_version.clone(),
                        version: listed.version.clone(),
                        is_namespaced: *is_namespaced,
                        file: Some(number),
                    };
                    entries.push(Collected { model: position, is_short, entry });
                }
                Head::Relationship { model, .. } => {
                    let position = around.unwrap_or_else(|| self.named(model, &file.path));
                    self.count(position, 1);
                }
                Head::Fields(count) => {
                    let position = around.unwrap_or_else(|| self.named(&Reference::default(), &file.path));
                    self.count(position, *count as usize);
                }
            }
        }
        if let Some(listed) = around.filter(|_| file.is_faulty).and_then(|position| self.listed.get_mut(position)) {
            listed.faulty += 1;
        }
    }

    /// The entries, counted. A model in our own form names its kinds and may have a file with the schema of each: that is
    /// one definition, and the one with the schema stays.
    fn without_echoes(&mut self, mut collected: Vec<Collected>) -> Vec<Entry> {
        if collected.iter().any(|one| one.is_short) {
            let key = |one: &Collected| (one.model, one.entry.kind.clone(), one.entry.api_version.clone());
            let full: HashSet<_> = collected.iter().filter(|one| !one.is_short).map(key).collect();
            collected.retain(|one| !one.is_short || !full.contains(&key(one)));
        }
        for one in &collected {
            if let Some(listed) = self.listed.get_mut(one.model) {
                listed.components += 1;
            }
        }
        collected.into_iter().map(|one| one.entry).collect()
    }

    fn count(&mut self, position: usize, relationships: usize) {
        if let Some(listed) = self.listed.get_mut(position) {
            listed.relationships += relationships;
        }
    }

    /// The model of the nearest folder. Files come folder by folder, so the last answer is usually the next one.
    fn around(&mut self, path: &str) -> Option<usize> {
        let asked = folder_of(path);
        if let Some((_, position)) = self.last.as_ref().filter(|(folder, _)| folder == asked) {
            return *position;
        }
        let mut folder = asked;
        let position = loop {
            if let Some(position) = self.by_folder.get(folder) {
                break Some(*position);
            }
            if folder.is_empty() {
                break None;
            }
            folder = folder_of(folder);
        };
        self.last = Some((asked.into(), position));
        position
    }

    /// The model that a definition names, where its folder has none.
    fn named(&mut self, reference: &Reference, path: &str) -> usize {
        let Reference { name, version, upstream_version } = reference.clone();
        let key = (name, upstream_version, version);
        if let Some(position) = self.by_name.get(&key) {
            return *position;
        }
        let position = self.add(reference, &Text::new(), folder_of(path));
        self.by_name.insert(key, position);
        position
    }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
