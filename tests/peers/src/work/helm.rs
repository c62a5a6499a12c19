//! `helm`: a design to a chart, beside what Helm takes to read that chart.

use std::ffi::OsString;

use crate::failure::Failure;
use crate::measure::Side;
use crate::peer::HELM;
use crate::product;
use crate::work::{Bench, Contender, Label};

const RUNS: usize = 20;

/// What the chart of the first pattern may take, in milliseconds, the whole process.
const ALLOWED: u64 = 20;

/// The first pattern of the catalog as a chart, beside `helm template` of that chart.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let design = bench.design()?;
    let pattern = product::root().join("catalog/patterns/boutique").into_os_string();
    let chart = bench.folder.join("chart");
    let arguments: [OsString; 6] =
        ["build".into(), pattern, "-t".into(), "helm".into(), "-o".into(), chart.clone().into_os_string()];
    let ours = bench.task(design, arguments, "helm-ours", &[0]);
    // The peer reads what ours writes, so ours has to have run once.
    let status = std::process::Command::new(&ours.program).args(&ours.arguments).status();
    if !status.map_err(Failure::io("write the chart"))?.success() {
        return Err(Failure::Environment("the chart was not written".to_owned()));
    }
    let peer = bench.find(&HELM).map(|program| {
        let arguments: [OsString; 3] = ["template".into(), "boutique".into(), chart.into_os_string()];
        bench.task(program, arguments, "helm-peer", &[0])
    });
    let label = Label { work: "helm", objects: None, size: "boutique to chart".to_owned() };
    bench.compare(&label, &Side { task: &ours, runs: RUNS }, &Contender::new(&HELM, peer.as_ref(), RUNS))?;
    bench.report.note(format!("helm: the chart of the boutique may take {ALLOWED} ms, the whole process"));
    Ok(())
}
