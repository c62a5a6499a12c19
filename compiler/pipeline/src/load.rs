//! The loaders: from the files of a path to designs, a loader for each kind of source.
//!
//! A loader gets what was found at one path and returns the designs that it stands for, each with its source map and with
//! the problems of its shape. What else it finds goes to the findings of the [`Reading`], which also gives it more files.
//! To add a kind of source, add a file here and name its loader in [`loader`].

mod chart;
mod chart_places;
mod compose;
mod compose_images;
mod kustomization;
mod oam;
mod objects;
mod score;

use design_source::Loaded;

use crate::SourceKind;
use crate::files::File;
use crate::reading::Reading;

pub(crate) use chart::chart_files;
pub use chart::{ChartOptions, ChartRenderer};
pub(crate) use compose::load_named;
pub(crate) use objects::Objects;

/// What was found at one path.
pub(crate) struct Input<'a> {
    /// The path as it was given: a file, a folder, or `-`.
    pub path: &'a str,
    /// The file, or the files directly in the folder, parsed. Nobody has taken over their texts and findings yet: a loader
    /// calls [`Reading::keep`] for those that it uses.
    pub files: Vec<File>,
}

/// Reads one source. It returns nothing where the source stands for no design.
pub(crate) type Loader = fn(&mut Reading<'_>, Input<'_>) -> Vec<Loaded>;

/// The loader of a kind of source; `None` for designs and manifests, whose files are collected over all paths and read
/// together, by [`Objects`].
pub(crate) fn loader(kind: SourceKind) -> Option<Loader> {
    Some(match kind {
        SourceKind::Design | SourceKind::Manifests => return None,
        SourceKind::Chart => chart::load,
        SourceKind::Oam => oam::load,
        SourceKind::Compose => compose::load,
        SourceKind::Kustomization => kustomization::load,
        SourceKind::Score => score::load,
    })
}
