//! Other people's suites against the compiler.
//!
//! [`run`] takes a folder in which every suite is a folder of its own, puts each file of the suites that it knows
//! through the compiler, and judges what comes out by rules that hold for any input: it is read without a crash,
//! nothing is dropped silently, every value arrives, every finding has a place. No rule knows a file; where the
//! compiler differs from a rule on purpose, `differences.txt` beside this crate says so and why, file by file.

mod awesome_compose;
mod case;
mod charts;
mod compare;
mod differences;
mod evaluation;
mod forms;
mod gatekeeper;
mod health;
mod helm_charts;
mod independent;
mod judge;
mod kompose;
mod kubeconform;
mod kustomize;
mod oam;
mod objects;
mod outcome;
mod peer;
mod rules;
mod server;
mod smp;
mod suite;
mod verdicts;

use std::collections::BTreeSet;
use std::path::Path;

pub use differences::Differences;
pub use outcome::{Disagreement, Outcome, Row};
pub use rules::Rule;
pub use suite::SUITES;
pub use verdicts::{Gap, Verdicts};

/// Judges the suite of its own kind that a folder holds: `None` where it holds none; the error is one line.
type Judge = fn(&Path) -> Result<Option<Vec<judge::Judged>>, String>;

/// As [`Judge`], beside a Helm.
type ByHelm = fn(&Path, &Path) -> Result<Option<Vec<judge::Judged>>, String>;

/// Runs every suite that lies in a folder, with the differences that this crate lists. Returns what came of it; a suite
/// that is not there is named in the outcome.
pub fn run(folder: &Path) -> Outcome {
    run_with(folder, &Differences::builtin())
}

/// As [`run`], with other differences.
pub fn run_with(folder: &Path, differences: &Differences) -> Outcome {
    let mut outcome = Outcome::default();
    let verdicts = Verdicts::builtin().malformed().iter().chain(Verdicts::between_objects().malformed());
    outcome.faults.extend(differences.malformed().iter().chain(verdicts).cloned());
    let mut seen = BTreeSet::new();
    for suite in SUITES.iter().copied() {
        match suite::cases(folder, suite) {
            Ok(Some(cases)) => {
                seen.extend(cases.iter().map(|case| case.path.clone()));
                let judged = judge::all(suite, &cases);
                outcome.add(suite.name(), judged, differences);
            }
            Ok(None) => outcome.skipped.push(suite.name()),
            Err(fault) => outcome.faults.push(fault),
        }
    }
    let folders: [(&str, Judge); 8] = [
        (evaluation::NAME, evaluation::judge),
        (gatekeeper::NAME, gatekeeper::judge),
        (kompose::NAME, kompose::judge),
        (awesome_compose::NAME, awesome_compose::judge),
        (oam::NAME, oam::judge),
        (forms::NAME, forms::judge),
        (health::NAME, health::judge),
        (smp::NAME, smp::judge),
    ];
    for (name, judge) in folders {
        match judge(folder) {
            Ok(Some(judged)) => {
                seen.extend(judged.iter().map(|judged| judged.case.clone()));
                outcome.add(name, judged, differences);
            }
            Ok(None) => outcome.skipped.push(name),
            Err(fault) => outcome.faults.push(fault),
        }
    }
    let helm = charts::helm();
    for (name, judge) in [(charts::NAME, charts::judge as ByHelm), (helm_charts::NAME, helm_charts::judge)] {
        match helm.as_deref().map(|helm| judge(folder, helm)) {
            Some(Ok(Some(judged))) => {
                seen.extend(judged.iter().map(|judged| judged.case.clone()));
                outcome.add(name, judged, differences);
            }
            Some(Ok(None)) => outcome.skipped.push(name),
            Some(Err(fault)) => outcome.faults.push(fault),
            None => outcome.without.push((name, "helm")),
        }
    }
    let kustomize = kustomize::program();
    for name in [kustomize::CASES, kustomize::OVERLAYS] {
        let judged = match &kustomize {
            _ if name == kustomize::CASES => kustomize::cases(folder),
            None if folder.join(name).is_dir() => {
                outcome.without.push((name, "kustomize"));
                continue;
            }
            program => kustomize::overlays(folder, program.as_deref()),
        };
        match judged {
            Ok(Some(judged)) => {
                seen.extend(judged.iter().map(|judged| judged.case.clone()));
                outcome.add(name, judged, differences);
            }
            Ok(None) => outcome.skipped.push(name),
            Err(fault) => outcome.faults.push(fault),
        }
    }
    match kubeconform::judge(folder) {
        Ok(Some(judged)) => {
            seen.extend(judged.iter().map(|judged| judged.case.clone()));
            outcome.add(kubeconform::NAME, judged, differences);
        }
        Ok(None) if seen.iter().any(|case| case.starts_with("k8s-examples/")) => {
            outcome.without.push((kubeconform::NAME, "kubeconform"));
        }
        Ok(None) => {}
        Err(fault) => outcome.faults.push(fault),
    }
    match server::judge(folder) {
        Ok(Some(judged)) => {
            seen.extend(judged.iter().map(|judged| judged.case.clone()));
            outcome.add(server::NAME, judged, differences);
        }
        Ok(None) if seen.iter().any(|case| case.starts_with("k8s-examples/")) => {
            outcome.without.push((server::NAME, server::PROGRAM));
        }
        Ok(None) => {}
        Err(fault) => outcome.faults.push(fault),
    }
    // A case of a folder that no suite covers cannot fire, so a line about it is out of date as well.
    let elsewhere = differences.cases().filter(|case| !seen.contains(*case) && folder.join(case).is_file());
    outcome
        .faults
        .extend(elsewhere.map(|case| format!("{case}: a difference is listed, but no suite that runs holds it")));
    outcome
}
