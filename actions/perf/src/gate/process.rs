//! A server that a gate starts, or one that is there.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use url::Url;

use super::listener::listens;
use super::meter::{CpuFrom, Group, Meter, Reading};
use crate::load::{Load, Measurement, Request, Speech, Stop, Target};

/// How long a server may take until it answers.
const READY: Duration = Duration::from_mins(1);
/// How long one may take to end when it is asked to.
const END: Duration = Duration::from_secs(3);

/// One side of a gate.
#[derive(Clone, Debug)]
pub struct Arm {
    /// What tells it from the others: `baseline`, `candidate`.
    pub name: String,
    /// A command for the shell, in which `{port}` stands for a free port; or the URL of a server that runs already.
    pub command: String,
    /// What is asked for: path and query. Of a URL this is left out.
    pub path: String,
    /// What every request says.
    pub request: Request,
    /// Where its processor time comes from.
    pub cpu_from: CpuFrom,
}

/// Why an arm does not run, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unstarted(pub String);

/// An arm that answers. A server that was started ends with it.
#[derive(Debug)]
pub struct Running {
    /// Where it answers.
    pub target: Target,
    child: Option<Child>,
    meter: Meter,
}

impl Arm {
    /// Starts it and waits until it answers.
    pub fn start(&self, timeout: Duration) -> Result<Running, Unstarted> {
        let is_url =
            ["http://", "https://", "grpc://", "grpcs://"].iter().any(|scheme| self.command.starts_with(scheme));
        let mut meter = match &self.cpu_from {
            CpuFrom::Prometheus(costs) => Meter::Prometheus(costs.clone()),
            CpuFrom::Group if !is_url => Meter::Group(Group::new(&self.name).map_err(Unstarted)?),
            CpuFrom::Group | CpuFrom::Processes => Meter::Nothing,
        };
        let (url, child) = if is_url {
            (self.command.clone(), None)
        } else {
            let port = free_port().map_err(Unstarted)?;
            let command = self.command.replace("{port}", &port.to_string());
            let mut shell = Command::new("sh");
            match &meter {
                // The shell enters the group before it becomes the command.
                Meter::Group(group) => {
                    shell.args(["-c", &format!("echo $$ > \"$1\" && exec {command}"), "sh"]).arg(group.members());
                }
                _ => {
                    shell.args(["-c", &format!("exec {command}")]);
                }
            }
            let child = shell
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                // A group of its own, so that what it starts ends with it.
                .process_group(0)
                .spawn()
                .map_err(|error| Unstarted(format!("`{command}` cannot be started: {error}")))?;
            if matches!(meter, Meter::Nothing) {
                meter = Meter::Processes(child.id());
            }
            let scheme = if matches!(self.request.speech, Speech::Grpc { .. }) { "grpc" } else { "http" };
            (format!("{scheme}://127.0.0.1:{port}{}", self.path), Some(child))
        };
        let url = Url::parse(&url).map_err(|error| Unstarted(format!("{url}: {error}")))?;
        let target = Target::new(&self.request, &url).map_err(|why| Unstarted(why.0))?;
        let mut running = Running { target, child, meter };
        running.wait(timeout)?;
        if let Some(started) = running.meter.processes()
            && let Some(port) = running.target.url.port()
            && listens(port, &started) == Some(false)
        {
            // A container engine or a service manager answers: what was started says nothing of it.
            running.meter = Meter::Nothing;
        }
        Ok(running)
    }
}

impl Running {
    /// Waits until the first request is answered.
    fn wait(&mut self, timeout: Duration) -> Result<(), Unstarted> {
        let probe = Load {
            target: self.target.clone(),
            arrivals: Some(crate::load::Arrivals::Constant(20.0)),
            connections: 1,
            duration: Duration::from_millis(40),
            warm_up: Duration::ZERO,
            timeout,
            threads: 1,
        };
        let before = Instant::now();
        loop {
            let answer = probe.run(&Stop::default()).map_err(Unstarted)?;
            if !answer.statuses.is_empty() {
                return Ok(());
            }
            if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten()) {
                return Err(Unstarted(format!("it ended before it answered: {status}")));
            }
            let why = answer.failures.keys().next().copied().unwrap_or("no answer");
            if before.elapsed() > READY {
                return Err(Unstarted(format!("{} does not answer: {why}", self.target.url)));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What the meter of its processor time says now.
    pub(super) fn reading(&self) -> Reading {
        self.meter.read()
    }

    /// The processor time for each request of a burst since then, in nanoseconds; `None` where it is not known: the server was not started
    /// here, or what listens is another process. The error is one line.
    pub(super) fn each(&self, before: Reading, burst: &Measurement) -> Result<Option<f64>, String> {
        self.meter.each(before, burst)
    }

    /// The memory that it holds, in bytes; `None` where its processes are not known.
    pub(super) fn memory(&self) -> Option<u64> {
        self.meter.memory()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(child) = &mut self.child else { return };
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let signal = |signal| group.map(|group| kill_process_group(group, signal));
        // A server that ended by itself is no fault of its end.
        let _ = signal(Signal::TERM);
        let before = Instant::now();
        while before.elapsed() < END {
            if matches!(child.try_wait(), Ok(Some(_))) {
                let _ = signal(Signal::KILL);
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = signal(Signal::KILL);
        let _ = child.wait();
    }
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| format!("there is no free port: {error}"))
}

/// A process and all that descend from it.
pub(super) fn descendants(root: u32) -> Vec<u32> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let folders = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    for process in folders.filter_map(|folder| folder.file_name().to_str()?.parse::<u32>().ok()) {
        let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // The name of a program may hold anything, brackets too: the parent comes behind the last one.
        let parent = text.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
        if let Some(parent) = parent {
            children.entry(parent).or_default().push(process);
        }
    }
    let mut found = vec![root];
    let mut at = 0;
    while let Some(process) = found.get(at) {
        let more = children.remove(process).unwrap_or_default();
        found.extend(more);
        at += 1;
    }
    found
}

/// The processor time of a process in nanoseconds: of its threads (`schedstat`), or of all that it ever had where those that
/// ended make a difference (`stat`, in ticks of 10 ms).
pub(super) fn processor_time(process: u32) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let times = threads.filter_map(|thread| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    });
    let living: u64 = times.sum();
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<&str> =
        text.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
    let ticks = |index: usize| fields.get(index).and_then(|word| word.parse::<u64>().ok()).unwrap_or_default();
    let whole = (ticks(11) + ticks(12)) * 10_000_000;
    // Ticks are rounded down, so only a clear difference says something.
    if whole > living + living / 20 + 40_000_000 { whole } else { living }
}
