//! `apply`: objects to a cluster, beside a bare client that only sends them, `kubectl apply --server-side` and kapp; the same
//! once more, where nothing changes; and what would change, beside `kubectl diff --server-side`.
//!
//! Each turn of each side has a cluster of its own, etcd and an API server, so that nobody finds what another left.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use design_cluster::{Cluster, Method, User};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::format;
use crate::machine::Watch;
use crate::measure::Task;
use crate::peer::{CONTROL_PLANE, KAPP};
use crate::product;
use crate::report::{Beside, Row};
use crate::scale::{self, Input};
use crate::series::{Sample, Series};
use crate::work::Bench;

/// A size, and the turns.
const SIZES: [(u64, usize); 2] = [(1_000, 5), (4_000, 3)];

/// How many times as long as the bare client a first apply may take.
const MOST_OF_BARE: f64 = 1.25;
/// How many times as long as a first apply those of kubectl and kapp have to take.
const LEAST_FIRST: f64 = 2.3;
/// The same of a second apply and of a plan.
const LEAST_AGAIN: f64 = 10.0;

const BARE: &str = "bare client";
const KUBECTL: &str = "kubectl";

/// What a side does, from a cluster without the objects on.
#[derive(Debug)]
struct Side {
    name: &'static str,
    program: PathBuf,
    /// Applies; run twice.
    apply: Vec<OsString>,
    /// Says what would change; `None` where that is not measured.
    plan: Option<Vec<OsString>>,
    taken: [Vec<Sample>; 3],
}

/// The three things that are measured.
const WHAT: [&str; 3] = ["first", "again", "plan"];

/// Beside a bare client, kubectl and kapp.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let design = bench.design()?;
    let bare = product::build("design-peers-apply", bench.folder)?;
    let (Some(control_plane), kapp) = (bench.find(&CONTROL_PLANE), bench.find(&KAPP)) else {
        bench.report.note("apply: not measured, because the programs of a cluster are absent".to_owned());
        return Ok(());
    };
    for (objects, turns) in SIZES {
        if bench.options.quick && objects > 1_000 {
            bench.report.note(format!("apply {}: left out by --quick", format::count(objects)));
            continue;
        }
        let input = scale::generate_as(bench.options, bench.folder, objects, &["--one", "--json"])?;
        let kubeconfig = bench.folder.join("kubeconfig");
        let mut sides = sides(&design, &bare, &control_plane, kapp.as_deref(), &input, &kubeconfig);
        let watch = Watch::start();
        for turn in 0..turns {
            for side in &mut sides {
                eprintln!("measuring apply {objects}, {}, turn {} of {turns}", side.name, turn + 1);
                bench.turn(side, &input, &kubeconfig)?;
            }
        }
        bench.tell(objects, sides);
        if let Some(note) = watch.disturbance(&format!("apply {objects}")) {
            bench.report.note(note);
        }
        std::fs::remove_dir_all(&input.folder).map_err(Failure::io("clear the input"))?;
    }
    Ok(())
}

fn sides(
    design: &Path,
    bare: &Path,
    control_plane: &Path,
    kapp: Option<&Path>,
    input: &Input,
    kubeconfig: &Path,
) -> Vec<Side> {
    let yaml = input.folder.join("all.yaml").into_os_string();
    let words = |before: &[&str], after: &[&str]| -> Vec<OsString> {
        let config = [OsString::from("--kubeconfig"), kubeconfig.into()];
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        [words(before), vec![yaml.clone()], config.to_vec(), words(after)].concat()
    };
    let side = |name, program: &Path, apply, plan| Side {
        name,
        program: program.to_path_buf(),
        apply,
        plan,
        taken: [Vec::new(), Vec::new(), Vec::new()],
    };
    let json = input.folder.join("objects.json").into_os_string();
    let mut sides = vec![
        side("ours", design, words(&["apply"], &["--wait=never"]), Some(words(&["plan"], &[]))),
        side(BARE, bare, vec![kubeconfig.into(), json], None),
        side(
            KUBECTL,
            control_plane,
            words(&["kubectl", "apply", "--server-side", "-f"], &[]),
            Some(words(&["kubectl", "diff", "--server-side", "-f"], &[])),
        ),
    ];
    if let Some(kapp) = kapp {
        let apply = words(&["deploy", "--app", "measured", "--yes", "--wait=false", "-n", "default", "-f"], &[]);
        sides.push(side(KAPP.name, kapp, apply, None));
    }
    sides
}

