//! Schemas of custom resources: from definitions in the input, from folders, from models.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use design_definitions::{Definition, Query};
use design_registry::definitions::KubernetesVersion;
use design_schema::{CustomKind, Dialect, Found, KindSchema, Schemas};
use design_syntax::{Limits, SourceText, lower, parse};
use design_vocabulary::{FileId, Object, Value};

use crate::files::is_candidate;
use crate::world::join;
use crate::{EntryKind, Models, World};

/// How deep a folder of schemas is looked into.
const DEEPEST: usize = 16;

/// Where the schemas of a run come from.
pub(crate) struct KindSchemas<'a> {
    world: &'a dyn World,
    limits: &'a Limits,
    /// The kinds that the input defines.
    input: Vec<CustomKind>,
    folders: Vec<Folder>,
    models: Option<Arc<Models>>,
}

/// A folder of schemas: what lies in it, by name; files are read when a kind is looked for.
struct Folder {
    path: String,
    /// The files by the last part of their names, in lower case; each as its path.
    files: BTreeMap<String, Vec<String>>,
    /// The kinds that its custom resource definitions define, read the first time that no file is named after a kind.
    definitions: RefCell<Option<Arc<Vec<CustomKind>>>>,
}

impl<'a> KindSchemas<'a> {
    /// The schemas of definitions in the input, then of folders and files, then of models.
    pub fn new(
        world: &'a dyn World,
        limits: &'a Limits,
        input: Vec<CustomKind>,
        paths: &[String],
        models: Option<Arc<Models>>,
    ) -> Self {
        let folders = paths.iter().map(|path| Folder::list(world, path)).collect();
        Self { world, limits, input, folders, models }
    }

    fn of_models(&self, api_version: &str, kind: &str) -> Option<Found> {
        let models = self.models.as_ref()?;
        let query = Query { kind, api_version: Some(api_version), model: None, version: None };
        let entry = models.definitions.find(query).find(|entry| entry.file.is_some())?;
        let read = models.read(self.world, entry.file?, FileId(0))?;
        let text = read.read.definitions.into_iter().find_map(|loaded| match loaded.definition {
            Definition::Component(component) if component.kind == kind && component.api_version == api_version => {
                Some(component.schema)
            }
            _ => None,
        })?;
        if text.is_empty() {
            return None;
        }
        let origin = format!("the model `{}`", entry.model);
        Some(match serde_json::from_str(&text) {
            Ok(schema) => Found::Schema(KindSchema { schema, dialect: Dialect::Plain, origin, deprecated: None }),
            Err(error) => Found::Unreadable { origin, reason: error.to_string() },
        })
    }
}

impl Schemas for KindSchemas<'_> {
    fn find(&self, release: KubernetesVersion, api_version: &str, kind: &str) -> Found {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let defined = |kinds: &[CustomKind]| {
            kinds.iter().find(|known| known.group == group && known.kind == kind).map(|known| known.find(version))
        };
        if let Some(found) = defined(&self.input) {
            return found;
        }
        for folder in &self.folders {
            let named = folder.named(self.world, self.limits, release, (group, version, kind));
            let found = named.or_else(|| defined(&folder.definitions(self.world, self.limits)));
            if let Some(found) = found {
                return found;
            }
        }
        self.of_models(api_version, kind).unwrap_or(Found::Nothing)
    }
}

impl Folder {
    fn list(world: &dyn World, path: &str) -> Self {
        let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut add = |name: &str, path: String| files.entry(name.to_lowercase()).or_default().push(path);
        match world.kind(path) {
            Ok(EntryKind::File) => add(path.rsplit('/').next().unwrap_or(path), path.to_owned()),
            _ => walk(world, path, 0, &mut add),
        }
        for paths in files.values_mut() {
            paths.sort();
        }
        Self { path: path.to_owned(), files, definitions: RefCell::new(None) }
    }

    /// The schema in a file that is named after a kind: `{kind}_{version}.json` in a folder of the group, as the datreeio
    /// catalog has it, or `{kind}-{group}-{version}.json`, as kubeconform's default location has it, the group without what
    /// stands behind its first dot.
    fn named(
        &self,
        world: &dyn World,
        limits: &Limits,
        release: KubernetesVersion,
        (group, version, kind): (&str, &str, &str),
    ) -> Option<Found> {
        let kind = kind.to_lowercase();
        let of_catalog = self.files.get(&format!("{kind}_{version}.json").to_lowercase());
        let in_group = |path: &&String| {
            let parent = path.rsplit('/').nth(1).unwrap_or_default();
            parent.eq_ignore_ascii_case(group) || (parent.is_empty() && self.path.ends_with(group))
        };
        let first = group.split('.').next().unwrap_or_default();
        let suffix = if first.is_empty() { version.to_owned() } else { format!("{first}-{version}") };
        let of_template = self.files.get(&format!("{kind}-{suffix}.json").to_lowercase());
        let path = of_catalog
            .and_then(|paths| paths.iter().find(in_group))
            .or_else(|| of_template.and_then(|paths| for_release(paths, release)))?;
        let origin = format!("`{path}`");
        let unreadable = |reason: String| Some(Found::Unreadable { origin: origin.clone(), reason });
        let bytes = match world.read(path, limits.bytes) {
            Ok(bytes) => bytes,
            Err(error) => return unreadable(error.to_string()),
        };
        match serde_json::from_slice(&bytes) {
            Ok(schema) => Some(Found::Schema(KindSchema { schema, dialect: Dialect::Plain, origin, deprecated: None })),
            Err(error) => unreadable(error.to_string()),
        }
    }

