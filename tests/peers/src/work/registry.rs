//! `registry`: models of many definitions, read for the first time, found again, and looked up.

use std::time::{Duration, Instant};

use design_definitions::{Definitions, Index, Listed, Query};

use crate::definitions;
use crate::failure::Failure;
use crate::format;
use crate::measure::Side;
use crate::product;
use crate::work::{Bench, Contender, Label};

/// How many definitions, and our runs of the first reading and of the start.
const SIZES: [(u64, usize, usize); 2] = [(1_600, 5, 20), (16_000, 5, 20)];

const LOOKUPS: usize = 1_000_000;

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
        let took = lookup(&cache)?;
        bench.report.note(format!("registry {}: a lookup takes {} ns", format::count(count), took.as_nanos()));
        std::fs::remove_dir_all(&input.folder).map_err(Failure::io("clear the input"))?;
    }
    Ok(())
}

/// What one lookup of a kind, its apiVersion and its model takes on average, over all kinds of the index that the runs have
/// left.
fn lookup(cache: &std::path::Path) -> Result<Duration, Failure> {
    let failed = |error| Failure::io("read the index")(error);
    let folder = cache.join("models");
    let file = std::fs::read_dir(&folder).map_err(failed)?.next().transpose().map_err(failed)?;
    let bytes = file.map(|file| std::fs::read(file.path())).transpose().map_err(failed)?.unwrap_or_default();
    let index = Index::decode(&bytes).ok_or_else(|| Failure::Environment("the index cannot be read".to_owned()))?;
    let definitions = Definitions::new(&index, Listed::builtin());
    let entries = definitions.entries();
    let mut found = 0;
    let start = Instant::now();
    // A stride that has no divisor in common with any usual count visits the entries in no order that a cache likes.
    for position in (0..LOOKUPS).map(|round| (round * 7_919) % entries.len().max(1)) {
        let Some(entry) = entries.get(position) else { continue };
        let query = Query {
            kind: &entry.kind,
            api_version: Some(&entry.api_version),
            model: Some(&entry.model),
            version: Some(&entry.upstream_version),
        };
        found += usize::from(definitions.find(query).next().is_some());
    }
    let took = start.elapsed();
    if found != LOOKUPS {
        return Err(Failure::Environment(format!("{found} of {LOOKUPS} lookups found a definition")));
    }
    Ok(took / u32::try_from(LOOKUPS).unwrap_or(u32::MAX))
}
