//! Kustomizations.

use std::collections::HashMap;
use std::sync::Arc;

use design_check::{rules, word_kustomization};
use design_kustomize::{ChartOrder, Entry, Files, NotRendered, Parsed, build};
use design_source::{Loaded, Traced};
use design_syntax::{Limits, SourceText, parse};
use design_vocabulary::FileId;
use rayon::prelude::*;

use super::Input;
use crate::EntryKind;
use crate::discover::normal;
use crate::files::{File, read_file};
use crate::reading::Reading;

/// Builds the kustomization of a folder, or of the folder that holds a file.
pub(super) fn load(reading: &mut Reading<'_>, Input { path, files, .. }: Input<'_>) -> Vec<Loaded> {
    let is_folder = !matches!(reading.world.kind(path), Ok(EntryKind::File));
    let folder = if is_folder { normal(path, "") } else { normal(path, "..") };
    let known = files.into_iter().map(|file| (normal(file.source.path(), ""), file)).collect();
    let mut of_world = OfWorld { reading, known };
    let Some(built) = build(&mut of_world, &folder) else {
        let place = reading.place(path);
        let reason = "the folder has to hold one kustomization";
        reading.findings.push(rules::missing_kustomization_file::finding(path, reason, place));
        return Vec::new();
    };
    reading.findings.extend(built.problems.iter().map(word_kustomization));
    vec![built.loaded]
}

/// The files of a World.
struct OfWorld<'a, 'b> {
    reading: &'a mut Reading<'b>,
    /// Files that were read when the folder was looked at, by path.
    known: HashMap<String, File>,
}

impl OfWorld<'_, '_> {
    fn next(&mut self) -> FileId {
        let id = FileId(self.reading.next_file);
        self.reading.next_file = self.reading.next_file.saturating_add(1);
        id
    }
}

impl Files for OfWorld<'_, '_> {
    fn entry(&self, path: &str) -> Option<Entry> {
        match self.reading.world.kind(path).ok()? {
            EntryKind::File => Some(Entry::File),
            EntryKind::Folder | EntryKind::LinkedFolder => Some(Entry::Folder),
            EntryKind::Other => None,
        }
    }

    fn parse(&mut self, paths: &[String]) -> Vec<Result<Parsed, String>> {
        let numbered: Vec<(FileId, &String)> = paths.iter().map(|path| (self.next(), path)).collect();
        let (world, limits) = (self.reading.world, self.limits());
        let known = &self.known;
        let read = |(id, path): &(FileId, &String)| {
            let wanted = !known.contains_key(*path);
            wanted.then(|| read_file(world, path, *id, &limits).map(|source| (parse(&source, &limits), source)))
        };
        let read: Vec<_> = if numbered.len() < 4 {
            numbered.iter().map(read).collect()
        } else {
            numbered.par_iter().map(read).collect()
        };
        paths
            .iter()
            .zip(read)
            .map(|(path, read)| match read {
                Some(Ok((parsed, source))) => {
                    self.reading.sources.insert(source);
                    Ok(Parsed { documents: parsed.documents, problems: parsed.problems })
                }
                Some(Err((source, finding))) => {
                    self.reading.sources.insert(source);
                    // The entry that names it says so already.
                    Err(finding.message.trim_start_matches("the file cannot be read: ").to_owned())
                }
                None => {
                    let Some(file) = self.known.remove(path) else { return Err("it was read before".to_owned()) };
                    self.reading.keep(std::slice::from_ref(&file));
                    let documents = file.documents.into_iter().map(|(_, document)| document).collect();
                    Ok(Parsed { documents, problems: Vec::new() })
                }
            })
            .collect()
    }

    fn bytes(&mut self, path: &str) -> Result<(Vec<u8>, Arc<SourceText>), String> {
        let limits = self.limits();
        let bytes = self.reading.world.read(path, limits.bytes).map_err(|error| error.to_string())?;
        let id = self.next();
        let text = std::str::from_utf8(&bytes).unwrap_or_default();
        let source = SourceText::new(id, path, text);
        self.reading.sources.insert(Arc::clone(&source));
        Ok((bytes, source))
    }

    fn copied(&mut self, folder: &str, address: &str) -> Option<Result<(String, String), String>> {
        self.reading.copied(folder, address)
    }

    fn chart(&mut self, order: &ChartOrder) -> Result<Vec<Traced>, NotRendered> {
        super::chart::ordered(self.reading, order)
    }

    fn limits(&self) -> Limits {
        self.reading.request.limits
    }
}
