//! What lies below a folder.

use std::collections::BTreeSet;

use design_source::{Form, is_address};
use design_syntax::{Document, Limits, NodeRef};
use design_vocabulary::FileId;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::files::{folder_of, is_candidate, kind_by_name, kind_of, load};
use crate::world::join;
use crate::{Cache, Entry, EntryKind, Origin, SourceKind, World, WorldError};

/// The file that names what a walk leaves out, in the syntax of `.gitignore`.
const IGNORE_FILE: &str = ".designignore";

/// A folder or file that can be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The path to give to `design build`.
    pub path: String,
    /// What it is.
    pub kind: SourceKind,
}

/// What a walk sees in one folder, sorted by name.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Files that may be sources.
    pub files: Vec<String>,
    /// Sub-folders to go on with.
    pub folders: Vec<String>,
    /// Links to folders, which are not followed.
    pub linked: Vec<String>,
    /// A kind that a file name settles.
    pub named: Option<SourceKind>,
}

/// The rules of the `.designignore` files on the way down.
#[derive(Clone, Default)]
pub(crate) struct Ignored {
    rules: Vec<(String, Gitignore)>,
    /// The only files that are read, from a folder; `None`: all.
    included: Option<(String, Gitignore)>,
}

impl Ignored {
    /// Patterns that hold for everything below a folder: of the only files that are read, where there are any, and of what is
    /// left out.
    pub(crate) fn new(folder: &str, include: &[String], exclude: &[String]) -> Self {
        let mut ignored = Self::default();
        if !include.is_empty() {
            ignored.included = build(include.iter().map(String::as_str)).map(|built| (folder.to_owned(), built));
        }
        ignored.add(folder, exclude.iter().map(String::as_str));
        ignored
    }

    /// Adds the rules of a folder, where it has any.
    pub(crate) fn enter(&self, world: &dyn World, folder: &str) -> Self {
        let mut rules = self.clone();
        if let Ok(bytes) = world.read(&join(folder, IGNORE_FILE), 1 << 20) {
            rules.add(folder, String::from_utf8_lossy(&bytes).lines());
        }
        rules
    }

    fn add<'a>(&mut self, folder: &str, patterns: impl Iterator<Item = &'a str>) {
        self.rules.extend(build(patterns).map(|built| (folder.to_owned(), built)));
    }

    fn covers(&self, path: &str, is_folder: bool) -> bool {
        let is_included = self.included.as_ref().is_none_or(|(folder, patterns)| {
            is_folder || patterns.matched_path_or_any_parents(relative(folder, path), false).is_ignore()
        });
        let verdict = self.rules.iter().rev().find_map(|(folder, rules)| {
            let verdict = rules.matched(relative(folder, path), is_folder);
            (!verdict.is_none()).then(|| verdict.is_ignore())
        });
        !is_included || verdict.unwrap_or(false)
    }
}

fn relative<'a>(folder: &str, path: &'a str) -> &'a str {
    path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/')
}

fn build<'a>(patterns: impl Iterator<Item = &'a str>) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new("");
    for pattern in patterns {
        // A line that is no pattern names nothing, as for git.
        let _ = builder.add_line(None, pattern);
    }
    builder.build().ok()
}

/// Lists a folder as the walk sees it: without dot-files and dot-folders, `environments/`, and what is ignored.
pub(crate) fn list(world: &dyn World, folder: &str, ignored: &Ignored) -> Result<Listing, WorldError> {
    let mut entries = world.list(folder)?;
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let mut listing = Listing::default();
    for Entry { name, kind } in entries {
        let path = join(folder, &name);
        if name.starts_with('.') || ignored.covers(&path, kind == EntryKind::Folder) {
            continue;
        }
        match kind {
            EntryKind::File => {
                listing.named = listing.named.into_iter().chain(kind_by_name(&name)).min();
                if is_candidate(&name) || name == "Kustomization" {
                    listing.files.push(path);
                }
            }
            EntryKind::Folder if name != "environments" => listing.folders.push(path),
            EntryKind::LinkedFolder => listing.linked.push(path),
            EntryKind::Folder | EntryKind::Other => {}
        }
    }
    Ok(listing)
}

/// Lists the sources at or below a path, roots only: a chart, not its templates; an overlay, not its base; of nested
/// folders of manifests the outermost. Sorted by path. It fails where the path cannot be read.
pub fn discover(world: &dyn World, path: &str, limits: &Limits) -> Result<Vec<Found>, WorldError> {
    discover_known(world, path, limits, &Cache::default())
}

