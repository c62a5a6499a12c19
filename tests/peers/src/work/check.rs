//! `check`: the findings of an application of usual size and of many objects, by schemas, references and all policies of our
//! own, and by schemas alone.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::failure::Failure;
use crate::format;
use crate::measure::Side;
use crate::peer::{KUBE_SCORE, KUBECONFORM};
use crate::product;
use crate::report::Row;
use crate::scale::{self, Input};
use crate::series::Series;
use crate::work::policy::SETS;
use crate::work::{Bench, Contender, Label};

const RUNS: usize = 20;
const APPLICATION: &str = "apps/microservices-demo/kubernetes-manifests";

/// How long the application may take with everything on.
const MOST_APPLICATION: Duration = Duration::from_millis(20);

/// A number of objects, our runs, the runs of kube-score, whose time grows with the square of the number.
const SIZES: [(u64, usize, usize); 4] = [(1_000, 5, 3), (4_000, 5, 1), (10_000, 3, 0), (100_000, 2, 0)];

/// From this many objects on a run of kube-score takes minutes.
const SLOW: u64 = 4_000;

/// How much processor time this many objects may take with everything on, and how the cost may grow: the exponent.
const MOST_OBJECTS: (u64, Duration) = (4_000, Duration::from_secs(1));
const MOST_GROWTH: f64 = 1.1;

/// Our memory at the largest number: this much for each byte of input above the rest, and what is aimed at for each object.
const PEAK_FACTOR: u64 = 12;
const PEAK_FLOOR: u64 = 60_000_000;
const PEAK_AIM: u64 = 4 * 1024;

/// The objects for the check of schemas alone, and how many times less processor time than kubeconform it may take.
const SCHEMA_OBJECTS: u64 = 10_000;
const LEAST_SCHEMA_RATIO: f64 = 5.0;

/// Findings are no failure on either side.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    application(bench)?;
    bench.report.note("kube-linter: absent, no package registry has a version of it that can be installed".to_owned());
    let mut costs: Vec<(u64, f64)> = Vec::new();
    for size in SIZES {
        costs.extend(objects(bench, size)?);
    }
    for (small, before) in &costs {
        let Some((large, after)) = costs.iter().find(|(large, _)| *large == small * 10) else { continue };
        let exponent = (after / before).ln() / format::ratio(*large, *small).ln();
        let verdict = if exponent <= MOST_GROWTH { "within" } else { "ABOVE" };
        let (from, to) = (format::count(*small), format::count(*large));
        bench.report.note(format!("check {from} -> {to}: exponent of growth {exponent:.2}, {verdict} {MOST_GROWTH}"));
    }
    schemas(bench)
}

/// Beside kube-score, which is the fastest of the peers that check manifests.
fn application(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let corpus = bench.options.corpus.clone().unwrap_or_else(|| product::root().join("../shared/corpus"));
    let folder = corpus.join(APPLICATION);
    let folder = folder.canonicalize().map_err(Failure::io(format_args!(
        "find {}; --corpus PATH says where the real inputs are",
        folder.display()
    )))?;
    let files = manifests(&folder)?;
    let design = bench.design()?;
    let arguments = ["check", "--source", "manifests", "--policy-set", SETS].map(OsString::from).into_iter();
    let arguments = arguments.chain([folder.into_os_string()]);
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
    if let Some(wall) = bench.report.last().map(|row| row.ours.wall()) {
        let verdict = if wall <= MOST_APPLICATION { "within" } else { "ABOVE" };
        let (wall, most) = (format::duration(wall), format::duration(MOST_APPLICATION));
        bench.report.note(format!("check of the application: {wall}, {verdict} {most}"));
    }
    Ok(())
}

