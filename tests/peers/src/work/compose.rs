//! `compose`: a compose project to manifests beside Kompose, whole processes; a design to a compose file; Score workloads to
//! manifests.

use std::path::Path;

use crate::failure::Failure;
use crate::format;
use crate::measure::Side;
use crate::peer::KOMPOSE;
use crate::work::{Bench, Contender, Label};

/// Services of a project, our runs, those of Kompose.
const SIZES: [(u64, usize, usize); 3] = [(3, 15, 9), (100, 9, 5), (1_000, 7, 3)];

/// Beside `kompose convert` of the same file.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let design = bench.design()?;
    let kompose = bench.find(&KOMPOSE);
    for (services, runs, peer_runs) in SIZES {
        let folder = bench.folder.join(format!("compose-{services}"));
        let bytes = write_project(&folder, services)?;
        let file = folder.join("compose.yaml");
        let ours = bench.task(design.clone(), ["build".into(), folder.into_os_string()], "compose-ours", &[0]);
        let arguments = ["convert".into(), "--stdout".into(), "-f".into(), file.into_os_string()];
        let peer = kompose.clone().map(|program| bench.task(program, arguments, "compose-peer", &[0]));
        let contender = Contender::new(&KOMPOSE, peer.as_ref(), peer_runs);
        let size = format!("{} services ({} kB)", format::count(services), format::digits(format::ratio(bytes, 1_000)));
        let label = Label { work: "compose in", objects: Some(services), size };
        bench.compare(&label, &Side { task: &ours, runs }, &contender)?;
    }
    let pattern = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/patterns/boutique");
    let arguments = ["build".into(), "-q".into(), "-t".into(), "compose".into(), pattern.into_os_string()];
    let ours = bench.task(design, arguments, "compose-out", &[0]);
    let label = Label { work: "compose out", objects: None, size: "boutique".to_owned() };
    bench.compare(&label, &Side { task: &ours, runs: 15 }, &Contender::Missing("nobody", "no peer does it"))?;
    let workloads = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/check/sound-score-folder");
    let design = bench.design()?;
    let ours = bench.task(design, ["build".into(), "-q".into(), workloads.into_os_string()], "score-ours", &[0]);
    let label = Label { work: "score in", objects: None, size: "8 workloads".to_owned() };
    // Its module has tags that Go does not take for versions, and the public proxy serves none of its commits.
    let contender = Contender::Missing("score-k8s", "no module registry serves it");
    bench.compare(&label, &Side { task: &ours, runs: 15 }, &contender)
}

/// A project of services that each have what most have; returns its bytes.
fn write_project(folder: &Path, services: u64) -> Result<u64, Failure> {
    std::fs::create_dir_all(folder).map_err(Failure::io("make a folder for the input"))?;
    let mut text = String::from("services:\n");
    for number in 0..services {
        text.push_str(&format!(
            "  service-{number}:\n    image: registry.example.com/shop/service-{number}:1.{number}.0\n    \
             command: serve --port 8080 --name service-{number}\n    environment:\n      LOG_LEVEL: info\n      \
             NUMBER: \"{number}\"\n    ports:\n    - \"{}:8080\"\n    volumes:\n    - data-{number}:/var/lib/service\n    \
             healthcheck:\n      test: [CMD, wget, -q, -O-, \"http://localhost:8080/\"]\n      interval: 10s\n    deploy:\n      \
             replicas: 2\n      resources:\n        limits: {{cpus: \"0.5\", memory: 128M}}\n",
            10_000 + number
        ));
        if number > 0 {
            text.push_str(&format!("    depends_on: [service-{}]\n", number - 1));
        }
    }
    text.push_str("volumes:\n");
    for number in 0..services {
        text.push_str(&format!("  data-{number}: {{}}\n"));
    }
    std::fs::write(folder.join("compose.yaml"), &text).map_err(Failure::io("write the input"))?;
    Ok(text.len() as u64)
}
