//! `evaluate`: relationships of objects, at sizes that show how the cost grows.

use std::time::Duration;

use crate::failure::Failure;
use crate::format;
use crate::machine::Watch;
use crate::measure::Task;
use crate::product;
use crate::report::{Beside, Row};
use crate::scale;
use crate::series::{Sample, Series};
use crate::work::Bench;

/// A size, our runs, the runs of the plain evaluator: its time grows with the square of the size.
const SIZES: [(u64, usize, usize); 3] = [(1_000, 5, 3), (10_000, 5, 1), (100_000, 3, 0)];

/// From this size on a run of the plain evaluator takes minutes.
const SLOW: u64 = 10_000;

/// The name of the plain evaluator in the table: the one in tests/allpairs, nobody's product.
const ALL_PAIRS: &str = "all pairs";

/// How much faster we are to be at [`SLOW`] objects, and how the cost may grow: the exponent.
const LEAST_RATIO: f64 = 50.0;
const MOST_GROWTH: f64 = 1.1;

/// Beside an evaluator that compares every component with every other one. What is timed is evaluation alone, inside of
/// either program; the memory is that of the process, with the objects in it.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let program = product::build("design-peers-evaluate", bench.folder)?;
    let mut costs: Vec<(u64, f64)> = Vec::new();
    for (objects, runs, plain_runs) in SIZES {
        let input = scale::generate(bench.options, bench.folder, objects, true)?;
        let file = input.folder.join("all.yaml");
        let task = |side: &str, output: &str| {
            bench.task(program.clone(), [side.into(), file.clone().into_os_string(), "1".into()], output, &[0])
        };
        let (ours, plain) = (task("ours", "evaluate-ours"), task("all-pairs", "evaluate-plain"));
        eprintln!("measuring evaluate {objects}");
        let watch = Watch::start();
        let is_left_out = plain_runs == 0 || (bench.options.quick && objects >= SLOW);
        let (mut our_samples, mut plain_samples, mut found) = (Vec::new(), Vec::new(), 0);
        for turn in 0..runs {
            let (sample, count) = measured(&ours)?;
            our_samples.push(sample);
            found = count;
            if turn < plain_runs && !is_left_out {
                plain_samples.push(measured(&plain)?.0);
            }
        }
        let Some(ours) = Series::new(our_samples) else { continue };
        costs.push((objects, ours.cpu().as_secs_f64()));
        let peer = match Series::new(plain_samples) {
            Some(plain) => {
                if objects == SLOW {
                    let ratio = plain.wall().as_secs_f64() / ours.wall().as_secs_f64();
                    let verdict = if ratio >= LEAST_RATIO { "within" } else { "BELOW" };
                    bench.report.note(format!(
                        "evaluate {}: {} faster than all pairs, {verdict} the least of {}",
                        format::count(objects),
                        format::factor(ratio),
                        format::factor(LEAST_RATIO),
                    ));
                }
                Beside::Measured(ALL_PAIRS, plain)
            }
            None if plain_runs == 0 => Beside::Missing(ALL_PAIRS, "not run, it takes hours"),
            None => Beside::Missing(ALL_PAIRS, "left out by --quick"),
        };
        bench.report.note(format!("evaluate {}: {} relationships", format::count(objects), format::count(found)));
        bench.report.row(Row { work: "evaluate", objects: Some(objects), size: format::count(objects), ours, peer });
        if let Some(note) = watch.disturbance(&format!("evaluate {objects}")) {
            bench.report.note(note);
        }
        std::fs::remove_dir_all(&input.folder).map_err(Failure::io("clear the input"))?;
    }
    let whole = slope(&costs);
    let verdict = if whole <= MOST_GROWTH { "within" } else { "ABOVE" };
    bench.report.note(format!("evaluate: exponent of growth over all sizes {whole:.2}, {verdict} {MOST_GROWTH}"));
    for pair in costs.windows(2) {
        let [(small, _), (large, _)] = pair else { continue };
        let (from, to) = (format::count(*small), format::count(*large));
        bench.report.note(format!("evaluate {from} -> {to}: exponent of growth {:.2} in this step", slope(pair)));
    }
    Ok(())
}

/// The exponent of growth: the slope of a line through the logarithms of sizes and costs, by least squares.
fn slope(costs: &[(u64, f64)]) -> f64 {
    let points: Vec<(f64, f64)> = costs.iter().map(|(size, cost)| (format::ratio(*size, 1).ln(), cost.ln())).collect();
    let count = format::ratio(points.len() as u64, 1);
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (size, cost) = (mean(|point| point.0), mean(|point| point.1));
    let together: f64 = points.iter().map(|point| (point.0 - size) * (point.1 - cost)).sum();
    let spread: f64 = points.iter().map(|point| (point.0 - size).powi(2)).sum();
    together / spread
}

/// One run: what it says of itself, and the memory of its process.
fn measured(task: &Task) -> Result<(Sample, u64), Failure> {
    let peak = task.run()?.peak;
    let text = std::fs::read_to_string(task.stdout()).map_err(Failure::io("read what was measured"))?;
    let mut numbers = text.split_whitespace().map(str::parse::<u64>);
    let mut number = || numbers.next().and_then(Result::ok);
    match (number(), number(), number()) {
        (Some(wall), Some(cpu), Some(found)) => {
            Ok((Sample { wall: Duration::from_nanos(wall), cpu: Duration::from_nanos(cpu), peak }, found))
        }
        _ => Err(Failure::Environment(format!("evaluate measured nothing: {text}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_that_grows_with_a_power_has_its_exponent() {
        let costs = |exponent: f64| [(1_000, 1.0), (10_000, 10_f64.powf(exponent)), (100_000, 100_f64.powf(exponent))];
        for exponent in [0.5, 1.0, 1.25] {
            assert!((slope(&costs(exponent)) - exponent).abs() < 1e-9);
        }
    }
}
