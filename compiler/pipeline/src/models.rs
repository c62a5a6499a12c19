//! Models from folders and packages.

use std::sync::Arc;

use design_definitions::{
    Definition, Definitions, Entry, Head, Index, Indexed, Listed, PackageLimits, Read, Stamp, is_package, read, scan,
    unpack,
};
use design_registry::{FieldRelationships, Kind, Registry};
use design_syntax::{Limits, SourceText};
use design_vocabulary::FileId;
use rayon::prelude::*;

use crate::files::is_candidate;
use crate::world::join;
use crate::{EntryKind, World, WorldError};

/// The models of some folders and packages, beside the ones that are built in.
#[derive(Debug, Default)]
pub struct Models {
    /// What each file defines: to be kept for the next run.
    pub index: Index,
    /// The definitions, to be found.
    pub definitions: Definitions,
    /// Whether the index says anything that the earlier one did not.
    pub is_changed: bool,
    /// Folders that could not be listed, with what the World said.
    pub unreadable: Vec<(String, WorldError)>,
}

/// A file of a model, read as a whole.
#[derive(Debug)]
pub struct ReadModel {
    /// Its text.
    pub source: Arc<SourceText>,
    /// Its definitions.
    pub read: Read,
    /// Why it, or something in the package that it is, cannot be read.
    pub refused: Vec<String>,
}

impl Models {
    /// Loads the models at the roots: folders with model folders in them, model folders, files and packages. What the
    /// earlier index knows of a file that has not changed since is not read again. `started` is the time at which this
    /// began, in nanoseconds since 1970.
    ///
    /// It never fails: what cannot be read is listed with the model that it belongs to.
    pub fn load(world: &dyn World, roots: &[String], earlier: Option<Index>, started: u64) -> Self {
        let mut walk = Walk { files: Vec::new(), unreadable: Vec::new() };
        for root in roots {
            walk.append(root_of(world, root));
        }
        walk.files.par_sort_by(|a, b| a.0.cmp(&b.0));
        walk.files.dedup_by(|a, b| a.0 == b.0);
        walk.unreadable.sort_by(|a, b| a.0.cmp(&b.0));
        let earlier = earlier.unwrap_or_default();
        let known = earlier.known(&walk.files);
        let count: usize = known.iter().flatten().map(|files| files.len()).sum();
        let is_changed = count != earlier.files.len() || known.iter().any(Option::is_none);
        let index = if is_changed {
            let files = walk.files.par_iter().zip(known).flat_map_iter(|((path, stamp), known)| match known {
                Some(files) => files.to_vec(),
                None => index_file(world, path, *stamp),
            });
            let mut index = Index { started, files: files.collect() };
            index.sort();
            index
        } else {
            earlier
        };
        let definitions = Definitions::new(&index, Listed::builtin());
        Self { index, definitions, is_changed, unreadable: walk.unreadable }
    }

    /// What is known of kinds and relationships by fields: the built-in models and these. `None` where these add nothing.
    pub fn registry(&self, world: &dyn World) -> Option<Arc<Registry>> {
        let (mut kinds, relationships) = self.short_forms(world);
        let of_files = self.definitions.entries().iter().filter(|entry| entry.file.is_some());
        kinds.extend(of_files.filter_map(Entry::as_kind));
        let is_empty = kinds.is_empty() && relationships.is_empty();
        (!is_empty).then(|| Arc::new(Registry::builtin().extended(kinds, relationships)))
    }

    /// What files in our own form say of kinds and of relationships by fields. An index does not hold that.
    pub fn short_forms(&self, world: &dyn World) -> (Vec<Kind>, FieldRelationships) {
        let mut kinds = Vec::new();
        let mut relationships = FieldRelationships::default();
        for (file, number) in self.index.files.iter().zip(0..) {
            if !file.heads.iter().any(|head| matches!(head, Head::Fields(_))) {
                continue;
            }
            for loaded in self.read(world, number, FileId(0)).into_iter().flat_map(|model| model.read.definitions) {
                if let Definition::Short(short) = loaded.definition {
                    kinds.extend(short.kinds);
                    relationships.append(short.relationships);
                }
            }
        }
        (kinds, relationships)
    }

    /// Reads the file at a position of the index as a whole. The id is the one that places in it get.
    pub fn read(&self, world: &dyn World, file: u32, id: FileId) -> Option<ReadModel> {
        Some(read_file(world, self.index.files.get(file as usize)?, id))
    }
}

/// The files below some roots that may hold definitions, sorted. Folders that cannot be listed are left out.
pub fn definition_files(world: &dyn World, roots: &[String]) -> Vec<String> {
    let mut files: Vec<String> =
        roots.iter().flat_map(|root| root_of(world, root).files).map(|(path, _)| path).collect();
    files.sort();
    files.dedup();
    files
}

