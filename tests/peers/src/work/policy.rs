//! `policy`: what policies say of objects, beside the engines that the same policies are written for.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::format;
use crate::measure::{Side, Task};
use crate::peer::{CONFTEST, KUBE_SCORE, OPA, Peer};
use crate::scale;
use crate::series::Series;
use crate::work::{Bench, Contender, Label};

/// A size, our runs, the runs of opa, of conftest and of kube-score: the latter two take ten seconds and more.
const SIZES: [(u64, usize, usize, usize); 2] = [(1_000, 10, 5, 3), (10_000, 7, 5, 1)];

/// Every set of our own.
pub(super) const SETS: &str = "availability,images,network-isolation,pod-security-restricted,probes,resources,secrets";

/// How many times the processor time of ours the engines take at least, whole processes.
const LEAST_OPA: f64 = 3.0;
const LEAST_CONFTEST: f64 = 20.0;

/// The five rules of `policy/main.rego` judge one object each, for us and for conftest; `graph/all.rego` has the same five
/// over one array of all objects, for opa. Whole processes; findings are no failure on any side.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let design = bench.design()?;
    let tools = scale::script(bench.options).parent().map(Path::to_path_buf).unwrap_or_default();
    let tools = std::path::absolute(&tools).map_err(Failure::io("find the policies beside the generator"))?;
    let (per_object, over_all) = (tools.join("policy"), tools.join("graph"));
    for (objects, runs, opa_runs, slow_runs) in SIZES {
        let input = scale::generate_as(bench.options, bench.folder, objects, &["--one", "--json"])?;
        let (yaml, json) = (input.folder.join("all.yaml"), input.folder.join("objects.json"));
        let list = input.folder.join("list.json");
        write_list(&json, &list)?;
        let design = |bench: &Bench<'_>, extra: &[OsString], file: &Path, output: &str| {
            let arguments = ["check", "--source", "manifests", "--only", "policies"].map(OsString::from);
            let arguments = arguments.into_iter().chain(extra.iter().cloned()).chain([file.into()]);
            bench.task(design.clone(), arguments, output, &[0, 1])
        };
        let policies = [OsString::from("--policy"), per_object.clone().into()];
        let ours = design(bench, &policies, &list, "policy-ours-json");
        let arguments = ["eval", "--format", "json", "-d"].map(OsString::from).into_iter();
        let arguments = arguments.chain([over_all.clone().into(), "-i".into(), json.clone().into()]);
        let peer = peer(bench, &OPA, arguments.chain(["data.all.deny".into()]), "policy-opa");
        let name = |form: &str| Label { work: "policy", objects: Some(objects), size: size(form, objects) };
        let ours = Side { task: &ours, runs };
        bench.compare(&name("JSON"), &ours, &Contender::new(&OPA, peer.as_ref(), opa_runs))?;
        note_ratio(bench, &OPA, LEAST_OPA);
        let ours = design(bench, &policies, &yaml, "policy-ours-yaml");
        let arguments = ["test", "--no-color", "--policy"].map(OsString::from).into_iter();
        let arguments = arguments.chain([per_object.clone().into(), yaml.clone().into()]);
        let peer = self::peer(bench, &CONFTEST, arguments, "policy-conftest");
        let ours = Side { task: &ours, runs };
        bench.compare(&name("YAML"), &ours, &Contender::new(&CONFTEST, peer.as_ref(), slow_runs))?;
        note_ratio(bench, &CONFTEST, LEAST_CONFTEST);
        let ours = design(bench, &["--policy-set".into(), SETS.into()], &yaml, "policy-sets");
        let peer = self::peer(bench, &KUBE_SCORE, ["score".into(), yaml.clone().into()].into_iter(), "policy-score");
        let ours = Side { task: &ours, runs };
        bench.compare(&name("our sets, YAML"), &ours, &Contender::new(&KUBE_SCORE, peer.as_ref(), slow_runs))?;
        std::fs::remove_dir_all(&input.folder).map_err(Failure::io("clear the input"))?;
    }
    Ok(())
}

/// Tells how the processor times of the last row compare, where the peer is there.
fn note_ratio(bench: &mut Bench<'_>, peer: &Peer, least: f64) {
    let Some(row) = bench.report.last() else { return };
    let Some(theirs) = row.peer.series().map(Series::cpu) else { return };
    let (size, ratio) = (row.size.clone(), theirs.as_secs_f64() / row.ours.cpu().as_secs_f64());
    let verdict = if ratio >= least { "within" } else { "BELOW" };
    let (ratio, least) = (format::factor(ratio), format::factor(least));
    bench.report.note(format!("policy {size}: {} takes {ratio} as much, {verdict} the least of {least}", peer.name));
}

fn size(form: &str, objects: u64) -> String {
    format!("{} {form}", format::count(objects))
}

fn peer(bench: &mut Bench<'_>, peer: &Peer, arguments: impl Iterator<Item = OsString>, output: &str) -> Option<Task> {
    let program: PathBuf = bench.find(peer)?;
    Some(bench.task(program, arguments, output, &[0, 1]))
}

/// The array of all objects as a list object, which is a manifest.
fn write_list(array: &Path, list: &Path) -> Result<(), Failure> {
    let array = std::fs::read_to_string(array).map_err(Failure::io("read the objects as JSON"))?;
    let text = format!("{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": {}}}\n", array.trim());
    std::fs::write(list, text).map_err(Failure::io("write the objects as a list"))
}
