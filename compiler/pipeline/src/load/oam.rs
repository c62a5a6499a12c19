//! Applications of the Open Application Model, and the manifests beside them.

use design_check::{rules, word_oam};
use design_oam::read;
use design_source::{Form, Loaded};

use super::Input;
use crate::Origin;
use crate::files::{name_of, start};
use crate::reading::Reading;

/// Reads the applications of a file or folder as one design.
pub(super) fn load(reading: &mut Reading<'_>, Input { path, files, .. }: Input<'_>) -> Vec<Loaded> {
    reading.keep(&files);
    let mut documents = Vec::new();
    for file in files {
        let asked_for = file.origin == Origin::Named;
        for (form, document) in file.documents {
            if matches!(form, Form::Oam | Form::Manifest) {
                documents.push(document);
            } else {
                reading.findings.push(rules::not_recognised::finding(asked_for, start(&document)));
            }
        }
    }
    let name = name_of(path);
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let read = read(if name.is_empty() { "application" } else { name }, documents);
    reading.findings.extend(read.problems.iter().map(word_oam));
    vec![read.loaded]
}
