//! `build`: objects to manifests, at sizes that show how the cost grows.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use crate::failure::Failure;
use crate::format;
use crate::measure::Side;
use crate::peer::KUSTOMIZE;
use crate::scale::{self, Input};
use crate::work::{Bench, Contender, Label};

/// A size, our runs, the runs of kustomize. Its time grows with the square of the size: minutes at 10,000 objects,
/// hours at 100,000.
const SIZES: [(u64, usize, usize); 4] = [(1_000, 5, 3), (4_000, 5, 1), (10_000, 5, 1), (100_000, 3, 0)];

/// From this size on a run of kustomize takes minutes.
const SLOW: u64 = 10_000;

/// Our memory may grow by this much for each byte of input …
const PEAK_FACTOR: u64 = 12;
/// … above this much for everything else, in bytes.
const PEAK_FLOOR: u64 = 60_000_000;

/// Beside `kustomize build` of the same files.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let design = bench.design()?;
    let kustomize = bench.find(&KUSTOMIZE);
    for (objects, runs, peer_runs) in SIZES {
        let input = scale::generate(bench.options, bench.folder, objects, false)?;
        let folder = input.folder.clone().into_os_string();
        let arguments = ["build".into(), "--source".into(), "manifests".into(), folder.clone()];
        // With findings it still writes all that is sound; that it is everything is counted below.
        let ours = bench.task(design.clone(), arguments, "build-ours", &[0, 1]);
        let peer = kustomize.clone().map(|program| bench.task(program, ["build".into(), folder], "build-peer", &[0]));
        let contender = match (&peer, peer_runs) {
            (_, 0) => Contender::Missing(KUSTOMIZE.name, "not run, it takes hours"),
            (Some(_), _) if bench.options.quick && objects >= SLOW => {
                Contender::Missing(KUSTOMIZE.name, "left out by --quick")
            }
            (peer, runs) => Contender::new(&KUSTOMIZE, peer.as_ref(), runs),
        };
        let size = format!("{} ({} MB)", format::count(objects), format::digits(format::ratio(input.bytes, 1_000_000)));
        let label = Label { work: "build", objects: Some(objects), size };
        bench.compare(&label, &Side { task: &ours, runs }, &contender)?;
        let mut outputs = vec![("ours", ours.stdout())];
        if let (Contender::Ready(..), Some(peer)) = (&contender, &peer) {
            outputs.push((KUSTOMIZE.name, peer.stdout()));
        }
        for (whose, output) in outputs {
            let written = objects_of(&output)?;
            if written != objects {
                let (written, objects) = (format::count(written), format::count(objects));
                bench
                    .report
                    .note(format!("build {objects}: {whose} wrote {written} objects, so read no ratio from that row"));
            }
        }
        remember_peak(bench, &input);
        std::fs::remove_dir_all(&input.folder).map_err(Failure::io("clear the input"))?;
    }
    Ok(())
}

fn remember_peak(bench: &mut Bench<'_>, input: &Input) {
    let Some(peak) = bench.report.last_peak() else { return };
    let allowed = PEAK_FACTOR * input.bytes + PEAK_FLOOR;
    let verdict = if peak <= allowed { "within" } else { "ABOVE" };
    bench.report.note(format!(
        "our peak: build {}: {} MiB, {verdict} {PEAK_FACTOR} x input + 60 MB = {} MiB ({} x input)",
        format::count(input.objects),
        format::mebibytes(peak),
        format::mebibytes(allowed),
        format::digits(format::ratio(peak, input.bytes)),
    ));
}

/// How many objects an output has: lines that begin with `kind:`. Read line by line, because what this program holds
/// counts as the least peak of whatever it starts.
fn objects_of(output: &Path) -> Result<u64, Failure> {
    let attempt = || format!("read {}", output.display());
    let mut reader = BufReader::new(File::open(output).map_err(Failure::io(attempt()))?);
    let mut line = Vec::new();
    let mut objects = 0;
    while reader.read_until(b'\n', &mut line).map_err(Failure::io(attempt()))? > 0 {
        objects += u64::from(line.starts_with(b"kind:"));
        line.clear();
    }
    Ok(objects)
}
