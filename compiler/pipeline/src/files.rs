//! Reading and parsing files, and saying what a group of them is.

use std::sync::Arc;

use design_check::{rules, word_syntax};
use design_source::{Form, classify};
use design_syntax::{Document, Limit, Limits, SourceText, parse};
use design_vocabulary::{FileId, Finding, Span};

use crate::{Cache, World, WorldError};

/// The files that say of a folder what pattern it is, which a catalog reads; beside a design they are no part of it. The one that counts
/// first stands first.
pub const PATTERN_FILES: [&str; 4] = ["pattern.yaml", "pattern.yml", "artifacthub-pkg.yml", "artifacthub-pkg.yaml"];

/// The file that says of a pattern what has become of it.
pub const PATTERN_STATUS_FILE: &str = "status.yaml";

/// What a path can be built from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// Design files.
    Design,
    /// A Helm chart.
    Chart,
    /// A kustomization.
    Kustomization,
    /// A compose file.
    Compose,
    /// An Open Application Model application.
    Oam,
    /// Score workloads.
    Score,
    /// Plain Kubernetes manifests.
    Manifests,
}

impl SourceKind {
    /// The word of `--source`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Design => "design",
            Self::Chart => "chart",
            Self::Kustomization => "kustomization",
            Self::Compose => "compose",
            Self::Oam => "oam",
            Self::Score => "score",
            Self::Manifests => "manifests",
        }
    }

    /// The word in a sentence, in the plural.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Design => "designs",
            Self::Chart => "charts",
            Self::Kustomization => "kustomizations",
            Self::Compose => "compose files",
            Self::Oam => "OAM applications",
            Self::Score => "Score workloads",
            Self::Manifests => "manifests",
        }
    }
}

/// Whether somebody named a file, or a walk met it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Named on the command line.
    Named,
    /// Met in a folder.
    Walked,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub source: Arc<SourceText>,
    pub origin: Origin,
    /// The folder that holds it.
    pub folder: String,
    pub documents: Vec<(Form, Document)>,
    pub findings: Vec<Finding>,
}

/// Reads one file as text: the text, or the finding that says why not.
pub fn read_file(
    world: &dyn World,
    path: &str,
    id: FileId,
    limits: &Limits,
) -> Result<Arc<SourceText>, (Arc<SourceText>, Finding)> {
    let name = if path == "-" { "<stdin>" } else { path };
    let place = Span::start_of(id);
    let fault = |finding| (SourceText::new(id, name, ""), finding);
    match world.read(path, limits.bytes) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(SourceText::new(id, name, text)),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                Err(fault(rules::unreadable::finding(&format!("it is not UTF-8 (byte {offset})"), place)))
            }
        },
        Err(WorldError::TooLarge) => Err(fault(rules::limit_passed::finding(Limit::Bytes, limits.bytes, place))),
        Err(error) => Err(fault(rules::unreadable::finding(&error.to_string(), place))),
    }
}

/// Reads, parses and classifies one file, unless a cache knows it as it is now.
pub(crate) fn load(
    world: &dyn World,
    path: &str,
    folder: &str,
    origin: Origin,
    id: FileId,
    limits: &Limits,
    cache: Option<&Cache>,
) -> File {
    let Some(cache) = cache else { return parsed(read_file(world, path, id, limits), folder, origin, limits) };
    let stamp = world.stamp(path);
    let known = cache.file(path, id, |known, _| known.is_some() && known == stamp);
    let known = known.map(|file| File { folder: folder.to_owned(), origin, ..file });
    if let Some(file) = known {
        return file;
    }
    let read = read_file(world, path, id, limits);
    let known = match &read {
        Ok(source) => cache.file(path, id, |_, text| text == source.text()),
        Err(_) => None,
    };
    let file = match known {
        Some(file) => File { folder: folder.to_owned(), origin, ..file },
        None => parsed(read, folder, origin, limits),
    };
    cache.keep_file(path, stamp, &file);
    file
}

fn parsed(
    read: Result<Arc<SourceText>, (Arc<SourceText>, Finding)>,
    folder: &str,
    origin: Origin,
    limits: &Limits,
) -> File {
    let folder = folder.to_owned();
    match read {
        Ok(source) => {
            let parsed = parse(&source, limits);
            let findings = parsed.problems.iter().map(word_syntax).collect();
            // A kustomization that lists only components looks like a design but for its name.
            let is_kustomization = kind_by_name(name_of(source.path())) == Some(SourceKind::Kustomization);
            let form = |document: &Document| match classify(document) {
                Form::Design | Form::Compose | Form::Other if is_kustomization => Form::Kustomization,
                form => form,
            };
            let documents = parsed.documents.into_iter().map(|document| (form(&document), document)).collect();
            File { source, origin, folder, documents, findings }
        }
        Err((source, finding)) => File { source, origin, folder, documents: Vec::new(), findings: vec![finding] },
    }
}

/// What the files directly in one folder (or one file) are together: the first kind, in the order of [`SourceKind`], that
/// any of them is. `None` where nothing is recognised.
pub(crate) fn kind_of<'a>(
    names: impl IntoIterator<Item = &'a str>,
    forms: impl IntoIterator<Item = Form>,
) -> Option<SourceKind> {
    let by_name = names.into_iter().filter_map(kind_by_name);
    let by_content = forms.into_iter().filter_map(|form| match form {
        Form::Design | Form::LegacyDesign => Some(SourceKind::Design),
        Form::Kustomization => Some(SourceKind::Kustomization),
        Form::Compose => Some(SourceKind::Compose),
        Form::Oam => Some(SourceKind::Oam),
        Form::Score => Some(SourceKind::Score),
        Form::Manifest => Some(SourceKind::Manifests),
        Form::ModelDefinition | Form::Other | Form::NotAMapping => None,
    });
    by_name.chain(by_content).min()
}

/// Kinds that a file name settles.
pub(crate) fn kind_by_name(name: &str) -> Option<SourceKind> {
    match name {
        "Chart.yaml" => Some(SourceKind::Chart),
        "compose.yaml" | "compose.yml" | "docker-compose.yml" | "docker-compose.yaml" => Some(SourceKind::Compose),
        "kustomization.yaml" | "kustomization.yml" | "Kustomization" => Some(SourceKind::Kustomization),
        _ => None,
    }
}

/// Whether a walk reads a file: by its ending.
pub(crate) fn is_candidate(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["yaml", "yml", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Where a document begins: its first key.
pub(crate) fn start(document: &Document) -> Span {
    let root = document.root();
    let first = root.and_then(|root| root.entries().next()).map(|(key, _)| key.span());
    first.or(root.map(design_syntax::NodeRef::span)).unwrap_or(document.span())
}

/// The folder of a file.
pub(crate) fn folder_of(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
        None => ".",
    }
}

/// The last part of a path.
pub(crate) fn name_of(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().filter(|name| *name != "." && *name != "..").unwrap_or_default()
}
