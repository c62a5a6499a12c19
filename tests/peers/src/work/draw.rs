//! `draw`: a graph of about 100 components to a picture.

use std::path::Path;

use crate::failure::Failure;
use crate::machine::Watch;
use crate::peer::DAGRE;
use crate::report::{Beside, Row};
use crate::scale;
use crate::series::{Sample, Series};
use crate::work::{Bench, parse};

/// A hundred, as near as the generator comes from above: it makes eight at a time.
const OBJECTS: u64 = 104;

/// How often the two take turns, and how often dagre lays out in a turn.
const TURNS: usize = 10;
const LAYOUTS_IN_A_TURN: usize = 5;

/// Beside dagre's bare layout of the same graph, in a process that is warm. Ours is the whole command: it starts, reads
/// the manifests, finds the relationships, lays out and writes the picture.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let design = bench.design()?;
    let input = scale::generate(bench.options, bench.folder, OBJECTS, true)?;
    let arguments = |format: &str| {
        let words = ["graph", "--source", "manifests", "--format", format].map(Into::into);
        words.into_iter().chain([input.folder.clone().into_os_string()]).collect::<Vec<std::ffi::OsString>>()
    };
    let graph = bench.task(design.clone(), arguments("json"), "draw-graph", &[0, 1]);
    graph.run()?;
    let ours = bench.task(design, arguments("svg"), "draw-ours", &[0, 1]);
    let file = graph.stdout().into_os_string();
    let peer = bench.find(&DAGRE);
    let peer = peer.map(|program| bench.task(program, [file, LAYOUTS_IN_A_TURN.to_string().into()], "draw-peer", &[0]));
    eprintln!("measuring draw");
    let watch = Watch::start();
    let (mut drawn, mut laid_out) = (Vec::new(), Vec::new());
    // The first turn brings the programs and their input into memory and is not counted.
    for turn in 0..=TURNS {
        let sample = ours.run()?;
        let measured: Vec<Sample> = match &peer {
            Some(peer) => {
                peer.run()?;
                samples(&peer.stdout())?
            }
            None => Vec::new(),
        };
        if turn > 0 {
            drawn.push(sample);
            laid_out.extend(measured);
        }
    }
    let Some(ours) = Series::new(drawn) else {
        return Err(Failure::Environment("draw measured nothing".to_owned()));
    };
    let peer = match Series::new(laid_out) {
        Some(series) => Beside::Measured(DAGRE.name, series),
        None => Beside::Missing(DAGRE.name, "absent"),
    };
    bench.report.row(Row { work: "draw", objects: None, size: format!("{OBJECTS} components"), ours, peer });
    bench.report.note("draw: ours is the whole command, dagre's is its bare layout in a warm process".to_owned());
    if let Some(note) = watch.disturbance("draw") {
        bench.report.note(note);
    }
    std::fs::remove_dir_all(&input.folder).map_err(Failure::io("clear the input"))
}

fn samples(output: &Path) -> Result<Vec<Sample>, Failure> {
    let text = std::fs::read_to_string(output).map_err(Failure::io("read what was measured"))?;
    Ok(text.lines().filter_map(|line| parse::sample(line.strip_prefix("dagre")?)).collect())
}
