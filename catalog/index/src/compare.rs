//! What is different between two versions.

use std::collections::BTreeMap;

use design_draw::{Picture, View, difference::text, svg};
use design_graph::difference;
use design_pipeline::{Compilation, Compiled, MemoryWorld, compile};
use similar::TextDiff;

use crate::facts::{Facts, checked};

/// What is different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// The graphs, in words.
    pub text: String,
    /// Both graphs in one picture, an `svg` element; empty where they are the same.
    pub picture: String,
    /// The manifests that differ.
    pub manifests: Vec<ManifestDifference>,
}

/// A manifest that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestDifference {
    /// Its path.
    pub path: String,
    /// `added`, `removed` or `changed`.
    pub word: &'static str,
    /// The lines that differ, as a unified diff.
    pub text: String,
}

/// Compares two versions by their files and facts.
pub fn compare(old: (&[(String, Vec<u8>)], &Facts), new: (&[(String, Vec<u8>)], &Facts)) -> Compared {
    let read = |files: &[(String, Vec<u8>)]| {
        let world = MemoryWorld::new(files.iter().map(|(path, bytes)| (path.clone(), bytes.clone())));
        compile(&world, &checked())
    };
    let (before, after) = (read(old.0), read(new.0));
    let nothing = Compiled::default();
    let (one, other) = (before.designs.first().unwrap_or(&nothing), after.designs.first().unwrap_or(&nothing));
    let found = difference((&one.design, &one.graph), (&other.design, &other.graph));
    let view = |side: &Compilation, compiled: &Compiled| {
        View::of(&compiled.design, &compiled.graph, &compiled.map, &side.sources)
    };
    let picture = || svg::embedded(&Picture::of_difference(&found, &view(&before, one), &view(&after, other)));
    Compared {
        text: text(&found),
        picture: if found.is_empty() { String::new() } else { picture() },
        manifests: manifests(old.1, new.1),
    }
}

fn manifests(old: &Facts, new: &Facts) -> Vec<ManifestDifference> {
    let mut both: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for manifest in &old.manifests {
        both.entry(&manifest.path).or_default().0 = &manifest.text;
    }
    for manifest in &new.manifests {
        both.entry(&manifest.path).or_default().1 = &manifest.text;
    }
    both.into_iter()
        .filter(|(_, (old, new))| old != new)
        .map(|(path, (old, new))| ManifestDifference {
            path: path.to_owned(),
            word: match (old, new) {
                ("", _) => "added",
                (_, "") => "removed",
                _ => "changed",
            },
            text: TextDiff::from_lines(old, new).unified_diff().context_radius(3).to_string(),
        })
        .collect()
}