/// As [`discover`], with what a cache knows of the files from earlier walks. The cache belongs to such walks alone.
pub fn discover_known(world: &dyn World, path: &str, limits: &Limits, cache: &Cache) -> Result<Vec<Found>, WorldError> {
    let mut walk = Walk { world, limits, cache, found: Vec::new(), used: BTreeSet::new() };
    if world.kind(path)? == EntryKind::File {
        let file = load(world, path, "", Origin::Named, FileId(0), limits, Some(cache));
        let kind = kind_of([], file.documents.iter().map(|(form, _)| *form));
        return Ok(kind.into_iter().map(|kind| Found { path: path.to_owned(), kind }).collect());
    }
    walk.folder(path.trim_end_matches('/'), &Ignored::default(), false)?;
    let Walk { mut found, used, .. } = walk;
    found.retain(|source| !used.contains(&source.path));
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

struct Walk<'a> {
    world: &'a dyn World,
    limits: &'a Limits,
    cache: &'a Cache,
    found: Vec<Found>,
    /// What a kustomization builds on, and designs that others use: folders, and folders of files.
    used: BTreeSet<String>,
}

impl Walk<'_> {
    /// `owned`: manifests here belong to a source above.
    fn folder(&mut self, folder: &str, ignored: &Ignored, owned: bool) -> Result<(), WorldError> {
        let ignored = ignored.enter(self.world, folder);
        let listing = list(self.world, folder, &ignored)?;
        let mut forms = Vec::new();
        for path in &listing.files {
            let file = load(self.world, path, folder, Origin::Walked, FileId(0), self.limits, Some(self.cache));
            for (form, document) in &file.documents {
                forms.push(*form);
                if *form == Form::Kustomization {
                    self.used.extend(bases(document).map(|base| normal(folder, &base)));
                }
                if *form == Form::Design {
                    self.used.extend(uses(document).filter_map(|path| used_folder(folder, &path)));
                }
            }
        }
        let kind = listing.named.into_iter().chain(kind_of([], forms)).min();
        if let Some(kind) = kind.filter(|kind| !(owned && *kind == SourceKind::Manifests)) {
            let path = if folder.is_empty() { "." } else { folder };
            self.found.push(Found { path: path.to_owned(), kind });
        }
        // A chart owns everything below itself: its templates and sub-charts are no sources of their own.
        if kind == Some(SourceKind::Chart) {
            return Ok(());
        }
        let owned = owned || matches!(kind, Some(SourceKind::Manifests | SourceKind::Kustomization));
        for sub_folder in &listing.folders {
            self.folder(sub_folder, &ignored, owned)?;
        }
        Ok(())
    }
}

/// What a kustomization builds on: entries that may be folders.
fn bases(document: &Document) -> impl Iterator<Item = String> + '_ {
    ["resources", "bases", "components", "generators", "transformers", "validators"].into_iter().flat_map(|key| {
        let list = document.root().and_then(|root| root.get(key));
        list.into_iter().flat_map(NodeRef::children).map(|entry| entry.text().to_owned())
    })
}

/// The designs that a design uses by their paths.
fn uses(document: &Document) -> impl Iterator<Item = String> + '_ {
    let list = document.root().and_then(|root| root.get("uses"));
    let designs = list.into_iter().flat_map(NodeRef::children).filter_map(|entry| entry.resolved().get("design"));
    designs.map(|design| design.text().to_owned()).filter(|design| !is_address(design))
}

/// The folder that is used with a path: the path itself, or of a file its folder. The folder of the user stays a root.
fn used_folder(folder: &str, path: &str) -> Option<String> {
    let used = normal(folder, path);
    let used = if is_candidate(&used) { folder_of(&used).to_owned() } else { used };
    (used != normal(folder, "")).then_some(used)
}

/// A relative path from a folder, without `.` and `..` where they can be resolved.
pub(crate) fn normal(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    if folder.starts_with('/') { format!("/{path}") } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryWorld;

    #[test]
    fn roots_are_listed_and_what_they_are_made_of_is_not() {
        let kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";
        let world = MemoryWorld::new([
            ("app/base/kustomization.yaml", kustomization.to_owned()),
            ("app/base/pod.yaml", pod.to_owned()),
            ("app/overlays/prod/kustomization.yaml", format!("{kustomization}resources:\n- ../../base\n")),
            ("chart/Chart.yaml", "name: x\nversion: 1.0.0\n".to_owned()),
            ("chart/templates/pod.yaml", pod.to_owned()),
            ("plain/pod.yaml", pod.to_owned()),
            ("plain/more/pod.yaml", pod.to_owned()),
            ("plain/.hidden/pod.yaml", pod.to_owned()),
            ("shop/design.yaml", "name: shop\ncomponents: []\n".to_owned()),
            ("shop/environments/prod.yaml", "a: b\n".to_owned()),
            ("web/compose.yaml", "services:\n  a: {image: x}\n".to_owned()),
            ("skipped/pod.yaml", pod.to_owned()),
            (".designignore", "skipped/\n".to_owned()),
        ]);
        let found = discover(&world, ".", &Limits::default()).unwrap();
        let listed: Vec<_> = found.iter().map(|found| (found.path.as_str(), found.kind.as_str())).collect();
        assert_eq!(
            listed,
            [
                ("app/overlays/prod", "kustomization"),
                ("chart", "chart"),
                ("plain", "manifests"),
                ("shop", "design"),
                ("web", "compose")
            ]
        );
    }
}
