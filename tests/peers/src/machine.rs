//! The machine: what it is, and how much of it others took while we measured.

use std::fs::read_to_string;

use crate::format;

/// One line: processor, how many, kernel, what waits to run.
pub fn line() -> String {
    let processors = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors
        .lines()
        .find_map(|line| Some(line.strip_prefix("model name")?.trim_start_matches([' ', '\t', ':'])))
        .unwrap_or("unknown processor");
    let count = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').take(3).collect::<Vec<_>>().join(" ");
    format!("machine: {model}, {count} processors, kernel {}, load {load}", kernel.trim())
}

/// A stretch of time whose foreign work is of interest: other programs on this machine, and other machines on the host.
#[derive(Debug)]
pub struct Watch {
    started: Option<Ticks>,
}

/// What the kernel has counted since it started, in its own unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ticks {
    total: u64,
    idle: u64,
    ours: u64,
}

impl Watch {
    /// Starts to watch.
    pub fn start() -> Self {
        Self { started: Ticks::now() }
    }

    /// What share of the machine others took, as a sentence; `None` where it is too little to spoil a figure.
    pub fn disturbance(&self, what: &str) -> Option<String> {
        let (before, after) = (self.started?, Ticks::now()?);
        let total = after.total.checked_sub(before.total).filter(|total| *total > 0)?;
        let ours = after.ours.saturating_sub(before.ours);
        let foreign = total.saturating_sub(after.idle.saturating_sub(before.idle)).saturating_sub(ours);
        let percent = 100.0 * format::ratio(foreign, total);
        // A few ticks are the grain of this clock: a short row would be blamed for nothing.
        (foreign >= 5 && percent >= 5.0)
            .then(|| format!("{what}: others took {percent:.0} % of the machine, so repeat it"))
    }
}

impl Ticks {
    fn now() -> Option<Self> {
        let (total, idle) = machine_ticks(&read_to_string("/proc/stat").ok()?)?;
        Some(Self { total, idle, ours: own_ticks(&read_to_string("/proc/self/stat").ok()?)? })
    }
}

/// All ticks of all processors and the idle ones among them. What guests take is counted in the columns before.
fn machine_ticks(stat: &str) -> Option<(u64, u64)> {
    let fields: Vec<u64> = stat
        .lines()
        .next()?
        .split_whitespace()
        .skip(1)
        .take(8)
        .map(|field| field.parse().ok())
        .collect::<Option<_>>()?;
    Some((fields.iter().sum(), fields.get(3)? + fields.get(4)?))
}

/// The ticks of this process and of the children that it waited for. The name of the program may hold anything, so the
/// fields are counted from behind it.
fn own_ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().skip(11).take(4).map(|field| field.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_read_from_what_the_kernel_writes() {
        assert_eq!(machine_ticks("cpu  10 1 5 600 7 0 2 3 9 9\ncpu0 …"), Some((628, 607)));
        let stat = "7 (a) b) R 1 7 7 0 -1 4194304 100 0 0 0 11 12 13 14 20 0 1 0 362703 3133440 360";
        assert_eq!(own_ticks(stat), Some(50));
        assert_eq!(machine_ticks(""), None);
    }
}
