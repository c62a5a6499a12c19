//! `deterministic`: compiling again gives the same artifacts and findings, on one thread as on many.

use design_pipeline::Compilation;

use super::Fault;
use crate::case::Subject;

/// Compiles the case a second time on a single thread.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let compile = || subject.case.compile();
    let again = match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => pool.install(compile),
        Err(_) => compile(),
    };
    if subject.findings() != again.report.findings.as_slice() {
        let counts = format!("{} findings, then {}", subject.findings().len(), again.report.findings.len());
        faults.push(Fault::new("the same findings again", counts));
    }
    let (first, second) = (artifacts(subject.compilation), artifacts(&again));
    if let Some(position) = first.iter().zip(&second).position(|(first, second)| first != second) {
        let path = first.get(position).map(|(path, _)| path.as_str()).unwrap_or_default();
        faults.push(Fault::new("the same artifacts again", format!("another one at {position} ({path})")));
    } else if first.len() != second.len() {
        faults.push(Fault::new("the same artifacts again", format!("{}, then {}", first.len(), second.len())));
    }
    faults
}

/// Path and text of everything that is rendered, in its order.
pub(super) fn artifacts(compilation: &Compilation) -> Vec<(String, String)> {
    let all = compilation.designs.iter().flat_map(design_pipeline::Compiled::artifacts);
    all.map(|artifact| (artifact.path, artifact.text)).collect()
}
