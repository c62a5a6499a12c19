//! `kustomize`: an overlay over many objects, at sizes that show how the cost grows.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::format;
use crate::measure::Side;
use crate::peer::KUSTOMIZE;
use crate::scale;
use crate::work::{Bench, Contender, Label};

/// A size, our runs, the runs of kustomize, whose time grows with the square of the size.
const SIZES: [(u64, usize, usize); 4] = [(1_000, 5, 2), (4_000, 5, 1), (10_000, 5, 0), (100_000, 3, 0)];

/// What the overlay does to every object, and to some.
const OVERLAY: &str = "\
namePrefix: prod-
labels:
- pairs: {environment: production}
commonAnnotations: {team: shop}
images:
- {name: nginx, newTag: '1.27'}
configMapGenerator:
- name: overlay
  literals: [level=info]
patches:
- target: {kind: Deployment}
  patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: any}
    spec: {revisionHistoryLimit: 3}
- target: {kind: Service}
  patch: |-
    - {op: add, path: /metadata/labels/patched, value: 'yes'}
";

/// Beside `kustomize build` of the same overlay.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let design = bench.design()?;
    let kustomize = bench.find(&KUSTOMIZE);
    for (objects, runs, peer_runs) in SIZES {
        let input = scale::generate(bench.options, bench.folder, objects, false)?;
        let overlay = overlay(bench.folder, &input.folder)?;
        let folder = overlay.clone().into_os_string();
        // With findings it still writes all that is sound; that it is everything is compared below.
        let ours = bench.task(design.clone(), ["build".into(), folder.clone()], "kustomize-ours", &[0, 1]);
        let peer =
            kustomize.clone().map(|program| bench.task(program, ["build".into(), folder], "kustomize-peer", &[0]));
        let contender = match (&peer, peer_runs) {
            (_, 0) => Contender::Missing(KUSTOMIZE.name, "not run, it takes minutes to hours"),
            (Some(_), _) if bench.options.quick && objects > 1_000 => {
                Contender::Missing(KUSTOMIZE.name, "left out by --quick")
            }
            (peer, runs) => Contender::new(&KUSTOMIZE, peer.as_ref(), runs),
        };
        let size = format!("{} ({} MB)", format::count(objects), format::digits(format::ratio(input.bytes, 1_000_000)));
        bench.compare(
            &Label { work: "kustomize", objects: Some(objects), size },
            &Side { task: &ours, runs },
            &contender,
        )?;
        if let (Contender::Ready(..), Some(peer)) = (&contender, &peer) {
            let verdict =
                if is_same(&design, &peer.stdout(), &overlay)? { "the same objects" } else { "OTHER objects" };
            bench.report.note(format!("kustomize {}: {verdict} as kustomize prints", format::count(objects)));
        }
        for folder in [&input.folder, &overlay] {
            std::fs::remove_dir_all(folder).map_err(Failure::io("clear the input"))?;
        }
    }
    Ok(())
}

/// Writes the overlay of a base.
fn overlay(parent: &Path, base: &Path) -> Result<PathBuf, Failure> {
    let folder = parent.join("overlay");
    std::fs::create_dir_all(&folder).map_err(Failure::io("make a folder for the overlay"))?;
    let name = base.file_name().unwrap_or_default().to_string_lossy();
    let text = format!("resources: [../{name}]\n{OVERLAY}");
    std::fs::write(folder.join("kustomization.yaml"), text).map_err(Failure::io("write the overlay"))?;
    Ok(folder)
}

/// Whether what kustomize printed and what we make of the overlay differ in no field.
fn is_same(design: &Path, printed: &Path, overlay: &Path) -> Result<bool, Failure> {
    let mut command = Command::new(design);
    command.args(["diff", "--exit-code"]).arg(printed).arg(overlay).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().map_err(Failure::io("compare the outputs"))?;
    Ok(status.code() == Some(0))
}
