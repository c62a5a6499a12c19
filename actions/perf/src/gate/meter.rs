//! What the processor time of a server is read from.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::process::{descendants, processor_time};
use crate::cost::{Costs, Query};
use crate::load::Measurement;
use crate::number::number;

/// Stands for the arm in a query: `baseline` or `candidate`.
pub const ARM: &str = "$arm";

/// Where the processor time of an arm comes from.
#[derive(Clone, Debug, Default)]
pub enum CpuFrom {
    /// The kernel's accounting of the processes that a command started.
    #[default]
    Processes,
    /// The kernel's accounting of a control group that a command is started in ("Control Group v2", `cpu.stat`): it counts what ended, and
    /// what left its parents, as well.
    Group,
    /// Prometheus, which is asked after each burst.
    Prometheus(Costs),
}

impl CpuFrom {
    /// The same for an arm of this name: what a query says of `$arm` is about it.
    #[must_use]
    pub fn of_arm(&self, arm: &str) -> Self {
        let Self::Prometheus(costs) = self else { return self.clone() };
        let of_arm = |text: &Option<String>| text.as_ref().map(|text| text.replace(ARM, arm));
        let queries = costs.queries.iter().map(|query| Query {
            name: query.name.clone(),
            cores: of_arm(&query.cores),
            memory: of_arm(&query.memory),
        });
        Self::Prometheus(Costs { prometheus: costs.prometheus.clone(), queries: queries.collect() })
    }
}

/// What is read of a server that runs.
#[derive(Debug)]
pub(super) enum Meter {
    /// Nothing: nobody knows its processes.
    Nothing,
    /// This process and all that descend from it.
    Processes(u32),
    /// The processes of a control group.
    Group(Group),
    /// Prometheus.
    Prometheus(Costs),
}

/// What a meter said at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading(Option<u64>);

impl Meter {
    /// What it says now.
    pub(super) fn read(&self) -> Reading {
        Reading(match self {
            Self::Nothing | Self::Prometheus(_) => None,
            Self::Processes(root) => Some(descendants(*root).into_iter().map(processor_time).sum()),
            Self::Group(group) => group.processor_time(),
        })
    }

    /// The processes that were started; `None` where nobody knows them.
    pub(super) fn processes(&self) -> Option<Vec<u32>> {
        match self {
            Self::Nothing | Self::Prometheus(_) => None,
            Self::Processes(root) => Some(descendants(*root)),
            Self::Group(group) => Some(group.processes()),
        }
    }

    /// The processor time for each request of a burst, in nanoseconds; `None` where it is not known. The error is one line: Prometheus
    /// does not answer.
    pub(super) fn each(&self, before: Reading, burst: &Measurement) -> Result<Option<f64>, String> {
        let requests = burst.requests();
        if let Self::Prometheus(costs) = self {
            let costs = costs.ask(Duration::from_nanos(burst.elapsed), requests)?;
            return Ok(costs.first().and_then(|cost| cost.cpu_per_request_us).map(|each| each * 1e3));
        }
        let spent = self.read().0.zip(before.0).map(|(after, before)| after.saturating_sub(before));
        Ok(spent.filter(|spent| *spent > 0).map(|spent| number(spent) / number(requests.max(1))))
    }

    /// The memory that the server holds, in bytes; `None` where its processes are not known. Pages that processes share count in each.
    pub(super) fn memory(&self) -> Option<u64> {
        let page = rustix::param::page_size() as u64;
        let resident = self.processes()?.into_iter().filter_map(|process| {
            let text = std::fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
            text.split_whitespace().nth(1)?.parse::<u64>().ok()
        });
        Some(resident.sum::<u64>() * page)
    }
}

/// A control group that goes away with what runs in it.
#[derive(Debug)]
pub(super) struct Group(PathBuf);

impl Group {
    /// A group below that of this process. The error says in words why there is none.
    pub(super) fn new(arm: &str) -> Result<Self, String> {
        let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
        let parent = place(&read("/proc/self/mounts"), &read("/proc/self/cgroup"));
        let parent = parent.ok_or("this system has no control groups of version 2")?;
        let folder = parent.join(format!("design-{}-{arm}", std::process::id()));
        match std::fs::create_dir(&folder) {
            Ok(()) => Ok(Self(folder)),
            Err(error) => Err(format!("no control group {} can be made: {error}", folder.display())),
        }
    }

    /// The file that takes the processes of the group.
    pub(super) fn members(&self) -> PathBuf {
        self.0.join("cgroup.procs")
    }

    /// Its processes.
    fn processes(&self) -> Vec<u32> {
        let text = std::fs::read_to_string(self.members()).unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    }

    fn processor_time(&self) -> Option<u64> {
        let text = std::fs::read_to_string(self.0.join("cpu.stat")).ok()?;
        let spent = text.lines().find_map(|line| line.strip_prefix("usage_usec "))?;
        Some(spent.trim().parse::<u64>().ok()? * 1_000)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Older kernels do not have it; what was started has been ended by its process group then.
        let _ = std::fs::write(self.0.join("cgroup.kill"), "1");
        for _ in 0..100 {
            if std::fs::remove_dir(&self.0).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// The folder of the group that this process is in, by its tables of mounts and of groups (cgroups(7)).
fn place(mounts: &str, groups: &str) -> Option<PathBuf> {
    let mount = mounts.lines().find_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let (place, kind) = (words.next()?, words.next()?);
        (kind == "cgroup2").then_some(place)
    })?;
    let group = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    Some(Path::new(mount).join(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_of_a_process_is_found() {
        let mounts = "proc /proc proc rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n";
        let groups = "1:name=systemd:/old\n0::/user.slice/session-1.scope\n";
        assert_eq!(place(mounts, groups), Some(PathBuf::from("/sys/fs/cgroup/user.slice/session-1.scope")));
        assert_eq!(place(mounts, "1:cpu:/a\n"), None);
        assert_eq!(place("cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\n", groups), None);
    }

    #[test]
    fn a_query_is_about_its_arm() {
        let query = Query { name: "cpu".to_owned(), cores: Some("sum(x{job=\"$arm\"})".to_owned()), memory: None };
        let prometheus = url::Url::parse("http://127.0.0.1:9090/").unwrap();
        let from = CpuFrom::Prometheus(Costs { prometheus, queries: vec![query] });
        let CpuFrom::Prometheus(costs) = from.of_arm("candidate") else { panic!("another source") };
        assert_eq!(costs.queries[0].cores.as_deref(), Some("sum(x{job=\"candidate\"})"));
    }
}
