//! `start`: what every call of a program pays before it does anything.

use crate::failure::Failure;
use crate::measure::Side;
use crate::peer::KUBE_SCORE;
use crate::work::{Bench, Contender, Label};

const RUNS: usize = 20;

/// Beside kube-score, which starts fastest of the peers that check manifests.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let ours = bench.task(bench.design()?, ["--version"], "start-ours", &[0]);
    let peer = bench.find(&KUBE_SCORE).map(|program| bench.task(program, ["version"], "start-peer", &[0]));
    let label = Label { work: "start", objects: None, size: "version".to_owned() };
    bench.compare(&label, &Side { task: &ours, runs: RUNS }, &Contender::new(&KUBE_SCORE, peer.as_ref(), RUNS))
}
