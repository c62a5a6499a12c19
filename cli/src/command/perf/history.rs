//! `design perf history`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use design_perf::smp::{TestResult, read_result};
use design_perf::statistics::{ChangePoint, change_points};
use design_syntax::{Limits, SourceText, parse};
use design_vocabulary::FileId;
use serde_json::{Value, json};

use super::run::Format;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Say where the results of a folder changed
///
/// The folder holds results, a file a run: what `design perf run --format json` wrote, or the specification, Meshery, fortio, k6 or vegeta
/// as JSON; files are taken in the order of their names, and
/// never written. Changes are found by E-divisive, tested by permutations of the whole series.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design perf run profile.yaml --format json > results/$(date +%F).json
  design perf history results
  design perf history results --metric p99 --format json")]
pub struct PerfHistoryArgs {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// What is looked at
    #[arg(long, value_enum, default_value_t, value_name = "METRIC")]
    metric: Metric,

    /// The format of the answer
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// What of a result is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Metric {
    /// The median latency
    #[default]
    P50,
    /// The 99th percentile of the latency
    P99,
    /// Requests a second
    Rate,
}

impl Metric {
    fn of(self, result: &TestResult) -> Option<f64> {
        match self {
            Self::P50 => result.latencies.get("p50").copied(),
            Self::P99 => result.latencies.get("p99").copied(),
            Self::Rate => result.rate,
        }
    }
}

/// How many signs the bar of a value has at most.
const BAR: u32 = 40;

/// Runs `design perf history`.
pub fn cmd_history(terminal: &mut Terminal, args: &PerfHistoryArgs) -> Result<Exit, Failure> {
    let results = results(args)?;
    let values: Vec<f64> = results.iter().map(|(_, value)| *value).collect();
    let points = change_points(&values);
    terminal.print(&match args.format {
        Format::Text => text(&results, &points),
        Format::Json => {
            let name = |at: usize| results.get(at).map(|(name, _)| name.as_str());
            let change = |point: &ChangePoint| {
                json!({"at": name(point.at), "before": point.before, "after": point.after, "probability": point.probability})
            };
            let changes: Vec<Value> = points.iter().map(change).collect();
            format!("{:#}\n", json!({"results": results.len(), "changes": changes}))
        }
    })?;
    Ok(Exit::Done)
}

/// The values of the results in a folder, by the names of their files.
fn results(args: &PerfHistoryArgs) -> Result<Vec<(String, f64)>, Failure> {
    let folder = &args.folder;
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::system("read", folder, &error))?;
    let mut results = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Failure::system("read", folder, &error))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".json")) else {
            continue;
        };
        let text = std::fs::read_to_string(&path).map_err(|error| Failure::system("read", &path, &error))?;
        let parsed = parse(&SourceText::new(FileId(0), name, text), &Limits::default());
        let result = parsed.documents.first().and_then(|document| read_result(document, None).result);
        let value = result.and_then(|result| args.metric.of(&result));
        let value = value.ok_or_else(|| {
            Failure::Usage(format!("{} is no result of a performance test, or does not say this", path.display()))
        })?;
        results.push((name.to_owned(), value));
    }
    results.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(results)
}

/// A line for each result, with a bar, and one for each change between them.
fn text(results: &[(String, f64)], points: &[ChangePoint]) -> String {
    let most = results.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let wide = results.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for (index, (name, value)) in results.iter().enumerate() {
        if let Some(point) = points.iter().find(|point| point.at == index) {
            let change = (point.after / point.before - 1.0) * 100.0;
            let (before, after) = (point.before, point.after);
            text.push_str(&format!(
                "-- {change:+.1} %: from {before:.3} to {after:.3}, p = {:.3}\n",
                point.probability
            ));
        }
        let long = (0..BAR).filter(|step| f64::from(*step) < value / most * f64::from(BAR)).count();
        text.push_str(&format!("{name:wide$}  {value:10.3}  {}\n", "#".repeat(long)));
    }
    let (results, changes) = (results.len(), points.len());
    text + &format!("{changes} changes in {results} results\n")
}
