//! `design perf history`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use design_perf::smp::{TestResult, read_result};
use design_perf::statistics::{ChangePoint, change_points};
use design_store::{Limits, Write};
use design_syntax::{SourceText, parse};
use design_vocabulary::FileId;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::run::Format;
use crate::command::{at_revision, repository};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Say where the results of a folder changed
///
/// The folder holds results, a file a run: what `design perf run --format json` wrote, or the specification, Meshery, fortio, k6 or vegeta
/// as JSON; files are taken in the order of their names. It is one of the disk, or with git:REVISION:FOLDER one of a branch, a tag or a
/// commit of the repository around the working directory, which is not checked out.
///
/// --record adds a result behind all others, on the disk as a file or on a branch as a commit; what is there is never written again.
/// Changes are found by E-divisive, tested by permutations of the whole series.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design perf history results
  design perf run profile.yaml --format json > now.json; design perf history git:perf-results:main --record now.json
  design perf history results --metric p99 --format json")]
pub struct PerfHistoryArgs {
    /// The folder, or git:REVISION or git:REVISION:FOLDER
    #[arg(value_name = "DIR")]
    folder: String,

    /// Add this result first; with git: the revision is the name of a branch
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

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
    let place = Place::of(&args.folder);
    if let Some(file) = &args.record {
        let text = std::fs::read_to_string(file).map_err(|error| Failure::system("read", file, &error))?;
        value_of(&file.to_string_lossy(), &text, args.metric)?;
        let name = place.record(&text)?;
        if !terminal.is_quiet() {
            terminal.error(&format!("recorded as {name}\n"))?;
        }
    }
    let results = results(&place, args.metric)?;
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

/// Where results lie.
enum Place<'a> {
    Disk(&'a Path),
    /// A revision of the repository around the working directory, and a folder of it.
    Git(&'a str, &'a str),
}

impl<'a> Place<'a> {
    fn of(text: &'a str) -> Self {
        match at_revision(text) {
            None => Self::Disk(Path::new(text)),
            Some((revision, folder)) => Self::Git(revision, folder.unwrap_or_default()),
        }
    }

    /// The files in it, by their names.
    fn files(&self) -> Result<Vec<(String, String)>, Failure> {
        let mut files = Vec::new();
        let is_result = |name: &str| name.ends_with(".json") && !name.contains('/');
        match self {
            Self::Disk(folder) => {
                let entries = std::fs::read_dir(folder).map_err(|error| Failure::system("read", folder, &error))?;
                for entry in entries {
                    let path = entry.map_err(|error| Failure::system("read", folder, &error))?.path();
                    let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| is_result(name))
                    else {
                        continue;
                    };
                    let text =
                        std::fs::read_to_string(&path).map_err(|error| Failure::system("read", &path, &error))?;
                    files.push((name.to_owned(), text));
                }
            }
            Self::Git(revision, folder) => {
                let found = repository()?.read(revision, folder, &Limits { total: 64 << 20, ..Limits::default() });
                let found = found.map_err(Failure::Usage)?;
                if let Some((path, why)) = found.left_out.first() {
                    return Err(Failure::Usage(format!("`{path}` of `{revision}` is not read: {why}")));
                }
                let of_folder = found.files.into_iter().filter(|(name, _)| is_result(name));
                files.extend(of_folder.map(|(name, bytes)| (name, String::from_utf8_lossy(&bytes).into_owned())));
            }
        }
        files.sort();
        Ok(files)
    }

    /// Adds a result behind all others, and returns its name.
    fn record(&self, result: &str) -> Result<String, Failure> {
        let name = |names: &[String]| file_name(names, result);
        match self {
            Self::Disk(folder) => {
                std::fs::create_dir_all(folder).map_err(|error| Failure::system("make", folder, &error))?;
                loop {
                    let names: Vec<String> = self.files()?.into_iter().map(|(name, _)| name).collect();
                    let path = folder.join(name(&names));
                    match std::fs::File::create_new(&path).and_then(|mut file| file.write_all(result.as_bytes())) {
                        Ok(()) => return Ok(path.display().to_string()),
                        // Somebody else was faster.
                        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                        Err(error) => return Err(Failure::system("write", &path, &error)),
                    }
                }
            }
            Self::Git(branch, folder) => {
                let message = "Record a result of a performance test";
                let write = Write { branch, message, author: None };
                let path = repository()?.append(write, folder, &name, result.as_bytes());
                path.map(|path| format!("{branch}:{path}")).map_err(Failure::Environment)
            }
        }
    }
}

/// The name of a result that comes behind those that are there: a number that is one more than the highest, and some of the digest.
fn file_name(names: &[String], result: &str) -> String {
    let number = |name: &String| name.split(['-', '.']).next()?.parse::<u32>().ok();
    let next = names.iter().filter_map(number).max().unwrap_or_default() + 1;
    let digest: String = Sha256::digest(result).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{next:06}-{digest}.json")
}

/// The value of a result; wrong usage where it is none, or does not say it.
fn value_of(name: &str, text: &str, metric: Metric) -> Result<f64, Failure> {
    let parsed = parse(&SourceText::new(FileId(0), name, text), &design_syntax::Limits::default());
    let result = parsed.documents.first().and_then(|document| read_result(document, None).result);
    let value = result.and_then(|result| metric.of(&result));
    value.ok_or_else(|| Failure::Usage(format!("{name} is no result of a performance test, or does not say this")))
}

/// The values of the results in a place, by the names of their files.
fn results(place: &Place<'_>, metric: Metric) -> Result<Vec<(String, f64)>, Failure> {
    let files = place.files()?.into_iter();
    files.map(|(name, text)| value_of(&name, &text, metric).map(|value| (name, value))).collect()
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
