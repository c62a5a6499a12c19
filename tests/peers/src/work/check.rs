//! `check`: the findings of an application of usual size.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::measure::Side;
use crate::peer::KUBE_SCORE;
use crate::product;
use crate::work::{Bench, Contender, Label};

const RUNS: usize = 20;
const APPLICATION: &str = "apps/microservices-demo/kubernetes-manifests";

/// Beside kube-score, which is the fastest of the peers that check manifests. Findings are no failure on either side.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let corpus = bench.options.corpus.clone().unwrap_or_else(|| product::root().join("../shared/corpus"));
    let folder = corpus.join(APPLICATION);
    let folder = folder.canonicalize().map_err(Failure::io(format_args!(
        "find {}; --corpus PATH says where the real inputs are",
        folder.display()
    )))?;
    let files = manifests(&folder)?;
    let design = bench.design()?;
    let arguments = ["check".into(), "--source".into(), "manifests".into(), folder.into_os_string()];
    let ours = bench.task(design, arguments, "check-ours", &[0, 1]);
    let size = format!("{} files", files.len());
    let peer = bench.find(&KUBE_SCORE).map(|program| {
        let arguments = std::iter::once(OsString::from("score")).chain(files.into_iter().map(PathBuf::into_os_string));
        bench.task(program, arguments, "check-peer", &[0, 1])
    });
    let label = Label { work: "check", objects: None, size };
    bench.compare(&label, &Side { task: &ours, runs: RUNS }, &Contender::new(&KUBE_SCORE, peer.as_ref(), RUNS))?;
    // The exit code of findings is also that of a peer that could not read its input.
    for task in std::iter::once(&ours).chain(&peer) {
        if std::fs::metadata(task.stdout()).is_ok_and(|output| output.len() == 0) {
            return Err(Failure::Environment(format!("{} found nothing to say", task.program.display())));
        }
    }
    Ok(())
}

/// The manifests of a folder, in order. Its kustomization is none, and we leave it out as well under
/// `--source manifests`.
fn manifests(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(Failure::io(format_args!("read {}", folder.display())))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(Failure::io(format_args!("read {}", folder.display())))?.path();
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml");
        if is_yaml && path.file_stem().is_some_and(|stem| stem != "kustomization") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Failure::Environment(format!("{} holds no manifests", folder.display())));
    }
    Ok(files)
}
