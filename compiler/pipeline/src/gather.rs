//! What each path of a request is, and which files belong to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use design_check::rules;
use design_definitions::is_package;
use design_source::{Form, Loaded};
use design_syntax::SourceText;

use crate::discover::{Ignored, Listing, list};
use crate::files::{File, kind_of, name_of};
use crate::load::{Input, Objects, load_named, loader};
use crate::mounted::Mounted;
use crate::reading::Reading;
use crate::{EntryKind, Origin, Request, SourceKind};

/// What came of the paths of a request.
pub(crate) struct Gathered<'a> {
    /// The state of the run.
    pub reading: Reading<'a>,
    /// The designs, those of sources that are read path by path first.
    pub designs: Vec<Loaded>,
    /// What the paths turned out to be; of several kinds the first in the order of [`SourceKind`].
    pub kind: Option<SourceKind>,
}

/// Finds and reads the sources at paths.
pub(crate) fn gather<'a>(world: &'a Mounted<'a>, request: &'a Request, paths: &[String]) -> Gathered<'a> {
    let mut reading = Reading::new(world, request);
    let (designs, kind) = gather_paths(&mut reading, paths);
    Gathered { reading, designs, kind }
}

/// Reads the sources at a path that a design names.
pub(crate) fn gather_used(reading: &mut Reading<'_>, path: &str) -> Vec<Loaded> {
    let asked = reading.source.take();
    let (designs, _) = gather_paths(reading, &[path.to_owned()]);
    reading.source = asked;
    designs
}

fn gather_paths(reading: &mut Reading<'_>, paths: &[String]) -> (Vec<Loaded>, Option<SourceKind>) {
    let mut gathering =
        Gathering { reading, objects: Objects::default(), designs: Vec::new(), kinds: Vec::new(), compose: Vec::new() };
    for path in paths {
        gathering.path(path);
    }
    gathering.compose_files();
    let Gathering { reading, objects, mut designs, kinds, .. } = gathering;
    designs.extend(objects.finish(reading, paths));
    (designs, kinds.into_iter().min())
}

struct Gathering<'r, 'a> {
    reading: &'r mut Reading<'a>,
    objects: Objects,
    designs: Vec<Loaded>,
    kinds: Vec<SourceKind>,
    /// Compose files that were named: together they are one project.
    compose: Vec<(String, Arc<SourceText>)>,
}

impl Gathering<'_, '_> {
    fn path(&mut self, path: &str) {
        match self.reading.world.kind(path) {
            Ok(EntryKind::File) if is_package(path) => self.package(path),
            Ok(EntryKind::File) => {
                let files = self.reading.load(&[(path.to_owned(), String::new())], Origin::Named);
                let kind = self.reading.source.or_else(|| kind_of([name_of(path)], forms(&files)));
                self.accept(path, files, kind);
            }
            Ok(EntryKind::Folder | EntryKind::LinkedFolder) => self.folder(path),
            Ok(EntryKind::Other) => {
                let place = self.reading.place(path);
                self.reading.findings.push(rules::unreadable::finding("it is neither a file nor a folder", place));
            }
            Err(error) => {
                let place = self.reading.place(path);
                self.reading.findings.push(rules::unreadable::finding(&error.to_string(), place));
            }
        }
    }

    /// Reads what a package holds as a folder, which sees nothing outside of itself.
    fn package(&mut self, path: &str) {
        let Some(folder) = self.reading.open_package(path) else { return };
        let before = self.reading.mounted.enter(Some(path.to_owned()));
        self.folder(&folder);
        self.reading.mounted.enter(before);
    }

    fn folder(&mut self, path: &str) {
        let folder = path.trim_end_matches('/');
        let folder = if folder.is_empty() && path.starts_with('/') { "/" } else { folder };
        let request = self.reading.request;
        let ignored = Ignored::new(folder, &request.include, &request.exclude).enter(self.reading.world, folder);
        let listing = match list(self.reading.world, folder, &ignored) {
            Ok(listing) => listing,
            Err(error) => return self.reading.unreadable(folder, &error),
        };
        let direct: Vec<_> = listing.files.iter().map(|file| (file.clone(), folder.to_owned())).collect();
        let mut files = self.reading.load(&direct, Origin::Walked);
        let found = listing.named.into_iter().chain(kind_of([], forms(&files))).min();
        let kind = self.reading.source.or(found);
        if matches!(kind, Some(SourceKind::Manifests) | None) {
            let below = self.below(&listing, &ignored);
            files.extend(below);
        }
        let kind = kind.or_else(|| kind_of([], forms(&files)));
        self.accept(path, files, kind);
    }

