//! Compose projects.

use std::collections::HashMap;
use std::sync::Arc;

use design_check::{rules, word_compose};
use design_compose::{Files, Unreadable, convert, standard_files};
use design_source::{Form, Loaded};
use design_syntax::SourceText;
use design_vocabulary::FileId;

use super::Input;
use crate::files::{folder_of, name_of, start};
use crate::reading::Reading;
use crate::world::join;
use crate::{EntryKind, WorldError};

/// Reads the project of a folder: the files that `docker compose` finds in it.
pub(super) fn load(reading: &mut Reading<'_>, Input { path, files, .. }: Input<'_>) -> Vec<Loaded> {
    let names: Vec<&str> = files.iter().map(|file| name_of(file.source.path())).collect();
    let by_content = || {
        let is_compose = |file: &&crate::files::File| file.documents.iter().any(|(form, _)| *form == Form::Compose);
        files.iter().find(is_compose).or_else(|| files.first()).map(|file| vec![name_of(file.source.path())])
    };
    let Some(chosen) = standard_files(&names).or_else(by_content) else { return Vec::new() };
    let chosen: Vec<String> = chosen.into_iter().map(str::to_owned).collect();
    for file in &files {
        let is_chosen = chosen.iter().any(|name| name == name_of(file.source.path()));
        if let Some((_, document)) = file.documents.iter().find(|(form, _)| *form == Form::Compose && !is_chosen) {
            reading.sources.insert(Arc::clone(&file.source));
            let what = "`docker compose` reads this file only when it is named";
            reading.findings.push(rules::skipped::finding(what, start(document)));
        }
    }
    let paths: Vec<(String, Option<Arc<SourceText>>)> = files
        .iter()
        .map(|file| (file.source.path().to_owned(), Some(Arc::clone(&file.source))))
        .filter(|(path, _)| chosen.iter().any(|name| name == name_of(path)))
        .collect();
    let position = |path: &str| chosen.iter().position(|name| name == name_of(path));
    let mut paths = paths;
    paths.sort_by_key(|(path, _)| position(path));
    let name = name_of(path.trim_end_matches('/')).to_owned();
    vec![project(reading, &paths, &name)]
}

/// Reads files that were named, merged over each other in their order.
pub(crate) fn load_named(reading: &mut Reading<'_>, files: Vec<(String, Arc<SourceText>)>) -> Loaded {
    let first = files.first().map_or("", |(path, _)| name_of(path));
    let name = first.rsplit_once('.').map_or(first, |(stem, _)| stem).to_owned();
    let files: Vec<_> = files.into_iter().map(|(path, source)| (path, Some(source))).collect();
    project(reading, &files, &name)
}

fn project(reading: &mut Reading<'_>, paths: &[(String, Option<Arc<SourceText>>)], name: &str) -> Loaded {
    let name = if name.is_empty() || name == "-" { "compose" } else { name };
    let known = paths.iter().filter_map(|(path, source)| Some((path.clone(), source.clone()?))).collect();
    let options = reading.request.compose.clone();
    let limits = reading.request.limits;
    for source in paths.iter().filter_map(|(_, source)| source.as_ref()) {
        reading.sources.insert(Arc::clone(source));
    }
    let mut files = WorldFiles { reading, known };
    let paths: Vec<String> = paths.iter().map(|(path, _)| path.clone()).collect();
    let project = design_compose::load(&mut files, &paths, &limits, &options);
    let read = convert(&mut files, project, &options, name);
    reading.findings.extend(read.problems.iter().map(word_compose));
    let mut loaded = read.loaded;
    let folder = paths.first().map_or("", |path| folder_of(path)).to_owned();
    super::compose_images::open(reading, &mut loaded, &options, &folder);
    loaded
}

/// The files of a World, each read once.
pub(crate) struct WorldFiles<'r, 'w> {
    pub reading: &'r mut Reading<'w>,
    pub known: HashMap<String, Arc<SourceText>>,
}

impl Files for WorldFiles<'_, '_> {
    fn read(&mut self, path: &str) -> Result<Arc<SourceText>, Unreadable> {
        if let Some(source) = self.known.get(path) {
            return Ok(Arc::clone(source));
        }
        let bytes = self.bytes(path)?;
        let text = String::from_utf8(bytes).map_err(|_| Unreadable::Other("it is not UTF-8".to_owned()))?;
        let id = FileId(self.reading.next_file);
        self.reading.next_file = self.reading.next_file.saturating_add(1);
        let source = SourceText::new(id, path, text);
        self.reading.sources.insert(Arc::clone(&source));
        self.known.insert(path.to_owned(), Arc::clone(&source));
        Ok(source)
    }

    fn bytes(&mut self, path: &str) -> Result<Vec<u8>, Unreadable> {
        self.reading.world.read(path, self.reading.request.limits.bytes).map_err(|error| match error {
            WorldError::NotFound => Unreadable::Absent,
            other => Unreadable::Other(other.to_string()),
        })
    }

    fn list(&mut self, folder: &str) -> Option<Vec<(String, bool)>> {
        let world = self.reading.world;
        if !matches!(world.kind(folder), Ok(EntryKind::Folder | EntryKind::LinkedFolder)) {
            return None;
        }
        let mut entries: Vec<(String, bool)> = world
            .list(folder)
            .ok()?
            .into_iter()
            .map(|entry| {
                // What a link leads to is asked for, since a mount follows it.
                let is_file = matches!(world.kind(&join(folder, &entry.name)), Ok(EntryKind::File));
                (entry.name, !is_file)
            })
            .collect();
        entries.sort();
        Some(entries)
    }
}
