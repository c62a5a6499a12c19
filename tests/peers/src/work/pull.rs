//! `pull`: the objects of a cluster as a design, beside `kubectl get` of the same kinds as YAML; and a plan of the design for the
//! same cluster, which changes nothing.

use std::ffi::OsString;
use std::path::Path;

use crate::failure::Failure;
use crate::format;
use crate::machine::Watch;
use crate::peer::CONTROL_PLANE;
use crate::product;
use crate::report::{Beside, Row};
use crate::scale;
use crate::series::Series;
use crate::work::{Bench, apply};

/// Numbers of objects, and the turns.
const SIZES: [(u64, usize); 2] = [(1_000, 5), (10_000, 3)];

/// The kinds that the generator of objects makes, as kubectl calls them.
const KINDS: &str = "configmaps,deployments,horizontalpodautoscalers,ingresses,persistentvolumeclaims,secrets,services,\
                     serviceaccounts";

/// Beside `kubectl get`.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let design = bench.design()?;
    let bare = product::build("design-peers-apply", bench.folder)?;
    let Some(control_plane) = bench.find(&CONTROL_PLANE) else {
        bench.report.note("pull: not measured, because the programs of a cluster are absent".to_owned());
        return Ok(());
    };
    for (objects, turns) in SIZES {
        if bench.options.quick && objects > 1_000 {
            bench.report.note(format!("pull {}: left out by --quick", format::count(objects)));
            continue;
        }
        let input = scale::generate_as(bench.options, bench.folder, objects, &["--one", "--json"])?;
        let kubeconfig = bench.folder.join("kubeconfig");
        let cluster = apply::cluster(&input, &kubeconfig)?;
        let json = input.folder.join("objects.json");
        bench.task(bare.clone(), [kubeconfig.clone().into_os_string(), json.into()], "pull-fill", &[0]).run()?;
        let pulled = bench.folder.join("pulled.yaml");
        let words = |words: &[&str], file: Option<&Path>| -> Vec<OsString> {
            let config = [OsString::from("--kubeconfig"), kubeconfig.clone().into()];
            words.iter().map(OsString::from).chain(file.map(OsString::from)).chain(config).collect()
        };
        let pull = words(&["pull", "--all-namespaces", "--secrets", "--output"], Some(&pulled));
        let ours = bench.task(design.clone(), pull, "pull-ours", &[0]);
        let get = words(&["kubectl", "get", KINDS, "--all-namespaces", "--output", "yaml"], None);
        let theirs = bench.task(control_plane.clone(), get, "pull-kubectl", &[0]);
        let plan = words(&["plan", "--adopt", "--exit-code"], Some(&pulled));
        let plan = bench.task(design.clone(), plan, "pull-plan", &[0, 1]);
        let watch = Watch::start();
        let (mut taken, mut peer, mut planned) = (Vec::new(), Vec::new(), Vec::new());
        for turn in 0..turns {
            eprintln!("measuring pull {objects}, turn {} of {turns}", turn + 1);
            // It is written once, and never over something.
            let _ = std::fs::remove_file(&pulled);
            taken.push(ours.run()?);
            peer.push(theirs.run()?);
            planned.push(plan.run()?);
        }
        if let Some(note) = watch.disturbance(&format!("pull {objects}")) {
            bench.report.note(note);
        }
        let text = std::fs::read_to_string(plan.stdout()).map_err(Failure::io("read the plan"))?;
        let summary = text.lines().find(|line| line.contains(" to create, ")).unwrap_or("no summary");
        bench.report.note(format!("pull {}: the plan says: {summary}", format::count(objects)));
        let size = format::count(objects);
        if let (Some(ours), Some(peer)) = (Series::new(taken), Series::new(peer)) {
            let peer = Beside::Measured("kubectl get", peer);
            bench.report.row(Row { work: "pull", objects: Some(objects), size: size.clone(), ours, peer });
        }
        if let Some(ours) = Series::new(planned) {
            let peer = Beside::Missing("kubectl diff", "apply measures it");
            bench.report.row(Row { work: "pull", objects: None, size: format!("{size} plan"), ours, peer });
        }
        drop(cluster);
        std::fs::remove_dir_all(&input.folder).map_err(Failure::io("clear the input"))?;
    }
    Ok(())
}