impl Bench<'_> {
    /// One turn of a side, in a cluster of its own.
    fn turn(&self, side: &mut Side, input: &Input, kubeconfig: &Path) -> Result<(), Failure> {
        let _cluster = cluster(input, kubeconfig)?;
        let parts = [Some(&side.apply), Some(&side.apply), side.plan.as_ref()];
        for (part, taken) in parts.into_iter().zip(&mut side.taken) {
            let Some(arguments) = part else { continue };
            let task: Task = self.task(side.program.clone(), arguments.clone(), "apply", &[0]);
            taken.push(task.run()?);
        }
        Ok(())
    }

    /// Rows and verdicts of one size.
    fn tell(&mut self, objects: u64, sides: Vec<Side>) {
        let mut sides = sides.into_iter();
        let Some(ours) = sides.next() else { return };
        let ours = ours.taken.map(Series::new);
        let peers: Vec<(&'static str, [Option<Series>; 3])> =
            sides.map(|side| (side.name, side.taken.map(Series::new))).collect();
        for (part, what) in WHAT.into_iter().enumerate() {
            let Some(ours) = ours.get(part).cloned().flatten() else { continue };
            for (name, series) in &peers {
                let Some(theirs) = series.get(part).cloned().flatten() else { continue };
                let ratio = theirs.wall().as_secs_f64() / ours.wall().as_secs_f64();
                let size = format!("{} {what}", format::count(objects));
                let verdict = match (part, *name) {
                    (0, BARE) => Some((1.0 / ratio <= MOST_OF_BARE, format!("at most {MOST_OF_BARE} times as long"))),
                    (_, BARE) => None,
                    (0, _) => Some((ratio >= LEAST_FIRST, format!("at least {LEAST_FIRST} times as fast"))),
                    (_, KUBECTL) => Some((ratio >= LEAST_AGAIN, format!("at least {LEAST_AGAIN} times as fast"))),
                    _ => None,
                };
                if let Some((holds, wanted)) = verdict {
                    let verdict = if holds { "holds" } else { "DOES NOT HOLD" };
                    self.report.note(format!("apply {size}, {wanted} as {name}: {verdict}"));
                }
                let peer = Beside::Measured(name, theirs);
                self.report.row(Row { work: "apply", objects: None, size, ours: ours.clone(), peer });
            }
        }
    }
}

/// A cluster without the objects of the input and with their namespaces; its kubeconfig is written to a file.
pub fn cluster(input: &Input, kubeconfig: &Path) -> Result<Cluster, Failure> {
    let cluster = Cluster::start(design_cluster::Options::default()).map_err(Failure::Environment)?;
    prepare(&cluster, input)?;
    std::fs::copy(cluster.kubeconfig(User::Admin), kubeconfig).map_err(Failure::io("copy the kubeconfig"))?;
    Ok(cluster)
}

/// Makes the namespaces that the objects are in, and lets the server make ready what it makes ready with the first patch.
fn prepare(cluster: &Cluster, input: &Input) -> Result<(), Failure> {
    let text = std::fs::read(input.folder.join("objects.json")).map_err(Failure::io("read the objects"))?;
    let objects: Vec<Value> =
        serde_json::from_slice(&text).map_err(|error| Failure::Environment(format!("the objects: {error}")))?;
    let namespace = |object: &Value| Some(object.pointer("/metadata/namespace")?.as_str()?.to_owned());
    let namespaces: BTreeSet<String> = objects.iter().filter_map(namespace).collect();
    for name in namespaces {
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        let path = format!("/api/v1/namespaces/{name}?fieldManager=setup");
        let answer = cluster.send(Method::PATCH, &path, "application/apply-patch+yaml", &object);
        let answer = answer.map_err(Failure::Environment)?;
        if !answer.is_success() {
            return Err(Failure::Environment(format!("namespace {name}: {}", answer.body)));
        }
    }
    Ok(())
}
