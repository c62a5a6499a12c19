//! Score workloads.

use std::collections::HashMap;

use design_check::{rules, word_score};
use design_source::{Form, Loaded};

use super::Input;
use super::compose::WorldFiles;
use crate::files::{name_of, start};
use crate::reading::Reading;

/// Reads the workloads of a folder, or those of a file, as one design.
pub(super) fn load(reading: &mut Reading<'_>, Input { path, files, .. }: Input<'_>) -> Vec<Loaded> {
    let mut workloads = Vec::new();
    for file in files {
        if !file.documents.iter().any(|(form, _)| *form == Form::Score) {
            continue;
        }
        reading.keep(std::slice::from_ref(&file));
        let own = file.source.path().to_owned();
        for (form, document) in file.documents {
            if form == Form::Score {
                workloads.push((own.clone(), document));
            } else {
                let what = "what stands beside a workload is not part of it";
                reading.findings.push(rules::skipped::finding(what, start(&document)));
            }
        }
    }
    let name = name_of(path);
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let name = if name.is_empty() || name == "-" { "score" } else { name };
    let mut world = WorldFiles { reading, known: HashMap::new() };
    let read = design_score::read(&mut world, workloads, name);
    reading.findings.extend(read.problems.iter().map(word_score));
    vec![read.loaded]
}
