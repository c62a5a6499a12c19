//! Runs of programs, with what they took.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4 as _;

use crate::failure::Failure;
use crate::series::{Sample, Series};

/// A command line to be timed.
#[derive(Clone, Debug)]
pub struct Task {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Where it runs, and where its output goes: a folder without settings of anybody's.
    pub folder: PathBuf,
    /// The names of the files for its output; the suffix tells the two streams apart.
    pub output: String,
    /// The exit codes that mean that the work was done: a program with findings may say so.
    pub accepted: &'static [i32],
}

impl Task {
    /// The file with what the last run wrote to its standard output.
    pub fn stdout(&self) -> PathBuf {
        self.folder.join(format!("{}.out", self.output))
    }

    /// The file with what the last run wrote to its standard error.
    pub fn stderr(&self) -> PathBuf {
        self.folder.join(format!("{}.err", self.output))
    }

    /// Runs it once, as the child of a second process of this program.
    pub fn run(&self) -> Result<Sample, Failure> {
        let create = |path: &Path| File::create(path).map_err(Failure::io(format_args!("write {}", path.display())));
        let (stdout, stderr) = (create(&self.stdout())?, create(&self.stderr())?);
        let result = self.folder.join("took");
        let this = std::env::current_exe().map_err(Failure::io("find this program"))?;
        let mut command = Command::new(this);
        command.arg("run-here").arg(&result).arg(&self.program).args(&self.arguments);
        command.current_dir(&self.folder).stdin(Stdio::null()).stdout(stdout).stderr(stderr);
        let ended = command.status().map_err(Failure::io("run this program again"))?;
        let took = std::fs::read_to_string(&result).ok().filter(|_| ended.success());
        let _ = std::fs::remove_file(&result);
        match took.as_deref().and_then(numbers) {
            Some((sample, code)) if self.accepted.contains(&code) => Ok(sample),
            other => {
                let how = other
                    .map_or_else(|| "could not be run".to_owned(), |(_, code)| format!("ended with exit code {code}"));
                let words = std::fs::read_to_string(self.stderr()).unwrap_or_default();
                let last: Vec<&str> = words.lines().rev().take(3).collect();
                let last = last.into_iter().rev().collect::<Vec<_>>().join("\n  ");
                Err(Failure::Environment(format!("{} {how}\n  {last}", self.program.display())))
            }
        }
    }
}

/// Runs a program as a child of this process and writes to a file what it took: nanoseconds of wall and of processor
/// time, bytes of memory at the peak, exit code (-1 after a signal).
///
/// The kernel counts the moment between the birth of a process and the loading of its program, when it shows the memory
/// of its parent. So the parent has to be small: a process of its own, which has done nothing else yet.
pub fn run_here(result: &Path, program: &OsStr, arguments: &[OsString]) -> Result<(), Failure> {
    let name = program.display();
    let start = Instant::now();
    let child = Command::new(program).args(arguments).spawn().map_err(Failure::io(format_args!("run {name}")))?;
    let used = child.wait4().map_err(Failure::io(format_args!("wait for {name}")))?;
    let wall = start.elapsed().as_nanos();
    let cpu = (used.rusage.utime + used.rusage.stime).as_nanos();
    let line = format!("{wall} {cpu} {} {}\n", used.rusage.maxrss, used.status.code().unwrap_or(-1));
    std::fs::write(result, line).map_err(Failure::io(format_args!("write {}", result.display())))
}

fn numbers(line: &str) -> Option<(Sample, i32)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [wall, cpu, peak, code] = words.as_slice() else { return None };
    let time = |word: &str| word.parse().ok().map(Duration::from_nanos);
    Some((Sample { wall: time(wall)?, cpu: time(cpu)?, peak: peak.parse().ok() }, code.parse().ok()?))
}

/// One side of a row: what to run and how often.
#[derive(Debug)]
pub struct Side<'a> {
    /// What to run.
    pub task: &'a Task,
    /// How often.
    pub runs: usize,
}

/// Runs both sides in turns until each has had its runs. A side with several runs gets one more before them that is not
/// counted: it brings the program and its input into memory.
pub fn in_turns(
    label: &str,
    ours: &Side<'_>,
    theirs: Option<&Side<'_>>,
) -> Result<(Option<Series>, Option<Series>), Failure> {
    let sides = [Some(ours), theirs];
    let progress = std::io::stderr().is_terminal();
    for side in sides.into_iter().flatten().filter(|side| side.runs > 1) {
        side.task.run()?;
    }
    let turns = sides.iter().flatten().map(|side| side.runs).max().unwrap_or(0);
    let mut samples = [Vec::new(), Vec::new()];
    for turn in 0..turns {
        for (side, samples) in sides.iter().zip(&mut samples) {
            let Some(side) = side.filter(|side| is_due(turn, turns, side.runs)) else { continue };
            if progress {
                let program = side.task.program.file_name().unwrap_or_default().display();
                eprint!("\r\x1b[K{label}: {program}, run {} of {}", samples.len() + 1, side.runs);
            }
            samples.push(side.task.run()?);
        }
    }
    if progress {
        eprint!("\r\x1b[K");
    }
    let [ours, theirs] = samples.map(Series::new);
    Ok((ours, theirs))
}

/// Whether a side with fewer runs than there are turns has one in this turn. They are spread evenly, so that a machine
/// that becomes faster or slower does so for both sides.
fn is_due(turn: usize, turns: usize, runs: usize) -> bool {
    (0..runs).any(|run| (2 * run + 1) * turns / (2 * runs) == turn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_runs_are_spread_over_the_turns() {
        let turns = |runs| (0..5).filter(|turn| is_due(*turn, 5, runs)).collect::<Vec<_>>();
        assert_eq!([turns(0), turns(1), turns(3)], [vec![], vec![2], vec![0, 2, 4]]);
        assert_eq!(turns(5), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn what_a_run_took_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let result = folder.path().join("took");
        run_here(&result, OsStr::new("sh"), &["-c".into(), "exit 7".into()]).unwrap();
        let (sample, code) = numbers(&std::fs::read_to_string(result).unwrap()).unwrap();
        assert_eq!(code, 7);
        assert!(sample.wall > Duration::ZERO && sample.peak > Some(0), "{sample:?}");
        assert_eq!(numbers("1 2 3"), None);
    }
}