/// Files with their stamps, and folders that could not be listed.
#[derive(Default)]
struct Walk {
    files: Vec<(String, Option<Stamp>)>,
    unreadable: Vec<(String, WorldError)>,
}

impl Walk {
    fn append(&mut self, other: Self) {
        self.files.extend(other.files);
        self.unreadable.extend(other.unreadable);
    }
}

fn root_of(world: &dyn World, root: &str) -> Walk {
    match world.kind(root) {
        Ok(EntryKind::File) => Walk { files: vec![(root.to_owned(), world.stamp(root))], ..Walk::default() },
        Ok(EntryKind::Folder | EntryKind::LinkedFolder) => {
            let folder = root.trim_end_matches('/');
            walk(world, if folder.is_empty() && root.starts_with('/') { "/" } else { folder })
        }
        Ok(EntryKind::Other) => Walk { unreadable: vec![(root.to_owned(), WorldError::NotFound)], ..Walk::default() },
        Err(error) => Walk { unreadable: vec![(root.to_owned(), error)], ..Walk::default() },
    }
}

/// The definitions and packages below a folder. Dot-files and links to folders are left out.
fn walk(world: &dyn World, folder: &str) -> Walk {
    let entries = match world.stamps(folder) {
        Ok(entries) => entries,
        Err(error) => return Walk { unreadable: vec![(folder.to_owned(), error)], ..Walk::default() },
    };
    let mut found = Walk::default();
    let mut folders = Vec::new();
    for (entry, stamp) in entries {
        if entry.name.starts_with('.') {
            continue;
        }
        let path = join(folder, &entry.name);
        match entry.kind {
            EntryKind::File if is_candidate(&entry.name) || is_package(&entry.name) => found.files.push((path, stamp)),
            EntryKind::Folder => folders.push(path),
            _ => {}
        }
    }
    // A folder with one folder in it is the usual thing: threads are for the others.
    if let [only] = folders.as_slice() {
        found.append(walk(world, only));
    } else {
        let below: Vec<Walk> = folders.par_iter().map(|folder| walk(world, folder)).collect();
        for walk in below {
            found.append(walk);
        }
    }
    found
}

fn index_file(world: &dyn World, path: &str, stamp: Option<Stamp>) -> Vec<Indexed> {
    let limits = Limits::default();
    let faulty = || vec![Indexed::new(path, stamp, Vec::new(), true)];
    let Ok(bytes) = world.read(path, limits.bytes) else { return faulty() };
    let index = |path: &str, bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => {
            let (heads, is_faulty) = scan(text, &limits);
            Indexed::new(path, stamp, heads, is_faulty)
        }
        Err(_) => Indexed::new(path, stamp, Vec::new(), true),
    };
    if !is_package(path) {
        return vec![index(path, &bytes)];
    }
    let Ok((members, refused)) = unpack(&bytes, &PackageLimits::default()) else { return faulty() };
    let length = u32::try_from(path.len()).unwrap_or(u32::MAX);
    let mut files = vec![Indexed::new(path, stamp, Vec::new(), !refused.is_empty())];
    files.extend(members.iter().filter(|member| is_candidate(&member.path)).map(|member| {
        let path = format!("{path}/{}", member.path);
        Indexed { package: length, ..index(&path, &member.bytes) }
    }));
    files
}

fn read_file(world: &dyn World, file: &Indexed, id: FileId) -> ReadModel {
    let limits = Limits::default();
    let nothing = |refused: Vec<String>| ReadModel {
        source: SourceText::new(id, file.path.as_str(), ""),
        read: Read::default(),
        refused,
    };
    let bytes = match world.read(file.container(), limits.bytes) {
        Ok(bytes) => bytes,
        Err(error) => return nothing(vec![error.to_string()]),
    };
    let bytes = if is_package(file.container()) {
        match (unpack(&bytes, &PackageLimits::default()), file.member()) {
            (Err(reason), _) => return nothing(vec![reason]),
            (Ok((_, refused)), None) => return nothing(refused),
            (Ok((members, _)), Some(path)) => match members.into_iter().find(|member| member.path == path) {
                Some(member) => member.bytes,
                None => return nothing(vec!["the package does not hold it any more".to_owned()]),
            },
        }
    } else {
        bytes
    };
    match String::from_utf8(bytes) {
        Ok(text) => {
            let source = SourceText::new(id, file.path.as_str(), text);
            ReadModel { read: read(&source, &limits), source, refused: Vec::new() }
        }
        Err(error) => nothing(vec![format!("it is not UTF-8 (byte {})", error.utf8_error().valid_up_to())]),
    }
}

/// The folder of a path; empty where there is none.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
