//! `graph`: objects to a graph, at sizes that show how the cost grows.

use crate::failure::Failure;
use crate::format;
use crate::measure::Side;
use crate::peer::KUBE_DIAGRAMS;
use crate::scale;
use crate::work::{Bench, Contender, Label};

/// A size, our runs, the runs of kube-diagrams.
const SIZES: [(u64, usize, usize); 3] = [(1_000, 5, 3), (10_000, 5, 1), (100_000, 3, 0)];

/// From this size on a run of kube-diagrams takes a minute.
const SLOW: u64 = 10_000;

/// Beside kube-diagrams, which draws the same objects with what it knows of their relations; both write DOT.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let design = bench.design()?;
    let kube_diagrams = bench.find(&KUBE_DIAGRAMS);
    for (objects, runs, peer_runs) in SIZES {
        let input = scale::generate(bench.options, bench.folder, objects, true)?;
        let folder = input.folder.clone().into_os_string();
        let arguments = ["graph", "--source", "manifests", "--format", "dot"].map(Into::into).into_iter();
        let ours = bench.task(design.clone(), arguments.chain([folder]), "graph-ours", &[0, 1]);
        let peer = match &kube_diagrams {
            Some(program) => {
                let mut arguments: Vec<std::ffi::OsString> = vec!["-f".into(), "dot".into(), "-o".into()];
                arguments.push(bench.folder.join("peer.dot").into_os_string());
                arguments.extend(files(&input.folder)?);
                Some(bench.task(program.clone(), arguments, "graph-peer", &[0]))
            }
            None => None,
        };
        let contender = match (&peer, peer_runs) {
            (_, 0) => Contender::Missing(KUBE_DIAGRAMS.name, "not run, it takes many minutes"),
            (Some(_), _) if bench.options.quick && objects >= SLOW => {
                Contender::Missing(KUBE_DIAGRAMS.name, "left out by --quick")
            }
            (peer, runs) => Contender::new(&KUBE_DIAGRAMS, peer.as_ref(), runs),
        };
        let label = Label { work: "graph", objects: Some(objects), size: format::count(objects) };
        bench.compare(&label, &Side { task: &ours, runs }, &contender)?;
        let edges = edges_of(&ours.stdout())?;
        bench.report.note(format!("graph {}: {} edges", format::count(objects), format::count(edges)));
        std::fs::remove_dir_all(&input.folder).map_err(Failure::io("clear the input"))?;
    }
    Ok(())
}

/// The manifests of a generated input, without its kustomization, which is no object.
fn files(folder: &std::path::Path) -> Result<Vec<std::ffi::OsString>, Failure> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Failure::io("read the input"))? {
        let path = entry.map_err(Failure::io("read the input"))?.path();
        if path.file_stem().is_some_and(|stem| stem != "kustomization") {
            files.push(path.into_os_string());
        }
    }
    files.sort();
    Ok(files)
}

/// How many edges a DOT file has: lines with an arrow.
fn edges_of(output: &std::path::Path) -> Result<u64, Failure> {
    let text = std::fs::read(output).map_err(Failure::io("read our graph"))?;
    Ok(text.split(|byte| *byte == b'\n').filter(|line| line.windows(4).any(|part| part == b" -> ")).count() as u64)
}