    /// Reads the sub-folders of a folder of manifests, except those that are sources of their own.
    fn below(&mut self, listing: &Listing, ignored: &Ignored) -> Vec<File> {
        let everything = self.reading.source == Some(SourceKind::Manifests);
        let mut wanted = Vec::new();
        self.collect(listing, ignored, everything, &mut wanted);
        let files = self.reading.load(&wanted, Origin::Walked);
        if everything {
            return files;
        }
        let mut folders: BTreeMap<&str, Vec<Form>> = BTreeMap::new();
        for file in &files {
            folders.entry(&file.folder).or_default().extend(file.documents.iter().map(|(form, _)| *form));
        }
        let others: Vec<(String, SourceKind)> = folders
            .into_iter()
            .filter_map(|(folder, forms)| Some((folder.to_owned(), kind_of([], forms)?)))
            .filter(|(_, kind)| *kind != SourceKind::Manifests)
            .collect();
        for (index, (folder, kind)) in others.iter().enumerate() {
            // Of nested ones only the outermost is told of; its note covers the rest.
            if !others.iter().take(index).any(|(outer, _)| is_inside(folder, outer)) {
                self.skip(folder, *kind);
            }
        }
        files.into_iter().filter(|file| !others.iter().any(|(folder, _)| is_inside(&file.folder, folder))).collect()
    }

    /// Lists the files of sub-folders, depth first, sorted.
    fn collect(&mut self, listing: &Listing, ignored: &Ignored, everything: bool, wanted: &mut Vec<(String, String)>) {
        for linked in &listing.linked {
            let place = self.reading.place(linked);
            self.reading.findings.push(rules::skipped::finding("links to folders are not followed", place));
        }
        let Request { policies, schemas, .. } = self.reading.request;
        let is_apart = |folder: &&String| policies.iter().chain(schemas).any(|named| same_path(named, folder));
        for folder in listing.folders.iter().filter(|folder| !is_apart(folder)) {
            let ignored = ignored.enter(self.reading.world, folder);
            match list(self.reading.world, folder, &ignored) {
                Ok(inner) => {
                    if let Some(kind) = inner.named.filter(|_| !everything) {
                        self.skip(folder, kind);
                    } else {
                        wanted.extend(inner.files.iter().map(|file| (file.clone(), folder.clone())));
                        self.collect(&inner, &ignored, everything, wanted);
                    }
                }
                Err(error) => self.reading.unreadable(folder, &error),
            }
        }
    }

    fn skip(&mut self, folder: &str, kind: SourceKind) {
        let place = self.reading.place(folder);
        let what =
            format!("this folder is a source of its own ({}) and is not read with the one around it", kind.as_str());
        self.reading.findings.push(rules::skipped::finding(&what, place));
    }

    /// Reads the compose files that were named as one project: later ones over earlier ones, as on the command line of
    /// `docker compose`. That order counts, so it is the one in which they were asked for.
    fn compose_files(&mut self) {
        let mut files = std::mem::take(&mut self.compose);
        if files.is_empty() {
            return;
        }
        let asked = &self.reading.request.paths;
        files.sort_by_key(|(path, _)| asked.iter().position(|asked| asked == path));
        let loaded = load_named(self.reading, files);
        self.kinds.push(SourceKind::Compose);
        self.designs.push(loaded);
    }

    /// Takes the files of one path over, as what they were found to be.
    fn accept(&mut self, path: &str, files: Vec<File>, kind: Option<SourceKind>) {
        let is_named = files.iter().any(|file| file.origin == Origin::Named);
        if kind == Some(SourceKind::Compose) && is_named {
            // What is wrong with their text is found when they are read as a project.
            self.compose.extend(files.into_iter().map(|file| (path.to_owned(), file.source)));
            return;
        }
        if let Some((kind, load)) = kind.and_then(|kind| Some((kind, loader(kind)?))) {
            let loaded = load(self.reading, Input { path, files });
            if !loaded.is_empty() {
                self.kinds.push(kind);
            }
            self.designs.extend(loaded);
            return;
        }
        self.reading.keep(&files);
        // Something that could not be read has its own finding, and says enough.
        if kind.is_none() && files.iter().any(|file| !file.findings.is_empty()) {
            return;
        }
        let nothing_named = files.iter().all(|file| file.documents.is_empty())
            || files.iter().all(|file| file.origin == Origin::Walked);
        // Whoever says what the path is wants to hear as well that nothing is there.
        let asked = self
            .reading
            .request
            .source
            .filter(|_| files.iter().all(|file| file.documents.is_empty() && file.findings.is_empty()));
        if asked.is_some() || (kind.is_none() && nothing_named) {
            let place = self.reading.place(path);
            let what = if path == "-" { "the standard input".to_owned() } else { format!("`{path}`") };
            self.reading.findings.push(rules::nothing_found::finding(&what, asked.map(SourceKind::plural), place));
            return;
        }
        self.kinds.extend(kind);
        self.objects.add(kind, files);
    }
}

fn forms(files: &[File]) -> impl Iterator<Item = Form> + '_ {
    files.iter().flat_map(|file| file.documents.iter().map(|(form, _)| *form))
}

fn is_inside(folder: &str, outer: &str) -> bool {
    folder == outer || folder.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether two paths are written alike but for `./` before and `/` behind them.
fn same_path(first: &str, second: &str) -> bool {
    let plain = |path: &str| path.trim_start_matches("./").trim_end_matches('/').to_owned();
    plain(first) == plain(second)
}
