//! `registry`: models of many definitions, read for the first time, found again, and looked up.

use std::path::Path;
use std::time::Duration;

use crate::definitions;
use crate::failure::Failure;
use crate::format;
use crate::measure::Side;
use crate::product;
use crate::work::{Bench, Contender, Label};

/// How many definitions, and our runs of the first reading and of the start.
const SIZES: [(u64, usize, usize); 2] = [(1_600, 5, 20), (16_000, 5, 20)];

/// There is no peer: Meshery's registry is a database behind a server, which cannot be built here.
const NO_PEER: Contender<'static> = Contender::Missing("none", "Meshery's is behind a server");

/// Files as young as this are read again at the next start, lest a change within one tick of the clock goes unseen.
const YOUNG: Duration = Duration::from_secs(3);

/// First reading, start and lookup at two sizes.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let corpus = bench.options.corpus.clone().unwrap_or_else(|| product::root().join("../shared/corpus"));
    let models = corpus.join("models");
    let models = models.canonicalize().map_err(Failure::io(format_args!(
        "find {}; --corpus PATH says where the real inputs are",
        models.display()
    )))?;
    let design = bench.design()?;
    let program = product::build("design-peers-lookup", bench.folder)?;
    for (count, first_runs, runs) in SIZES {
        let input = definitions::generate(&models, bench.folder, count)?;
        std::thread::sleep(YOUNG);
        let cache = bench.folder.join(format!("cache-{count}"));
        let size = format!("{}, {} MiB", format::count(count), format::mebibytes(input.bytes));
        // The first reading begins without a cache, each time.
        let script = r#"rm -rf "$1" && exec "$2" model list --model "$3" --cache-dir "$1""#;
        let arguments = ["-c".into(), script.into(), "sh".into(), cache.clone(), design.clone(), input.folder.clone()];
        let first = bench.task("/bin/sh".into(), arguments, "registry-first", &[0]);
        let label = Label { work: "registry: first", objects: Some(count), size: size.clone() };
        bench.compare(&label, &Side { task: &first, runs: first_runs }, &NO_PEER)?;
        let arguments: [std::ffi::OsString; 7] = [
            "model".into(),
            "show".into(),
            input.kind.clone().into(),
            "--model".into(),
            input.folder.clone().into(),
            "--cache-dir".into(),
            cache.clone().into(),
        ];
        let start = bench.task(design.clone(), arguments, "registry-start", &[0]);
        let label = Label { work: "registry: start", objects: Some(count), size };
        bench.compare(&label, &Side { task: &start, runs }, &NO_PEER)?;
        let took = lookup(bench, &program, &cache)?;
        bench.report.note(format!("registry {}: a lookup takes {took} ns", format::count(count)));
        std::fs::remove_dir_all(&input.folder).map_err(Failure::io("clear the input"))?;
    }
    Ok(())
}

/// What one lookup takes on average over all kinds of the index that the runs have left, in nanoseconds.
fn lookup(bench: &Bench<'_>, program: &Path, cache: &Path) -> Result<String, Failure> {
    let failed = |error| Failure::io("read the index")(error);
    let file = std::fs::read_dir(cache.join("models")).map_err(failed)?.next().transpose().map_err(failed)?;
    let file = file.ok_or_else(|| Failure::Environment("no index was kept".to_owned()))?;
    let task = bench.task(program.to_path_buf(), [file.path()], "registry-lookup", &[0]);
    task.run()?;
    let took = std::fs::read_to_string(task.stdout()).map_err(Failure::io("read what was measured"))?;
    Ok(took.trim().to_owned())
}