/// Many objects with everything on; returns their number with our processor time in seconds.
fn objects(
    bench: &mut Bench<'_>,
    (objects, runs, peer_runs): (u64, usize, usize),
) -> Result<Option<(u64, f64)>, Failure> {
    let input = scale::generate(bench.options, bench.folder, objects, false)?;
    let design = bench.design()?;
    let arguments = ["check", "--source", "manifests", "--policy-set", SETS, "--format", "json"];
    let arguments = arguments.map(OsString::from).into_iter();
    let arguments = arguments.chain([input.folder.clone().into_os_string()]);
    let ours = bench.task(design, arguments, "check-ours", &[0, 1]);
    let files = manifests(&input.folder)?;
    let peer = bench.find(&KUBE_SCORE).map(|program| {
        let arguments = std::iter::once(OsString::from("score")).chain(files.into_iter().map(PathBuf::into_os_string));
        bench.task(program, arguments, "check-peer", &[0, 1])
    });
    let contender = match (&peer, peer_runs) {
        (_, 0) => Contender::Missing(KUBE_SCORE.name, "not run, it takes minutes to hours"),
        (Some(_), _) if bench.options.quick && objects >= SLOW => {
            Contender::Missing(KUBE_SCORE.name, "left out by --quick")
        }
        (peer, runs) => Contender::new(&KUBE_SCORE, peer.as_ref(), runs),
    };
    let label = Label { work: "check", objects: Some(objects), size: format::count(objects) };
    bench.compare(&label, &Side { task: &ours, runs }, &contender)?;
    let measured = bench.report.last().map(|row| (row.ours.cpu(), row.ours.peak()));
    if let Some((cpu, peak)) = measured {
        let rate = format::digits(format::ratio(objects, 1) / cpu.as_secs_f64());
        bench.report.note(format!("check {}: {rate} objects per CPU-second", format::count(objects)));
        if objects == MOST_OBJECTS.0 {
            let verdict = if cpu <= MOST_OBJECTS.1 { "within" } else { "ABOVE" };
            let (cpu, most) = (format::duration(cpu), format::duration(MOST_OBJECTS.1));
            bench.report.note(format!("check {}: {cpu} of processor, {verdict} {most}", format::count(objects)));
        }
        if let (Some((largest, ..)), Some(peak)) = (SIZES.last(), peak)
            && objects == *largest
        {
            note_peak(bench, &input, peak);
        }
    }
    std::fs::remove_dir_all(&input.folder).map_err(Failure::io("clear the input"))?;
    Ok(measured.map(|(cpu, _)| (objects, cpu.as_secs_f64())))
}

fn note_peak(bench: &mut Bench<'_>, input: &Input, peak: u64) {
    let allowed = PEAK_FACTOR * input.bytes + PEAK_FLOOR;
    let verdict = if peak <= allowed { "within" } else { "ABOVE" };
    bench.report.note(format!(
        "our peak: check {}: {} MiB, {verdict} {PEAK_FACTOR} x input + 60 MB = {} MiB; {} KiB an object, the aim is {}",
        format::count(input.objects),
        format::mebibytes(peak),
        format::mebibytes(allowed),
        format::digits(format::ratio(peak, input.objects) / 1024.0),
        format::digits(format::ratio(PEAK_AIM, 1024)),
    ));
}

/// Schemas alone, beside kubeconform with the same schemas in files.
fn schemas(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let program = product::build("design-peers-schemas", bench.folder)?;
    let input = scale::generate(bench.options, bench.folder, SCHEMA_OBJECTS, false)?;
    let folder = input.folder.clone().into_os_string();
    let written = bench.folder.join("schemas");
    let arguments = ["write".into(), written.clone().into_os_string()];
    bench.task::<OsString>(program.clone(), arguments, "schemas-written", &[0]).run()?;
    let ours = bench.task::<OsString>(program, ["check".into(), folder.clone()], "schemas-ours", &[0]);
    let peer = bench.find(&KUBECONFORM).map(|kubeconform| {
        let template = written.join("{{ .ResourceKind }}{{ .KindSuffix }}.json");
        let mut arguments: Vec<OsString> = vec!["-strict".into(), "-summary".into(), "-schema-location".into()];
        arguments.push(template.into_os_string());
        arguments.extend(["-skip".into(), "Kustomization".into(), folder]);
        bench.task(kubeconform, arguments, "schemas-peer", &[0, 1])
    });
    let size = format::count(SCHEMA_OBJECTS);
    let label = Label { work: "schemas", objects: Some(SCHEMA_OBJECTS), size };
    bench.compare(&label, &Side { task: &ours, runs: 5 }, &Contender::new(&KUBECONFORM, peer.as_ref(), 3))?;
    for task in std::iter::once(&ours).chain(&peer) {
        let said = std::fs::read_to_string(task.stdout()).map_err(Failure::io("read what was checked"))?;
        let last = said.lines().last().unwrap_or_default();
        let name = task.program.file_name().unwrap_or_default().display();
        bench.report.note(format!("schemas: {name} says: {last}"));
    }
    let cpus = bench.report.last().map(|Row { ours, peer, .. }| (ours.cpu(), peer.series().map(Series::cpu)));
    if let Some((ours, theirs)) = cpus {
        let rate = |cpu: Duration| format::digits(format::ratio(SCHEMA_OBJECTS, 1) / cpu.as_secs_f64());
        bench.report.note(format!("schemas: ours {} objects per CPU-second", rate(ours)));
        if let Some(theirs) = theirs {
            let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
            let verdict = if ratio >= LEAST_SCHEMA_RATIO { "within" } else { "BELOW" };
            bench.report.note(format!(
                "schemas: {} {} objects per CPU-second, ours {} as many, {verdict} the least of {}",
                KUBECONFORM.name,
                rate(theirs),
                format::factor(ratio),
                format::factor(LEAST_SCHEMA_RATIO),
            ));
        }
    }
    std::fs::remove_dir_all(&input.folder).map_err(Failure::io("clear the input"))
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