    /// The kinds of the custom resource definitions in the folder.
    fn definitions(&self, world: &dyn World, limits: &Limits) -> Arc<Vec<CustomKind>> {
        if let Some(known) = &*self.definitions.borrow() {
            return Arc::clone(known);
        }
        let mut kinds = Vec::new();
        // A collection of schemas holds thousands of JSON files, none of them a definition; their names tell them.
        let may_be = |name: &str| is_candidate(name) && !(name.ends_with(".json") && name.contains(['_', '-']));
        let named = self.files.iter().filter(|(name, _)| may_be(name));
        for path in named.flat_map(|(_, paths)| paths.iter()) {
            let Ok(bytes) = world.read(path, limits.bytes) else { continue };
            let Ok(text) = String::from_utf8(bytes) else { continue };
            if text.contains("CustomResourceDefinition") {
                read_definitions(path, text, limits, &mut kinds);
            }
        }
        let kinds = Arc::new(kinds);
        *self.definitions.borrow_mut() = Some(Arc::clone(&kinds));
        kinds
    }
}

fn read_definitions(path: &str, text: String, limits: &Limits, kinds: &mut Vec<CustomKind>) {
    let source = SourceText::new(FileId(0), path, text);
    let origin = format!("`{path}`");
    for document in parse(&source, limits).documents {
        let Some(root) = document.root() else { continue };
        let value = lower(root, &mut Vec::new());
        let items = value.get("items").and_then(Value::as_array).unwrap_or(std::slice::from_ref(&value));
        let is_definition = |object: &&Object| object.get_str("kind") == Some("CustomResourceDefinition");
        let definitions = items.iter().filter_map(Value::as_object).filter(is_definition);
        kinds.extend(definitions.filter_map(|definition| CustomKind::read(definition, &origin)));
    }
}

/// Of several files of one name the one that is for a release: in a folder `v1.36.0-standalone-strict`, and strict before
/// others. A folder without a release comes after these, one for another release last.
fn for_release(paths: &[String], release: KubernetesVersion) -> Option<&String> {
    let rank = |path: &&String| {
        let parent = path.rsplit('/').nth(1).unwrap_or_default();
        let written: Option<KubernetesVersion> = parent.split('-').next().and_then(|version| version.parse().ok());
        let of_release = match written {
            Some(version) if version == release => 0,
            None => 1,
            Some(_) => 2,
        };
        (of_release, !parent.contains("-strict"))
    };
    paths.iter().min_by_key(rank)
}

fn walk(world: &dyn World, folder: &str, depth: usize, add: &mut impl FnMut(&str, String)) {
    let Ok(mut entries) = world.list(folder) else { return };
    entries.sort_by(|first, second| first.name.cmp(&second.name));
    for entry in entries.into_iter().filter(|entry| !entry.name.starts_with('.')) {
        let path = join(folder, &entry.name);
        match entry.kind {
            EntryKind::File if is_candidate(&entry.name) => add(&entry.name, path),
            EntryKind::Folder | EntryKind::LinkedFolder if depth < DEEPEST => walk(world, &path, depth + 1, add),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryWorld;

    fn origin(found: &Found) -> &str {
        match found {
            Found::Schema(schema) => &schema.origin,
            Found::Unreadable { origin, .. } => origin,
            _ => "",
        }
    }

    #[test]
    fn files_are_found_by_both_layouts_and_definitions_by_what_they_say() {
        let definition = "kind: CustomResourceDefinition\nspec: {group: c.io, names: {kind: Third}, versions: [{name: v1, \
                          schema: {openAPIV3Schema: {type: object}}}]}";
        let world = MemoryWorld::new([
            ("s/a.io/first_v1.json".to_owned(), b"{}".to_vec()),
            ("s/b.io/first_v1.json".to_owned(), b"{}".to_vec()),
            ("s/v1.35.0-standalone/second-x-v1.json".to_owned(), b"{}".to_vec()),
            ("s/v1.36.0-standalone/second-x-v1.json".to_owned(), b"{}".to_vec()),
            ("s/v1.36.0-standalone-strict/second-x-v1.json".to_owned(), b"{}".to_vec()),
            ("s/broken-y-v1.json".to_owned(), b"{".to_vec()),
            ("s/crds/c.yaml".to_owned(), definition.as_bytes().to_vec()),
        ]);
        let limits = Limits::default();
        let schemas = KindSchemas::new(&world, &limits, Vec::new(), &["s".to_owned()], None);
        let find = |api_version: &str, kind: &str| {
            let found = schemas.find(KubernetesVersion::new(1, 36), api_version, kind);
            (origin(&found).to_owned(), found)
        };
        assert_eq!(find("b.io/v1", "First").0, "`s/b.io/first_v1.json`");
        assert_eq!(find("d.io/v1", "First").1, Found::Nothing);
        assert_eq!(find("x.y.io/v1", "Second").0, "`s/v1.36.0-standalone-strict/second-x-v1.json`");
        assert!(matches!(find("y/v1", "Broken").1, Found::Unreadable { .. }));
        assert_eq!(find("c.io/v1", "Third").0, "`s/crds/c.yaml`");
        assert_eq!(find("c.io/v2", "Third").1, Found::OtherVersions(vec!["v1".to_owned()]));
        assert_eq!(find("c.io/v1", "Fourth").1, Found::Nothing);
    }
}
